"""Checks of a production portal: ``manage.py check --deploy --database default``; `migrate` asks the latter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connections
from django.db.models import Q

from members.accounts.models import User

#: Domains that nobody owns (RFC 2606, RFC 6761): the demo's people have addresses there, and nobody real gets mail.
INVENTED = ("example.org", "example.net", "example.com", ".example", ".invalid", ".localhost", ".test")


def demo_logins(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Refuse production over a database with logins of the demo: everybody knows their passwords and codes."""
    if settings.DEVELOPMENT or not databases:
        return []
    with connections[User.objects.db].cursor() as cursor:
        if User._meta.db_table not in connections[User.objects.db].introspection.table_names(cursor):
            return []  # before the first migration
    invented = Q()
    for domain in INVENTED:
        invented |= Q(email__endswith=domain if domain.startswith(".") else f"@{domain}")
    count = User.objects.filter(invented, is_active=True).count()
    if not count:
        return []
    return [
        Error(
            f"{count} logins have addresses in domains that nobody owns, as those of the demo: "
            "their passwords and one-time codes are public.",
            hint="Take an empty database for production. Nothing of a demo belongs in it.",
            id="psrt_portal.E001",
        )
    ]


def vote_keys_lie_apart(*, app_configs: Sequence[AppConfig] | None, **_options: object) -> list[CheckMessage]:
    """Warn when a backup of VAR_DIR would hold the keys of running votes."""
    if not settings.VOTE_KEY_DIR.is_relative_to(settings.VAR_DIR):
        return []
    return [
        Warning(
            "VOTE_KEY_DIR is inside VAR_DIR, so a copy of that folder holds the keys of running votes, and with a "
            "copy of the database it opens the sealed ballots.",
            hint="Set VOTE_KEY_DIR to a folder of its own that no backup and no snapshot reads.",
            id="psrt_portal.W001",
        )
    ]
