-- Run by databases.sh with psql. Who owns what:
--   temporal        owns Temporal's two databases
--   register_owner  owns the register and may change its schema; only the one-shot register-setup signs in as it
--   register_app    the worker: may read and add, and owns nothing (the grants are given by register-setup)

-- A password goes from its file straight into the statement, past the list of processes.
\set temporal_password   `head -n 1 "$SECRETS/temporal-password"`
\set owner_password      `head -n 1 "$SECRETS/register-owner-password"`
\set app_password        `head -n 1 "$SECRETS/register-password"`

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['temporal', 'register_owner', 'register_app']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE temporal       LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'temporal_password';
ALTER ROLE register_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
ALTER ROLE register_app   LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'app_password';

SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', name, owner)
FROM (VALUES ('temporal', 'temporal'), ('temporal_visibility', 'temporal'), ('register', 'register_owner'))
    AS wanted (name, owner)
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name)
\gexec

REVOKE ALL ON DATABASE temporal, temporal_visibility, register FROM PUBLIC;
GRANT CONNECT ON DATABASE register TO register_app;
