"""The connection that Django opens; the name of this module is Django's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.errors import ConnectionTimeout

from psrt_portal.postgresql import waiting


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, on connections that a request waits for no longer than `waiting.REQUEST_SECONDS`."""

    #: Django takes `connect` and the exceptions from here.
    Database: Any = SimpleNamespace(**{**vars(psycopg), "connect": waiting.Connection.connect})

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect. Raises `UnansweredError` at once where it is known that nobody answers, or no time is left."""
        waiting.time_to_connect()
        try:
            connection = super().get_new_connection(conn_params)
        except ConnectionTimeout:
            if waiting.is_limited():
                waiting.circuit.open()
            raise
        except psycopg.OperationalError:
            waiting.circuit.close()  # refused at once: nobody has to wait
            raise
        waiting.circuit.close()
        return connection

    def is_usable(self) -> bool:
        """Return whether the server answers; Django asks this outside of requests as well, between two of them."""
        if self.connection is None:
            return False
        self.connection.is_checking = True
        try:
            with waiting.within(waiting.PATIENCE_SECONDS + waiting.PROBE_SECONDS):
                return bool(super().is_usable())
        finally:
            self.connection.is_checking = False
