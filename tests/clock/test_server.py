"""The door to Temporal on another day moves every time, and nothing else."""

from datetime import UTC, datetime

from google.protobuf.duration_pb2 import Duration
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryResponse

from tests.clock.server import moved

NOON = int(datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp())
DAY = 86_400
METHOD = "/temporal.api.workflowservice.v1.WorkflowService/GetWorkflowExecutionHistory"


def answer(at: int) -> bytes:
    event = HistoryEvent(event_id=3)
    event.event_time.seconds = at
    timer = event.timer_started_event_attributes
    timer.start_to_fire_timeout.CopyFrom(Duration(seconds=NOON))
    started = HistoryEvent()
    started.event_time.seconds = at
    started.workflow_execution_started_event_attributes.input.payloads.append(Payload(data=b"2026-11-30T12:00:00Z"))
    started.workflow_execution_started_event_attributes.memo.fields["entered"].data = b"7"
    given = GetWorkflowExecutionHistoryResponse(history=History(events=[started, event]))
    return given.SerializeToString(deterministic=True)


def test_times_of_the_server_are_moved_wherever_they_stand_and_lengths_of_time_and_payloads_are_not() -> None:
    there = GetWorkflowExecutionHistoryResponse.FromString(moved(answer(NOON), METHOD, "Response", 24 * DAY))
    assert there == GetWorkflowExecutionHistoryResponse.FromString(answer(NOON + 24 * DAY))


def test_a_time_that_is_not_given_stays_so() -> None:
    assert moved(answer(0), METHOD, "Response", DAY) == answer(0)


def test_what_is_not_temporals_own_passes_as_it_is() -> None:
    assert moved(b"\xff", "/grpc.health.v1.Health/Check", "Request", DAY) == b"\xff"
