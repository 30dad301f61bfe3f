"""``manage.py reset_second_factor``: a new way in for somebody, by the operator's word."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from members.accounts import links
from members.people.queries.people import named
from members.resets import workflow
from web.conflicts import Conflict
from web.dates import moment_in_words


class Command(BaseCommand):
    """Reset a login."""

    help = (
        "Remove somebody's second factors, recovery codes and password, end their sessions, and print the private link "
        "by which they begin anew. It is mailed to them as well. All admins and the whole council are told. Make sure "
        "that it is them who asks: a call, a meeting."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the person and the new address."""
        parser.add_argument("person", help="GitHub name, or the last part of the person's page's address")
        parser.add_argument("--address", default="", help="a new address, if the old one is dead")

    def handle(self, *, person: str, address: str, **_options: Any) -> None:
        """Reset the login, and print the link."""
        try:
            owner = named(person)
            if address:
                validate_email(address)
            reset = workflow.reset_on_server(owner, new_email=address)
        except ValidationError as error:
            raise CommandError(f"{address} is no e-mail address.") from error
        except Conflict as error:
            raise CommandError(str(error)) from error
        invitation = reset.invitation
        assert invitation is not None  # noqa: S101  a confirmed reset has one, by a constraint
        until = moment_in_words(invitation.expires_at)
        self.stdout.write(f"The login of {owner.name} is reset. The private link, valid until {until}:")
        self.stdout.write(settings.SITE_URL + links.path_of(invitation))
