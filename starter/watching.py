"""Makes the watch from the settings. Nothing that it needs may import the Temporal SDK."""

from datetime import datetime

from adapters.post import PostFailed
from adapters.register.recorded import Recorded
from adapters.watch.checks import directories_needed, empty_rotas
from adapters.watch.notebook import read_notebook
from adapters.watch.rounds import Watch, cases
from adapters.watch.shrinking import entries_kept
from adapters.watch.telling import Channel, FolderChannel, MailChannel, WebhookChannel
from domain.commands import MomentPassed
from domain.decide import decide
from domain.engine.moments import next_moment
from services.errors import Trouble
from services.openings import must_not_mix
from services.times import now
from settings import Settings, WatchSettings


def watch_of(settings: Settings, *, every_seconds: int) -> Watch:
    """Return the watch. The settings must say whether this is training.

    *every_seconds* is 0 where each round is started from outside. Raises Trouble where a setting of a channel cannot be
    used, or where the register holds cases of the other kind, real or invented.
    """
    must_not_mix(settings)
    notebook = read_notebook(settings.watch.heartbeat)
    notebook.every_seconds = every_seconds
    is_training = settings.training == "yes"
    return Watch(
        [
            cases(settings.register, Due(settings.register)),
            entries_kept(settings.register, notebook),
            directories_needed(settings.register, settings.directories),
            empty_rotas(settings.directories),
        ],
        channels_of(settings),
        notebook,
        ping="" if is_training else settings.watch.ping,
        training=is_training,
    )


def channels_of(settings: Settings) -> list[Channel]:
    """Return the watch's channels; in training only the folder. Raises Trouble."""
    said = settings.watch
    if settings.training == "yes":
        return [FolderChannel(said.folder or settings.data / "watch")]
    channels: list[Channel] = [FolderChannel(said.folder)] if said.folder else []
    if said.smtp_host or said.to:
        channels.append(_mail(settings, said))
    if said.webhook:
        channels.append(WebhookChannel(said.webhook, said.webhook_key, now))
    return channels


def _mail(settings: Settings, said: WatchSettings) -> MailChannel:
    if not (said.smtp_host and said.to):
        raise Trouble("ESCALATION_WATCH_SMTP_HOST and ESCALATION_WATCH_TO go together: set both, or neither.")
    try:
        return MailChannel(
            said.smtp_host,
            said.smtp_port,
            settings.sender,
            said.to,
            now,
            username=said.smtp_user,
            password=said.smtp_password,
            starttls=said.smtp_starttls,
        )
    except (ValueError, PostFailed) as error:
        sentence = str(error)
        raise Trouble(sentence[0].upper() + sentence[1:].rstrip(".") + ".") from None


class Due:
    """Asks the rules whether something should have been entered by an instant, using the record only.

    If the record does not give the case, nobody can say that all is well: then it counts as due.
    """

    def __init__(self, register: str) -> None:
        self._record = Recorded(register)
        self._quiet: dict[str, tuple[int, datetime | None]] = {}

    def __call__(self, case: str, as_of: int, by: datetime) -> bool:
        """Is something due that was never entered?"""
        known, until = self._quiet.get(case, (0, None))
        if known == as_of and (until is None or by < until):
            return False
        try:
            found = self._record.case(case)
            decision = decide(found, MomentPassed(), by) if found else None
        except Exception:
            return True
        if decision is None or decision.effects:
            return True
        self._quiet[case] = (as_of, next_moment(decision.escalation))
        return False
