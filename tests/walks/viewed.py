"""What a screen knows of a case that is told in a test: what lists show, with all that may be said."""

from typing import Any

from domain.case.state import Escalation
from domain.views.sayable import sayable
from domain.views.status import status_of


def view_of(case: Escalation) -> dict[str, Any]:
    return {**status_of(case).model_dump(mode="json"), **sayable(case).model_dump(mode="json")}
