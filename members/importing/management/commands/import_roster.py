"""``manage.py import_roster``: bring in the team from the developer's guide's files."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from audit import clock
from members.importing import guide_files, workflow
from members.importing.guide_files import RosterError, RosterRow
from members.importing.queries import Grant, Plan, Planned, plan_import
from members.people.models import RoleKind

#: What an import gives, with the number of people; the most powerful first.
_TITLES = {
    Grant.ADMIN: "New admins, who run votes, confirm addresses and read every report",
    Grant.RETURN: "Members again, emeritus until now",
    Grant.MEMBER: "New members",
    Grant.RELEASE_MANAGER: "New release managers",
    Grant.EMERITUS: "New on the list of emeritus",
    Grant.PAST_ROLE: "Emeritus whose past roles are put on record",
}


class Command(BaseCommand):
    """Import the roster files of the developer's guide."""

    help = (
        "Import the team from psrt.csv and, if given, psrt-emeritus.csv (no header; name, GitHub name, notes; UTF-8). "
        "Shows first what it grants. Everything or nothing: one faulty line, and nothing is written. Admins come from "
        "the first import only; later ones by a recorded council decision. A second import changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the files, the dry run and the answer to the question."""
        parser.add_argument("members", type=Path, metavar="psrt.csv", help="the current members")
        parser.add_argument("--emeritus", type=Path, metavar="FILE", help="the emeritus members")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
        parser.add_argument(
            "--yes", action="store_true", help="do not ask before writing into a portal that has members already"
        )

    def handle(self, *, members: Path, emeritus: Path | None, dry_run: bool, yes: bool, **_options: Any) -> None:
        """Read the files, show what is new, and write it in one transaction."""
        try:
            rows = guide_files.read(members, emeritus=False)
            if emeritus:
                rows += guide_files.read(emeritus, emeritus=True)
            plan = plan_import(rows, clock.now(), with_emeritus=emeritus is not None)
            for line in _preview(plan):
                self.stdout.write(line)
            if not dry_run and plan.changed:
                if not (plan.is_first or yes):
                    self._ask()
                self._write(rows, plan, with_emeritus=emeritus is not None)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        except RosterError as error:
            raise CommandError(f"{error}\nNothing was written.") from error
        current = sum(not row.emeritus for row in rows)
        self.stdout.write(
            f"{current} members and {len(rows) - current} emeritus read; "
            f"{len(plan.changed) or 'nothing'} {'would be ' if dry_run else ''}new."
        )

    def _ask(self) -> None:
        """Ask on a terminal. Raises `CommandError` unless the answer is yes, and where nobody can be asked."""
        if not sys.stdin.isatty():
            raise CommandError("The portal has members already. Look at the list above, then add --yes to write it.")
        if input("The portal has members already. Write this? [y/N] ").strip().casefold() not in {"y", "yes"}:
            raise CommandError("Nothing was written.")

    def _write(self, rows: list[RosterRow], plan: Plan, *, with_emeritus: bool) -> None:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("Importing the roster", total=len(rows))
            workflow.import_roster(
                rows,
                with_emeritus=with_emeritus,
                shown=plan,
                on_row=lambda count: progress.update(bar, completed=count),
            )


def _preview(plan: Plan) -> Iterator[str]:
    """Yield the lines about what an import of `plan` grants, to whom, and what it leaves to others."""
    for grant, title in _TITLES.items():
        if people := plan.granting(grant):
            yield f"{title} ({len(people)}):"
            yield from (f"  {_person(each, grant)}" for each in people)
    for each in plan.planned:
        if each.now_called:
            yield each.row.fault(f"{each.row.github} is called {each.now_called} now; the portal keeps that name.")
    for each in plan.planned:
        if each.refuses_admin:
            yield each.row.fault(
                f"{each.row.name} is an admin in the file and not here, and a file makes no admin. The Steering "
                "Council designates admins: one of its members records the decision under “Council decisions”."
            )


def _person(planned: Planned, grant: Grant) -> str:
    row = planned.row
    who = f"{row.name} ({row.github})" if row.github else row.name
    kind = {Grant.ADMIN: RoleKind.ADMIN, Grant.RELEASE_MANAGER: RoleKind.RELEASE_MANAGER}.get(grant)
    return f"{who}, by {workflow.authority_of(row, kind)}" if kind else who
