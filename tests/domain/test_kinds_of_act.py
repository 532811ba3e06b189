"""A kind of act is one row and, where it has anything of its own, one handler: shown by one that nobody has yet."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from domain.base.refusals import Refusal
from domain.case.state import Escalation
from domain.commands.acts import kinds
from domain.commands.acts.kinds import Needs, OfKind
from domain.commands.acts.offers import offers
from domain.commands.acts.recording import Recording
from domain.engine.draft import Draft
from domain.policy import Act, Policy, check_policy, read_policy
from domain.policy.act_kinds import ACT_KINDS, Key, KindOfAct, Part

from .case import CARE, SCHOOL, TOLERANT, Case, refused

SMALL = tomllib.loads((Path(__file__).parents[2] / "policies" / "lincolnshire.toml").read_text(encoding="utf-8"))
VISIT = KindOfAct(
    "visit",
    "somebody goes and sees",
    parts=(Part("announced"), Part("made"), Part("written-up", under="made")),
    main="made",
    keys=(Key("chair", "is led by nobody"),),
    handler="kinds.Visit",
    is_own=True,
)


class Visit(OfKind):
    """Somebody goes and sees, and says whom."""

    def must_fit(self, draft: Draft, recording: Recording) -> None:
        """Refuse one that says nobody."""
        if recording.part == "made" and not recording.event.with_parties:
            raise Refusal("missing", "Say which of the parties was seen there.")

    def follow(self, draft: Draft, recording: Recording) -> None:
        """Say that it was announced, as a warning that the sender hears."""
        draft.warnings.append(f"Followed: {recording.part}.")

    def first(self, case: Escalation, visit: Any, name: str, act: Act) -> tuple[str, ...]:
        """Return the announcement, before the visit."""
        done = any(name.replace(".made", ".announced") in one.names for one in case.occurrences)
        return () if done or not name.endswith(".made") else (name.replace(".made", ".announced"),)

    def asks(self, case: Escalation, act: Act, part: str, *, is_main: bool) -> Needs:
        """Ask who is seen."""
        return (("with",), {"with": tuple(party.id for party in case.parties)}) if is_main else ((), {})


@pytest.fixture
def policy(monkeypatch: pytest.MonkeyPatch) -> Policy:
    """A policy that asks for a visit at its first step."""
    monkeypatch.setitem(ACT_KINDS, "visit", VISIT)
    monkeypatch.setattr(kinds, "Visit", Visit, raising=False)
    tables = copy.deepcopy(SMALL)
    tables["act"]["home-visit"] = {"kind": "visit", "title": "home visit"}
    tables["stage"][0].setdefault("duty", []).append(
        {"act": ["home-visit.announced"], "by": "raising", "within": "1 working day"}
    )
    tables["stage"][0]["duty"].append({"act": ["home-visit"], "by": "raising", "within": "5 working days"})
    return read_policy(tables)


def test_a_new_kind_is_checked_by_its_row(policy: Policy) -> None:
    assert [fault for fault in check_policy(policy) if fault.severity == "fault"] == []
    led = policy.but(acts={**policy.acts, "home-visit": policy.acts["home-visit"].but(kind="record", chair="chair")})

    assert "act home-visit, chair: a record" in " ".join(map(str, check_policy(led)))


def test_a_new_kind_has_its_parts_its_needs_and_what_follows_from_it(policy: Policy) -> None:
    case = Case(policy=policy, local=TOLERANT)
    waiting = {one.name: one.first for one in offers(case.state)}
    assert waiting["home-visit.made"] == ("home visit: announced",)

    case.does(SCHOOL, "home-visit.announced")
    assert case.last.answer.warnings == ("Followed: announced.",)
    (offer,) = [one for one in offers(case.state) if one.name == "home-visit.made"]
    assert (offer.first, offer.needs, offer.values["with"]) == ((), ("with",), (SCHOOL, CARE))
    assert refused(case, lambda: case.does(SCHOOL, "home-visit")).sentence.startswith(
        "Say which of the parties was seen there."
    )
    assert refused(case, lambda: case.does(CARE, "home-visit", with_parties=(SCHOOL,))).why == "wrong side"

    case.does(SCHOOL, "home-visit", with_parties=(CARE,))
    assert "home-visit.made" in case.state.occurrences[-1].names
    assert case.state.occurrences[-1].names == ("home-visit.made", "visit.made")
    case.replays()


@pytest.mark.parametrize("kind", ACT_KINDS)
def test_every_row_holds_together(kind: str) -> None:
    row = ACT_KINDS[kind]
    names = {part.name for part in row.parts}

    assert row.name == kind
    assert row.means
    assert row.main in names or not names
    assert {part.under for part in row.parts if part.under} <= names
    assert {key.name for key in row.keys} <= set(Act.model_fields)
    assert isinstance(kinds.of_kind(kind), OfKind)
