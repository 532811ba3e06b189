"""Text that some part of the world cannot hold: it is refused or kept, and the case goes on either way."""

import contextlib

import pytest

from domain.base.refusals import Refusal
from tests.workflows.histories import kinds_of
from tests.workflows.story import SAFE, Story

TEXTS = {
    "a null character": "before\0after",
    "half a surrogate": "before\ud800after",
    "right to left": "\u202eevil",
    "a face of several signs": "\U0001f469\u200d\U0001f467",
    "markdown": "**bold** [link](https://example.org) <script>alert(1)</script>",
    "control characters": "\x1b[31m\x07\r\n",
}


@pytest.mark.parametrize("what", TEXTS)
async def test_a_strange_text_stops_neither_the_case_nor_its_record(story: Story, what: str) -> None:
    await story.opens_at_step_1()
    with contextlib.suppress(Refusal, ValueError):
        await story.act("schools", "practitioner", "discussion", method="telephone", fields={"note": TEXTS[what]})
    with contextlib.suppress(ValueError):
        await story.handle.signal("risk", {"wording": TEXTS[what]})
    await story.is_quiet()
    story.everything_is_read()
    await story.outcome("schools", "practitioner", "not-agreed", fields=SAFE)
    await story.is_quiet()
    await story.entries()
    assert "\\u0000" not in str([stored.entry.model_dump_json() for stored in story.register.entries(story.case)])
    assert "workflow_task_failed" not in await kinds_of(story.server.client, story.case)
    story.everything_is_read()
