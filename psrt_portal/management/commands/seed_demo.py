"""``manage.py seed_demo``: fill an empty database with an invented team and its history."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.console import Console
from rich.progress import Progress

from audit import clock
from audit.models import Event
from members.people.models import Person
from notifications.models import Notice
from psrt_portal.demo import (
    boarding,
    bring_in,
    channels,
    inactivity,
    inbox,
    notifications,
    people,
    projects,
    reports,
    rules,
    votes,
)

#: Mail about older events would only bury the mail that a newcomer's own actions cause.
_OLD_NEWS = timedelta(days=1)


class Command(BaseCommand):
    """Fill an empty database with the demo."""

    help = (
        "Fill an empty database with an invented team, a nomination and a report in each phase, and a few "
        "published advisories. Refuses production, and a database that holds anything."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the option to do nothing when there is something."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing, and say nothing, if it is not empty")

    def handle(self, *, if_empty: bool, **_options: Any) -> None:
        """Write the demo in one transaction; raises CommandError in production, or when the database holds anything."""
        if not settings.DEVELOPMENT:
            raise CommandError(
                "Everybody knows the demo's passwords and codes, so nothing was written: set DEPLOYMENT to development."
            )
        if Person.objects.exists() or Event.objects.exists():
            if if_empty:
                return
            raise CommandError("The database holds something already, so nothing was written. Use an empty one.")
        today = rules.of_today()
        with (
            Progress(console=Console(stderr=True), transient=True) as progress,
            transaction.atomic(),
            rules.in_force(rules.OF_THE_HISTORY),
        ):
            bar = progress.add_task("Writing the demo", total=6)
            cast = people.assemble()
            channels.note_accounts(cast)
            progress.advance(bar)
            votes.VoteHistory(cast, clock.now(), today).play()
            progress.advance(bar)
            projects.ProjectHistory(cast, clock.now()).play()
            reports.ReportHistory(cast, clock.now()).play()
            inbox.InboxHistory(cast, clock.now()).play()
            progress.advance(bar)
            boarding.BoardingHistory(cast, clock.now()).play()
            progress.advance(bar)
            inactivity.InactivityHistory(cast, clock.now()).play()
            progress.advance(bar)
            notifications.ChoiceHistory(cast, clock.now()).play()
            bring_in.BringInHistory(cast, clock.now()).play()
            progress.advance(bar)
            Notice.objects.filter(event__at__lt=clock.now() - _OLD_NEWS).delete()
        self.stdout.write(f"The database now holds an invented team of {len(cast)} people and its history.")
