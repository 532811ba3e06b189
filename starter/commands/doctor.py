"""`escalate doctor`: is this installation well?"""

import click

from services.errors import PROBLEM
from services.rows import Row
from settings import SettingsFaulty, read_settings
from starter import screen

TONES = {"ok": "good", "warning": "warning", "problem": "late"}


@click.command()
@click.option("--send", metavar="ROLE", default="", help="Send a real test message to on-call, second, deputy …")
@click.option("--json", "as_json", is_flag=True, help="For programs: JSON alone on stdout.")
@click.pass_context
def command(ctx: click.Context, send: str, as_json: bool) -> None:
    """See whether this installation is well: settings, register, clocks, policies, rota, post, links, watch, worker.

    Each line says ok, warning or problem, and what mends it. It changes nothing: what it writes for a trial is taken
    back. It sends nobody anything but with --send: a test message, to whoever holds that rung of the on-call rota now.
    GOV.UK Notify is asked by a message to an address of its own. The exit code is 1 with any problem.

    \b
    Examples:
      escalate doctor
      escalate doctor --json
      escalate doctor --send on-call
    """
    from starter.checks import Finding
    from starter.checks.all import every_check
    from starter.checks.post import trial

    found: list[Finding] = []
    try:
        settings = read_settings()
    except SettingsFaulty as faulty:
        found.append(Finding("settings", "problem", str(faulty)))
    else:
        found.append(Finding("settings", "ok", "every ESCALATION_ variable can be read"))
        found += every_check(settings)
        found += trial(settings, send) if send else ()
    has_problem = any(one.state == "problem" for one in found)
    if as_json:
        screen.as_json({"well": not has_problem, "found": [one._asdict() for one in found]})
    else:
        rows = [Row((one.state, one.what, f"{one.says} {one.mend}".strip()), TONES[one.state]) for one in found]
        screen.table(("", "", ""), rows)
    if has_problem:
        ctx.exit(PROBLEM)
