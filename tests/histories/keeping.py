"""Histories of cases as they ran, one for each path: kept for ever, so that new code is tried against old cases.

`make histories` runs the stories named below and writes what Temporal kept of them. A shape that was released is never
written over: give the new one a new folder.
"""

import asyncio
import gzip
import json
from pathlib import Path
from typing import TypeVar

from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowHistory

from tests.walks.all import WALKS
from tests.workflows.histories import runs_of
from workflows.connection import DATA_CONVERTER

T = TypeVar("T")
KEPT = Path(__file__).parent / "kept"
ALERTS = Path(__file__).parent / "alerts"
DIGESTS = KEPT / "digest"
"""Mornings, which are no cases."""
PATHS = {
    "test_professionals_who_agree_at_step_1_end_it_and_close_once_all_is_filed": "agreed-at-step-1",
    "test_managers_who_agree_at_step_2_end_it_weeks_before_the_last_action_closes_it": "agreed-at-step-2",
    "test_senior_officers_who_agree_at_step_3_end_it": "agreed-at-step-3",
    "test_a_case_at_rest_for_months_can_still_be_agreed": "agreed-at-rest",
    "test_a_changed_plan_takes_the_other_sides_confirmation_away": "plan-changed",
    "test_a_concern_found_not_justified_is_stopped_and_all_are_told": "not-justified",
    "test_a_case_returned_to_the_professionals_begins_step_1_again": "returned",
    "test_a_conduct_concern_is_turned_to_its_own_procedure": "conduct",
    "test_an_urgent_case_is_agreed_at_the_chaired_meeting": "urgent-agreed",
    "test_a_chaired_meeting_that_does_not_agree_leaves_it_open_for_named_people_for_months": "urgent-not-agreed",
    "test_a_date_not_set_in_24_hours_is_overdue_and_a_date_that_passes_unheld_is_too": "urgent-overdue",
    "test_a_case_at_rest_can_be_called_urgent_after_all": "called-urgent",
    "test_learning_goes_to_the_sub_group_and_leaves_the_dispute_unresolved": "not-urgent",
    "test_an_urgent_case_may_send_learning_too_and_still_owes_it_after_its_end": "both-branches",
    "test_an_acknowledged_alert_is_silent_for_a_day_and_comes_back_while_it_is_undone": "overdue-acknowledged",
    "test_a_late_action_is_explained_replaced_and_then_done": "late-action",
    "test_immediate_risk_after_the_end_keeps_the_case_from_closing": "immediate-risk",
    "test_signals_of_a_plain_temporal_client_run_a_case_to_its_end": "by-signals",
    "test_a_case_that_climbs_through_several_runs_ends_like_any_other": "several-runs",
    "test_a_duty_handed_over_a_wrong_person_told_and_a_contact_added_on_the_way_to_the_end": "other-people",
    "test_a_text_never_delivered_goes_by_e_mail_then_to_the_second_then_to_the_inbox_each_once": "text-undelivered",
} | {f"test_a_walk_on_the_server[{name}]": name for name in WALKS}
"""Test to the name its history is kept under."""
BATCHES = {
    "test_alerts_are_one_message_with_what_was_due_first_on_top": "together",
    "test_one_that_is_handed_in_again_goes_once": "handed-in-again",
    "test_while_a_mail_host_is_down_those_that_come_gather_for_the_next_message": "mail-host-down",
    "test_what_the_register_could_not_note_is_noted_when_it_is_back_and_holds_up_no_alert": "register-down",
    "test_a_long_one_goes_on_in_a_new_run_and_each_alert_goes_once": "several-runs",
    "test_a_run_that_is_far_too_long_ends_though_its_message_cannot_be_sent": "far-too-long",
    "test_a_cancellation_while_a_message_is_tried_sends_it_once": "cancelled",
}
"""The same for the workflow in which alerts of several cases meet."""


async def keep(client: Client, case: str, name: str, folder: Path = KEPT) -> None:
    """Write every run of a case into *folder*."""
    runs = [json.loads(history.to_json()) async for history in runs_of(client, case)]
    text = json.dumps({"case": case, "runs": runs[::-1]}, sort_keys=True, separators=(",", ":"))
    await asyncio.to_thread((folder / f"{name}.json.gz").write_bytes, gzip.compress(text.encode(), mtime=0))


def kept(folder: Path = KEPT) -> list[Path]:
    """Return the files there are, in order of their names."""
    return sorted(folder.glob("*.json.gz"))


def read(path: Path) -> list[WorkflowHistory]:
    """Return the runs of a kept case, in order."""
    told = json.loads(gzip.decompress(path.read_bytes()))
    return [WorkflowHistory.from_json(told["case"], run) for run in told["runs"]]


def read_payload(payload: Payload, kind: type[T]) -> T:
    """Return what one payload of a kept history holds."""
    found: T = DATA_CONVERTER.payload_converter.from_payload(payload, kind)
    return found
