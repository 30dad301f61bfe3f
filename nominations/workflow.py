"""The verbs of this app: propose, withdraw, open, cast, close, decide, confirm, destroy the key.

Rows are locked in one order, nomination before vote before slot. Every moment is the database's.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.views.decorators.debug import sensitive_variables

from audit import clock
from audit.log import record
from members.models import MembershipBegan, Person
from members.policy import Actor, Conflict
from members.workflow import add_person, admit
from nominations import keys, rules, sealing
from nominations.events import NominationEvent
from nominations.models import (
    Ballot,
    Category,
    CouncilDecision,
    DecisionKind,
    Nomination,
    RollEntry,
    SealedBallot,
    Vote,
)
from nominations.models.vote import roll_hash
from nominations.policy import Action, check, check_general
from nominations.tally import Choice, Tally


@dataclass(frozen=True)
class Newcomer:
    """A nominee whom the portal does not know yet."""

    name: str
    github: str


@transaction.atomic
def propose(nominee: Person | Newcomer, *, statement: str, category: Category, by: Actor) -> Nomination:
    """Propose somebody for the team; a newcomer becomes known to the portal.

    Raises `NotAllowed` for anybody but a member, `Conflict` for oneself, a member, or somebody with
    an open nomination.
    """
    nominator = check_general(Action.PROPOSE, by)
    if nominee == nominator:
        raise Conflict("You cannot nominate yourself.")
    try:
        with transaction.atomic():
            return _propose(nominee, statement, category, nominator, by)
    except IntegrityError as error:  # somebody else was quicker by less than the checks could see
        raise Conflict("Somebody has just proposed the same person.") from error


def _propose(
    nominee: Person | Newcomer, statement: str, category: Category, nominator: Person, by: Actor
) -> Nomination:
    if isinstance(nominee, Newcomer):
        nominee = add_person(nominee.name, github=nominee.github, by=by)
    at = clock.now()
    if Person.objects.members(at.date()).filter(pk=nominee.pk).exists():
        raise Conflict(f"{nominee.name} is a member already.")
    if Nomination.objects.running().filter(nominee=nominee).exists():
        raise Conflict(f"{nominee.name} has an open nomination already.")
    nomination = Nomination.objects.create(
        nominee=nominee, nominator=nominator, statement=statement, category=category, proposed_at=at
    )
    record(NominationEvent.PROPOSED, target=nomination, by=nominator, at=at, nominee=nominee.pk)
    return nomination


@transaction.atomic
def withdraw(nomination: Nomination, *, by: Actor) -> Nomination:
    """Take a nomination back before its vote closes. Ballots are destroyed unread.

    Raises `NotAllowed` for anybody but the nominator, `Conflict` after the close.
    """
    nomination = _lock(nomination)
    at = clock.now()
    who = check(Action.WITHDRAW, by, nomination, now=at)
    nomination.withdrawn_at = nomination.ended_at = at
    nomination.withdrawn_by = who
    nomination.save(update_fields=["withdrawn_at", "withdrawn_by", "ended_at"])
    vote = nomination.vote_or_none
    if vote is not None:
        SealedBallot.objects.filter(entry__vote=vote).delete()
        _destroy_key_after_commit(vote)
    record(NominationEvent.WITHDRAWN, target=nomination, by=who, at=at, vote=vote.pk if vote else None)
    return nomination


def _lock(nomination: Nomination) -> Nomination:
    """The nomination as it is now, locked together with its vote until the transaction ends."""
    locked = Nomination.objects.select_for_update().get(pk=nomination.pk)
    Vote.objects.select_for_update().filter(nomination=locked).first()
    return Nomination.objects.select_related("nominee", "nominator", "vote").get(pk=nomination.pk)


def _destroy_key_after_commit(vote: Vote) -> None:
    """The slots are gone once that is committed, not before. The schedule finds what is missed here."""
    transaction.on_commit(partial(destroy_key, vote), robust=True)


@transaction.atomic
def open_vote(nomination: Nomination, *, by: Actor) -> Vote:
    """Freeze the roll and the rules, make the key, and let the members vote.

    The roll is who is a member at this moment, without the nominee. Raises `NotAllowed` for anybody
    but an admin who is neither nominator nor nominee, `Conflict` when there is a vote or the nominee
    has become a member.
    """
    nomination = _lock(nomination)
    at = clock.now()
    who = check(Action.OPEN, by, nomination, now=at)
    members = Person.objects.members(at.date())
    if members.filter(pk=nomination.nominee_id).exists():
        raise Conflict(f"{nomination.nominee.name} is a member already; the nominator can withdraw the nomination.")
    pk, in_force = uuid.uuid4(), rules.in_force()
    voters = members.exclude(pk=nomination.nominee_id)
    roll = [RollEntry(vote_id=pk, person=person, name=person.name, github=person.github) for person in voters]
    vote = Vote.objects.create(
        pk=pk,
        nomination=nomination,
        opened_at=at,
        opened_by=who,
        closes_at=at + in_force.period,
        rules=in_force.as_json(),
        roll_hash=roll_hash(roll),
        public_key=keys.create(pk),
    )
    RollEntry.objects.bulk_create(roll)
    SealedBallot.objects.bulk_create([SealedBallot(entry=entry) for entry in roll])
    record(
        NominationEvent.OPENED,
        target=vote,
        by=who,
        at=at,
        nomination=nomination.pk,
        voters=len(roll),
        roll_hash=vote.roll_hash,
        rules=in_force.version,
        closes_at=vote.closes_at,
    )
    return vote


@sensitive_variables()
@transaction.atomic
def cast(vote: Vote, choice: Choice, *, by: Actor) -> str:
    """Seal a ballot into the voter's slot, over an earlier one, and return its receipt.

    The receipt exists inside the sealed ballot and in this return value, nowhere else. The shared
    lock makes the close wait for ballots that were taken in time. Raises `NotAllowed` for somebody
    who is not on the roll or not a member any more, `Conflict` when the vote is not open.
    """
    vote = Vote.objects.lock_shared(vote.pk)
    slots = list(SealedBallot.objects.select_for_update().filter(entry__vote=vote, entry__person=by.person))
    at = clock.now()  # after the locks: waiting for them must not let a late ballot in
    try:
        who = check(Action.VOTE, by, vote.nomination, now=at)
    except Conflict as conflict:
        raise Conflict(f"{conflict} This ballot was not recorded; one you cast in time stands.") from None
    [slot] = slots
    ballot = sealing.OpenBallot(choice, sealing.new_receipt())
    slot.ciphertext = sealing.seal(ballot, public_key=bytes(vote.public_key), vote=vote.pk, slot=slot.pk)
    slot.revision = slot.revision + 1
    slot.save(update_fields=["ciphertext", "revision"])
    RollEntry.objects.filter(pk=slot.pk, has_voted=False).update(has_voted=True)
    record(NominationEvent.BALLOT_RECORDED, target=vote, by=who, at=at, revision=slot.revision)
    return ballot.receipt


@transaction.atomic
def close_vote(vote: Vote) -> Vote:
    """Open, shuffle and count the ballots of a vote whose time is over; once, whoever calls it how often.

    Does nothing to a vote that is closed or withdrawn. Raises `Conflict` before the closing time,
    `SealingError` when the key or a ballot is not what it must be; then nothing is changed.
    """
    nomination = _lock(vote.nomination)
    vote, at = nomination.vote, clock.now()
    if vote.closed_at is not None or nomination.ended_at is not None:
        return vote
    if at < vote.closes_at:
        raise Conflict("This vote is still open; it closes by the clock and never early.")
    board = _open_ballots(vote)
    Ballot.objects.bulk_create(board)
    tally = Tally.of(ballot.choice for ballot in board)
    vote.closed_at, vote.reason = at, tally.reason
    vote.yes, vote.no, vote.abstain = tally.yes, tally.no, tally.abstain
    vote.board_hash = sealing.board_hash((ballot.receipt, ballot.choice) for ballot in board)
    if tally.passes:
        vote.veto_until = at + vote.rules_kept.veto_window
    vote.save()
    if not tally.passes:
        _end(nomination, at)
    _destroy_key_after_commit(vote)  # the slots are gone; what backups hold of them must stay sealed
    record(
        NominationEvent.CLOSED,
        target=vote,
        by=None,
        at=at,
        nomination=nomination.pk,
        ballots=len(board),
        board_hash=vote.board_hash,
        passed=tally.passes,
    )
    return vote


@sensitive_variables()
def _open_ballots(vote: Vote) -> list[Ballot]:
    """The ballots of `vote` in random order, without names; the slots are gone afterwards.

    They will be written by one statement in one transaction: rows written one by one would keep
    the order of voting and, by PostgreSQL's `xmin`, the voter.
    """
    slots = list(SealedBallot.objects.filter(entry__vote=vote, revision__gt=0))
    voters = RollEntry.objects.voted().filter(vote=vote).count()
    if len(slots) != voters:
        raise sealing.SealingError(f"vote {vote.pk} has {voters} voters and {len(slots)} ballots")
    key = keys.read(vote.pk)
    opened = [sealing.unseal(bytes(s.ciphertext), private_key=key, vote=vote.pk, slot=s.pk) for s in slots]
    secrets.SystemRandom().shuffle(opened)
    SealedBallot.objects.filter(entry__vote=vote).delete()
    return [Ballot(vote=vote, choice=ballot.choice, receipt=ballot.receipt) for ballot in opened]


def _end(nomination: Nomination, at: datetime) -> None:
    """The outcome is final: the person may be nominated again."""
    nomination.ended_at = at
    nomination.save(update_fields=["ended_at", "membership"])


@transaction.atomic
def record_decision(
    nomination: Nomination, kind: DecisionKind, *, decided_on: date, link: str, reason: str, by: Actor
) -> CouncilDecision:
    """Record the Steering Council's veto, or that there is none; without a veto the nominee joins.

    `decided_on` is a day in UTC between the close and today. Raises `NotAllowed` for anybody but a
    Steering Council member who is not the nominee, `Conflict` outside the veto window.
    """
    nomination = _lock(nomination)
    at = clock.now()
    who = check(Action.DECIDE, by, nomination, now=at)
    decision = CouncilDecision.objects.create(
        vote=nomination.vote,
        kind=kind,
        decided_on=decided_on,
        link=link,
        reason=reason,
        recorded_by=who,
        recorded_at=at,
    )
    if kind == DecisionKind.NO_VETO:
        _join(nomination, by, at)
    _end(nomination, at)
    event = NominationEvent.VETO_RECORDED if kind == DecisionKind.VETO else NominationEvent.NO_VETO_RECORDED
    record(event, target=nomination.vote, by=who, at=at, nomination=nomination.pk, decision=decision.pk)
    return decision


@transaction.atomic
def confirm(nomination: Nomination, *, by: Actor) -> Nomination:
    """Confirm that the Steering Council let its window pass; the nominee joins.

    Raises `NotAllowed` for anybody but an admin, `Conflict` in another phase.
    """
    nomination = _lock(nomination)
    at = clock.now()
    who = check(Action.CONFIRM, by, nomination, now=at)
    vote = nomination.vote
    vote.confirmed_at, vote.confirmed_by = at, who
    vote.save(update_fields=["confirmed_at", "confirmed_by"])
    _join(nomination, by, at)
    _end(nomination, at)
    record(NominationEvent.CONFIRMED, target=nomination, by=who, at=at, vote=vote.pk)
    return nomination


def _join(nomination: Nomination, by: Actor, at: datetime) -> None:
    """The nominee becomes a member. Once: the nomination is locked, and has room for one membership."""
    nomination.membership = admit(
        nomination.nominee,
        began=MembershipBegan.VOTE,
        authority=settings.SITE_URL + nomination.get_absolute_url(),
        by=by,
        at=at,
    )


@transaction.atomic
def destroy_key(vote: Vote) -> Vote:
    """Destroy the private key of a vote that is counted or withdrawn; again is harmless.

    Raises `Conflict` while the key is needed for the count.
    """
    nomination = _lock(vote.nomination)
    vote = nomination.vote
    if vote.closed_at is None and nomination.ended_at is None:
        raise Conflict("The key is needed until the ballots are counted.")
    if vote.key_destroyed_at is None:
        keys.destroy(vote.pk)
        vote.key_destroyed_at = clock.now()
        vote.save(update_fields=["key_destroyed_at"])
        record(NominationEvent.KEY_DESTROYED, target=vote, by=None, at=vote.key_destroyed_at)
    return vote
