"""Waiting: one workflow that runs any policy, and the one door to the Temporal client."""

TASK_QUEUE = "escalations"
WORKFLOW = "Escalation"
