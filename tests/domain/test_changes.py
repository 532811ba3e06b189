"""A case is the fold of what its decisions changed, and folding asks no rule."""

import json
from collections.abc import Callable

import pytest

from domain.base.people import Actor
from domain.case import patch as kept_as
from domain.case.editions import calendar_edition, digest, digest_of, policy_edition
from domain.case.patch import (
    SHAPE,
    Changes,
    State,
    Unreadable,
    Upgrade,
    case_of,
    changes_between,
    state_of,
    upgraded_notice,
    with_changes,
)
from domain.case.plan import PlanVersion
from domain.case.state import Escalation, Pause
from domain.commands import CalendarAdopted, EditionAdopted, Linked
from domain.policy import Policy
from tests.domain.case import CARE, SCHOOL, Case, england, lincolnshire, london
from tests.domain.shape import KEPT, schema


def stepped(before: Escalation, after: Escalation) -> Changes:
    """Return the changes from one to the other, having seen that they make the one into the other."""
    made = Changes.model_validate_json(changes_between(before, after).model_dump_json())
    state = state_of(before)
    as_it_was = json.dumps(state)
    assert with_changes(state, made) == state_of(after)
    assert json.dumps(state) == as_it_was, "the state before was changed in place"
    assert repr(case_of(with_changes(state, made), after.policy, after.calendar)) == repr(after)
    return made


def test_a_case_is_the_fold_of_what_its_decisions_changed() -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    case.pass_to("2025-03-10 09:00")
    case.acknowledges()
    case.climb_to("step-3")
    case.raises_risk(wording="x")
    case.takes_call()
    case.agree()
    case.pass_to("2025-03-20 10:00")

    case.kept.folds()


def test_nothing_changed_is_no_change() -> None:
    case = Case().state

    assert stepped(case, case).ops == ()
    assert stepped(case, Escalation.model_validate_json(case.model_dump_json())).ops == ()


def test_only_what_changed_is_kept() -> None:
    case = Case()
    before = case.state
    first, *rest = before.duties
    after = before.but(duties=(first.but(state="lapsed", ended_because="left"), *rest), entries=9)

    assert stepped(before, after).ops == (
        (["entries"], 9),
        (["duties", 0, "state"], "lapsed"),
        (["duties", 0, "ended_because"], "left"),
    )


def test_what_is_back_at_its_default_is_absent_and_not_null() -> None:
    before = Case().state.but(pause=Pause(since=london("2025-03-04 11:00"), entry=2), seats={"chair": Actor(role="x")})
    after = before.but(pause=None, seats={})
    made = stepped(before, after)

    assert made.ops == ((["seats"],), (["pause"],))
    assert not {"pause", "seats"} & with_changes(state_of(before), made).keys()


def test_a_list_grows_by_its_next_place_and_shrinks_from_its_end() -> None:
    before = Case().state.but(links=("a", "b", "c", "d"))

    assert stepped(before, before.but(links=("a", "x"))).ops == ((["links", 1], "x"), (["links", 3],), (["links", 2],))
    assert stepped(before, before.but(links=("a", "b", "c", "d", "e"))).ops == ((["links", 4], "e"),)


def test_a_name_may_hold_what_joins_paths_elsewhere() -> None:
    before = Case().state.but(facts={"a/b": "x", "a": "b"})
    after = before.but(facts={"a/b": "y", "a": "b", "a/b/c~1.": "z"})

    assert stepped(before, after).ops == ((["facts", "a/b"], "y"), (["facts", "a/b/c~1."], "z"))


def test_names_keep_their_order() -> None:
    before = Case().state.but(joint={2: 1, 5: 3, 7: 4})

    stepped(before, before.but(joint={7: 4, 5: 3, 2: 1}))
    stepped(before, before.but(joint={5: 3, 2: 1}))
    stepped(before, before.but(joint={5: 3, 7: 4, 2: 8}))
    assert stepped(before, before.but(joint={2: 1, 7: 6, 9: 1})).ops == (
        (["joint", "5"],),
        (["joint", "7"], 6),
        (["joint", "9"], 1),
    )


def test_a_plan_that_says_nothing_is_left_open_differs_from_one_that_does_not_say() -> None:
    plan = PlanVersion(version=1, entry=3, actions=())
    before = Case().state.but(plans=(plan,))

    assert stepped(before, before.but(plans=(plan.but(residual=()),))).ops == ((["plans", 0, "residual"], []),)


def test_an_edition_is_named_by_its_digest_and_worked_out_once() -> None:
    case = Case().state

    assert state_of(case)["policy"] == digest(policy_edition(lincolnshire())) == digest_of(lincolnshire())
    assert state_of(case)["calendar"] == digest(calendar_edition(england())) == digest_of(england())
    assert digest_of(lincolnshire().but(edition="another")) != digest_of(lincolnshire())


def test_the_fold_says_which_editions_a_case_is_under_at_each_entry() -> None:
    case = Case()
    rules = lincolnshire().but(edition="another")
    days = england().but(edition="another")
    office = Actor(role="operations", person="staff-1")
    case.takes(EditionAdopted(by=office, policy=rules, reason="A mistake was mended."))
    case.takes(CalendarAdopted(by=office, calendar=days))
    state: State = {}
    under = []
    for one in case.kept.decided:
        state = with_changes(state, one.changes)
        under.append((state["policy"], state["calendar"]))

    assert under == [
        (digest_of(lincolnshire()), digest_of(england())),
        (digest_of(rules), digest_of(england())),
        (digest_of(rules), digest_of(days)),
    ]
    assert case_of(state, rules, days) == case.state


@pytest.mark.parametrize("later", ["2025-03-05 00:00", "2025-03-06 00:00", "2025-03-06 10:00"])
def test_moments_that_passed_before_a_message_that_was_so_already_are_kept(later: str) -> None:
    """It makes no entry. What passed before it is kept with entries of its own, or with those of the next decision.

    48 hours without a worker, a tolerance of the same working day, and a link said twice.
    """
    case = Case()
    linked = Linked(by=case.seat(SCHOOL), other="ESC-A82P-CVXQ", id="first")
    case.takes(linked)
    case.sleep_to(later)
    case.takes(linked.but(id="second"))
    between = case.state
    case.pass_to("2025-03-12 10:00")
    case.kept.folds()

    assert case.kinds().count("linked") == 1
    assert {"first", "second"} <= {*between.answered} == {*case.state.answered}
    assert "overdue" in case.kinds()


@pytest.mark.parametrize(
    "op",
    [
        (["nothing", "here"], 1),
        (["duties", 99], {}),
        (["duties", "first"], {}),
        (["duties", 0],),
        (["case", "x"], 1),
        ([], 1),
        ("case", 1),
        (["entries"], 1, 2),
    ],
)
def test_changes_that_do_not_fit_are_refused_in_a_sentence(op: tuple[object, ...]) -> None:
    case = Case()
    case.does(SCHOOL, "discussion")
    case.does(CARE, "acknowledgement")

    with pytest.raises(Unreadable, match="do not fit what came before"):
        with_changes(state_of(case.state), Changes.model_validate({"shape": SHAPE, "ops": [op]}))


def test_a_state_that_does_not_fit_names_the_place() -> None:
    state = state_of(Case().state) | {"entries": "many"}

    with pytest.raises(Unreadable, match="at entries"):
        case_of(state, lincolnshire(), england())


def test_the_shape_of_what_is_kept_is_known_by_its_number() -> None:
    """Cases live for weeks and their record for years: what is written today is read by every later version.

    Where this fails, what is kept has another shape than before. While `SHAPE` is of no release yet, write the file
    anew: `python -m tests.domain.shape`. Else raise `SHAPE` by one, add an upgrade to `domain.case.patch.UPGRADES` that
    makes a state (and a notice) of the shape before into one of this, with a test, and then write the new file.
    """
    kept = json.loads((KEPT / f"{SHAPE}.json").read_text(encoding="utf-8"))

    assert schema() == kept, "read what this test says"
    assert set(kept_as.UPGRADES) == set(range(2, SHAPE + 1)), "each shape but the first has its upgrade"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[State], State]:
    """Invent a later version, before which the number of entries was called `count`, and return the way back to it."""

    def renamed(state: State) -> State:
        rest = {name: value for name, value in state.items() if name != "count"}
        return rest | {"entries": state["count"]}

    def without_step(notice: State) -> State:
        return {name: value for name, value in notice.items() if name != "place"} | {"step": notice["place"]}

    def before(state: State) -> State:
        rest = {name: value for name, value in state.items() if name != "entries"}
        return rest | {"count": state["entries"], "shape": SHAPE}

    monkeypatch.setattr(kept_as, "SHAPE", SHAPE + 1)
    monkeypatch.setattr(kept_as, "UPGRADES", {SHAPE + 1: Upgrade(state=renamed, notice=without_step)})
    return before


def test_an_older_state_is_read_by_a_later_version_and_goes_on_there(later: Callable[[State], State]) -> None:
    case = Case()
    before = case.state
    old = later(state_of(before))
    case.does(SCHOOL, "discussion")
    new = with_changes(old, changes_between(before, case.state))

    assert case_of(old, before.policy, before.calendar) == before
    assert new == state_of(case.state)
    assert new["shape"] == SHAPE + 1
    assert old["count"] == before.entries, "the state that was read is as it was"


def test_changes_of_an_older_shape_fold_as_they_were_made(later: Callable[[State], State]) -> None:
    first = with_changes({}, Changes(shape=SHAPE, ops=((["count"], 2),)))
    second = with_changes(first, Changes(shape=SHAPE, ops=((["count"], 3),)))
    third = with_changes(second, Changes(shape=SHAPE + 1, ops=((["entries"], 4),)))

    assert (first, second) == ({"shape": SHAPE, "count": 2}, {"shape": SHAPE, "count": 3})
    assert third == {"shape": SHAPE + 1, "entries": 4}


def test_an_older_notice_is_read_by_a_later_version(later: Callable[[State], State]) -> None:
    assert upgraded_notice({"ref": "x", "place": "one"}, SHAPE) == {"ref": "x", "step": "one"}
    assert upgraded_notice({"ref": "x", "step": "one"}, SHAPE + 1) == {"ref": "x", "step": "one"}


def test_what_a_newer_version_wrote_is_not_guessed_at() -> None:
    newer = "a newer version"
    state = state_of(Case().state)

    with pytest.raises(Unreadable, match=newer):
        with_changes({}, Changes(shape=SHAPE + 1, ops=()))
    with pytest.raises(Unreadable, match=newer):
        with_changes(state, Changes(shape=SHAPE + 1, ops=()))
    with pytest.raises(Unreadable, match=newer):
        case_of(state | {"shape": SHAPE + 1}, lincolnshire(), england())
    with pytest.raises(Unreadable, match=newer):
        upgraded_notice({}, SHAPE + 1)


def test_a_digest_is_not_another_editions() -> None:
    """A freed object's place in memory is given to the next one."""
    for number in range(200):
        rules = Policy.model_validate(policy_edition(lincolnshire()) | {"edition": str(number)})
        assert digest_of(rules) == digest(policy_edition(rules))
