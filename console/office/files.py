"""Pages about the files of this installation: directories, rotas and policies, each with its faults."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from adapters.directory import Directory, check_directory
from adapters.policies import look_over
from adapters.rota import Rota, RotaFault, check_rota, load_rota, rota_path
from adapters.rota.awake import Awake
from adapters.rota.rota import Stretch
from console.entrance import Page
from console.parts import Parts
from console.signed_in import shown
from domain.base.words import say_date, say_instant
from domain.policy import Policy
from services import case_inputs, ladder
from services.awake import says_awake
from services.drawing.said import of_policy
from services.errors import LOOK_AFTER, Trouble, Unknown
from services.joining import people_without_account, said_of

from .drawings import on_page
from .tables import Line, Link, Table

MONTHS = 12
"""After which somebody should have made sure of a holder again, as `directory check` has it."""
WEEKS = 12
"""That a rota is checked ahead, as `rota check` has it."""
SHOWN_WEEKS = 4
DRAWN_AT_ONCE = 4
"""Routes whose drawings are in sight; of a policy that has more, each is folded."""
LIST = ("Policy", "Title", "What it says")
HOLDERS = ("Agency", "Seat", "Held by", "Reached by", "Last verified", "Until")
ON_CALL = ("Rank", "Who", "Reached by", "From", "Until", "Why")
POLICIES = ("Policy", "Title", "Edition", "Review due", "Faults")


class FilePages:
    """Answers whoever looks at directories, rotas and policies."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._awake = Awake(parts.settings.data)

    def pages(self) -> list[Page]:
        """Return the pages."""
        return [
            Page("/directory", self.directories),
            Page("/directory/{policy}", self.directory),
            Page("/rota", self.rotas),
            Page("/rota/{policy}", self.rota),
            Page("/policies", self.policies),
            Page("/policies/{policy}", self.policy),
        ]

    async def directories(self, request: Request) -> Response:
        """List the directories, with how many faults each has."""
        return await self._listed(request, "Directories", "/directory", self._directory_in_short)

    async def rotas(self, request: Request) -> Response:
        """List the rotas, with who is on call."""
        return await self._listed(request, "On-call rotas", "/rota", self._rota_in_short)

    async def directory(self, request: Request) -> Response:
        """Show one directory: who holds which seat, and its faults."""
        policy = await asyncio.to_thread(self._policy, request)
        directory = await asyncio.to_thread(case_inputs.directory, self._parts.settings, policy.id)
        found = check_directory(directory, policy.standing_seats, self._parts.clock().date(), MONTHS)
        return shown(
            self._parts,
            request,
            "office_file.html",
            f"Directory of {directory.about.title}",
            at="/directory",
            back=("/directory", "All directories"),
            says=[f"Edition {directory.about.edition}, for {policy.title}."],
            findings=[{"severity": one.severity, "says": str(one)} for one in found],
            tables=[Table(HOLDERS, self._holders(directory, policy), "Who holds which seat")],
            drawing=[],
            ladder=[],
        )

    async def rota(self, request: Request) -> Response:
        """Show one rota: who is on call, who follows, and its faults."""
        policy, now = await asyncio.to_thread(self._policy, request), self._parts.clock()
        rota = await asyncio.to_thread(self._rota, policy.id)
        found = check_rota(rota, now, WEEKS)
        unknown = await asyncio.to_thread(people_without_account, self._parts.settings, rota)
        zone = rota.about.zone
        ends = now + timedelta(weeks=SHOWN_WEEKS)
        stretches = [(rank, rota.stretch(rank, now)) for rank in rota.ranks]

        def said_by_each() -> list[str]:
            return [says_awake(self._awake, one.turn, zone, now) if one.turn else "" for _, one in stretches]

        says = await asyncio.to_thread(said_by_each)
        present = [_turn(rank, now, one, ends, zone, said) for (rank, one), said in zip(stretches, says, strict=True)]
        ahead = [line for rank in rota.ranks for line in _ahead(rota, rank, now, ends)]
        return shown(
            self._parts,
            request,
            "office_file.html",
            f"On-call rota of {policy.title}",
            at="/rota",
            back=("/rota", "All rotas"),
            says=[f"Edition {rota.about.edition}, as of {say_instant(now, zone)}. Checked for {WEEKS} weeks ahead."],
            findings=[
                *({"severity": one.severity, "says": str(one)} for one in found),
                *([{"severity": "warning", "says": said_of(unknown)}] if unknown else []),
            ],
            tables=[
                Table(ON_CALL, present, "On call now"),
                Table(ON_CALL, ahead, f"The next {SHOWN_WEEKS} weeks"),
            ],
            drawing=[],
            ladder=[],
        )

    async def policies(self, request: Request) -> Response:
        """List the policies."""
        lines = await asyncio.to_thread(lambda: [self._policy_line(name) for name in self._names()])
        table = Table(POLICIES, lines)
        return shown(self._parts, request, "office_list.html", "Policies", table=table, empty="There is no policy.")

    async def policy(self, request: Request) -> Response:
        """Show the ladder of one policy, with what is ours in it and what its source leaves open."""
        policy = await asyncio.to_thread(self._policy, request)
        path = case_inputs.policy_path(self._parts.settings, request.path_params["policy"])
        _, faults = await asyncio.to_thread(look_over, path)
        return shown(
            self._parts,
            request,
            "office_file.html",
            policy.title,
            at="/policies",
            back=("/policies", "All policies"),
            says=[],
            findings=[{"severity": one.severity, "says": str(one).replace(f"{path.parent}/", "")} for one in faults],
            tables=[],
            drawing=on_page(of_policy(policy)),
            most_at_once=DRAWN_AT_ONCE,
            is_whole="whole" in request.query_params,
            here=f"/policies/{path.stem}",
            ladder=_told(policy),
        )

    async def _listed(self, request: Request, title: str, path: str, in_short: Callable[[str], Line]) -> Response:
        lines = await asyncio.to_thread(lambda: [in_short(name) for name in self._names()])
        table = Table(LIST, lines)
        return shown(self._parts, request, "office_list.html", title, at=path, table=table, empty="There is none.")

    def _names(self) -> list[str]:
        return sorted(file.stem for file in self._parts.settings.policies.glob("*.toml"))

    def _policy(self, request: Request) -> Policy:
        name = request.path_params["policy"]
        if name not in self._names():
            raise Unknown("There is no such policy here.")
        return case_inputs.policy(self._parts.settings, name)

    def _directory_in_short(self, name: str) -> Line:
        try:
            policy = case_inputs.policy(self._parts.settings, name)
            directory = case_inputs.directory(self._parts.settings, policy.id)
        except Trouble as trouble:
            return Line((name, "", trouble.shown), "late")
        found = check_directory(directory, policy.standing_seats, self._parts.clock().date(), MONTHS)
        faults = sum(one.severity == "fault" for one in found)
        says = f"{_count(faults, 'fault')}, {_count(len(found) - faults, 'thing')} to look at"
        return Line((Link(name, f"/directory/{name}"), directory.about.title, says), "late" if faults else "")

    def _rota_in_short(self, name: str) -> Line:
        now = self._parts.clock()
        try:
            title = case_inputs.policy(self._parts.settings, name).title
            rota = self._rota(name)
        except Trouble as trouble:
            return Line((name, "", trouble.shown), "" if "no rota" in trouble.shown else "late")
        turns = [(rank, rota.stretch(rank, now).turn) for rank in rota.ranks]
        says = "; ".join(f"{rank}: {turn.title if turn else 'NOBODY'}" for rank, turn in turns)
        faults = sum(one.severity == "fault" for one in check_rota(rota, now, WEEKS))
        more = f" ({_count(faults, 'fault')})" if faults else ""
        return Line((Link(name, f"/rota/{name}"), title, f"{says}{more}"), "late" if faults else "")

    def _rota(self, name: str) -> Rota:
        path = rota_path(self._parts.settings.directories, name)
        if not path.is_file():
            raise Trouble(f"{name} has no rota: alerts go to the seat of the directory, or to the lead that is set.")
        try:
            return load_rota(path)
        except RotaFault as fault:
            raise Trouble(f"The rota of {name} cannot be used.", typed=str(fault), shown=LOOK_AFTER) from None

    def _policy_line(self, name: str) -> Line:
        checked, faults = look_over(case_inputs.policy_path(self._parts.settings, name))
        count = sum(one.severity == "fault" for one in faults)
        if checked is None:
            return Line((name, "cannot be used", "", "", _count(count, "fault")), "late")
        review = say_date(checked.review) if checked.review else "–"
        return Line((Link(name, f"/policies/{name}"), checked.title, checked.edition_in_full, review, "none"))

    def _holders(self, directory: Directory, policy: Policy) -> list[Line]:
        today = self._parts.clock().date()
        lines = []
        agencies = [(agency.title, agency.holder) for agency in directory.agencies if not agency.abolished]
        for title, seats in (*agencies, (f"{directory.about.title} as a whole", directory.seats)):
            for seat in seats:
                ways = ", ".join(dict.fromkeys(way.kind for way in seat.ways())) or "NOTHING"
                verified = say_date(seat.verified_on) if seat.verified_on else "never"
                until = say_date(seat.until) if seat.until else ""
                held = f"{seat.title}{' (deputy)' if seat.deputy else ''}{'' if seat.is_held(today) else ' (not now)'}"
                role = policy.role_title(seat.role)
                tone = "" if ways != "NOTHING" else "late"
                lines.append(Line((title, role, held, ways, verified, until), tone))
        return lines


class Drawn(NamedTuple):
    """One line of a ladder on a page."""

    text: str
    kind: str
    """Class of the line: a step, a part of one, or what is ours."""


class Told(NamedTuple):
    """A part of a ladder in words: what stands before every route, under no title, or one route."""

    title: str
    lines: list[Drawn]


def _told(policy: Policy) -> list[Told]:
    """Return the ladder's lines as the screen draws them, without the marks by which it draws a line down its side."""
    parts, after_blank = [Told("", [])], False
    for line in ladder.drawn(policy):
        is_part = line.text.startswith(ladder.BAR.rstrip())
        text = line.text.removeprefix(ladder.BAR.rstrip()).strip()
        if text and text != "■":
            kind = {"good": "is-step", "warning": "is-ours"}.get(line.tone, "is-part" if is_part else "")
            if after_blank and not is_part and not line.tone:
                parts.append(Told(text, []))
            else:
                parts[-1].lines.append(Drawn(text, kind))
        after_blank = not line.text
    return parts


def _ahead(rota: Rota, rank: str, begins: datetime, ends: datetime) -> list[Line]:
    lines, since = [], begins
    for one in rota.stretches(rank, begins, ends):
        lines.append(_turn(rank, one.turn.starts if one.turn else since, one, ends, rota.about.zone))
        since = one.until
    return lines


def _turn(rank: str, since: datetime, one: Stretch, ends: datetime, zone: str, says: str = "") -> Line:
    turn = one.turn
    if turn is None:
        until = say_instant(min(one.until, ends), zone)
        return Line((rank, "NOBODY", "", say_instant(since, zone), until, one.vacant), "late")
    ways = ", ".join(dict.fromkeys(channel.kind for channel in turn.channels)) or "NOTHING"
    why = f"{turn.why} ({turn.note})" if turn.note else turn.why
    who = f"{turn.title} ({turn.handle}){f', {says}' if says else ''}"
    cells: tuple[Any, ...] = (rank, who, ways, say_instant(turn.starts, zone), say_instant(turn.until, zone), why)
    return Line(cells, "" if turn.channels else "late")


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
