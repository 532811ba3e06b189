#!/bin/sh
# Makes the passwords and keys that docker-compose.yml reads, in the folder `secrets` beside it. What is there already stays.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets
chmod 700 secrets

# A container's user is another than ours, so the files may be read by all, but nobody else gets into the folder.
for name in postgres-password temporal-password register-owner-password register-password link-key encryption-keys checkpoint-key; do
    if [ -e "secrets/$name" ]; then
        echo "secrets/$name is there already and stays."
        continue
    fi
    od -An -N 32 -t x1 /dev/urandom | tr -d ' \n' >"secrets/$name.new"
    echo >>"secrets/$name.new"
    chmod 444 "secrets/$name.new"
    mv "secrets/$name.new" "secrets/$name"
    echo "secrets/$name made."
done
for name in smtp-password watch-smtp-password oidc-client-secret; do
    if [ ! -e "secrets/$name" ]; then
        : >"secrets/$name"
        chmod 644 "secrets/$name"
        echo "secrets/$name is empty: put there what the mail server, or the provider by which people sign in, asks for."
    fi
done
