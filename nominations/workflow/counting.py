"""Open the ballots, once, and count them."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from audit import clock
from audit.log import record
from nominations import keys, sealing
from nominations.events import NominationEvent
from nominations.models import Ballot, RollEntry, SealedBallot, Vote
from nominations.tally import Tally
from nominations.workflow.rows import destroy_key_after_commit, end, lock
from web.conflicts import Conflict


@sensitive_variables()
@transaction.atomic
def close_vote(vote: Vote, *, private_key: bytes | None = None) -> Vote:
    """Open, shuffle and count the ballots of a vote whose time is over; only the first call does.

    `private_key` is the officer's, for a vote whose key the portal does not hold. Does nothing to a
    vote that is closed or over. Raises `Conflict` before the closing time, `SealingError` when the
    key or a ballot is not what it must be; then nothing is changed.
    """
    nomination = lock(vote.nomination)
    vote, at = nomination.vote, clock.now()
    if vote.closed_at is not None or nomination.ended_at is not None:
        return vote
    if at < vote.closes_at:
        raise Conflict("This vote is still open; it closes by the clock and never early.")
    board = _open_ballots(vote, private_key or keys.read(vote.pk))
    Ballot.objects.bulk_create(board)
    tally = Tally.of(ballot.choice for ballot in board)
    verdict = vote.rules_kept.judge(tally, vote.entitled)
    vote.closed_at, vote.reason = at, verdict.reason
    vote.yes, vote.no, vote.abstain = tally.yes, tally.no, tally.abstain
    vote.board_hash = sealing.board_hash((ballot.receipt, ballot.choice) for ballot in board)
    vote.passed = verdict.passes
    vote.save()
    if not verdict.passes:
        end(nomination, at)
    destroy_key_after_commit(vote)  # the slots are gone; what backups hold of them must stay sealed
    record(
        NominationEvent.CLOSED,
        target=vote,
        by=None,
        at=at,
        nomination=nomination.pk,
        ballots=len(board),
        board_hash=vote.board_hash,
        passed=verdict.passes,
    )
    return vote


@sensitive_variables()
def _open_ballots(vote: Vote, key: bytes) -> list[Ballot]:
    """Return the ballots of `vote` in random order, without names, and delete the slots.

    They will be written by one statement in one transaction: rows written one by one would keep
    the order of voting and, by PostgreSQL's `xmin`, the voter.
    """
    slots = list(SealedBallot.objects.filter(entry__vote=vote, revision__gt=0))
    voters = RollEntry.objects.voted().filter(vote=vote).count()
    if len(slots) != voters:
        raise sealing.SealingError(f"vote {vote.pk} has {voters} voters and {len(slots)} ballots")
    sealing.check_pair(key, bytes(vote.public_key), vote=vote.pk)
    opened = [sealing.unseal(bytes(s.ciphertext), private_key=key, vote=vote.pk, slot=s.pk) for s in slots]
    secrets.SystemRandom().shuffle(opened)
    SealedBallot.objects.filter(entry__vote=vote).delete()
    return [Ballot(vote=vote, choice=ballot.choice, receipt=ballot.receipt) for ballot in opened]
