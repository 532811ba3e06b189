"""Whom an alert wakes: by the rota, by the installation's own setting, by the directory. It always wakes somebody."""

from collections.abc import Callable
from datetime import datetime

import structlog

from adapters.directory import Contact, Directory, DirectoryFault
from adapters.rota import Rota, RotaFault
from domain.decide.people.rungs import rung_of
from domain.effects import Recipient

log = structlog.get_logger()


class OnCall:
    """Looks up a rung at the moment of sending."""

    def __init__(
        self,
        rota: Callable[[str], Rota | None],
        directory: Callable[[str], Directory],
        setting: Contact | None,
        clock: Callable[[], datetime],
    ) -> None:
        """Take how to find a policy's rota (None where it has none) and directory, and the contact that is set."""
        self._rota = rota
        self._directory = directory
        self._setting = setting
        self._clock = clock

    def contact(self, policy: str, to: Recipient) -> Contact:
        """Return where an alert to a rung goes now: to who holds it, else the first rung, else the contact that is set.

        Without one, the directory's own seat, which falls back to the partnership's contact. A rota or a directory
        that cannot be read holds up no alert.

        Raises:
            DirectoryFault: there is neither a rota, nor a setting, nor a directory that can be read.
        """
        names = self._names(policy, to)
        found = self._by_rota(policy, rung_of(to)) or self._setting
        if found is not None:
            return found.but(names=names)
        return self._directory(policy).contact_for(to, self._clock().date())

    def _by_rota(self, policy: str, rung: str) -> Contact | None:
        try:
            rota = self._rota(policy)
        except RotaFault:
            log.warning("rota_not_readable", policy=policy)
            return None
        if rota is None:
            return None
        return rota.contact(rung, self._clock()) or rota.contact("first", self._clock())

    def _names(self, policy: str, to: Recipient) -> dict[str, str]:
        """Return the agencies' titles, which the directory lends the letter."""
        try:
            return self._directory(policy).contact_for(to, self._clock().date()).names
        except DirectoryFault:
            return {}
