"""What the mails tell of alerts: which arrived when, in which order, and whether any was lost or doubled.

Alerts of several cases to one person may come as one mail. It goes by the reference of the first, and names every case.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from tests.soak.mail_host import Mail
from tests.soak.record import Missed


class Doubled(NamedTuple):
    """What a channel that honours the Message-ID would make of the mails."""

    mails: int
    again: int
    """Mails whose Message-ID had come to the same address before: harmless, for it is known by it."""
    handed_on: int
    """Mails whose Message-ID had come to another address before: nobody was known to have the first."""
    two_texts: int
    """Message-IDs under which two different mails came to one address; what goes on to a deputy says so."""
    too_many: int
    """Cases named in more alert mails, each under a Message-ID of its own, than they had alerts."""
    lost: int
    """Notices that were decided and that no mail told."""

    @property
    def is_sound(self) -> bool:
        """Is nothing lost, and nothing doubled?"""
        return not (self.two_texts or self.too_many or self.lost)

    def __str__(self) -> str:
        """Say it."""
        return (
            f"{self.mails} mails arrived, {self.again} of them again under the same Message-ID, "
            f"{self.handed_on} under it to the next person; different ones under one to one address: {self.two_texts}; "
            f"cases alerted more often than decided: {self.too_many}; notices lost: {self.lost}"
        )


def doubled(mails: Sequence[Mail], found: Sequence[Missed], decided: Iterable[str]) -> Doubled:
    """Hold the mails against the alerts that were *found* on the record, and against all notices that were decided."""
    texts: dict[tuple[str, str], set[str]] = {}
    for mail in mails:
        for address in mail.to:
            texts.setdefault((mail.ref, address), set()).add(mail.text)
    once = {mail.ref: mail for mail in mails}
    came = len({(mail.ref, mail.to) for mail in mails})
    alerts = {ref for one in found for ref in one.alerts}
    alerted = Counter(case for ref, mail in once.items() if ref in alerts for case in mail.cases)
    told = {ref for one in found if alerted[one.case] for ref in one.alerts} | set(once)
    return Doubled(
        mails=len(mails),
        again=len(mails) - came,
        handed_on=came - len(once),
        two_texts=sum(len(said) > 1 for said in texts.values()),
        too_many=sum(alerted[one.case] > len(one.alerts) for one in found),
        lost=len(set(decided) - told),
    )


def first_arrivals(mails: Sequence[Mail], found: Sequence[Missed]) -> dict[str, datetime]:
    """Return, for each case, when the first mail came that alerts about it."""
    arrived: dict[str, datetime] = {}
    for mail in _alerting(mails, found):
        for case in mail.cases:
            arrived.setdefault(case, mail.at)
    return arrived


def in_order_of_arrival(mails: Sequence[Mail], found: Sequence[Missed]) -> list[list[int]]:
    """Return, mail by mail, what it alerts of for the first time: places by due, 0 being due first."""
    places = {one.case: place for place, one in enumerate(found)}
    read = []
    for mail in _alerting(mails, found):
        new = [places.pop(case) for case in mail.cases if case in places]
        read += [new] if new else []
    assert not places, f"{len(places)} cases were alerted in no mail"
    return read


def longest_way_back(places: Sequence[int]) -> int:
    """Return before how many that were due earlier, at most, one came that was due later."""
    return max((sum(earlier < place for earlier in places[at:]) for at, place in enumerate(places)), default=0)


def _alerting(mails: Sequence[Mail], found: Sequence[Missed]) -> list[Mail]:
    alerts = {ref for one in found for ref in one.alerts}
    return [mail for mail in mails if mail.ref in alerts]
