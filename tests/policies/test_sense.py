"""A file in good form whose names resolve, and which says what nobody can mean: told with line, place and mend."""

from pathlib import Path

import pytest

from adapters.policies import look_over

PLACE = Path(__file__).parent / "elsewhere3"
SOUND = (PLACE / "meadowford.toml").read_text(encoding="utf-8")
SHELVES = (PLACE, PLACE.parent / "elsewhere", PLACE.parent / "elsewhere2", PLACE.parents[2] / "policies")

LETTER = '{ act = "letter", by = "raising"'
REPLY = '{ act = "reply", by = "receiving", when = "letter"'
TALK = '{ act = "talk", by = "together", within = "2 working days"'
STUCK = '{ id = "no-answer", said_by = "raising", after = ["first.reply.overdue"]'
TOP = 'needs = ["reason", "talk"]'
SIGNED = 'signed_by = ["worker", "manager"]'
LEARNED = 'outcome = [{ id = "learned", said_by = "group", needs = ["considered"], leads_to = "done" }]'
URGENT = '[[track]]\nid = "urgent"\nif = { priority = "red" }'
SECOND = 'id = "second"\ntitle = "Second"'
VIEW = 'view = { kind = "record" }'
OPEN = 'is = "unknown"\ngap = "not in our copy"\ncase_date = "stands in"'

DAMAGE = {
    "lapses by what raises it": (REPLY, f'{REPLY}, until = "letter"', "stage first, duty 3, until"),
    "lapses by the opening that raises it": (TALK, f'{TALK}, until = "first.opened"', "stage first, duty 1, until"),
    "lapses by its own step's opening": (TALK, f'{TALK}, until = "opened"', "stage first, duty 1, until"),
    "is done by what raises it": (REPLY, f'{REPLY}, done_by = "letter"', "stage first, duty 3, done_by"),
    "is done by the step's letter that raises it": (REPLY, f'{REPLY}, done_by = "first.letter"', "duty 3, done_by"),
    "lapses as it becomes late": (TALK, f'{TALK}, until = "talk.overdue"', "stage first, duty 1, until"),
    "runs from itself": ('of = ["letter.received", "letter"]', 'of = ["reply", "letter"]', "duty 3, of"),
    "runs from its own lateness": ('of = ["letter.received", "letter"]', 'of = "reply.overdue"', "duty 3, of"),
    "runs from one thing twice": ('of = ["letter.received", "letter"]', 'of = ["letter", "letter"]', "duty 3, of"),
    "runs from the end of its step": (TALK, f'{TALK}, of = "first.left"', "stage first, duty 1, of"),
    "waits for what is only offered": ("first.reply.overdue", "first.priority-set.overdue", "no-answer, after"),
    "waits for what is never late": (REPLY, f"{REPLY}, indicative = true", "stage first, outcome no-answer, after"),
    "waits for itself": ('after = ["first.reply.overdue"]', 'after = ["no-answer"]', "outcome no-answer, after"),
    "waits for its step to be left": ('"first.reply.overdue"', '"no-answer", "first.left"', "no-answer, after"),
    "a duty that is never so": (
        LETTER,
        f'{LETTER}, if = {{ priority = "red" }}, unless = {{ priority = "red" }}',
        "stage first, duty 2, unless",
    ),
    "an outcome that is never so": (
        STUCK,
        f'{STUCK}, if = {{ priority = "red" }}, unless = {{ priority = ["red", "green"] }}',
        "stage first, outcome no-answer, unless",
    ),
    "a route that is never so": (URGENT, f'{URGENT}\nunless = {{ priority = "red" }}', "track urgent, unless"),
    "two answers at once": (TOP, 'needs = ["priority is red", "priority is green"]', "outcome not-agreed, needs"),
    "an owner where no action is late": (
        'when = "any.talk"\nact = "noted"\nby = "each party"',
        'when = "any.talk"\nact = "noted"\nby = "action owner"',
        "duty 1, by",
    ),
    "nobody did an opening": (
        '"whoever did it", when = "sitting.held"',
        '"whoever did it", when = "second.opened"',
        "stage second, duty 4, by",
    ),
    "nobody did a lateness": (
        '"whoever did it", when = "sitting.held"',
        '"whoever did it", when = "plan.overdue"',
        "stage second, duty 4, by",
    ),
    "nobody signs": (f", {SIGNED}", "", "stage first, duty 6, act"),
    "nobody sits there to owe it": (
        'title = "First"\nclause = "1"\nraising = ["worker", "manager"]\nreceiving = ["worker", "manager"]',
        'title = "First"\nclause = "1"\nraising = ["worker", "manager"]',
        "stage first, duty 3, by",
    ),
    "nobody sits there to say it": (LEARNED, LEARNED.replace('"group"', '"raising"'), "outcome learned, said_by"),
    "nobody may sit in a body": ('members = ["member"]', "members = []", "body panel"),
    "parties that may not record what is heard": ('hears = ["view"]', 'hears = ["considered"]', "body panel, hears"),
    "the agency's own office": ('to = ["other parties", "office"]', 'to = ["own office"]', "stage first, duty 2, to"),
    "nobody chooses": ('leads_to = "chosen", one_of', 'leads_to = "next", one_of', "outcome no-answer, one_of"),
    "a choice named twice": ('one_of = ["second", "third"]', 'one_of = ["second", "second"]', "no-answer, one_of"),
    "a signature asked for twice": (SIGNED, 'signed_by = ["worker", "worker"]', "act form, signed_by"),
    "a field asked for twice": ('fields = ["problem"]', 'fields = ["problem", "problem"]', "act form, fields"),
    "a field asked for at once and later": ('later = ["end"]', 'later = ["problem"]', "act form, later"),
    "a way named twice": ('"telephone", "face to face"', '"telephone", "telephone"', "act talk, methods"),
    "two answers that read alike": (
        'values = ["red", "green"]',
        'values = ["red", "Red", "green"]',
        "priority, values",
    ),
    "a seat named twice": ('raising = ["worker", "manager"]', 'raising = ["worker", "worker"]', "stage first, raising"),
    "a step twice on a route": (
        'stages = ["first", "second", "third"]',
        'stages = ["first", "second", "first", "third"]',
        "track ladder, stages",
    ),
    "what runs beside as a rung": (
        'stages = ["first", "second", "third"]',
        'stages = ["first", "second", "third", "learning"]',
        "track ladder, stages",
    ),
    "a route behind one that takes all": (URGENT, '[[track]]\nid = "urgent"', "track ladder"),
    "a route behind its like": (
        'id = "ladder"\nstages',
        'id = "ladder"\nif = { priority = "red" }\nstages',
        "track ladder",
    ),
    "a time for a grade that is a name": ('green = "10 working days" }', 'green = "shorter" }', "grades, green"),
    "a time that is a name": (OPEN, 'is = "shorter"', "timescale open-time"),
    "a stand-in for what is known": (OPEN, 'is = "3 working days"\ncase_date = "stands in"', "open-time, case_date"),
    "nothing to shorten": (
        'is = "5 working days"\ncase_date = "shortens"',
        'is = "unknown"\ngap = "not in our copy"\ncase_date = "shortens"',
        "timescale shorter, case_date",
    ),
    "all together and one alone": (
        'case_date_by = ["manager"]',
        'case_date_by = ["every party", "manager"]',
        "timescale shorter, case_date_by",
    ),
    "a chair of no meeting": (VIEW, 'view = { kind = "record", chair = "chair" }', "act view, chair"),
    "those at no meeting": (VIEW, 'view = { kind = "record", attended_by = "every party" }', "act view, attended_by"),
    "an act before itself": (VIEW, 'view = { kind = "record", needs = ["view"] }', "act view, needs"),
    "two plans": (VIEW, f'{VIEW}\nscheme = {{ kind = "plan" }}', "act scheme, kind"),
    "an id of two duties": (
        LETTER,
        f'{{ id = "x", act = "talk", by = "raising" }}, {LETTER}, id = "x"',
        "stage first, duty 2, id",
    ),
    "an id that another duty's act has": (LETTER, f'{LETTER}, id = "talk"', "stage first, duty 2, id"),
    "an earlier id that a step has": (SECOND, f'{SECOND}\nwas = ["first"]', "stage second, was"),
    "an earlier id of its own": (SECOND, f'{SECOND}\nwas = ["second"]', "stage second, was"),
    "a strand that nothing finishes": (LEARNED, "", "stage learning"),
    "a review before the policy": ("review = 2027-12-01", "review = 2025-12-01", "policy, review"),
    "an edition without a name": ('edition = "2026-12"', 'edition = " "', "policy, edition"),
    "a policy without a name": ('title = "Professional differences in Meadowford"', 'title = ""', "policy, title"),
    "a step without a name": ('title = "First"', 'title = ""', "stage first, title"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_nobody_can_mean_is_told_with_its_line_and_its_mend(name: str, tmp_path: Path) -> None:
    before, after, place = DAMAGE[name]
    assert before in SOUND
    file = tmp_path / "meadowford.toml"
    file.write_text(SOUND.replace(before, after, 1), encoding="utf-8")

    policy, found = look_over(file)

    faults = [fault for fault in found if fault.severity == "fault"]
    assert (policy is None) == bool(faults)
    assert any(fault.place.endswith(place) for fault in found), [str(fault) for fault in found]
    assert all(fault.line and fault.mend and Path(fault.file) == file for fault in found)


def test_a_duty_that_stands_twice_in_a_step_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "meadowford.toml"
    file.write_text(SOUND.replace(f'{TALK}, strength = "must" }},', f"{TALK} }},\n  {TALK} }},", 1), encoding="utf-8")

    found = [(fault.severity, fault.place) for fault in look_over(file)[1]]

    assert found == [("warning", "stage first, duty 2")]


@pytest.mark.parametrize("file", sorted(f for shelf in SHELVES for f in shelf.glob("*.toml")), ids=lambda f: f.stem)
def test_no_sound_policy_is_said_to_be_without_sense(file: Path) -> None:
    assert [fault for fault in look_over(file)[1] if not fault.place.endswith(", to")] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('within = "2 working days before", of = "fact.heard-on"', 'when = "noted", within = "28 days", of = "noted"'),
        (TALK, f'{TALK}, until = "done", of = "first.left"'),
        ('after = ["first.reply.overdue"]', 'after = ["first.reply.overdue", "first.priority-set"]'),
        ('one_of = ["second", "third"]', 'one_of = ["first", "second", "third"]'),
        (LETTER, f'{LETTER}, if = {{ priority = "red" }}, unless = {{ topic = "health" }}'),
        (LETTER, f'{LETTER}, if = {{ priority = ["red", "green"] }}, unless = {{ priority = "green" }}'),
        (LETTER, f'{LETTER}, id = "letter"'),
        (URGENT, f'{URGENT}\nunless = {{ topic = "health" }}'),
    ],
)
def test_what_has_a_sense_is_no_fault(before: str, after: str, tmp_path: Path) -> None:
    assert before in SOUND
    file = tmp_path / "meadowford.toml"
    file.write_text(SOUND.replace(before, after, 1), encoding="utf-8")

    assert [str(fault) for fault in look_over(file)[1]] == []
