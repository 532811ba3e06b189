#!/bin/sh
# Makes the roles and the empty databases, or brings their passwords up to date. Harmless to repeat.
set -eu
here=$(dirname "$0")
. "$here/tries.sh"

PGPASSWORD=$(secret postgres-password)
PGCONNECT_TIMEOUT=5
PGOPTIONS="-c client_min_messages=warning"
export PGPASSWORD PGCONNECT_TIMEOUT PGOPTIONS

for one in temporal-password register-owner-password register-password; do
    [ -n "$(secret "$one")" ] || fail "the secret $one is empty: remove its file and run deploy/make-secrets.sh."
done

until_it_works "PostgreSQL at ${PGHOST:-localhost} does not let us in" psql -X -q -d postgres -c "SELECT 1"
say "PostgreSQL answers."
psql -X -q -v ON_ERROR_STOP=1 -v secrets="$SECRETS" -d postgres -f "$here/databases.sql" \
    || fail "the databases could not be made: what PostgreSQL said stands above."
say "The roles and databases are there."
