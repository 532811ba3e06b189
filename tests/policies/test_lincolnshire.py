"""The policy that comes with the program: without a fault, complete, and its obligations cited."""

import re
from pathlib import Path

from adapters.policies import find_policy, load_policy
from domain.policy import Policy, check_policy

POLICIES = Path(__file__).parents[2] / "policies"
LINCOLNSHIRE = POLICIES / "lincolnshire.toml"


def test_every_policy_that_is_shipped_is_without_a_fault_or_a_warning() -> None:
    shipped = sorted(POLICIES.glob("*.toml"))
    assert LINCOLNSHIRE in shipped

    for path in shipped:
        policy, warnings = load_policy(path)
        assert warnings == ()
        assert check_policy(policy) == ()
        assert policy.id == path.stem


def test_every_rule_outcome_and_reading_of_lincolnshire_cites_a_row() -> None:
    policy, _ = load_policy(LINCOLNSHIRE)
    row = re.compile(r"L([1-9]|[1-5]\d|60)")
    cited = [rule.rows for rule in policy.rules.values()]
    cited += [outcome.rows for stage in policy.stages for outcome in policy.outcomes_of(stage.id)]
    cited += [said.rows for said in policy.assumptions] + [said.rows for said in policy.gaps]

    assert all(rows and all(row.fullmatch(one) for one in rows) for rows in cited)


def test_a_policy_is_the_same_after_its_journey_as_json() -> None:
    policy, _ = load_policy(LINCOLNSHIRE)
    assert policy.rules
    assert policy.event("step-3.contact-slo by raising").by == "raising"

    assert Policy.model_validate_json(policy.model_dump_json()) == policy


def test_a_policy_is_found_by_its_name_or_its_path() -> None:
    assert find_policy(POLICIES, "lincolnshire") == LINCOLNSHIRE
    assert find_policy(Path("/"), str(LINCOLNSHIRE)) == LINCOLNSHIRE
