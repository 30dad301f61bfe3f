"""The database, its two roles and the cache in it."""

from typing import Any

from psrt_portal.embedded.places import OWNER, RUNTIME, Places
from psrt_portal.settings.base import DEVELOPMENT, VAR_DIR
from psrt_portal.settings.environment import env

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_places = Places(VAR_DIR)
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database("DATABASE_URL", _places.database_url(RUNTIME) if DEVELOPMENT else env.REQUIRED)
}
DATABASES["default"] |= {
    "ENGINE": "psrt_portal.postgresql",  # Django's, with an end to the waits of a request
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        # Values travel apart from the statements, so no log of statements can hold them.
        "server_side_binding": True,
        "connect_timeout": 3,
        # A path that is lost is noticed after 30 seconds, not after the system's two hours.
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        "options": "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s",
        **DATABASES["default"].get("OPTIONS", {}),
    },
}
#: The role that owns the tables: `migrate` is this one, and nothing else is. Empty: this process cannot migrate.
DATABASE_OWNER = env.database(
    "DATABASE_OWNER_URL", _places.database_url(OWNER) if DEVELOPMENT and not env.is_set("DATABASE_URL") else ""
)
#: What `manage.py` starts by itself (psrt_portal/embedded): in development, what no address is given for.
EMBEDDED_SERVERS = [
    name for name, url in (("postgresql", "DATABASE_URL"), ("valkey", "REDIS_URL")) if not env.is_set(url)
]
#: The folder of pg_dump and pg_restore, for `manage.py backup` and `restore`; empty looks for them on the path.
POSTGRESQL_PROGRAMS = env.text("POSTGRESQL_PROGRAMS", "", wanted="the folder of pg_dump and pg_restore")
# Limits are counted in the database: they hold across processes and do not wait for Redis.
# Django keeps 300 entries unless told otherwise, and forgets the others: limits with them. Keys are HMACs, because
# some are made of addresses.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "KEY_FUNCTION": "web.limits.cache_key",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
