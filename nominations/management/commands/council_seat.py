"""``manage.py council_seat``: record a seat on the Steering Council after an election; no page can."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.accounts.models import User
from members.people import workflow
from members.people.models import AUTHORITY_MOST, Person, RoleKind
from members.people.queries.people import named
from web.conflicts import Conflict
from web.validity import is_web_address


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
        parser.add_argument("authority", type=_authority, help="the election's PEP, as a link")
        parser.add_argument(
            "--login",
            default="",
            metavar="ADDRESS",
            help="to begin a seat of somebody with a login: the address they sign in with, after you have made sure "
            "that it is theirs",
        )

    def handle(self, *, act: str, person: str, authority: str, login: str, **_options: Any) -> None:
        """Begin or end the seat."""
        try:
            holder = named(person)
            with transaction.atomic():
                if act == "begin":
                    _begin(holder, authority, login)
                else:
                    workflow.end_role(holder, RoleKind.STEERING_COUNCIL, authority=authority, by=None, at=clock.now())
        except Conflict as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The seat of {holder.name} {'begins' if act == 'begin' else 'has ended'} today.")


def _authority(text: str) -> str:
    """Return the link to a decision; raises ArgumentTypeError before anything is looked up."""
    if not is_web_address(text) or len(text) > AUTHORITY_MOST:
        raise ArgumentTypeError("the authority is a link, such as https://peps.python.org/pep-8107/")
    return text


def _begin(holder: Person, authority: str, address: str) -> None:
    """Begin the seat; whoever reads the mailbox of the login acts as the council, so the operator repeats its address.

    Raises `Conflict` without that, and when the person holds a seat already.
    """
    login = User.objects.filter(person=holder, is_active=True).first()
    workflow.begin_role(holder, RoleKind.STEERING_COUNCIL, authority=authority, by=None, at=clock.now())
    if login is None:
        return
    if login.email != address.lower():
        raise Conflict(
            f"{holder.name} signs in as {login.email}. Make sure that this address is theirs, then repeat it: "
            f"--login {login.email}"
        )
    accounts_workflow.confirm_on_server(holder, address)
