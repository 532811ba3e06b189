"""A notice as one text message: which case, what has happened, by when, what to do, and the notice's number or link."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from adapters.directory import Contact, Telephones
from adapters.links import Links
from domain.base.reference import is_training
from domain.case.effects import Notice
from domain.views.together import overdue_and_over

from .letter import CODE, NO_TIME, TRAINING, deadline_of, must_be_known, one_line

LONGEST = 160
"""Characters of one message; those of the second alphabet count twice."""
_FIRST = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_SECOND = frozenset("^{}\\[~]|€")
_ALIKE = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " "})
_SAID: dict[str, tuple[str, str]] = {
    "act-recorded": ("another agency made an entry", "Check that it is right"),
    "alert": ("something is overdue", "Acknowledge this, then ring those who owe it"),
    "alert-withdrawn": ("the alert is over", "You need do nothing more about it"),
    "appointed": ("you have been named to take part", "Say at once if you cannot"),
    "cancellation": ("somebody asked to cancel it", "It goes on. Find out who asked, and why"),
    "chair": ("you are to chair", "Say at once if you cannot"),
    "closed": ("closed", "Look whether you still owe anything"),
    "contested": ("an entry is contested", "Ring the other side, then record what you agree"),
    "corrected": ("an entry was corrected", "Look whether it changes what you owe"),
    "cover": ("", "See the on-call rota"),
    "digest": ("", "See your e-mail, or ring the office"),
    "digest-office": ("", "See the e-mail"),
    "directory-gone": ("the directory cannot be read", "Have it put back today. Until then pass on what comes to you"),
    "fact-changed": ("an answer has changed", "Look what it changes for you"),
    "glass-broken": ("a case was opened by exception", "See in the record of reads who it was and why, today"),
    "handed-back": ("something is no longer with you", "Record it if you have done it"),
    "handed-over": ("something is now with somebody else for a time", "Look who has it"),
    "link-again": ("a new link for you", "Open the page, and see what is asked of you now"),
    "link-code": ("your code is", "Type it into the page that asked. Tell it to nobody"),
    "misdirected": ("the wrong person is told", "Find who it is, then mend the directory"),
    "night": ("", "See your e-mail, or ring the office"),
    "outcome": ("an outcome is recorded", "Look at what you have to do next"),
    "overdue": ("a deadline has passed", "Do it now, or record it if it is done"),
    "owed": ("something new to do", "Do it, and record it the same day"),
    "party-corrected": ("another agency was meant as a party", "Look who is a party now"),
    "party-joined": ("a new party", "Include them from now on"),
    "party-left": ("a party has left", "Look whether the plan is agreed now"),
    "plan-changed": ("the plan has changed", "Read it, then confirm it or ring the other side"),
    "plan-proposed": ("a plan to confirm", "Read it, then confirm it or ring the other side"),
    "proof-fault": ("the record is not as it was written", "Tell who looks after the system, today"),
    "proof-unread": ("what people wrote cannot be read", "Have the key put back"),
    "proposed": ("your agreement is asked for", "Say if you agree"),
    "record-fault": ("the record is at fault", "Tell who looks after the system, today"),
    "recorded-for-you": ("an entry was made in your name", "Check that it is right"),
    "refused": ("something sent in your name was not accepted", "Read why"),
    "reminder": ("a deadline is coming", "Do it in time, or record it if it is done"),
    "risk": ("IMMEDIATE RISK", "RING NOW: 999, or children's social care. Then record that you rang"),
    "stands-still": ("this case stands still", "Watch its deadlines yourself. Tell who looks after the system, today"),
    "step-opened": ("a new step, with a part for you", "Look at what is due"),
    "test-alert": ("This is a test of how alerts reach you", "Say if it rang"),
    "times-changed": ("times have changed", "Look at your deadlines"),
    "told": ("something you are to know of", "Look at the case"),
    "void-proposed": ("to be voided, as opened in error", "Look at it, and say the same if that is so"),
    "voided": ("opened in error, and voided", "You need do nothing more in it"),
    "watch-silent": ("the watch is silent", "Have it started again today"),
    "withdrawn": ("withdrawn by the side that raised it", "Say so if you think it should go on"),
}
"""What has happened, and what to do. A summary's `fact` takes the place of the first."""
BY_REPLY = "Reply YES to acknowledge. Then ring those who owe it"
_TIMELESS = frozenset(
    {
        "alert-withdrawn",
        "risk",
        "cancellation",
        "record-fault",
        "stands-still",
        "glass-broken",
        "link-code",
        "test-alert",
    }
)
"""Kinds whose text names no time: it is over, or it is now."""
_PRESS, _REPLY_OR_PRESS = "Say you have it: ", "Reply YES, or: "
"""Before the link of an alert."""
_URGENT = "URGENT. "
_PAST = frozenset({"alert", "overdue"})
_LONG_DAY = re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday)\b")
_LONG_MONTH = re.compile(r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:[a-z]+)(?= \d{4})")


def write_text(
    notice: Notice, contact: Contact, *, training: bool = False, replies: bool = False, links: Links | None = None
) -> str:
    """Write a notice as one text of at most 160 characters of the alphabet of text messages.

    With *replies* an alert says that a reply acknowledges it. The text ends with the notice's number or link, so no two
    notices give the same text. Where it is too long, these may be left out: the link, whom it is for, what a reply
    does, the word URGENT, the time; the link of an alert goes last. The numbers of whom it says to ring are in it where
    they all fit.

    Raises UnknownNotice for a kind without words.
    """
    must_be_known(notice, frozenset(_SAID))
    mark = f"{TRAINING}, invented. " if training or is_training(notice.case) else ""
    if notice.together:
        forms = [*_of_several(notice, contact, replies=replies)]
    else:
        forms = [*_of_one(notice, contact, link=links.to(notice) if links else "", replies=replies)]
    text = ""
    for form in _with_numbers(forms, notice, contact.telephones, may_lose_time=not (links or replies)):
        text = in_gsm(mark + form)
        if length(text) <= LONGEST:
            return text
    return text[:LONGEST]


def _with_numbers(forms: Sequence[str], notice: Notice, known: Telephones, *, may_lose_time: bool) -> Iterator[str]:
    """Yield the forms, each before itself with the numbers of whom it says to ring.

    Numbers take nothing's place but that of the time, where there is no link and no reply to be left out for them.
    """
    if may_lose_time:
        as_urgent = forms[0].startswith(_URGENT)
        for form in forms:
            if form.startswith(_URGENT) == as_urgent:
                yield from _numbered(form, notice, known)
    for form in forms:
        yield from _numbered(form, notice, known)
        yield form


def _numbered(form: str, notice: Notice, known: Telephones) -> Iterator[str]:
    """Yield a form with its numbers, the fullest first; nothing where anybody whom it names has none."""
    parties = () if notice.together else known.of(notice.case)
    first = known.services[1:2]
    to_ring = {
        "those who owe it": parties,
        "ing the other side": parties,
        "ring the office": known.office,
        "children's social care": tuple(one for one in known.services[1:] if one.who == first[0].who) if first else (),
    }
    for words, those in to_ring.items():
        if words in form and those and all(one.number for one in those):
            for with_note in (True, False):
                numbers = (f"{one.number} ({one.when})" if one.when and with_note else one.number for one in those)
                yield form.replace(words, f"{words} on {' or '.join(dict.fromkeys(numbers))}", 1)


def _of_one(notice: Notice, contact: Contact, *, link: str, replies: bool) -> Iterator[str]:
    """Yield the forms of a text, the fullest first."""
    what, todo = _SAID[notice.kind]
    if notice.kind == CODE:
        what, link = f"{what} {one_line(notice.fact)}", ""
    about = f"{one_line(notice.case)}: {what}" if notice.case else what or one_line(notice.fact)
    number = f"Notice {one_line(notice.ref.removeprefix(f'{notice.case}/'))}"
    urgent, due = _URGENT if notice.urgent and notice.kind != "risk" else "", _due(notice)
    pass_on = "Please pass on. " if contact.fallback else ""
    to_whom = f"Please pass on to: {one_line(notice.to.title or notice.to.role)}. " if pass_on else ""
    full = [(urgent, due, to_whom), (urgent, due, pass_on)]
    less = [("", due, pass_on), (urgent, "", pass_on), ("", "", pass_on)]
    is_alert = notice.kind == "alert"

    def said(ways: Iterable[tuple[str, str, str]], ask: str, ends: str) -> Iterator[str]:
        return (f"{before}{about}. {when}{ask}{after}{ends}" for before, when, after in ways)

    if link and is_alert:
        yield from said([*full, *less], "", f"{_REPLY_OR_PRESS if replies else _PRESS}{link}")
    elif link:
        yield from said(full, f"{todo}. ", link)
    if is_alert and replies:
        yield from said(full, f"{BY_REPLY}. ", number)
    yield from said([*full, *less], f"{todo}. ", number)


def _of_several(notice: Notice, contact: Contact, *, replies: bool) -> Iterator[str]:
    """Yield the forms that say how many cases it is about and which was due first, the fullest first."""
    overdue, over = overdue_and_over(notice)
    ends = f"{'Please pass on. ' if contact.fallback else ''}Notice {one_line(notice.ref)}"
    if not overdue:
        yield f"Alerts that are over: {len(over)}. You need do nothing more. {ends}"
        return
    first = one_line(overdue[0].case)
    what, each = f"{first}: something is overdue", "this"
    if overdue[1:]:
        what, each = f"{len(overdue)} cases have something overdue, most late: {first}", "each"
    ring = f"Acknowledge {each}, then ring those who owe it"
    ask = BY_REPLY if replies else ring
    ended = f"Alerts that are over: {len(over)}. " if over else ""
    yield f"{what}. {ask}. {ended}{ends}"
    for todo in (ask, ring, f"Acknowledge {each}, then ring", "Acknowledge"):
        yield f"{what}. {todo}. {ends}"


def _due(notice: Notice) -> str:
    said = deadline_of(notice.owed)
    if notice.kind in _TIMELESS or not said or said == NO_TIME:
        return ""
    short = _LONG_MONTH.sub(r"\1", _LONG_DAY.sub(r"\1", one_line(said)))
    return f"{'Was due' if notice.kind in _PAST else 'Due'} {short}. "


def length(text: str) -> int:
    """Return how many of a message's 160 places *text* takes.

    Raises ValueError for a character outside both alphabets, which would cut a message to 70 characters.
    """
    if strange := set(text) - _FIRST - _SECOND:
        raise ValueError(f"{len(strange)} signs are not in the alphabet of text messages")
    return sum(2 if sign in _SECOND else 1 for sign in text)


def in_gsm(text: str) -> str:
    """Return *text* in that alphabet: dashes and quotes made plain, accents dropped from letters that it lacks."""
    return "".join(_nearest(sign) for sign in text.translate(_ALIKE))


def _nearest(sign: str) -> str:
    if sign in _FIRST or sign in _SECOND:
        return sign
    bare = [part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part)]
    return "".join(part if part in _FIRST else "?" for part in bare)
