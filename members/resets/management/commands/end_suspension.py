"""``manage.py end_suspension``: end a suspension by the operator's word, when nobody else can be trusted or reached."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit import clock
from members.accounts import links
from members.accounts.models import Invitation
from members.people.queries.people import named
from members.resets import workflow
from web.conflicts import Conflict
from web.dates import moment_in_words


class Command(BaseCommand):
    """End a suspension."""

    help = (
        "End somebody's suspension. Their password and second factors are gone; a private link to begin anew is "
        "printed, and mailed to the address they had. All admins and the whole council are told."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the person and the reason."""
        parser.add_argument("person", help="GitHub name, or the last part of the person's page's address")
        parser.add_argument("reason", help="who asked for it, and how you know; admins and the council read it")

    def handle(self, *, person: str, reason: str, **_options: Any) -> None:
        """End it, and print the link."""
        if not reason.strip():
            raise CommandError("Give a reason: who asked for it, and how you know.")
        try:
            owner = named(person)
            workflow.end_suspension_on_server(owner, reason.strip())
        except Conflict as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The suspension of {owner.name} has ended.")
        invitation = Invitation.objects.open(clock.now()).filter(person=owner).first()
        if invitation is None:
            self.stdout.write("They have no login, or have left: nothing is opened.")
            return
        self.stdout.write(f"The private link, valid until {moment_in_words(invitation.expires_at)}:")
        self.stdout.write(settings.SITE_URL + links.path_of(invitation))
