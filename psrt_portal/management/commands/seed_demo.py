"""``manage.py seed_demo``: fill an empty database with an invented team and its history."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.console import Console
from rich.progress import Progress

from audit import clock
from audit.models import Event
from members.people.models import Person
from notifications.models import Notice
from psrt_portal.demo import boarding, channels, inactivity, people, reports, rules, votes

#: Mail about older acts would only bury the mail of the acts a newcomer tries.
_OLD_NEWS = timedelta(days=1)


class Command(BaseCommand):
    help = (
        "Fill an empty database with an invented team, a nomination and a report in each phase, and a few "
        "published advisories. Refuses to touch a database that holds anything."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing, and say nothing, if it is not empty")

    def handle(self, *, if_empty: bool, **_options: Any) -> None:
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
            bar = progress.add_task("Writing the demo", total=5)
            cast = people.assemble()
            channels.note_accounts(cast)
            progress.advance(bar)
            votes.History(cast, clock.now(), today).play()
            progress.advance(bar)
            reports.History(cast, clock.now()).play()
            progress.advance(bar)
            boarding.History(cast, clock.now()).play()
            progress.advance(bar)
            inactivity.History(cast, clock.now()).play()
            progress.advance(bar)
            Notice.objects.filter(event__at__lt=clock.now() - _OLD_NEWS).delete()
        self.stdout.write(f"The database now holds an invented team of {len(cast)} people and its history.")
