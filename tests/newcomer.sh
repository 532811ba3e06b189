#!/bin/sh
# Does what a newcomer does: `make run` on a clean clone, one act from the line it prints, then stop it.
# Fails where the case does not open, the act is not taken, or SIGTERM does not end it cleanly in time.
set -eu
cd "$(dirname "$0")/.."
clone=$(mktemp -d)
trap 'kill "$run" 2>/dev/null || true; rm -rf "$clone"' EXIT INT TERM
run=
git clone --quiet . "$clone/house"
cd "$clone/house"

# Free ports, so that nothing that already runs here is in the way.
# shellcheck disable=SC2046 - three words
set -- $("${PYTHON:-python3}" -c "
import socket
sockets = [socket.create_server(('127.0.0.1', 0)) for _ in range(3)]
print(*(one.getsockname()[1] for one in sockets))")
ESCALATION_PORT=$1 ESCALATION_UI_PORT=$2 ESCALATION_CONSOLE_PORT=$3
export ESCALATION_PORT ESCALATION_UI_PORT ESCALATION_CONSOLE_PORT

make run >"$clone/out" 2>"$clone/err" &
run=$!
show() { cat "$clone/out" "$clone/err" >&2; }
waited=0
until grep -q 'Stop with Ctrl-C' "$clone/err"; do
    sleep 1
    waited=$((waited + 1))
    if [ "$waited" -gt 300 ] || ! kill -0 "$run" 2>/dev/null; then
        show
        echo "make run did not come up" >&2
        exit 1
    fi
done

line=$(grep -m 1 ' acknowledgement ' "$clone/out" | sed 's/^ *//')
echo "typing: $line"
sh -c "$line" || { show; exit 1; }
case=$(echo "$line" | sed 's/.*record \(TRN-[^ ]*\) .*/\1/')
.venv/bin/escalate show "$case"
.venv/bin/escalate list
ls data/outbox | grep "$case"

kill -TERM "$run"
waited=0
while kill -0 "$run" 2>/dev/null; do
    sleep 1
    waited=$((waited + 1))
    if [ "$waited" -gt 30 ]; then
        show
        echo "make run did not stop within 30 seconds of SIGTERM" >&2
        exit 1
    fi
done
if pgrep -f "$clone/house" >/dev/null; then
    pgrep -af "$clone/house" >&2
    echo "something of it is still running" >&2
    exit 1
fi
echo "newcomer: 1 passed, 0 failed"
