"""Notices as text files in a folder: for trying out, and as a copy of what went by e-mail."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from adapters.directory import Channel, Contact
from adapters.directory.addresses import KINDS
from adapters.files import NotWritten, write_new
from adapters.given import reason_of
from adapters.links import Links
from adapters.private import make_folder
from domain.case.effects import Notice, Receipt

from .errors import PostDown
from .letter import Letter, write_letter


class OutboxPost:
    """Writes one file for each notice, named `2026-11-23T0915Z ESC-7K2M-Q-12-3 overdue to line-manager, police.txt`.

    Sending the same reference again finds the first file, also from another thread or process on the same disk, and
    after a crash at any point: the first writer settles the file's name in `.refs` inside the folder before it writes,
    as what a link there says, for that is made whole or not at all. Notices that went together are one file, which each
    of their references finds.
    """

    channel = "outbox"

    def __init__(
        self, folder: Path, clock: Callable[[], datetime], *, training: bool = False, links: Links | None = None
    ) -> None:
        self._folder = folder
        self._refs = folder / ".refs"
        self._clock = clock
        self._training = training
        self._links = links

    def send(self, notice: Notice, contact: Contact, *, channel: str = "") -> Receipt:
        """Write the notice, or find it written. `accepted_at` is when it was first accepted, to the second.

        *channel* names the channel that sent it, where this is a copy.

        Raises PostDown where the folder cannot be written, UnknownNotice for a kind without a template.
        """
        letter = write_letter(notice, contact, training=self._training, links=self._links)
        try:
            accepted, name, _ = self._settle(notice, channel or self.channel)
            file = self._folder / name
            if not file.exists():
                write_new(file, _page(letter, contact, accepted))
            for other in notice.together:
                self._refer(other.ref, str(self._ref_path(notice.ref).readlink()))
        except (OSError, NotWritten) as error:
            why = reason_of(error) if isinstance(error, OSError) else error.why
            place = f"the outbox {self._folder} ({why})"
            raise PostDown(f"Notice {notice.ref} cannot be written to {place}; mend that folder.") from None
        return Receipt(ref=notice.ref, channel=self.channel, accepted_at=accepted, fallback=contact.fallback)

    def receipt_of(self, ref: str, contact: Contact) -> Receipt | None:
        """Return the receipt of a notice written before, or None; it names the channel that took the notice."""
        try:
            accepted, _, channel = self._settled(ref)
        except OSError:
            return None
        return Receipt(ref=ref, channel=channel, accepted_at=accepted, fallback=contact.fallback)

    def _settle(self, notice: Notice, channel: str) -> tuple[datetime, str, str]:
        accepted = self._clock().astimezone(UTC).replace(microsecond=0)
        name = _file_name(notice, accepted)
        if self._refer(notice.ref, f"{accepted.isoformat()}|{name}|{channel}"):
            return accepted, name, channel
        return self._settled(notice.ref)

    def _refer(self, ref: str, says: str) -> bool:
        """Have a reference say so. Returns False where it says something already, which it keeps."""
        path = self._ref_path(ref)
        try:
            try:
                path.symlink_to(says)
            except FileNotFoundError:  # it is the first of all, or somebody has taken the folder away
                make_folder(self._refs)
                path.symlink_to(says)
        except FileExistsError:
            return False
        return True

    def _settled(self, ref: str) -> tuple[datetime, str, str]:
        accepted, name, channel = str(self._ref_path(ref).readlink()).split("|")
        return datetime.fromisoformat(accepted), name, channel

    def _ref_path(self, ref: str) -> Path:
        return self._refs / quote(ref, safe="")


def forget(folder: Path, case: str) -> int:
    """Take the copies of one case's notices out of the folder, and return how many there were.

    One that went together with notices of other cases is left: it says no more than which cases had something overdue.

    Raises NotWritten.
    """
    try:
        copies = [file for file in folder.glob("*.txt") if f" {case}-" in file.name and " more to " not in file.name]
        for file in copies:
            file.unlink(missing_ok=True)
        refs = folder / ".refs"
        for ref in refs.glob(f"{quote(f'{case}/', safe='')}*") if refs.is_dir() else ():
            ref.unlink(missing_ok=True)
    except OSError as error:
        why = reason_of(error)
        raise NotWritten(f"Copies of notices in {folder} cannot be taken out ({why}): mend that folder.", why) from None
    return len(copies)


def _file_name(notice: Notice, accepted: datetime) -> str:
    seat = f"{notice.to.role}, {notice.to.agency}" if notice.to.agency else notice.to.role
    more = f" and {len(notice.together)} more" if notice.together else ""
    words = f"{notice.ref.replace('/', '-')} {notice.kind}{more} to {seat}"
    return f"{accepted:%Y-%m-%dT%H%MZ} {re.sub(r'[^A-Za-z0-9,._ -]', '_', words)[:180]}.txt"


def _shown(channel: Channel) -> str:
    return channel.kind if KINDS[channel.kind].is_secret else channel.address


def _page(letter: Letter, contact: Contact, accepted: datetime) -> str:
    sent = f"{accepted:%Y-%m-%d %H:%M:%S} UTC"
    to = contact.addresses or tuple(dict.fromkeys(_shown(one) for one in contact.channels))
    return f"To: {', '.join(to)}\nSent: {sent}\nSubject: {letter.subject}\n\n{letter.body}"
