-- The portal's two roles and its database (docs/operations.md, "The two roles").
-- The container of PostgreSQL runs this once, as the superuser, when its volume is empty. On another server:
--   SECRETS=secrets psql --set ON_ERROR_STOP=1 --file deploy/roles.sql

\set owner_password `cat "${SECRETS:-/run/secrets}/database_owner_password"`
\set password `cat "${SECRETS:-/run/secrets}/database_password"`

CREATE ROLE portal_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE portal LOGIN PASSWORD :'password';
CREATE DATABASE portal OWNER portal_owner;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal;
