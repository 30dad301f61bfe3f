"""``manage.py council_seat``: who sits on the Steering Council, by an election; no page can record that."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import clock
from members.people import workflow
from members.people.models import Person, RoleKind
from web.conflicts import Conflict


class Command(BaseCommand):
    help = (
        "Begin or end somebody's seat on the Steering Council, from today (UTC). Admins cannot do it on a page: "
        "the council watches over them. The admins and the council are told by mail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["begin", "end"])
        parser.add_argument("person", help="GitHub name, or the last part of the person's page's address")
        parser.add_argument("authority", help="the election's PEP, as a link")

    def handle(self, *, act: str, person: str, authority: str, **_options: Any) -> None:
        found = Person.objects.filter(github__iexact=person).first() or Person.objects.filter(slug=person).first()
        if found is None:
            raise CommandError(f"Nobody is known as {person}: give a GitHub name, or a slug such as ada-admin.")
        verb = workflow.begin_role if act == "begin" else workflow.end_role
        try:
            verb(found, RoleKind.STEERING_COUNCIL, authority=authority, by=None, at=clock.now())
        except Conflict as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The seat of {found.name} {'begins' if act == 'begin' else 'has ended'} today.")
