"""Open a vote, extend it, cast a ballot."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from audit import clock
from audit.log import record
from members.people.policy import Actor
from nominations import keys, queries, rules, sealing
from nominations.events import NominationEvent
from nominations.models import Extension, Nomination, OfficerKey, RollEntry, SealedBallot, Vote, roll_hash
from nominations.policy import Action, require
from nominations.tally import Choice
from nominations.workflow.rows import lock
from web.conflicts import Conflict
from web.dates import moment_in_words


@transaction.atomic
def open_vote(nomination: Nomination, *, by: Actor, key: OfficerKey | None = None) -> Vote:
    """Freeze the roll and the rules, take or make the key, and let the members vote.

    The roll is who is a member at this moment, without the nominee and without the officer of an
    offline `key`. Raises `NotAllowed` for anybody but an admin who is neither nominator nor nominee,
    `Conflict` when the nominee has not accepted, there is a vote, or the nominee has become a member.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.OPEN, by, nomination, at)
    if nomination.nominee.is_member_on(at.date()):
        raise Conflict(f"{nomination.nominee.name} is a member already; the nominator can withdraw the nomination.")
    if key is not None and not queries.officers_for(nomination, who, at.date()).filter(pk=key.officer.pk).exists():
        raise Conflict("The officer must be a member, and neither nominee, nominator nor the admin who opens the vote.")
    pk, in_force = uuid.uuid4(), rules.in_force()
    voters = queries.voters_for(nomination, at.date())
    voters = voters.exclude(pk=key.officer.pk) if key else voters
    roll = [RollEntry(vote_id=pk, person=person, name=person.name, github=person.github) for person in voters]
    vote = Vote.objects.create(
        pk=pk,
        nomination=nomination,
        opened_at=at,
        opened_by=who,
        closes_at=at + in_force.period,
        rules=in_force.as_json(),
        entitled=len(roll),
        roll_hash=roll_hash(roll),
        public_key=key.public_key if key else keys.create(pk),
        officer=key.officer if key else None,
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
        officer=key.officer.pk if key else None,
        public_key=keys.shown(bytes(vote.public_key)),
    )
    return vote


@transaction.atomic
def extend(nomination: Nomination, *, hours: float, reason: str, by: Actor) -> Extension:
    """Move the close later by `hours`, before it has come; ballots cast stay and may be changed.

    Raises `NotAllowed` for anybody but an admin who may run the vote, `Conflict` when the vote is
    not open or all its extensions would be more than `EXTENSION_MAX_HOURS`.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.EXTEND, by, nomination, at)
    vote = nomination.vote
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


@sensitive_variables()
@transaction.atomic
def cast(vote: Vote, choice: Choice, *, by: Actor) -> str:
    """Seal a ballot into the voter's slot, over an earlier one, and return its receipt.

    The receipt exists inside the sealed ballot and in this return value, nowhere else. The shared
    lock makes the close wait for ballots that were taken in time. Raises `NotAllowed` for somebody
    who is not on the roll or not a member any more, `Conflict` when the vote is not open.
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
    ballot = sealing.OpenBallot(choice, sealing.new_receipt())
    slot.ciphertext = sealing.seal(ballot, public_key=bytes(vote.public_key), vote=vote.pk, slot=slot.pk)
    slot.revision = slot.revision + 1
    slot.save(update_fields=["ciphertext", "revision"])
    RollEntry.objects.filter(pk=slot.pk, has_voted=False).update(has_voted=True)
    record(NominationEvent.BALLOT_RECORDED, target=vote, by=who, at=at, revision=slot.revision)
    return ballot.receipt
