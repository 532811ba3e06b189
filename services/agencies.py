"""Agencies as people name them: by id, title or alias, in any capitals."""

from difflib import get_close_matches

from adapters.directory import Agency, Directory, UnknownAgency

from .errors import Trouble


def agency_id(directory: Directory, said: str, place: str) -> str:
    """Return the id of the agency that *said* names. *place* names the option in what people are told.

    Raises:
        Trouble: there is no such agency, or it no longer exists; the sentence gives those that come near.
    """
    try:
        agency = directory.agency(said)
    except UnknownAgency:
        raise Trouble(
            f"{place}: {said[:60]!r} is no agency of {directory.about.title}. {_near(directory, said)}"
        ) from None
    if agency.abolished:
        raise Trouble(f"{place}: {agency.title} no longer exists; name the agency that took its work over.")
    return agency.id


def _near(directory: Directory, said: str) -> str:
    living = [agency for agency in directory.agencies if not agency.abolished]
    names = {name.casefold(): agency.id for agency in living for name in _names(agency)}
    wanted = said.strip().casefold()
    near = [names[name] for name in get_close_matches(wanted, names, n=5, cutoff=0.6)]
    near += [id_ for name, id_ in names.items() if len(wanted) > 3 and wanted in name]
    if near:
        return f"Did you mean {' or '.join(list(dict.fromkeys(near))[:3])}?"
    return f"Its agencies are: {', '.join(agency.id for agency in living)}."


def _names(agency: Agency) -> tuple[str, ...]:
    return (agency.id, agency.title, *agency.aliases)
