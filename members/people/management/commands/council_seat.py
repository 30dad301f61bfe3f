"""``manage.py council_seat``: record a seat on the Steering Council after an election; no page can."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import clock
from members.people import workflow
from members.people.models import Person, RoleKind
from web.conflicts import Conflict


class Command(BaseCommand):
    """Begin or end a seat on the Steering Council."""

    help = (
        "Begin or end somebody's seat on the Steering Council, from today (UTC). Admins cannot do it on a page: "
        "the council watches over them. The admins and the council are told by mail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what to do, about whom, and by which election."""
        parser.add_argument("act", choices=["begin", "end"])
        parser.add_argument("person", help="GitHub name, or the last part of the person's page's address")
        parser.add_argument("authority", help="the election's PEP, as a link")

    def handle(self, *, act: str, person: str, authority: str, **_options: Any) -> None:
        """Begin or end the seat."""
        holder = Person.objects.filter(github__iexact=person).first() or Person.objects.filter(slug=person).first()
        if holder is None:
            raise CommandError(f"Nobody is known as {person}: give a GitHub name, or a slug such as ada-admin.")
        verb = workflow.begin_role if act == "begin" else workflow.end_role
        try:
            verb(holder, RoleKind.STEERING_COUNCIL, authority=authority, by=None, at=clock.now())
        except Conflict as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The seat of {holder.name} {'begins' if act == 'begin' else 'has ended'} today.")
