#!/bin/sh
# Starts Temporal's server with its password from a file: in the environment it would stand in `docker inspect`.
set -eu
here=$(dirname "$0")
. "$here/tries.sh"

POSTGRES_PWD=$(secret temporal-password)
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
