"""Each policy with its directory, rota, local settings and calendar, and whom its open cases have to reach."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from services import case_inputs
from services.errors import Trouble
from services.times import now
from settings import Settings

from . import Finding

if TYPE_CHECKING:
    from adapters.directory import Finding as Found
    from domain.policy import Policy
    from domain.time.calendar import Calendar

WEEKS = 4
"""Weeks ahead for which the rota is checked."""
NAMED = 5
"""Seats named one by one; further ones are counted."""


def policies(settings: Settings) -> Iterator[Finding]:
    """Can each be used, and is each of today?"""
    files = sorted(settings.policies.glob("*.toml"))
    if not files:
        yield Finding("policies", "problem", f"There is no policy in {settings.policies}.", "Set ESCALATION_POLICIES.")
    for file in files:
        yield from _policy(settings, file)
    for file in sorted(settings.local.glob("*.toml")):
        if file.stem not in {policy.stem for policy in files}:
            says = f"{file} is for no policy in {settings.policies}, so nothing of it holds."
            yield Finding("local settings", "warning", says, "Name it after the id of the policy it is for.")


def _policy(settings: Settings, file: Path) -> Iterator[Finding]:
    try:
        policy = case_inputs.policy(settings, str(file))
        case_inputs.local(settings, policy)
        calendar = case_inputs.calendar(policy, now(), settings)
    except Trouble as trouble:
        yield Finding(f"policy {file.stem}", "problem", trouble.sentence)
        return
    today = calendar.date_of(now())
    if policy.review and policy.review < today:
        mend = "Ask the partnership whether a newer edition is in force."
        yield Finding(
            f"policy {policy.id}", "warning", f"edition {policy.edition} was due for review on {policy.review}.", mend
        )
    else:
        yield Finding(f"policy {policy.id}", "ok", f"edition {policy.edition}")
    yield _directory(settings, policy)
    yield from _rota(settings, policy)
    yield _calendar(policy, calendar)


def _directory(settings: Settings, policy: "Policy") -> Finding:
    from adapters.directory import check_directory

    what = f"directory {policy.id}"
    try:
        directory = case_inputs.directory(settings, policy.id)
    except Trouble as trouble:
        return Finding(what, "problem", trouble.sentence)
    found = check_directory(directory, policy.standing_seats, now().date())
    says = f"{len(directory.agencies)} agencies, edition {directory.about.edition}"
    return _summed_up(what, says, found, f"`escalate policy check {policy.id}` lists them.")


def _rota(settings: Settings, policy: "Policy") -> Iterator[Finding]:
    from adapters.rota import RotaFault, check_rota, load_rota, rota_path

    path = rota_path(settings.directories, policy.id)
    if not path.exists():
        return
    try:
        rota = load_rota(path)
    except RotaFault as fault:
        yield Finding(f"rota {policy.id}", "problem", f"It cannot be used, so nobody is woken by it. {fault}")
        return
    found = check_rota(rota, now(), WEEKS)
    mend = f"Mend it in {path}; alerts go on to the directory's seat or the fallback meanwhile."
    yield _summed_up(f"rota {policy.id}", f"edition {rota.about.edition}, {WEEKS} weeks ahead", found, mend)


def _summed_up(what: str, says: str, found: "Sequence[Found]", mend: str) -> Finding:
    """Say how many faults there are, and the worst. The file's own check has a sentence for each."""
    if not found:
        return Finding(what, "ok", says)
    faults = [one for one in found if one.severity == "fault"]
    worst = (faults or list(found))[0]
    count = f"{len(found)} thing{'s' * (len(found) > 1)} to look at"
    return Finding(
        what,
        "problem" if faults else "warning",
        f"{says}: {count}; {worst.place}: {worst.what}.".replace("..", "."),
        mend,
    )


def _calendar(policy: "Policy", calendar: "Calendar") -> Finding:
    what, year_on = f"calendar {policy.id}", calendar.date_of(now()) + timedelta(days=365)
    if calendar.covers_to < year_on:
        return Finding(what, "problem", f"{calendar.edition} ends on {calendar.covers_to}.", "Update this program.")
    if calendar.provisional_from and calendar.provisional_from <= year_on:
        says = f"{calendar.edition}: bank holidays from {calendar.provisional_from} on are projected, not proclaimed."
        return Finding(what, "warning", says, "Update this program once they are proclaimed.")
    return Finding(what, "ok", f"{calendar.edition} covers the next year")


if TYPE_CHECKING:
    from domain.case.effects import Recipient


def needs(settings: Settings) -> Iterator[Finding]:
    """Look at each policy that an open case goes by, whether its file is among the policies here or not."""
    from adapters.register.errors import RegisterError
    from adapters.register.reading import count_open
    from adapters.watch.checks import count_of, directory_fault

    try:
        counts = count_open(settings.register)
    except (RegisterError, ValueError):
        return  # told of as the register
    for policy, count in counts.items():
        what, file = f"open cases {policy}", case_inputs.directory_path(settings, policy)
        if why := directory_fault(file):
            says = f"{count_of(count)} by it, and its directory cannot be read, so their notices wait. {why}"
            yield Finding(what, "problem", says, f"Put {file} back, or mend it; what waits then goes by itself.")
        elif empty := _unreachable(settings, policy):
            seats = "; ".join([*empty[:NAMED], *([f"and {len(empty) - NAMED} more"] if empty[NAMED:] else [])])
            says = f"{count_of(count)} by it, and nobody can be reached in seats that owe something: {seats}."
            mend = f"Name somebody in {file}: their notices go to its fallback contact meanwhile."
            yield Finding(what, "warning", says, mend)
        else:
            yield Finding(what, "ok", f"{count_of(count)} by it, and whoever owes something can be reached")


def _unreachable(settings: Settings, policy: str) -> list[str]:
    """Return the seats that owe something in an open case and in which nobody can be reached."""
    from adapters.register.reading import read_views
    from domain.case.effects import Recipient
    from domain.engine.seats import is_on_call

    found: dict[str, list[str]] = {}
    of_case, today = case_inputs.directory_of_cases(settings, policy), now().date()
    for case, view in read_views(settings.register, policy):
        directory = of_case(case)
        seats = {Recipient.model_validate(seat) for one in view.get("owed", ()) for seat in one.get("owed_by", ())}
        for seat in sorted(seats, key=str):
            if not is_on_call(seat) and directory.contact_for(seat, today).fallback:
                found.setdefault(_named(seat), []).append(case)
    return [f"{seat} ({', '.join(cases[:NAMED])})" for seat, cases in found.items()]


def _named(seat: "Recipient") -> str:
    title = seat.title or seat.role
    return f"{title} of {seat.agency}" if seat.agency else title
