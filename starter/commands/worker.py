"""`escalate worker`: run a worker on its own."""

import click


@click.command("worker", short_help="Run a worker, which carries the cases.")
def command() -> None:
    """Run a worker, which carries the cases: it keeps their time, sends the notices and writes the record.

    It runs until SIGTERM or Ctrl-C, and then lets what is being done finish. Several may run at once. Temporal's own
    variables say where Temporal is (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_PROFILE …).

    \b
    Examples:
      escalate worker
      TEMPORAL_ADDRESS=temporal.example.org:7233 escalate worker
    """
    from adapters.keyring import KeysFault
    from adapters.logs import set_up_logging
    from services.errors import AWAY, Trouble
    from settings import read_settings
    from worker import run, run_in_loop
    from workflows.connection import FiguresFault, ServerAway
    from workflows.service import AttributesConflict

    set_up_logging()
    try:
        run_in_loop(run(read_settings()))
    except (FiguresFault, KeysFault) as error:
        raise Trouble(str(error)) from None
    except (ServerAway, AttributesConflict) as error:
        raise Trouble(str(error), AWAY) from None
