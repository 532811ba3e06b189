"""Asking for cover on a rota, and taking it up: the rota changes as by the command, and those concerned are told."""

from collections.abc import Iterable
from datetime import datetime

from adapters.directory import Contact, DirectoryFault
from adapters.files import NotWritten
from adapters.post import PostFailed
from adapters.rota import Rota
from adapters.rota.cover import CoverRequest, CoverRequests, new_id
from domain.base.words import say_instant
from domain.case.effects import Notice
from domain.engine.seats import ON_CALL, on_call
from domain.engine.senders import OFFICE
from settings import Settings, SettingsFaulty

from .errors import LOOK_AFTER, REFUSED, Trouble, not_kept
from .remarks import note
from .rota_changes import LONGEST_WHY, handed_over, settled
from .rotas import rota_of, to_be_changed

KIND = "cover"


def ask_for_cover(
    settings: Settings, policy: str, handle: str, rank: str, starts: datetime, until: datetime, why: str, now: datetime
) -> CoverRequest:
    """Keep a request, and tell everybody else on the rota and the office. Who could not be told is noted.

    The same that is asked once more while it waits is one request, of which nobody is told again.

    Raises Trouble where whoever asks does not have the rank for all of that time, or it cannot be kept.
    """
    name, _, rota = rota_of(settings, policy)
    if not why.strip() or len(why) > LONGEST_WHY:
        raise Trouble(f"Say in a few words why, at most {LONGEST_WHY} characters, and without anybody's name.")
    if until <= max(starts, now):
        raise Trouble("The cover would end before it begins, or is over already: give a later end.")
    _must_hold(rota, rank, handle, max(starts, now), until)
    new = CoverRequest(
        new_id(), name, rank, handle, starts.isoformat(), until.isoformat(), " ".join(why.split()), now.isoformat()
    )
    try:
        asked = CoverRequests(settings.data).ask(new, now)
    except NotWritten as error:
        raise not_kept(error) from None
    if asked is not new:
        note("You had asked for this already: it counts once.")
        return asked
    fact = f"{_who(rota, handle)} asks for cover: {_what(rota, new)}."
    others = [one for one in rota.people if one != handle and _serves(rota, one, now)]
    _tell(settings, rota, new, "asked", fact, "If you can, take it up on the rota page.", others, now)
    return new


def take_up(settings: Settings, id_: str, handle: str, now: datetime) -> CoverRequest:
    """Let somebody have what was asked for: the rota is changed by the checks of the command, and both are told.

    Raises:
        Trouble: it is taken or over, is not whoever's who asked any more, or the rota does not take it.
        NotWritten: it cannot be written.
    """
    requests = CoverRequests(settings.data)
    asked = _open(requests, id_, now)
    if asked.handle == handle:
        raise Trouble("You asked for it yourself: somebody else takes it up.")
    with to_be_changed(settings, asked.policy) as changing:
        asked = _open(requests, id_, now)  # another may have been quicker
        starts = max(datetime.fromisoformat(asked.starts), now.replace(microsecond=0))
        until = datetime.fromisoformat(asked.until)
        _must_hold(changing.rota, asked.rank, asked.handle, starts, until)
        done = settled(handed_over(changing, asked.rank, handle, starts, until, f"cover: {asked.why}"[:LONGEST_WHY]))
        if not done.wrote:
            raise Trouble(" ".join(done.refused) or "The rota says so already: nothing was written.", REFUSED)
        requests.end(id_, taken_by=handle)
    for warning in done.warnings:
        note(f"Take care: {warning}")
    rota = changing.rota
    fact = f"{_who(rota, handle)} takes over from {_who(rota, asked.handle)}: {_what(rota, asked)}."
    both = (asked.handle, handle)
    _tell(settings, rota, asked, "taken", fact, "The rota is changed. Ring each other about what goes on.", both, now)
    return asked


def withdraw(settings: Settings, id_: str, handle: str, now: datetime) -> None:
    """Take one's own request back. Raises Trouble and NotWritten."""
    requests = CoverRequests(settings.data)
    if _open(requests, id_, now).handle != handle:
        raise Trouble("It is not yours to take back.", REFUSED)
    requests.end(id_)


def _open(requests: CoverRequests, id_: str, now: datetime) -> CoverRequest:
    found = requests.of(id_)
    if found is None or not found.is_open(now):
        raise Trouble("That request is taken up, withdrawn or over. The rota page shows what still waits.", REFUSED)
    return found


def _must_hold(rota: Rota, rank: str, handle: str, starts: datetime, until: datetime) -> None:
    """See that somebody has a rank for all of a time. Raises Trouble."""
    if rank not in rota.ranks:
        raise Trouble(f"{rank[:40]!r} is no rank of the rota: say {' or '.join(rota.ranks)}.")
    holders = {one.turn.handle if one.turn else "" for one in rota.stretches(rank, starts, until)}
    if holders != {handle}:
        zone = rota.about.zone
        raise Trouble(
            f"{handle} is not on call as {on_call(rank).title} for all of the time from {say_instant(starts, zone)} "
            f"until {say_instant(until, zone)}: see the rota, and name a time of theirs."
        )


def _serves(rota: Rota, handle: str, now: datetime) -> bool:
    begins, ends = rota.services[handle]
    return begins <= now < ends


def _who(rota: Rota, handle: str) -> str:
    return f"{rota.people[handle].title} ({handle})"


def _what(rota: Rota, one: CoverRequest) -> str:
    starts, until = (say_instant(datetime.fromisoformat(at), rota.about.zone) for at in (one.starts, one.until))
    return f"{on_call(one.rank).title}, from {starts} until {until}"


def _tell(
    settings: Settings,
    rota: Rota,
    one: CoverRequest,
    what: str,
    fact: str,
    todo: str,
    handles: Iterable[str],
    now: datetime,
) -> None:
    """Tell some people of a rota and the office. Who cannot be told is noted; nothing is taken back for it."""
    from wiring import directories, office, real_post

    contacts = {handle: Contact(addresses=(), channels=rota.people[handle].ways()) for handle in handles}
    found = office(settings)
    if found is None:
        try:
            found = directories(settings)(one.policy).contact_for(OFFICE, now.date())
        except DirectoryFault:
            found = None
    everybody = {**contacts, "the office": found} if found else contacts
    try:
        post = real_post(settings)
    except SettingsFaulty as faulty:
        note("Nobody could be told.", typed=str(faulty), shown=LOOK_AFTER)
        return
    for number, (who, contact) in enumerate(everybody.items(), 1):
        to = OFFICE if who == "the office" else ON_CALL
        # The reference is of no form that a link has: this message has no page of its own.
        ref = f"cover/{one.id}/{what}/{number}"
        try:
            post.send(Notice(ref=ref, case="", kind=KIND, to=to, fact=fact, step=todo, by=one.policy), contact)
        except PostFailed:
            note(f"{who} could not be told: ring them.")
