"""What people wrote stands in the record and nowhere else: in no letter, page, text, calendar or webhook."""

import datetime as dt
import json
from collections.abc import Iterator
from functools import cache

import pytest

from adapters.links import Links
from adapters.post import SmtpPost, WebhookPost, kinds, write_letter, write_text
from domain.base.people import Actor
from domain.case.effects import Notice
from domain.case.plan import Action, Residual
from domain.views.together import as_one
from tests.domain.case import CARE, SCHOOL, Case
from tests.walks.all import WALKS
from tests.walks.telling import tell

from .conftest import FALLBACK, NOW, POLICE, clock

NAME = "Zebedee Quux"
PLANTED = ("Zebedee", "Quux")
LINKS = Links("https://escalations.partnership.example.org", ("k" * 32,))
EVERYTHING = {"reason": NAME, "interim-safety": NAME, NAME: NAME}
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""Before every deadline, so that each is in a calendar."""


def planted(case: Case, party: str, role: str = "") -> Actor:
    return case.seat(party, role).but(person=NAME)


def sayings(notice: Notice) -> Iterator[tuple[str, str]]:
    """Everything that leaves for a notice, in every form."""
    for contact in (POLICE, FALLBACK):
        letter = write_letter(notice, contact, links=LINKS)
        yield "subject", letter.subject
        yield "letter", letter.body
        yield "page", letter.html
        yield "text", write_text(notice, contact, links=LINKS)
        yield "webhook", WebhookPost("key", clock, links=LINKS).write(notice, contact).decode()
        mail = SmtpPost("127.0.0.1", 1, "escalations@example.org", lambda: LONG_AGO).write(notice, contact)
        for part in mail.walk():
            if not part.is_multipart():
                yield part.get_content_type(), str(part.get_content())


@cache
def a_case_with_a_name_in_every_free_text() -> Case:
    said = {"recorded_by": NAME, "evidence": NAME}
    case = Case(
        facts={"concern": "difference", "ground": NAME},
        words={"disagreement": NAME, "outcome-sought": NAME, NAME: NAME},
        own_record=NAME,
        recorded_by=NAME,
        raiser=Actor(role="practitioner", person=NAME),
    )
    case.acts_as(planted(case, SCHOOL), "discussion", method="telephone", fields={NAME: NAME}, **said)
    case.says_as(planted(case, SCHOOL), "not-agreed", fields=EVERYTHING, **said)
    case.contests(CARE, 3)
    tomorrow = case.now.date() + dt.timedelta(days=1)
    case.proposes(
        SCHOOL,
        actions=(Action(what=NAME, owner=CARE, by=tomorrow),),
        residual=(Residual(what=NAME, owner=CARE, by=tomorrow),),
        fields={"fits-existing-plan": NAME},
        **said,
    )
    case.confirms(CARE, evidence=NAME)
    case.raises_risk(by=Actor(agency=SCHOOL, role="practitioner", person=NAME), wording=NAME)
    case.pass_to((case.now + dt.timedelta(days=20)).strftime("%Y-%m-%d %H:%M"))
    return case


def test_the_words_were_written_and_are_in_the_record() -> None:
    entries = json.dumps([entry.body for entry in a_case_with_a_name_in_every_free_text().entries])

    assert entries.count(NAME) > 10
    assert len(a_case_with_a_name_in_every_free_text().notices) > 10


def test_nothing_that_leaves_holds_what_people_wrote() -> None:
    for notice in a_case_with_a_name_in_every_free_text().notices:
        for form, said in sayings(notice):
            assert not [word for word in PLANTED if word in said], (notice.kind, form)


def test_nothing_that_leaves_together_holds_what_people_wrote() -> None:
    alert = next(one for one in a_case_with_a_name_in_every_free_text().notices if one.kind == "alert")
    over = alert.but(kind="alert-withdrawn", ref="ESC-7K2M-Q/12/3", case="ESC-7K2M-Q")
    for form, said in sayings(as_one([alert, over])):
        assert not [word for word in PLANTED if word in said], form


@cache
def notices_of_walks() -> dict[str, Notice]:
    """One notice of each kind that the walks of all policies bring about."""
    found: dict[str, Notice] = {}
    for walk in WALKS.values():
        for notice in tell(walk).notices:
            found.setdefault(notice.kind, notice)
    return found


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_of_whole_cases_says_the_same_reference_in_every_form(kind) -> None:
    notice = notices_of_walks().get(kind)
    if notice is None:
        notice = Notice(ref="ESC-7K2M-Q/12/3", case="ESC-7K2M-Q", kind=kind, to=a_seat())
    forms = dict(sayings(notice))

    assert {form for form in forms if notice.case not in forms[form]} == set()


def a_seat():
    return a_case_with_a_name_in_every_free_text().notices[0].to


def test_calendars_are_among_what_was_looked_at() -> None:
    forms = {form for n in a_case_with_a_name_in_every_free_text().notices for form, _ in sayings(n)}

    assert forms == {"subject", "letter", "page", "text", "webhook", "text/plain", "text/html", "text/calendar"}
    assert NOW > LONG_AGO
