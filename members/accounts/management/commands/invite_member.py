"""``manage.py invite_member``: a login for the first admins, before anybody can invite from a page."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from members.accounts import links, workflow
from members.people.queries.people import named
from web.conflicts import Conflict
from web.dates import moment_in_words


class Command(BaseCommand):
    """Invite somebody to a login."""

    help = "Invite somebody the portal knows to a login, and print the private link. For the first admins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the person and the address."""
        parser.add_argument("person", help="GitHub name, or the last part of the person's page's address")
        parser.add_argument("email", help="the address they will sign in with")

    def handle(self, *, person: str, email: str, **_options: Any) -> None:
        """Invite, and print the link."""
        try:
            invited = named(person)
            validate_email(email)
            invitation = workflow.invite(invited, email=email, by=None)
        except ValidationError as error:
            raise CommandError(f"{email} is no e-mail address.") from error
        except Conflict as error:
            raise CommandError(str(error)) from error
        link = links.path_of(invitation)
        self.stdout.write(
            f"Invited {invited.name}. The private link, valid until {moment_in_words(invitation.expires_at)}:"
        )
        self.stdout.write(settings.SITE_URL + link)
