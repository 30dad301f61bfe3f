"""``manage.py migrate``: Django's own, as the role that owns the tables."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import AmbiguityError

from psrt_portal import roles


class Command(migrate.Command):
    """Migrate as the owner of the tables."""

    help = f"{migrate.Command.help} Works as the owner of the tables, and grants the portal's own role what it needs."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then grant the runtime role its rights to every table; raises CommandError without the owner.

        In production it also raises CommandError for a way back.
        """
        connection = connections[options["database"]]
        runtime = str(connection.settings_dict["USER"])
        try:
            with roles.as_owner(connection):
                if options["app_label"] and options["migration_name"] and not settings.DEVELOPMENT:
                    refuse_to_go_back(connection, options["app_label"], options["migration_name"])
                super().handle(*args, **options)
                roles.grant(connection, runtime)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error


def refuse_to_go_back(connection: BaseDatabaseWrapper, app: str, name: str) -> None:
    """Raise CommandError, with what would be lost, if the way to a migration unapplies any.

    One of `audit` takes back those of the apps that depend on it, with their rows, and the triggers that guard the log.
    """
    executor = MigrationExecutor(connection)
    try:
        target = None if name == "zero" else executor.loader.get_migration_by_prefix(app, name).name
        plan = executor.migration_plan([(app, target)])
    except (AmbiguityError, KeyError):
        return  # Django's own command says what is wrong with the name
    if lost := [f"{migration.app_label}.{migration.name}" for migration, backwards in plan if backwards]:
        raise CommandError(
            f"This way back would unapply {', '.join(lost)}, with the rows of their tables. Nothing was changed. "
            "Restore the backup from before the upgrade instead (docs/operations.md, “Upgrade, and back”)."
        )
