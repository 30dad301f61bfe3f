"""``manage.py migrate``: Django's own, as the role that owns the tables."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from psrt_portal import roles


class Command(migrate.Command):
    """Migrate as the owner of the tables."""

    help = f"{migrate.Command.help} Works as the owner of the tables, and grants the portal's own role what it needs."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then grant the runtime role its rights to every table; raises CommandError without the owner."""
        connection = connections[options["database"]]
        runtime = str(connection.settings_dict["USER"])
        try:
            with roles.as_owner(connection):
                super().handle(*args, **options)
                roles.grant(connection, runtime)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
