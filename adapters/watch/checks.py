"""Checks of the watch: moments that no worker acted on, alerts that reached nobody, files that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.directory import DirectoryFault, load_directory
from adapters.plain import plain
from adapters.register.drivers import rows
from adapters.register.encrypted_text import is_encrypted
from adapters.register.errors import ColumnMissing, RegisterError, TextLocked
from adapters.register.instants import from_text
from adapters.register.keys_read import KeysRead
from adapters.register.on_hand import NAMES, Reader
from adapters.register.plain import entry_in_clear
from adapters.register.reading import count_open, views_of
from adapters.register.rows import reached
from adapters.rota import RotaFault, load_rota
from adapters.rota.file import ENDING
from domain.views.owed_times import OwedTimes

from .found import Found

TAKEN_WITHIN = timedelta(minutes=2)
"""How long a worker may take: it acts on a moment within a second, and tries an alert as soon as it is entered."""
ACCEPTED_WITHIN = timedelta(minutes=5)
"""How long one try to send may last."""

IsDue = Callable[[str, int, datetime], bool]
"""Asked of a case with its reference, the number of its last entry and an instant: do the rules say something by then
that was never entered? The standing alone is not enough: some moments pass without an entry, as when quiet hours
hold an alert back.
"""
LONGEST = 80
"""Characters of a case's reference: what is longer is none, and names no file."""
PATIENCE = timedelta(minutes=1)
"""A file that is being replaced may be missing for a moment."""
FIRST = "first"
"""The rank with which every alert begins."""
_PRESSING = "s.open AND (s.overdue > 0 OR s.urgency = 'immediate risk')"
_LISTED = "case_ref, as_of_number, overdue, urgency, next_due, substr(view, 1, 20) AS begins"
_OPEN = "FROM standing s WHERE s.open ORDER BY case_ref"
_ENTRIES = f"""
    SELECT e.case_ref, e.number, e.kind, e.entry_time, e.body_key_id, CASE WHEN e.kind = 'alert' THEN e.body END AS body
    FROM entry e JOIN standing s ON s.case_ref = e.case_ref
    WHERE {_PRESSING} ORDER BY e.case_ref, e.number"""  # noqa: S608 - no value in it, here or below
_ATTEMPTS = f"""
    SELECT a.case_ref, a.notice_ref, a.result, a.at
    FROM attempt a JOIN standing s ON s.case_ref = a.case_ref
    WHERE {_PRESSING} ORDER BY a.notice_ref, a.number"""  # noqa: S608


@dataclass(frozen=True)
class Line:
    """What a round needs of one entry of a case."""

    number: int
    kind: str
    entered_at: datetime
    body: dict[str, Any]
    """Filled for alerts; empty for all others."""


@dataclass
class Sheet:
    """What the register says of one open case."""

    case: str
    as_of: int
    """Number of its last entry."""
    is_pressing: bool
    """True if something is overdue or immediate risk was raised. Only of such cases are entries and tries read."""
    moments: tuple[datetime, ...] = ()
    """When the case is to be looked at next, and when anything is late that is not overdue yet, or alerts again."""
    acknowledged_until: tuple[datetime, ...] = ()
    """Those of them at which an acknowledgement runs out."""
    lines: list[Line] = field(default_factory=list)
    tries: list[tuple[str, str, datetime]] = field(default_factory=list)
    """Each try in order: the notice's reference, the result (`accepted`, `undelivered` …) and when."""
    next_due: datetime | None = None
    """The earliest deadline of what is owed, overdue or not."""
    is_overdue: bool = False
    locked: str = ""
    """Why what people wrote in it cannot be decrypted here: then it goes by what stands in clear."""
    is_spoilt: bool = False
    """True where something of it cannot be read: then nothing of it can be watched."""


def open_sheets(url: str) -> list[Sheet]:
    """Read every open case, in the order of their references.

    Raises:
        NothingThere: there is no register at this address.
        RegisterUnreachable: it cannot be read now.
        ValueError: the address is of no known kind.
    """
    keys, beside = KeysRead(url), Reader()
    found: dict[str, Sheet] = {}
    unsaid: list[str] = []
    for row in _standings(url):
        made = found[row["case_ref"]] = _sheet(row, keys)
        if held := beside.read(row):
            _put_moments(made, held.next_moment, held.owed)
        elif not made.locked:
            unsaid.append(row["case_ref"])
    for ref, view in views_of(url, unsaid).items():  # an older version wrote them, or somebody laid hands on them
        _add(found[ref], view, _put_moments_of)
    if not any(sheet.is_pressing for sheet in found.values()):
        return list(found.values())
    for row in rows(url, _ENTRIES, {}):
        if sheet := found.get(row["case_ref"]):  # one that was opened between two queries is for the next round
            _add(sheet, row, lambda sheet, row: sheet.lines.append(_line(sheet, row, keys)))
    for row in rows(url, _ATTEMPTS, {}):
        if sheet := found.get(row["case_ref"]):
            _add(sheet, row, lambda sheet, row: sheet.tries.append(_try(row)))
    return list(found.values())


def _add(sheet: Sheet, row: dict[str, Any], add: Callable[[Sheet, dict[str, Any]], None]) -> None:
    """Add what a row says to its case. What somebody has spoilt spoils that case alone."""
    try:
        add(sheet, row)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        sheet.is_spoilt = True


def _standings(url: str) -> list[dict[str, Any]]:
    try:
        return rows(url, f"SELECT {_LISTED}, {', '.join(NAMES)} {_OPEN}", {})
    except ColumnMissing:  # no worker of this version has prepared it
        return [row | dict.fromkeys(NAMES) for row in rows(url, f"SELECT {_LISTED} {_OPEN}", {})]


def _sheet(row: dict[str, Any], keys: KeysRead) -> Sheet:
    overdue, as_of = row["overdue"], row["as_of_number"]
    is_spoilt = type(overdue) is not int or type(as_of) is not int
    is_pressing = is_spoilt or overdue > 0 or row["urgency"] == "immediate risk"
    sheet = Sheet(str(row["case_ref"])[:LONGEST], as_of, is_pressing, is_spoilt=is_spoilt)
    try:
        sheet.next_due, sheet.is_overdue = row["next_due"] and from_text(row["next_due"]), overdue != 0
        if is_encrypted(row["begins"]):
            keys.of(row["case_ref"])()
    except TextLocked as locked:
        sheet.locked = locked.why
    except (TypeError, ValueError):
        sheet.is_spoilt = True
    return sheet


def _put_moments(sheet: Sheet, next_moment: datetime | None, owed: Iterable[OwedTimes]) -> None:
    untils = [one.acknowledged_until for one in owed if one.acknowledged_until]
    lates = [one.late_from for one in owed if one.late_from and not one.overdue]
    sheet.moments, sheet.acknowledged_until = (*([next_moment] if next_moment else []), *lates, *untils), tuple(untils)


def _put_moments_of(sheet: Sheet, view: dict[str, Any]) -> None:
    owed = [
        OwedTimes(None, _instant(one.get("late_from")), _instant(one.get("acknowledged_until")), one["overdue"], False)
        for one in view["owed"]
    ]
    _put_moments(sheet, _instant(view.get("next_moment")), owed)


def _try(row: dict[str, Any]) -> tuple[str, str, datetime]:
    return str(row["notice_ref"]), str(row["result"]), from_text(row["at"])


def _line(sheet: Sheet, row: dict[str, Any], keys: KeysRead) -> Line:
    body: dict[str, Any] = {}
    try:
        if row["body"] is not None:
            body = entry_in_clear(row, keys.of(row["case_ref"]))["body"]
    except TextLocked as locked:
        sheet.locked = locked.why
    if type(row["number"]) is not int:
        raise TypeError("An entry has a number.")
    return Line(row["number"], row["kind"], from_text(row["entry_time"]), body)


def of_case(sheet: Sheet, now: datetime, is_due: IsDue) -> Iterator[Found]:
    """Yield what is wrong with one case; a standing that cannot be read is a finding too."""
    try:
        if sheet.is_spoilt:
            raise ValueError("Something of it cannot be read.")
        found = [*_moments(sheet, now, is_due), *unheard_alerts(sheet, now)]
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        yield Found(
            ref=f"watch/{sheet.case}/case/{plain(str(sheet.as_of))[:20]}",
            what="case",
            case=sheet.case,
            says=f"What the register shows of {sheet.case} cannot be read, so nothing of it can be watched.",
            mend=f"Run `escalate verify {sheet.case}`, which says what helps, and tell whoever looks after this "
            "installation.",
        )
        return
    yield from found


def _moments(sheet: Sheet, now: datetime, is_due: IsDue) -> Iterator[Found]:
    if sheet.locked:
        yield from _moment_in_clear(sheet, now)
        return
    late = now - TAKEN_WITHIN
    expired = [at for at in sheet.acknowledged_until if at <= late]
    passed = [at for at in sheet.moments if at <= late]
    if not passed or not is_due(sheet.case, sheet.as_of, late):
        return
    if expired and min(expired) == min(passed):
        yield Found(
            ref=f"watch/{sheet.case}/acknowledgement/{sheet.as_of}",
            what="acknowledgement",
            case=sheet.case,
            says=f"In {sheet.case} the acknowledgement of an alert ran out at {_said(min(expired))}. What was overdue "
            "is still undone, and nobody has been alerted again.",
            mend=_run_on(sheet.case),
        )
        return
    yield Found(
        ref=f"watch/{sheet.case}/moment/{sheet.as_of}",
        what="moment",
        case=sheet.case,
        says=f"In {sheet.case} a moment came at {_said(min(passed))} and nothing was entered since: its timer is lost, "
        "or no worker carries it. Nobody is told of its deadlines until that is mended.",
        mend=_run_on(sheet.case),
    )


def _moment_in_clear(sheet: Sheet, now: datetime) -> Iterator[Found]:
    """Yield a deadline that passed while nothing counts as overdue: that is all that can be seen without the key."""
    if sheet.is_overdue or sheet.next_due is None or sheet.next_due > now - TAKEN_WITHIN:
        return
    yield Found(
        ref=f"watch/{sheet.case}/moment/{sheet.as_of}",
        what="moment",
        case=sheet.case,
        says=f"In {sheet.case} a deadline came at {_said(sheet.next_due)}, and it does not count as overdue: no worker "
        "has acted on it, unless it is one that is allowed some time.",
        mend=_run_on(sheet.case),
    )


def unread(sheets: Sequence[Sheet]) -> Iterator[Found]:
    """Yield that cases cannot be decrypted here, once for all of them."""
    locked = [sheet for sheet in sheets if sheet.locked]
    if locked:
        cases = "one open case" if len(locked) == 1 else f"{len(locked)} open cases"
        yield Found(
            ref="watch/keys",
            what="keys",
            says=f"What people wrote in {cases} is encrypted and the watch cannot read it. It goes by what stands in "
            "clear there: deadlines that no worker acted on, and alerts that reached nobody.",
            mend=f"Of {locked[0].case}: {locked[0].locked}",
        )


def unheard_alerts(sheet: Sheet, now: datetime) -> Iterator[Found]:
    """Yield the first alert that reached nobody, after the last one that reached or was answered by somebody."""
    if not sheet.is_pressing:
        return
    tried, undelivered, accepted = _fates(sheet, now)
    first: Line | None = None
    for line in (one for one in sheet.lines if one.kind in {"alert", "risk", "acknowledged"}):
        if line.kind == "acknowledged" or _any_of(line, sheet, accepted):
            first = None
        elif first is None:
            first = line
    if first is None:
        return
    was_tried = _any_of(first, sheet, tried)
    if now - first.entered_at < (ACCEPTED_WITHIN if was_tried else TAKEN_WITHIN):
        return
    what = "was tried, and no channel has taken it" if was_tried else "was never tried"
    if _any_of(first, sheet, undelivered):
        what = "was taken and never delivered, and by no other way it got there"
    yield Found(
        ref=f"watch/{sheet.case}/alert/{first.number}",
        what="alert",
        case=sheet.case,
        says=f"In {sheet.case} the lead on call was to be alerted at {_said(first.entered_at)} (entry {first.number}), "
        f"and the alert {what}. Nobody has been woken for it.",
        mend="Wake the safeguarding lead on call by telephone now (`escalate rota show` gives their number), then see "
        "`escalate doctor` and the worker's log.",
    )


def _fates(sheet: Sheet, now: datetime) -> tuple[set[str], set[str], set[str]]:
    """Return three sets of notices' references: those tried, those that failed after all, and those that somebody has.

    A notice that was not delivered counts as failed two minutes later: by then it has gone another way, if there is
    one.
    """
    told = [(ref, result) for ref, result, at in sheet.tries if result != "undelivered" or at <= now - TAKEN_WITHIN]
    undelivered = {ref for ref, result in told if result == "undelivered"}
    return {ref for ref, _, _ in sheet.tries}, undelivered, reached(told)


def _any_of(line: Line, sheet: Sheet, refs: Iterable[str]) -> bool:
    """Is one of the notices of this alarm among *refs*?"""
    if line.kind == "alert":
        # Its own notices come first under its number; what others are told may follow under the same.
        rungs = max(1, len(line.body.get("rungs", ())))
        return any(f"{sheet.case}/{line.number}/{index}" in refs for index in range(1, rungs + 1))
    together = {one.number for one in sheet.lines if one.entered_at == line.entered_at and one.number >= line.number}
    return any(_entry_of(ref, sheet.case) in together for ref in refs)


def _entry_of(ref: str, case: str) -> int:
    number = ref.removeprefix(f"{case}/").partition("/")[0]
    return int(number) if number.isdecimal() else 0


def _instant(said: object) -> datetime | None:
    return datetime.fromisoformat(str(said)) if said else None


def _said(instant: datetime) -> str:
    return f"{instant:%H:%M} UTC on {instant.day} {instant:%B %Y}"


def _run_on(case: str) -> str:
    return (
        f"See that a worker and Temporal run (`escalate doctor`); if they do, `escalate resume {case}` runs it on. "
        "Until then, look at its deadlines yourself with `escalate show`."
    )


def empty_rotas(directories: Path) -> Callable[[datetime], Iterator[Found]]:
    """Return how to look at every rota file beside the directories."""

    def look(now: datetime) -> Iterator[Found]:
        for file in sorted(directories.glob(f"*{ENDING}")):
            if why := rota_fault(file, now):
                yield Found(
                    ref=f"watch/rota/{file.name.removesuffix(ENDING)}",
                    what="rota",
                    says=why,
                    mend=f"Put somebody on call in {file}: till then alerts go to a directory's seat or the fallback.",
                )

    return look


def rota_fault(file: Path, at: datetime) -> str:
    """Say in one sentence why nobody is woken by this rota at that instant; nothing where somebody is."""
    try:
        rota = load_rota(file)
    except RotaFault as fault:
        return f"The rota cannot be read. {fault}"
    return "" if rota.contact(FIRST, at) else f"By the rota {file.name} nobody who can be reached is on call now."


def directories_needed(register: str, directories: Path) -> Callable[[datetime], Iterator[Found]]:
    """Return how to look at the directory of every policy that an open case of the register goes by."""

    def look(_: datetime) -> Iterator[Found]:
        try:
            counts = count_open(register)
        except (RegisterError, ValueError):
            return  # whoever looks at the cases tells of it
        for policy, count in counts.items():
            file = directories / f"{policy}.toml"
            if why := directory_fault(file):
                yield Found(
                    ref=f"watch/directory/{policy}",
                    what="directory",
                    says=f"{count_of(count)} by the policy {policy}, and nobody knows whom to tell in them: notices "
                    f"wait, and alerts go by the rota or the settings alone. {why}",
                    mend=f"Put {file} back, or mend it; what waits then goes by itself.",
                    patience=PATIENCE,
                )

    return look


def directory_fault(file: Path) -> str:
    """Say in one sentence why a directory cannot be read; nothing where it can."""
    try:
        load_directory(file)
    except DirectoryFault as fault:
        return str(fault)
    return ""


def count_of(cases: int) -> str:
    """Say how many open cases go by something."""
    return "One open case goes" if cases == 1 else f"{cases} open cases go"
