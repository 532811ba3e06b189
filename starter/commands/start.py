"""`escalate start`: open a case."""

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from services import temporal_client
from services.installation import installation, prefix
from services.referrals import Referral, check_lengths, cut, pairs, read_referral
from services.remarks import note
from starter import screen
from starter.answers import say_telephone, say_who_was_told, tell, unheard
from starter.privacy import must_name_nobody
from starter.written import HELP, taken

if TYPE_CHECKING:
    from domain.commands import Opening
    from domain.policy import Policy
    from domain.views.status import CaseStatus
    from settings import Settings
    from starter.questions import Asking

FIRST = 5
"""So many deadlines are shown of a case just opened."""


class Starting(click.Command):
    """A line that says immediate risk and cannot be read says first what comes before any program."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, [*args])
        except click.UsageError:
            if "--immediate-risk" not in args:
                raise
            say_telephone()
            with unheard(of_risk=True):
                raise


@click.command(cls=Starting, epilog=HELP)
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--policy", default="", help="Policy, by name or file.")
@click.option("--raising", default="", metavar="AGENCY", help="Agency that raises the difference.")
@click.option("--receiving", multiple=True, metavar="AGENCY", help="Agency it is raised with. May be given again.")
@click.option("--raised-by", default="", metavar="ROLE", help="Role of whoever raises it: practitioner, slo …")
@click.option("--fact", multiple=True, metavar="NAME=VALUE", help="What the policy asks about the case.")
@click.option(
    "--own-record", default="", metavar="NUMBER", help="The raising agency's own record number; never a name."
)
@click.option("--words", multiple=True, metavar="KEY=TEXT", help="What is said: disagreement=…, interim-safety=…")
@click.option(
    "--opened", default="", metavar="TIME", help="When it was raised, if not now: `3 days ago`, `friday 3pm`."
)
@click.option(
    "--kind", multiple=True, metavar="AGENCY=SORT", help="What sort an agency is, if not as the directory says."
)
@click.option("--immediate-risk", is_flag=True, help="A child is at immediate risk now: telephone first, then this.")
@click.option("--request", default="", metavar="ID", help="Your own id: starting again with it opens no second case.")
@click.option("--yes", is_flag=True, help="Go on although a text looks as if it named a child.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(file: str | None, request: str, yes: bool, as_json: bool, **options: Any) -> None:
    """Open a case from a referral FILE, from options, or both (options win).

    At a terminal it asks for what is missing. Never write a child's name: give the agency's own record number.

    \b
    Examples:
      escalate start examples/referral.toml
      escalate start --policy lincolnshire --raising schools --receiving police \\
        --raised-by practitioner --fact concern=difference
      escalate start examples/referral.toml --opened "yesterday 15:30" --request school-2026-014
      escalate start examples/referral.toml --immediate-risk
      escalate start examples/referral.toml --receiving health-trust --kind health-trust=health
    """
    of_risk = options["immediate_risk"]
    if of_risk:
        say_telephone()
    with unheard(of_risk):
        settings = installation()
        facts, kinds, options["words"] = (
            pairs(options.pop(name), f"--{name}", may_stop=not of_risk) for name in ("fact", "kind", "words")
        )
        said = taken({"facts": facts, **options}, may_stop=not of_risk)
        typed = Referral(kinds=kinds, **said)
        referral = (read_referral(Path(file)) if file else Referral()).over(typed)
    if referral.immediate_risk and not of_risk:
        say_telephone()
    with unheard(referral.immediate_risk):
        _open(settings, referral, request, file, yes=yes, as_json=as_json)


def _open(
    settings: "Settings", referral: Referral, request: str, file: str | None, *, yes: bool, as_json: bool
) -> None:
    from services.openings import must_not_mix, opening_of, reference_for, tell_edited, unsaid

    must_not_mix(settings)
    if referral.immediate_risk:
        request = request or token_hex(4)  # so that the same case is opened where it must be typed again
        referral = replace(referral, words=cut(referral.words))
    with _kept(referral, request, file) as asking:
        policy = _completed(asking, settings, from_file=bool(file))
        _look_at_texts(asking.referral, request, asking.settled, yes=yes)
        opening = opening_of(asking.referral, policy, settings, reference_for(request, prefix(settings)))
        unsaid(opening.facts, policy)
        tell_edited(policy, settings)
        for sentence in opening.unreachable:
            note(sentence)
        opening, standing, is_new = _opened(opening, settings, request)
    if opening.immediate_risk and not is_new:
        _raise_in(settings, opening.case, as_json=as_json)
    elif as_json:
        screen.as_json(
            {"case": opening.case, "new": is_new, "unreachable": list(opening.unreachable)}
            | {"standing": standing.model_dump(mode="json") if is_new else None}
        )
    elif is_new:
        _tell(standing)
        if standing.risks:
            screen.say("\nImmediate risk is raised in it.")
            say_who_was_told(settings.register, opening.case, *standing.risks[0].told)
        if opening.unreachable:
            note(
                "Whoever sits in such a seat can be told in this case alone: "
                f"{screen.program()} directory add-guest {opening.case} --help"
            )
    else:
        screen.say(f"{opening.case} had been opened by the same request before: nothing was opened or changed.")
        screen.say(f"See it with  {screen.program()} show {opening.case}")


def _raise_in(settings: "Settings", case: str, *, as_json: bool) -> None:
    """Raise immediate risk in the case that the same request had opened before, anew whatever is on its record."""
    from domain.commands import RiskRaised
    from services.waking import raise_risk
    from starter import access

    note(f"{case} had been opened by the same request before: the risk is raised in it.")
    risk = RiskRaised(id=str(uuid4()))
    answer = temporal_client.run(lambda: raise_risk(settings, case, risk, access.sender(settings)))
    tell(case, answer, risk.id, as_json=as_json)
    if not as_json:
        say_who_was_told(settings.register, case, answer.told or answer.entry)


@contextmanager
def _kept(referral: Referral, request: str, file: str | None) -> "Iterator[Asking]":
    """Let a person be asked; whatever stops the opening, what they answered is shown, to be given again."""
    from starter.questions import Asking

    asking = Asking(referral)
    try:
        yield asking
    except BaseException:
        if asking.has_asked:
            note("\nWhat you have answered, to be typed again as it stands:")
            note(f"  {typed_again(asking, request, file)}")
            for name, text in asking.written.items():
                note(f"  {name}: {text}")
            note("")
        raise


def typed_again(asking: "Asking", request: str, file: str | None) -> str:
    """Return the words that say a referral anew, as a shell takes them.

    What somebody wrote is left out: it is asked for again, and the whole machine can read what is typed here.
    """
    said = asking.referral
    words = [screen.program(), "start", *([file] if file else [])]
    for option, value in (
        ("--policy", said.policy),
        ("--raising", said.raising),
        *(("--receiving", one) for one in said.receiving),
        ("--raised-by", said.raised_by),
        *(("--fact", f"{name}={value}") for name, value in said.facts.items() if name not in asking.written),
        ("--opened", str(said.opened or "")),
        *(("--kind", f"{name}={sort}") for name, sort in said.kinds.items()),
        ("--request", request),
    ):
        words += [option, value] if value else []
    return shlex.join([*words, *(["--immediate-risk"] if said.immediate_risk else [])])


def _completed(asking: "Asking", settings: "Settings", *, from_file: bool) -> "Policy":
    """Ask for what is missing where somebody can be asked; return the policy of the referral, which says enough."""
    from services import case_inputs
    from services.openings import whole
    from starter import terminal

    if not terminal.can_ask():
        said = asking.referral
        return whole(said, case_inputs.policy(settings, said.policy) if said.policy else None)
    policy = asking.policy(settings)
    asking.rest(policy, case_inputs.directory(settings, policy.id), from_file=from_file)
    return whole(asking.referral, policy)


def _look_at_texts(referral: Referral, request: str, settled: set[str], *, yes: bool) -> None:
    """Look at every word of a referral, the names of its tables too: a sender may have made them up."""
    said = {"--request": request}
    for one in fields(referral):
        value = getattr(referral, one.name)
        if isinstance(value, str):
            said[one.name] = value
        elif isinstance(value, tuple):
            said[one.name] = "\n".join(value)
        elif isinstance(value, Mapping):
            said |= {f"{one.name}.{name}": text for name, text in value.items()}
            said[f"{one.name} (a name)"] = "\n".join(value)
    check_lengths(said)
    unseen = {place: text for place, text in said.items() if place not in settled}
    must_name_nobody(unseen, yes=yes, may_stop=not referral.immediate_risk)


def _opened(opening: "Opening", settings: "Settings", request: str) -> tuple["Opening", "CaseStatus", bool]:
    from domain.decide import open_case
    from domain.views.status import status_of
    from services.case_opening import opened
    from services.times import now
    from starter import access

    standing = status_of(open_case(opening, now()).escalation)  # refused here, before anything is sent
    made, is_new = temporal_client.run(lambda: opened(opening, settings, request, access.sender(settings)))
    return made, standing.but(case=made.case), is_new


def _tell(standing: "CaseStatus") -> None:
    from services.cases import OWED, owed_rows
    from services.times import now
    from starter.offered import commands

    view = standing.model_dump(mode="json")
    screen.say(f"Opened: {standing.case}", "good")
    screen.say(f"At: {', '.join(stage.title for stage in standing.stages)}")
    screen.heading("Due first")
    screen.table(OWED, owed_rows(view, now(), on_record=False)[:FIRST], indent=2)
    screen.heading("When somebody has acted, type one of these")
    for line in [one for one in commands(view) if not one.first][:FIRST]:
        screen.say(f"  {line.typed}")
    screen.heading("To see where it stands")
    screen.say(f"  {screen.program()} show {standing.case}")
