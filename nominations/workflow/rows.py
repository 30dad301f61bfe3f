"""Lock the rows of a nomination, end it, and destroy what must not outlive it."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from audit import clock
from audit.log import record
from nominations import keys, queries
from nominations.events import NominationEvent
from nominations.models import Nomination, SealedBallot, Vote
from web.background import after_commit
from web.conflicts import Conflict

#: Names the lock among the advisory locks of the database.
_NUMBERS_LOCK = 778_831


def lock(nomination: Nomination) -> Nomination:
    """Return the nomination as it is now, locked together with its vote until the transaction ends."""
    locked = Nomination.objects.select_for_update().get(pk=nomination.pk)
    Vote.objects.select_for_update().filter(nomination=locked).first()
    return queries.with_relations(nomination.pk)


def lock_numbers() -> None:
    """Let nobody else draw the number of a vote until the transaction ends: two could draw the same one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS_LOCK])


def end(nomination: Nomination, at: datetime) -> None:
    """Make the outcome final; by the rules the person may then be nominated again."""
    nomination.ended_at = at
    nomination.save()


def discard_ballots(vote: Vote) -> None:
    """Destroy sealed and open ballots with the key, unread."""
    SealedBallot.objects.filter(entry__vote=vote).delete()
    vote.ballots.all().delete()
    destroy_key_after_commit(vote)


def destroy_key_after_commit(vote: Vote) -> None:
    """Destroy the key once the loss of the slots is committed; the schedule finds what is missed here."""
    after_commit(destroy_key, vote)


@transaction.atomic
def destroy_key(vote: Vote) -> Vote:
    """Destroy the private key of a vote that is counted or over; calling it twice is harmless.

    A key that an officer holds is not here: they destroy their copy. Raises `Conflict` while the
    key is needed for the count.
    """
    nomination = lock(vote.nomination)
    vote = nomination.vote
    if vote.closed_at is None and nomination.ended_at is None:
        raise Conflict("The key is needed until the ballots are counted.")
    if vote.key_destroyed_at is None and vote.officer_id is None:
        keys.destroy(vote.pk)
        vote.key_destroyed_at = clock.now()
        vote.save(update_fields=["key_destroyed_at"])
        record(NominationEvent.KEY_DESTROYED, target=vote, by=None, at=vote.key_destroyed_at)
    return vote
