"""Stop a vote that must not go on, or must not count."""

from __future__ import annotations

from django.db import transaction

from audit import clock
from audit.log import record
from members.people.policy import Actor
from nominations.events import NominationEvent
from nominations.models import Nomination, RefusedAnnulment, Stop, StopKind
from nominations.policy import Action, require
from nominations.workflow.rows import discard_ballots, end, lock
from web.conflicts import Conflict


@transaction.atomic
def cancel(nomination: Nomination, reason: str, *, by: Actor) -> Stop:
    """Stop an open vote; the ballots are destroyed unread. The person may be nominated again at once.

    Raises `NotAllowed` for anybody but an admin who may run the vote, `Conflict` when it is not open.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.CANCEL, by, nomination, at)
    stop = Stop.objects.create(
        nomination=nomination,
        kind=StopKind.CANCELLED,
        reason=reason,
        asked_by=who,
        asked_at=at,
        confirmed_by=who,
        confirmed_at=at,
    )
    nomination.cancelled_at = at
    end(nomination, at)
    discard_ballots(nomination.vote)
    record(NominationEvent.CANCELLED, target=nomination, by=who, at=at, vote=nomination.vote.pk)
    return stop


@transaction.atomic
def ask_to_annul(nomination: Nomination, reason: str, *, by: Actor) -> Stop:
    """Ask a second admin to annul a flawed vote. Until they have spoken, nobody joins.

    A failed vote can be annulled at any time. Raises `NotAllowed` for anybody but an admin who may run
    the vote, `Conflict` before the close, after a veto or a membership, when somebody has asked, and for an admin
    whose earlier request came to nothing.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.ANNUL, by, nomination, at)
    if nomination.stop_or_none:
        raise Conflict("An admin has asked for this already; it waits for a second one.")
    stop = Stop.objects.create(nomination=nomination, kind=StopKind.ANNULLED, reason=reason, asked_by=who, asked_at=at)
    record(NominationEvent.ANNULMENT_ASKED, target=nomination, by=who, at=at, vote=nomination.vote.pk)
    return stop


@transaction.atomic
def confirm_annulment(nomination: Nomination, *, by: Actor) -> Stop:
    """Annul the vote as the second admin: sealed and open ballots are destroyed, the result is void.

    Raises `NotAllowed` for anybody but a second admin, `Conflict` when nobody has asked.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.SECOND_ANNULMENT, by, nomination, at)
    stop = nomination.stop
    stop.confirmed_by, stop.confirmed_at = who, at
    stop.save(update_fields=["confirmed_by", "confirmed_at"])
    nomination.annulled_at = at
    end(nomination, nomination.ended_at or at)
    discard_ballots(nomination.vote)
    record(NominationEvent.ANNULLED, target=nomination, by=who, at=at, vote=nomination.vote.pk)
    return stop


@transaction.atomic
def drop_annulment(nomination: Nomination, *, by: Actor) -> None:
    """Let the vote stand: the admin who asked takes it back, or a second one refuses. The former does not ask again.

    Raises `NotAllowed` for anybody but an admin who may run the vote, `Conflict` when nobody has asked.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.DROP_ANNULMENT, by, nomination, at)
    stop = nomination.stop
    RefusedAnnulment.objects.create(
        nomination=nomination,
        reason=stop.reason,
        asked_by=stop.asked_by,
        asked_at=stop.asked_at,
        refused_by=who,
        refused_at=at,
    )
    stop.delete()
    record(NominationEvent.ANNULMENT_DROPPED, target=nomination, by=who, at=at, vote=nomination.vote.pk)
