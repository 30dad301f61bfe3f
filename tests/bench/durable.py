"""PostgreSQL as somebody runs it who wants to keep the data: the tests' own one skips what that costs."""

from __future__ import annotations

import os
from pathlib import Path

from tests.servers import DEBIAN_POSTGRESQL, PostgreSQL


class DurablePostgreSQL(PostgreSQL):
    """Waits for the disk at every commit."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, DEBIAN_POSTGRESQL if os.environ.get("TEST_SERVERS") == "debian" else None)

    def _spawn(self, command: list[str], user: str | None = None) -> None:
        """The last word on an option counts."""
        durable = ["fsync=on", "synchronous_commit=on", "full_page_writes=on"]
        super()._spawn([*command, *(part for option in durable for part in ("-c", option))], user)
