"""Waiting: one workflow that runs any policy, one in which alerts of several cases meet, the door to the client."""

TASK_QUEUE = "escalations"
WORKFLOW = "Escalation"
ALERTS = "Alerts"
