"""Who uses this installation: the file of people, accounts that do not stand in it, and looks that are kept aside."""

from collections.abc import Iterator

from settings import Settings

from . import Finding

WHAT = "people"
SOME = 5
"""People who are named."""


def people(settings: Settings) -> Iterator[Finding]:
    """Can the file be read, is anything wrong in it, may others change it, and who typed without a role?"""
    from adapters.private import open_to_others
    from services.accounts import new_file
    from services.installation import installation, is_trial
    from starter.people_faults import found_in

    if not settings.people.exists():
        if is_trial(installation()):
            yield Finding(WHAT, "ok", "no file of people: whoever runs this trial is its administrator")
        else:
            says = "There is no file of people, so nobody may see or record anything but immediate risk."
            yield Finding(WHAT, "problem", says, f"To make it: {new_file(settings.people)}.")
        return
    count, faults = found_in(settings)
    mend = f"Mend {settings.people}; `escalate people check` looks again."
    yield from (Finding(WHAT, "problem", fault, mend) for fault in faults)
    changed = [path for path, may in open_to_others([settings.people]) if may == "change"]
    if changed:
        says = f"Others on this machine may change {settings.people}, and so say who may what."
        yield Finding(WHAT, "problem", says, "Let its owner alone write it (chmod go-w).")
    unknown = list(_of_no_role(settings))
    yield from unknown
    if not (faults or changed or unknown):
        yield Finding(WHAT, "ok", f"{count} {'account' if count == 1 else 'accounts'}, each with a role")


def _of_no_role(settings: Settings) -> Iterator[Finding]:
    from adapters.people.file import PeopleFaulty, load_people
    from adapters.register.errors import RegisterError
    from adapters.register.reads import accounts_of_no_role

    try:
        known = load_people(settings.people)
        typed = accounts_of_no_role(settings.register)
    except (RegisterError, PeopleFaulty, OSError, ValueError):
        return  # each is told of by itself
    for account in typed:
        if account not in known:
            says = f"The account {account} has asked for cases and has no role."
            yield Finding(WHAT, "warning", says, f"Add it to {settings.people}, or ask whose it is.")


def reads(settings: Settings) -> Iterator[Finding]:
    """Is any look kept aside that the register could not take?"""
    from adapters.people.aside import ReadsAside

    aside = ReadsAside(settings.data)
    if count := aside.count():
        says = f"{count} {'look is' if count == 1 else 'looks are'} kept aside in {aside.folder} and not noted yet."
        mend = "See above whether the register can be written; the next look, or a worker that starts, notes them."
        yield Finding("reads", "warning", says, mend)
    else:
        yield Finding("reads", "ok", "every look at a case is noted")


def ringing(settings: Settings) -> Iterator[Finding]:
    """Is it known of everybody on a rota that their telephone rings? In training nothing leaves this machine."""
    from adapters.rota import RotaFault, load_rota
    from services.times import now
    from services.trial_alerts import untried

    from .post import trains

    if trains(settings):
        return
    silent: dict[str, None] = {}
    count = 0
    for path in sorted(settings.directories.glob("*.rota.toml")):
        try:
            rota = load_rota(path)
        except RotaFault:
            continue  # that is told by itself
        count += len(rota.people)
        silent |= dict.fromkeys(untried(settings, rota, now()))
    if silent:
        some = ", ".join([*silent][:SOME]) + (f" and {len(silent) - SOME} more" if len(silent) > SOME else "")
        says = f"No test alert was answered with “it rang” in 90 days for {some}."
        yield Finding("test alerts", "warning", says, "Send one to each: `escalate rota test POLICY --person HANDLE`.")
    elif count:
        yield Finding("test alerts", "ok", "everybody on a rota has said in the last 90 days that one rang")
