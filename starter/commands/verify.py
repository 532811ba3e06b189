"""`escalate verify`: is the record whole?"""

from typing import TYPE_CHECKING

import click

from adapters.register import reading
from starter import screen
from starter.cases import reference, unknown
from starter.exits import PROBLEM
from starter.installation import installation

if TYPE_CHECKING:
    from adapters.register.rows import Fault


@click.command()
@click.argument("ref", required=False, default="")
@click.option("--rebuild", is_flag=True, help="First write anew, from the entries, what lists show of each case.")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(ctx: click.Context, ref: str, rebuild: bool, as_json: bool) -> None:
    """Go over the record of the case REF, or of every case: is it as it was written?

    Each entry and each try to send a notice must follow from the one before it, each case must follow from its entries
    by the rules, and what `list` and `show` print must be what the entries say. The exit code is 1 where anything is
    not. Nothing in the record is ever changed; --rebuild writes only what lists show, which is a copy.

    \b
    Examples:
      escalate verify
      escalate verify ESC-0000-0000 --json
      escalate verify --rebuild
    """
    settings = installation()
    only = reference(ref, settings) if ref else None
    refs = reading.list_references(settings.register)
    if only is not None and only not in refs:
        raise unknown(only)
    looked_at = refs if only is None else [only]
    from adapters.register.register import Register
    from starter import proving

    with Register(settings.register) as register:
        rebuilt = proving.rebuild(register, settings.register, looked_at) if rebuild else 0
        found = list(proving.faults(register, settings.register, looked_at, only))
    if as_json:
        told = [{"case": one.case_ref, "place": one.place, "what": one.what} for one in found]
        screen.as_json({"cases": len(looked_at), "sound": not found, "faults": told, "rebuilt": rebuilt})
    else:
        _tell(len(looked_at), found, rebuilt, ref)
    if found:
        ctx.exit(PROBLEM)


def _tell(looked_at: int, found: "list[Fault]", rebuilt: int, ref: str) -> None:
    cases = f"{looked_at} {'case' if looked_at == 1 else 'cases'}"
    if rebuilt:
        screen.say(f"Written anew from the entries: what lists show of {rebuilt} of {cases}.")
    for one in found:
        screen.say(str(one), "late")
    if not found:
        screen.say(f"The record of {cases} is whole: as it was written, and what lists show follows from it.", "good")
        return
    of = {one.of for one in found}
    where = "in the record" if "record" in of else "beside the record" if of == {"copy"} else "in reading the record"
    screen.say(f"{len(found)} {'fault' if len(found) == 1 else 'faults'} {where} of {cases}.", "late")
    for kind, advice in ADVICE.items():
        if kind in of and not (kind == "reading" and "record" in of):
            screen.say(advice.format(again=f"{screen.program()} verify {f'{ref} ' if ref else ''}--rebuild"))


ADVICE = {
    "record": "Change nothing by hand. Keep a copy as it is now, and tell whoever looks after this installation.",
    "reading": "Every entry is as it was written, and this version of the program makes no case of them. Change "
    "nothing; go back to the version that wrote them, or tell whoever looks after this installation.",
    "copy": "The copy that lists show is not the record, and nobody need have touched it: a worker that was stopped or "
    "cut off leaves it behind. Write it anew:  {again}",
}
"""What to do, by what the faults are of."""
