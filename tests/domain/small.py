"""Small policies for tests: only the tables that matter, checked like any other."""

import tomllib

from domain.policy import Policy, check_policy, read_policy

HEADER = """
[policy]
id = "small"
title = "A small policy"
edition = "1"
effective = 2025-01-01
nation = "england-and-wales"
gap = [{ says = "a number is missing" }]
"""


def made(text: str) -> Policy:
    """Return the policy of these tables, having seen that the check finds no fault in it."""
    policy = read_policy(tomllib.loads(HEADER + text))
    faults = [fault for fault in check_policy(policy) if fault.severity == "fault"]
    assert not faults, faults
    return policy
