"""Waiting: one workflow that runs any policy, one in which alerts of several cases meet, the door to the client."""

WORKFLOW = "Escalation"
ALERTS = "Alerts"
STANDS_STILL = "stands-still"
"""Memo of a case: true while deciding in it fails by a mistake of ours."""
UNRECORDABLE = "unrecordable"
"""Memo of a case: true while its record does not take its entries. A query of the same name says why."""
