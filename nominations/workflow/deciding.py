"""Write what follows a passed vote: a note on a low turnout, the Steering Council's decision, the onboarding."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from audit import clock
from audit.log import record
from members.boarding.workflow import begin_onboarding
from members.people.models import MembershipBegan
from members.people.policy import Actor
from members.people.tally import CouncilTally
from nominations.events import NominationEvent
from nominations.models import CouncilDecision, DecisionKind, Nomination, Vote
from nominations.policy import Action, require
from nominations.workflow.rows import end, lock
from web.conflicts import Conflict


@transaction.atomic
def note_turnout(nomination: Nomination, note: str, *, by: Actor) -> Vote:
    """Add a note on a turnout below the mark of the rules; before that nobody joins.

    Raises `NotAllowed` for anybody but an admin who may run the vote, `Conflict` when it is over, when the turnout
    was not low, and when there is a note already.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.NOTE_TURNOUT, by, nomination, at)
    vote = nomination.vote
    vote.turnout_note, vote.turnout_noted_by, vote.turnout_noted_at = note, who, at
    vote.save(update_fields=["turnout_note", "turnout_noted_by", "turnout_noted_at"])
    record(NominationEvent.TURNOUT_NOTED, target=vote, by=who, at=at, nomination=nomination.pk)
    return vote


@transaction.atomic
def record_decision(
    nomination: Nomination,
    kind: DecisionKind,
    *,
    decided_on: date,
    link: str,
    reason: str,
    by: Actor,
    tally: CouncilTally | None = None,
) -> CouncilDecision:
    """Record the Steering Council's veto, or that there is none; without a veto the nominee joins.

    `decided_on` is a day in UTC between the close and today. Raises `NotAllowed` for anybody but a
    Steering Council member who is neither nominee nor nominator, `Conflict` outside the veto window, for
    somebody who has declared an interest, for a tally that does not carry the decision, or when something
    stands against joining.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.DECIDE, by, nomination, at)
    if tally is not None and not tally.carries:
        raise Conflict("By this tally the Steering Council has not decided so: a strict majority is needed.")
    decision = CouncilDecision.objects.create(
        vote=nomination.vote,
        kind=kind,
        decided_on=decided_on,
        link=link,
        reason=reason,
        in_favour=tally.in_favour if tally else None,
        against=tally.against if tally else None,
        abstained=tally.abstained if tally else None,
        recorded_by=who,
        recorded_at=at,
    )
    if kind == DecisionKind.NO_VETO:
        _join(nomination, by, at)
    end(nomination, at)
    event = NominationEvent.VETO_RECORDED if kind == DecisionKind.VETO else NominationEvent.NO_VETO_RECORDED
    record(event, target=nomination.vote, by=who, at=at, nomination=nomination.pk, decision=decision.pk)
    return decision


@transaction.atomic
def confirm(nomination: Nomination, *, by: Actor) -> Nomination:
    """Confirm that the Steering Council let its window pass; the nominee joins.

    Raises `NotAllowed` for anybody but an admin, `Conflict` in another phase or when something
    stands against joining.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.CONFIRM, by, nomination, at)
    vote = nomination.vote
    vote.confirmed_at, vote.confirmed_by = at, who
    vote.save(update_fields=["confirmed_at", "confirmed_by"])
    _join(nomination, by, at)
    end(nomination, at)
    record(NominationEvent.CONFIRMED, target=nomination, by=who, at=at, vote=vote.pk)
    return nomination


def _join(nomination: Nomination, by: Actor, at: datetime) -> None:
    """Begin the onboarding of the nominee; once, because the nomination is locked and has room for one."""
    obstacle = nomination.obstacle
    if obstacle:
        raise Conflict(obstacle)
    nomination.onboarding = begin_onboarding(
        nomination.nominee,
        began=MembershipBegan.VOTE,
        authority=settings.SITE_URL + nomination.get_absolute_url(),
        by=by,
        at=at,
        email=nomination.nominee_email,
        nominator=nomination.nominator,
    )
