"""`escalate record`: what somebody did or said in a case."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from adapters.register import reading
from starter import door, offered, screen
from starter.answers import say_telephone, say_who_was_told, tell, unheard
from starter.cases import reference, unknown
from starter.installation import installation
from starter.privacy import must_name_nobody
from starter.referrals import check_lengths, pairs
from starter.typed import YesOrNo, texts, texts_needed
from starter.written import HELP, taken

if TYPE_CHECKING:
    from domain.escalation import Answer
    from settings import Settings


RISK = "risk"
_ALSO_RISK = frozenset({RISK, "immediate-risk", "immediate risk", "immediate_risk"})
_KEPT = ("--note", "--by", "--role", "--person")
"""Options of immediate risk that are kept where something else on the line cannot be read."""


def _is_risk(word: str) -> bool:
    return word.strip().casefold() in _ALSO_RISK


class Recording(click.Command):
    """A line that says immediate risk is taken whatever else on it cannot be read."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, [*args])
        except click.UsageError as slip:
            pair = next((at for at in range(len(args) - 1) if _is_risk(args[at + 1]) and args[at][:1] != "-"), None)
            if pair is None:
                raise
            screen.note(f"{slip.format_message()} What cannot be read is left out, and the risk is raised.")
            kept = [f"{name}={value}" for name, value in _said(args) if name in _KEPT]
            ctx.params.clear()
            return super().parse_args(ctx, [args[pair], RISK, *kept])


def _said(args: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the options of a line with what stands after them."""
    for at, word in enumerate(args):
        name, equals, value = word.partition("=")
        if equals or at + 1 < len(args):
            yield name, value if equals else args[at + 1]


@click.command(cls=Recording, epilog=HELP)
@click.argument("ref")
@click.argument("act", required=False, default="")
@click.option("--by", default="", metavar="AGENCY", help="Agency of whoever did or said it.")
@click.option("--role", default="", metavar="ROLE", help="Their role: practitioner, line-manager, slo …")
@click.option("--person", default="", metavar="HANDLE", help="A staff number, never a name; shown in no notice.")
@click.option("--at", default="", metavar="TIME", help="When it happened, if not now: `today 15:00`, `friday 3pm`.")
@click.option("--method", default="", help="How: telephone, face to face, internet meeting …")
@click.option("--with", "with_", multiple=True, metavar="AGENCY", help="Who else took part. May be given again.")
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@click.option("--interim-safety", default="", metavar="TEXT", help="What keeps the child safe meanwhile.")
@click.option("--field", multiple=True, metavar="NAME=TEXT", help="Anything else it needs, by its name.")
@click.option("--note", default="", metavar="TEXT", help="A few words more; with risk, what the risk is.")
@click.option("--stage", default="", help="Which step, where several are open.")
@click.option(
    "--to",
    default="",
    metavar="STAGE|SEAT",
    help="Where the case goes, where the outcome leaves a choice; with hand-over ROLE@AGENCY[:HANDLE].",
)
@click.option("--seat", default="", metavar="ROLE@AGENCY", help="With mended: which seat has the right person now.")
@click.option("--date", default="", metavar="TIME", help="For when a meeting is set: `friday 10am`.")
@click.option("--chair", default="", metavar="AGENCY[:ROLE]", help="Where a meeting's independent chair comes from.")
@click.option(
    "--action", multiple=True, metavar="TEXT", help='With propose "what; owner; 2026-12-03"; else its number.'
)
@click.option("--residual", multiple=True, metavar="TEXT", help='What the plan leaves open: "what; owner; 2026-12-03".')
@click.option("--no-residual", is_flag=True, help="The plan leaves nothing open.")
@click.option("--fits-existing-plan", type=YesOrNo(), default=None, help="Does it fit the child's plan?")
@click.option(
    "--version", type=int, default=None, help="Of the plan, with confirm and unconfirm; else the newest shown."
)
@click.option("--entry", type=int, default=None, help="Which entry is contested, or was wrong.")
@click.option("--happened", default="", metavar="TIME", help="With correct: when it really happened.")
@click.option("--strike", is_flag=True, help="With correct: it did not happen at all.")
@click.option(
    "--duty", type=int, default=None, help="Number of what is let go, put off or handed over, as show gives it."
)
@click.option(
    "--until",
    default="",
    metavar="TIME",
    help="With agree-date, extend, pause, hand-over: `friday 3pm`, or a day.",
)
@click.option("--fact", multiple=True, metavar="NAME=VALUE", help="With fact: what is answered, and how.")
@click.option("--agency", default="", help="With join and leave: which agency.")
@click.option("--side", type=click.Choice(["raising", "receiving"]), default=None, help="With join: on which side.")
@click.option("--timescale", default="", metavar="NAME", help="With agree-date and fill: which of the policy's times.")
@click.option("--within", default="", metavar="PERIOD", help="With fill: the number, such as `5 working days`.")
@click.option("--whose", default="", metavar="TEXT", help="With fill: who set the number, and where it stands.")
@click.option("--group", default="", metavar="ROLE", help="With meetings: who meets.")
@click.option("--meeting", multiple=True, metavar="TIME", help="With meetings: one still ahead. Give all of them.")
@click.option(
    "--appoint",
    multiple=True,
    metavar="ROLE@AGENCY[:HANDLE]",
    help="Who takes the seat, or sits in the body. May be given again.",
)
@click.option("--replacement", default="", metavar="DATE", help="The new date of a late action: `27/11/2026`.")
@click.option("--on-behalf-by", default="", metavar="WHO", help="Who enters it, where that is somebody else.")
@click.option("--evidence", default="", metavar="TEXT", help="What shows that they said so; with --on-behalf-by.")
@click.option(
    "--seen", type=int, default=None, metavar="N", help="Entry you last saw: what has moved since is refused."
)
@click.option("--id", default="", help="Id of this message: sent again with it, it counts once.")
@click.option("--yes", is_flag=True, help="Go on although a text looks as if it named a child.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
def command(ref: str, act: str, yes: bool, as_json: bool, **said: Any) -> None:
    """Record in the case REF that ACT was done or said.

    ACT is an act or an outcome of the case's policy, or one of: propose, confirm, unconfirm (the plan), risk
    (immediate risk to a child; nothing more is needed), acknowledge (the alert), contest (an entry made for both),
    correct (an entry of yours that was wrong: nothing is taken out, the correction stands beside it), waive (let go,
    by a named person, what keeps an ended case from closing). Without ACT it lists what may be recorded now, with the
    words to type. A closed case takes risk, corrections and what was done late; it comes back for them.

    About the case itself: fact (answer what the policy asks, or answer it anew with a reason), join, leave (an agency
    becomes a party, or by its own word is none any more). About its clocks: agree-date (a date for this case, where
    the policy leaves the time to those concerned), fill (a number that the policy's text leaves unknown), meetings
    (when a group meets), and, where your partnership's own settings allow them, extend, pause, unpause and withdraw.

    About who does it: hand-over (somebody else has it until a time; who owes it still owes it, and takes it back by
    handing it to their own seat), not-mine and left (you were told, and it is not your case, or whoever was told has
    left: the next person is told at once, and your partnership's office), mended (the office: the right person sits
    there now).

    \b
    Examples:
      escalate record ESC-0000-0000
      escalate record ESC-0000-0000 discussion --by schools --role practitioner \\
        --method telephone --at "today 15:00"
      escalate record ESC-0000-0000 propose --by schools --role practitioner --fits-existing-plan yes \\
        --action "Visit the home together; police; 2026-12-03"
      escalate record ESC-0000-0000 confirm --by police --role practitioner
      escalate record ESC-0000-0000 not-agreed --by schools --role practitioner \\
        --reason "…" --interim-safety "…"
      escalate record ESC-0000-0000 correct --by schools --role practitioner --entry 3 \\
        --happened "yesterday 16:30" --reason "The wrong day was typed."
      escalate record ESC-0000-0000 waive --duty 7 --by schools --role slo --person staff-0042 \\
        --reason "…"
      escalate record ESC-0000-0000 fact --by police --role practitioner --fact consent=given
      escalate record ESC-0000-0000 join --by schools --role slo --agency health-trust \\
        --side receiving --reason "…"
      escalate record ESC-0000-0000 agree-date --by schools --role slo --timescale panel-reply --until 2026-12-03
      escalate record ESC-0000-0000 fill --by schools --role slo --timescale panel-reply \\
        --within "5 working days" --whose "The partnership's flowchart of 2026"
      escalate record ESC-0000-0000 meetings --role ppet --group ppet --meeting 2026-12-03T10:00
      escalate record ESC-0000-0000 extend --by schools --role slo --duty 4 --until 2026-12-03 --reason "…"
      escalate record ESC-0000-0000 pause --by schools --role slo --until 2026-12-03 --reason "…"
      escalate record ESC-0000-0000 panel-formed --role panel-secretary \\
        --appoint slo@police:staff-0042 --appoint slo@health-trust
      escalate record ESC-0000-0000 hand-over --duty 4 --to slo@police:staff-0042 --until 2026-12-03 \\
        --reason "On leave." --by police --role practitioner
      escalate record ESC-0000-0000 not-mine --by police --role practitioner
      escalate record ESC-0000-0000 left --role on-call
      escalate record ESC-0000-0000 mended --seat practitioner@police --role operations --person staff-0007
      escalate record ESC-0000-0000 risk --note "what has happened, without names"
    """
    act = RISK if _is_risk(act) else act
    if act == RISK:
        say_telephone()
    with unheard(act == RISK):
        _record(ref, act, said, yes=yes, as_json=as_json)


def _record(ref: str, act: str, said: dict[str, Any], *, yes: bool, as_json: bool) -> None:
    settings = installation()
    case = reference(ref, settings)
    if not act:
        _list_open(settings, case, as_json=as_json)
        return
    for name in ("field", "fact"):  # a word of immediate risk has neither, and no slip in them holds it up
        said[name] = pairs(said[name], f"--{name}") if act != RISK else {}
    said = taken(said, may_stop=act != RISK)
    if act != RISK:
        said |= _asked(settings, case, act, said)
    said["id"] = said["id"] or str(uuid4())
    if act != RISK:
        check_lengths(texts(said))
    must_name_nobody(texts(said), yes=yes, may_stop=act != RISK)
    answer = _sent(case, act, said, settings)
    tell(case, answer, said["id"], as_json=as_json)
    if act == RISK and not as_json:
        say_who_was_told(settings.register, case, answer.entry)


def _asked(settings: "Settings", case: str, act: str, said: dict[str, Any]) -> dict[str, str]:
    """Ask somebody at a terminal for the texts that it needs and that were left out: answers are in no process list."""
    from starter import questions
    from starter.names import view_of

    if not questions.can_ask():
        return {}
    view = view_of(settings, case)
    missing = [name for name in texts_needed(act, said["stage"], view or {}) if not said[name]]
    return {name: questions.ask_text(name.replace("_", " ")) for name in missing}


def _sent(case: str, act: str, said: dict[str, Any], settings: "Settings") -> "Answer":
    from starter.messages import message_of, risk_of
    from starter.names import facts_meant, kind_of, must_be_an_agency, namer
    from starter.sending import send_to
    from starter.waking import raise_risk

    async def send() -> "Answer":
        if act == RISK:
            return await raise_risk(settings, case, risk_of(said, namer(settings, case)))
        async with door.caseload(settings) as cases:
            kind = await kind_of(act, case, settings, cases, said)
            if kind == "fact":
                said["fact"] = facts_meant(settings, case, said["fact"])
            if kind == "join" and said["agency"]:
                must_be_an_agency(settings, case, said["agency"])
            return await send_to(settings, cases, case, message_of(kind, act, said, namer(settings, case)))

    return door.run(send)


def _list_open(settings: "Settings", case: str, *, as_json: bool) -> None:
    found = reading.read_case(settings.register, case)
    if found is None:
        raise unknown(case)
    if as_json:
        screen.as_json(found["view"]["offers"])
        return
    for one in offered.commands(found["view"]):
        for line in one.lines:
            screen.say(line)
