"""Open a vote, extend it, cast a ballot."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from audit import clock
from audit.log import record
from members.boarding import queries as boarding
from members.people.models import Person
from members.people.policy import Actor
from nominations import keys, queries, rules, sealing
from nominations.events import NominationEvent
from nominations.models import Extension, Nomination, RollEntry, SealedBallot, Vote, roll_hash
from nominations.policy import NO_SEAT, Action, require
from nominations.tally import Choice
from nominations.workflow.rows import lock
from web.conflicts import Conflict
from web.dates import moment_in_words

HOUR = timedelta(hours=1)
#: Nobody changes their mind as often; each ballot is an event for good and may be a mail. The portal's own.
BALLOTS_AN_HOUR = 20


@transaction.atomic
def open_vote(nomination: Nomination, *, by: Actor, despite: Collection[uuid.UUID] = ()) -> Vote:
    """Freeze the roll and the rules, take or make the key, and let the members vote.

    The roll is who is a member at this moment, without the nominee and without an officer who has accepted to keep
    the key. `despite` are the people on it of whom the admin knows that they cannot sign in. Raises `NotAllowed` for
    anybody but an admin who is neither nominator, nominee nor officer, `Conflict` when the nominee has not accepted,
    there is a vote, the nominee has become a member or is on the way in, no seat of the Steering Council can be told of
    the result, somebody is asked to keep the key and has not accepted or cannot sign in any more, or somebody else on
    the roll cannot sign in.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.OPEN, by, nomination, at)
    _require_ready(nomination, who, at)
    office = nomination.office_or_none
    pk, in_force = uuid.uuid4(), rules.in_force()
    voters = queries.roll_for(nomination, at.date())
    unable = _unable(voters, despite)
    roll = [RollEntry(vote_id=pk, person=one.person, name=one.person.name, github=one.person.github) for one in voters]
    vote = Vote.objects.create(
        pk=pk,
        nomination=nomination,
        opened_at=at,
        opened_by=who,
        closes_at=at + in_force.period,
        rules=in_force.as_json(),
        entitled=len(roll),
        unable=len(unable),
        roll_hash=roll_hash(roll),
        public_key=bytes(office.public_key) if office else keys.create(pk),
        officer=office.person if office else None,
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
        unable=unable,
        roll_hash=vote.roll_hash,
        rules=in_force.version,
        closes_at=vote.closes_at,
        officer=office.person_id if office else None,
        public_key=keys.shown(bytes(vote.public_key)),
    )
    return vote


def _require_ready(nomination: Nomination, admin: Person, at: datetime) -> None:
    """Raise `Conflict` unless the nominee is free, a seat can be told of the result, and the key has a keeper."""
    _refuse_accepted(nomination.nominee, at)
    if not queries.seats_to_tell(nomination, at).exists():
        raise Conflict(NO_SEAT)
    office = nomination.office_or_none
    if office is not None and not queries.officers_for(nomination, admin, at).filter(pk=office.person_id).exists():
        raise Conflict(f"{office.person.name} cannot keep the key any more; take the request back.")


def _refuse_accepted(nominee: Person, at: datetime) -> None:
    """Raise `Conflict` for somebody who is on the team or on the way in since they were proposed."""
    found = "is a member" if nominee.is_member_on(at.date()) else ""
    found = found or ("has been accepted" if boarding.onboarding_of(nominee, at) else "")
    if found:
        raise Conflict(f"{nominee.name} {found} already; the nominator can withdraw the nomination.")


def _unable(voters: list[queries.Voter], despite: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Return who cannot sign in; raises `Conflict` for somebody who is not in `despite`."""
    unable = [voter for voter in voters if voter.obstacle]
    unknown = [f"{voter.person.name} {voter.obstacle}" for voter in unable if voter.person.pk not in despite]
    if unknown:
        raise Conflict(f"Not everybody on the roll can vote: {'; '.join(unknown)}. The vote was not opened.")
    return [voter.person.pk for voter in unable]


@transaction.atomic
def extend(nomination: Nomination, *, hours: float, reason: str, by: Actor) -> Extension:
    """Move the close later by `hours`, before it has come; ballots cast stay and may be changed.

    The same form sent twice is one extension. Raises `NotAllowed` for anybody but an admin who may run the vote,
    `Conflict` when the vote is not open or all its extensions would be more than `EXTENSION_MAX_HOURS`.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.EXTEND, by, nomination, at)
    vote = nomination.vote
    if sent_before := queries.just_extended(vote, who, hours, reason, at):
        return sent_before
    most = vote.opened_at + vote.rules_kept.period + timedelta(hours=settings.EXTENSION_MAX_HOURS)
    if hours <= 0 or vote.closes_at + timedelta(hours=hours) > most:
        raise Conflict(
            f"All extensions of a vote together can be at most {settings.EXTENSION_MAX_HOURS:g} hours. "
            f"It could be moved to {moment_in_words(most)}."
        )
    extension = Extension.objects.create(
        vote=vote,
        closed_before=vote.closes_at,
        closes_at=vote.closes_at + timedelta(hours=hours),
        reason=reason,
        extended_by=who,
        extended_at=at,
    )
    vote.closes_at = extension.closes_at
    vote.save(update_fields=["closes_at"])
    record(
        NominationEvent.EXTENDED,
        target=vote,
        by=who,
        at=at,
        nomination=nomination.pk,
        extension=extension.pk,
        closes_at=vote.closes_at,
    )
    return extension


def _refuse_flood(vote: Vote, slot: SealedBallot, who: Person, at: datetime) -> None:
    """Raise `Conflict` for more than `BALLOTS_AN_HOUR`; only a voter who has cast as many costs a query."""
    if slot.revision >= BALLOTS_AN_HOUR and queries.ballots_of(vote, who, since=at - HOUR) >= BALLOTS_AN_HOUR:
        raise Conflict(
            f"You have cast {BALLOTS_AN_HOUR} ballots within an hour; try again later. "
            "This ballot was not recorded; the last one that was recorded counts."
        )


@sensitive_variables()
@transaction.atomic
def cast(vote: Vote, choice: Choice, *, by: Actor) -> str:
    """Seal a ballot into the voter's slot, over an earlier one, and return its receipt.

    The receipt exists inside the sealed ballot and in this return value, nowhere else. The shared
    lock makes the close wait for ballots that were taken in time. Raises `NotAllowed` for somebody
    who is not on the roll or not a member any more, `Conflict` when the vote is not open, and for more than
    `BALLOTS_AN_HOUR`.
    """
    Vote.objects.lock_shared(vote.pk)
    nominations = Nomination.objects.select_related("nominee", "nominator", "vote")
    nomination = queries.with_facts_about(nominations, by.person).get(vote=vote.pk)
    vote = nomination.vote
    slots = list(SealedBallot.objects.select_for_update().filter(entry__vote=vote, entry__person=by.person))
    at = clock.now()  # after the locks: waiting for them must not let a late ballot in
    try:
        who = require(Action.VOTE, by, nomination, at)
    except Conflict as conflict:
        raise Conflict(f"{conflict} This ballot was not recorded; one you cast in time stands.") from None
    [slot] = slots
    _refuse_flood(vote, slot, who, at)
    ballot = sealing.OpenBallot(choice, sealing.new_receipt())
    slot.ciphertext = sealing.seal(ballot, public_key=bytes(vote.public_key), vote=vote.pk, slot=slot.pk)
    slot.revision = slot.revision + 1
    slot.save(update_fields=["ciphertext", "revision"])
    RollEntry.objects.filter(pk=slot.pk, has_voted=False).update(has_voted=True)
    record(NominationEvent.BALLOT_RECORDED, target=vote, by=who, at=at, revision=slot.revision)
    return ballot.receipt
