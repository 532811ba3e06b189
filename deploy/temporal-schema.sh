#!/bin/sh
# Brings the schemas of Temporal's two databases to the version of this image. Harmless to repeat.
# An upgrade goes one minor version of Temporal at a time, and this runs before the new server does.
set -eu
here=$(dirname "$0")
. "$here/tries.sh"

SQL_PASSWORD=$(secret temporal-password)
export SQL_PASSWORD

# bring_up DATABASE FOLDER
bring_up() {
    [ -d "$SCHEMA/$2/versioned" ] || fail "$SCHEMA/$2/versioned is not in this image: is it temporalio/admin-tools?"
    say "$1: table of versions"
    until_it_works "the table of versions of $1 cannot be made" \
        temporal-sql-tool --db "$1" setup-schema -v 0.0
    say "$1: schema"
    # Once only: half an upgrade is not mended by the next try, and what it says must be seen.
    temporal-sql-tool --db "$1" update-schema -d "$SCHEMA/$2/versioned" \
        || fail "the schema of $1 was not brought up to date: restore the backup before anything else is tried."
}

bring_up temporal temporal
bring_up temporal_visibility visibility
say "Both schemas are up to date."
