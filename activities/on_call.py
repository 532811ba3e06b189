"""Whom an alert wakes: by the rota, by the installation's own setting, by the directory. It always wakes somebody."""

from collections.abc import Callable, Iterator
from datetime import datetime

import structlog

from adapters.directory import Contact, Directory, DirectoryFault, apart
from adapters.rota import Rota, RotaFault, Turn
from domain.case.effects import Recipient
from domain.engine.seats import ON_CALL, rung_of

log = structlog.get_logger()

SET = "the setting for the lead on call"


class OnCall:
    """Looks up a rung at the moment of sending."""

    def __init__(
        self,
        rota: Callable[[str], Rota | None],
        directory: Callable[[str], Directory],
        setting: Contact | None,
        clock: Callable[[], datetime],
        awake: Callable[[Turn, datetime], datetime | None] = lambda turn, at: None,  # noqa: ARG005 - nobody says so
        board: Callable[[Turn], str] = lambda turn: "",  # noqa: ARG005 - nobody signs in
    ) -> None:
        """Take how to find a policy's rota (None where it has none) and directory, and the contact that is set.

        *awake* says until when whoever has a turn says that they are awake at an instant; *board* where they may sign
        in to see all that alerts, or nothing.
        """
        self._awake = awake
        self._board = board
        self._rota = rota
        self._directory = directory
        self._setting = setting
        self._clock = clock

    def contact(self, policy: str, to: Recipient) -> Contact:
        """Return where an alert to a rung goes first: the first of `contacts`, and raises as that does."""
        return self.contacts(policy, to)[0]

    def contacts(self, policy: str, to: Recipient) -> tuple[Contact, ...]:
        """Return where an alert to a rung goes now, and where next if they cannot be told. Never empty.

        Who holds the rung; who holds the others, in the rota's order; the contact that is set; the directory's own
        seat, and last the partnership's fallback contact. A rota or a directory that cannot be read holds up no alert.

        Raises:
            DirectoryFault: there is neither a rota, nor a setting, nor a directory that can be read.
        """
        found = list(self._without_directory(policy, rung_of(to)))
        try:
            seat = self._directory(policy).contacts_for(to, self._clock().date())
        except DirectoryFault:
            if not found:
                raise
            log.warning("directory_not_readable", policy=policy)
            return apart(found)
        return apart([*(contact.but(names=seat[0].names) for contact in found), *seat])

    def instead(self, policy: str) -> tuple[Contact, ...]:
        """Return who is told in the place of everybody else while a policy's directory cannot be read; perhaps nobody.

        They are asked to pass it on, as a fallback contact is.
        """
        return tuple(one.but(fallback=True) for one in self._without_directory(policy, rung_of(ON_CALL)))

    def _without_directory(self, policy: str, rung: str) -> Iterator[Contact]:
        yield from self._by_rota(policy, rung)
        if self._setting is not None:
            yield self._setting.but(stands_in=SET)

    def _by_rota(self, policy: str, rung: str) -> Iterator[Contact]:
        try:
            rota = self._rota(policy)
        except RotaFault:
            log.warning("rota_not_readable", policy=policy)
            return
        if rota is None:
            return
        now = self._clock()
        for rank in dict.fromkeys((rung, *rota.ranks)):
            if contact := rota.contact(rank, now):
                known = [(self._awake(turn, now), self._board(turn)) for turn in rota.holders(rank, now)]
                awake, board = next(iter(known), (None, ""))
                yield contact.but(awake_until=awake, board=board)
