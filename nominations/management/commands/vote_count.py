"""``manage.py vote_count``: the officer of a vote opens its ballots after the close."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.views.decorators.debug import sensitive_variables

from nominations import keys, numbers, workflow
from nominations.models import Vote
from nominations.sealing import SealingError
from web.conflicts import Conflict


class Command(BaseCommand):
    """Count a vote whose key an officer holds."""

    help = (
        "Count a vote whose key an officer holds, after its close. The key is read once and written nowhere; "
        "with --key - it comes from standard input and touches no disk of the server."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the nomination and the place of the key."""
        parser.add_argument("vote", help="its number, such as N-482, or the id in the address of the nomination's page")
        parser.add_argument("--key", required=True, help="the file of “vote_key new”, or - for standard input")

    @sensitive_variables()
    def handle(self, *, vote: str, key: str, **_options: Any) -> None:
        """Open the ballots and count them, or say why not."""
        found = _find(vote)
        if found is None:
            raise CommandError(f"There is no vote {vote}.")
        self._count(found, key)

    @sensitive_variables()
    def _count(self, vote: Vote, key: str) -> None:
        if vote.officer is None:
            raise CommandError("The portal holds the key of this vote and counts it by itself.")
        if vote.closed_at is not None or vote.nomination.ended_at is not None:
            raise CommandError("This vote is counted or over already.")
        try:
            counted = workflow.close_vote(vote, private_key=_read(key))
        except (Conflict, SealingError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Counted: {counted.reason}. Board: {counted.board_hash}")
        self.stdout.write("Destroy the private key now; nothing needs it any more.")


def _find(typed: str) -> Vote | None:
    """Return the vote with this number, or of the nomination with this id."""
    votes = Vote.objects.select_related("nomination", "officer")
    if number := numbers.read(typed):
        return votes.filter(nomination__number=number).first()
    try:
        return votes.filter(nomination=UUID(typed)).first()
    except ValueError:
        return None


@sensitive_variables()
def _read(source: str) -> bytes:
    """Return the private key; raises `CommandError` with a sentence that does not quote it."""
    try:
        text = sys.stdin.read().encode() if source == "-" else Path(source).read_bytes()
    except (OSError, ValueError):
        raise CommandError("The key cannot be read: give the file with the private key.") from None
    key = keys.read_private_key(text)
    if key is None:
        raise CommandError("This is no private key of OpenSSL or of “manage.py vote_key new”.")
    return key
