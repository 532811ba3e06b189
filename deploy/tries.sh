# Read by the other scripts (`. tries.sh`): saying, giving up, secrets, and trying again for a bounded time.

say() { echo "$0: $*"; }

fail() {
    echo "$0: $*" >&2
    exit 1
}

# secret NAME: the first line of a secret's file.
secret() {
    [ -r "$SECRETS/$1" ] || fail "the secret $1 cannot be read: run deploy/make-secrets.sh, then start again."
    head -n 1 "$SECRETS/$1"
}

# until_it_works WHAT COMMAND…: try up to TRIES times, PAUSE seconds apart. What it said is shown if it never works.
until_it_works() {
    what=$1
    shift
    try=1
    while ! answer=$("$@" 2>&1); do
        if [ "$try" -ge "${TRIES:-60}" ]; then
            echo "$answer" >&2
            fail "$what: tried $try times and gave up. What it said last stands above."
        fi
        try=$((try + 1))
        sleep "${PAUSE:-2}"
    done
}
