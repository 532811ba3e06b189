"""How much one bundle may hold, and how long a thing is tried. Temporal takes 2 MB at once."""

from datetime import timedelta

from temporalio.common import RetryPolicy

BUNDLE_BYTES = 400_000
"""Bytes of one bundle as JSON, so that a store that was down for long is not sent too much at once."""
TURN_BYTES = 1_000_000
"""Bytes decided in one case after which every other gets a turn, and Temporal what was decided so far."""
CARRIED_BYTES = 1_500_000
"""Bytes, as JSON, of what is not done that a run may carry into the next, which Temporal takes as one payload."""
WITHOUT_END = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=60))
"""A record and a notice are tried until they succeed: a child's safety may hang on either."""
