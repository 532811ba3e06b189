"""The interface is held to its own description: whatever is sent, what is answered is as openapi.json says."""

import json
import os
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from limits import RateLimitItemPerMinute
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.applications import Starlette

from adapters.console_store.held import Limit
from console.api.app import at_its_place
from console.api.asked import Operation
from console.api.document import PLACE, described
from console.api.operations import OPERATIONS
from settings import HERE

from .conftest import Api

KEPT = HERE / "docs" / "openapi.json"
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "15"))
"""So many requests of each kind to each place; more are tried by setting it."""


def test_the_description_that_is_kept_is_that_of_this_version() -> None:
    """Renewed by `python -m console.api > docs/openapi.json`."""
    assert json.loads(KEPT.read_text(encoding="utf-8")) == described()


def test_the_description_is_one_by_the_rules_of_openapi() -> None:
    assert list(OpenAPIV31SpecValidator(described()).iter_errors()) == []
    assert not [name for name in described()["components"]["schemas"] if "__" in name]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfit"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_whatever_is_sent_the_answer_is_as_described(
    operation: Operation, mode: GenerationMode, api: Api, opened: str
) -> None:
    api = Api(api.settings, failed=Limit(10_000, timedelta(minutes=1)), of_an_address=RateLimitItemPerMinute(100_000))
    app = Starlette(routes=[at_its_place(api.app)])
    schema = schemathesis.openapi.from_asgi(f"{PLACE}/openapi.json", app)
    headers = {"Authorization": f"Bearer {api.token('keeper')}"}

    excluded: list[Any] = [positive_data_acceptance] if operation.body or operation.query else []

    # What fits a form may still be no date that a rule takes, or another id than the header's: that is told as 422 too.
    @given(case=schema[operation.path][operation.method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
    )
    def holds(case: schemathesis.Case[Any]) -> None:
        if "ref" in case.path_parameters and mode == GenerationMode.POSITIVE:
            case.path_parameters["ref"] = opened
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    holds()
