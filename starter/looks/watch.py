"""Is there a watch beside the worker, does it go round, and what has it found?"""

from collections.abc import Iterator

from settings import Settings
from starter.times import now

from .finding import Finding

SHOWN = 20


def watch(settings: Settings) -> Iterator[Finding]:
    """Read its heartbeat."""
    from adapters.watch.notebook import read_notebook
    from adapters.watch.silence import silence

    from .post import trains

    notebook = read_notebook(settings.watch.heartbeat)
    if not settings.watch.is_set_up and not notebook.every_seconds:
        if not trains(settings):
            says = "No watch is set up: were every worker or Temporal to stop, nobody would be told."
            yield Finding("watch", "warning", says, "Run `escalate watch` beside the worker (docs/deployment.md).")
        return
    if silent := silence(settings.watch.heartbeat, now(), is_set_up=True):
        yield Finding("watch", "warning", silent, "Start `escalate watch` again, and see its log.")
    else:
        yield Finding("watch", "ok", f"went round at {notebook.last_round}, {len(notebook.known)} found")
    for one in list(notebook.known.values())[:SHOWN]:
        yield Finding("watch", "problem", one.says, one.mend)
    if notebook.ping == "not reached":
        says = (
            "The address that the watch calls after each round does not answer, so the dead man's switch will go off."
        )
        yield Finding("watch", "warning", says, "See ESCALATION_WATCH_PING.")
    if settings.watch.smtp_host and settings.watch.smtp_host == settings.channels["smtp"]["host"]:
        says = "The watch tells by the same mail host as the notices: when it is down, neither is heard."
        yield Finding("watch", "warning", says, "Give ESCALATION_WATCH_SMTP_HOST another, or add a webhook.")
