#!/bin/sh
# Runs the tests that look at the clock as on days when people are off, hours are missing or come twice, or the year
# has a day more; each day in another order of the tests. With days (as 2027-10-31T00:30, in UTC): those alone.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-.venv/bin/python}
PATHS=${PATHS:-"tests/workflows tests/activities tests/console/test_story.py tests/post/test_notify.py
    tests/post/test_replies.py tests/starter/test_list_and_show.py tests/watch/test_as_a_process.py
    tests/watch/test_telling.py tests/console/test_awake.py tests/console/test_rota_pages.py
    tests/console/test_sign_in.py tests/interface/test_limits.py tests/interface/test_recording.py
    tests/interface/test_token_command.py tests/webhooks tests/activities/test_awake.py tests/rota/test_awake.py"}
# Of the servers that tests start, the clock reaches the one of tests/workflows alone (tests/clock/server.py), and there
# no schedule, as the server reckons its times itself.
OWN_SERVER=tests/watch/test_as_a_process.py::test_when_temporal_and_the_worker_are_gone_the_watch_finds_the_moment_that_nobody_took
[ $# -gt 0 ] || set -- \
    2027-01-09T10:00 2027-01-10T23:30 2026-12-24T15:30 2027-03-28T00:30 2027-10-31T00:30 2028-02-29T12:00
seed=${TEST_ORDER_SEED:-1}
failed=
for day in "$@"; do
    # time-machine is a pytest plugin too, and begins before pytest does.
    TEST_CLOCK_SHIFT=$("$PYTHON" -c "
import datetime, sys, time
print(int(datetime.datetime.fromisoformat(sys.argv[1] + '+00:00').timestamp() - time.time()))" "$day")
    TEST_ORDER_SEED=$seed
    export TEST_CLOCK_SHIFT TEST_ORDER_SEED
    echo "As on $day, in the order of seed $seed:"
    # shellcheck disable=SC2086 - several paths
    PYTHONPATH="$PWD/tests/clock${PYTHONPATH:+:$PYTHONPATH}" "$PYTHON" -m pytest -q -n "${WORKERS:-2}" --dist loadscope \
        -W "ignore:Module already imported:pytest.PytestAssertRewriteWarning" \
        --ignore tests/workflows/test_digest_schedule.py --ignore tests/workflows/test_restarts.py \
        --deselect tests/workflows/test_walks.py --deselect "$OWN_SERVER" $PATHS || failed="$failed $day"
    seed=$((seed + 1))
done
[ -z "$failed" ] || { echo "Tests failed as on:$failed" >&2; exit 1; }
