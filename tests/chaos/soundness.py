"""What must hold afterwards, whatever was killed: nothing lost, nothing doubled."""

from collections import Counter
from email import message_from_bytes
from urllib.parse import unquote

from adapters.register import reading
from adapters.register.recorded import Recorded
from adapters.register.register import Register
from adapters.register.rows import StoredEntry
from domain.views.replay import SAID
from domain.views.status import CaseStatus, status_of
from settings import Settings
from tests.chaos.tale import Tale


def is_sound(settings: Settings, tale: Tale, standing: CaseStatus, mails: list[bytes] | None) -> int:
    """Hold the record, the outbox and the mails against what was said; return how many mails went out again."""
    with Register(settings.register) as register:
        entries = register.entries(tale.case)
        assert register.verify() == [], register.verify()
        assert [stored.entry.number for stored in entries] == list(range(1, standing.as_of + 1))
        again, refs = told_again(settings.register, tale.case)
        assert again == standing, "the record tells another case"
        accepted = {one.attempt.notice_ref for one in register.attempts(tale.case) if one.attempt.result == "accepted"}
    _said_once(tale, entries)
    assert max(Counter(refs).values()) == 1
    assert accepted == set(refs), f"not as decided: {accepted ^ set(refs)}"
    _each_in_the_outbox_once(settings, refs)
    return _each_by_mail(refs, mails) if mails is not None else 0


def told_again(register: str, case: str) -> tuple[CaseStatus, list[str]]:
    """Fold the record: where the case then stands, and the refs of the notices that were decided on the way."""
    found = Recorded(register).case(case)
    assert found is not None
    return status_of(found), [one["notice_ref"] for one in reading.read_told(register, case)]


def _said_once(tale: Tale, entries: list[StoredEntry]) -> None:
    """Every message that was answered is one entry, the one that its answer names."""
    found = []
    for stored in entries:
        said = stored.entry.body.get(SAID)
        if isinstance(said, dict) and "id" in said:
            found.append((said["id"], stored.entry.number))
    assert sorted(found) == sorted((message.id, answer.entry) for message, answer in tale.said)


def _each_in_the_outbox_once(settings: Settings, refs: list[str]) -> None:
    """Each ref has one file; those of alerts that went together have one between them."""
    settled = {unquote(path.name): path for path in (settings.outbox / ".refs").iterdir()}
    assert set(settled) == set(refs), f"not as decided: {set(settled) ^ set(refs)}"
    named = [str(path.readlink()).split("|")[1] for path in settled.values()]
    files = [path.name for path in settings.outbox.glob("*.txt")]
    assert sorted(set(named)) == sorted(files), f"lost or doubled: {set(named) ^ set(files)}"


def _each_by_mail(refs: list[str], mails: list[bytes]) -> int:
    """Every notice went by e-mail; one that went twice is known by its Message-ID."""
    ids = Counter(str(message_from_bytes(mail)["Message-ID"]) for mail in mails)
    assert set(ids) == {f"<{ref.replace('/', '.')}@example.org>" for ref in refs}
    return len(mails) - len(refs)
