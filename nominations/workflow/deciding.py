"""Write what follows a passed vote: a note on a low turnout, the Steering Council's decision, the onboarding."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from audit import clock
from audit.log import record
from members.boarding.workflow import begin_onboarding
from members.people.models import MembershipBegan, Person
from members.people.policy import Actor
from members.people.queries.council import obstacle_to_tally
from members.people.tally import CouncilTally
from nominations import queries
from nominations.events import NominationEvent
from nominations.models import CouncilDecision, DecisionKind, Nomination, RefusedVeto, Vote
from nominations.policy import LOCKED_OUT, Action, obstacle_to_decision_day, require
from nominations.workflow.rows import end, lock
from web.conflicts import Conflict

#: PEP 13: the council uses its powers only by voting, and everybody votes or abstains in so many words.
NO_TALLY = "The Steering Council decides by a vote (PEP 13): give its three numbers."


@transaction.atomic
def acknowledge_count(nomination: Nomination, *, by: Actor) -> Vote:
    """Acknowledge the portal's count as an admin, for whom the open ballots are counted again; nothing waits for it.

    Raises `NotAllowed` for anybody but an admin who may run the vote, `Conflict` before the count, for the second time,
    and when the ballots give other counts or another hash than those recorded.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.ACKNOWLEDGE, by, nomination, at)
    vote = nomination.vote
    if not queries.recounts(vote):
        raise Conflict(
            "The board does not give the counts that were recorded. Do not acknowledge it: ask a second admin to annul "
            "the vote, and have the audit log verified."
        )
    vote.acknowledged_at, vote.acknowledged_by = at, who
    vote.save(update_fields=["acknowledged_at", "acknowledged_by"])
    record(NominationEvent.COUNT_ACKNOWLEDGED, target=vote, by=who, at=at, nomination=nomination.pk)
    return vote


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

    A veto waits for a second seat, and until then nobody joins. `decided_on` is a day in UTC between the count and
    today, not after the veto window. Raises `NotAllowed` for anybody but a Steering Council member who is neither
    nominee nor nominator (an admin who may run the vote passes a veto on), `Conflict` outside the veto window, for
    somebody who has declared an interest, while a veto waits, for a tally that does not carry the decision or is
    missing (only an admin may leave it to the second seat), for a second veto of somebody whose first came to nothing,
    or when something stands against joining.
    """
    nomination = lock(nomination)
    at = clock.now()
    is_veto = kind == DecisionKind.VETO
    who = _require_decision(nomination, by, at, is_veto=is_veto, has_tally=tally is not None)
    if obstacle := obstacle_to_decision_day(nomination, decided_on, at):
        raise Conflict(obstacle)
    if tally is not None:
        _require_majority(tally, decided_on)
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
    if not is_veto:
        _join(nomination, by, at)
        end(nomination, at)
    event = NominationEvent.VETO_RECORDED if is_veto else NominationEvent.NO_VETO_RECORDED
    record(event, target=nomination.vote, by=who, at=at, nomination=nomination.pk, decision=decision.pk)
    return decision


def _require_decision(nomination: Nomination, by: Actor, at: datetime, *, is_veto: bool, has_tally: bool) -> Person:
    """Return who records the decision: a seat, or for a veto an admin to whom it came by mail."""
    passes_on = is_veto and not by.is_steering
    who = require(Action.RELAY_VETO if passes_on else Action.DECIDE, by, nomination, at)
    if is_veto and nomination.has_recorded_veto(who):
        raise Conflict("You have recorded a veto once, which came to nothing; another council member can record one.")
    if not passes_on and not has_tally:
        raise Conflict(NO_TALLY)
    return who


def _require_majority(tally: CouncilTally, decided_on: date) -> None:
    if not tally.carries:
        raise Conflict("By this tally the Steering Council has not decided so: a strict majority is needed.")
    if impossible := obstacle_to_tally(tally, decided_on):
        raise Conflict(impossible)


@transaction.atomic
def confirm_veto(nomination: Nomination, *, by: Actor, tally: CouncilTally | None = None) -> CouncilDecision:
    """Confirm a recorded veto as the second seat; the nominee does not join.

    `tally` is for a veto that an admin passed on without it; one that was recorded stays. Raises `NotAllowed` for
    anybody but a Steering Council member who has not recorded it and is neither nominee nor nominator, `Conflict` for
    one with a declared interest, when no veto waits, and while nobody has given a tally that carries it.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.CONFIRM_VETO, by, nomination, at)
    decision = nomination.vote.decision
    if decision.tally is None:
        if tally is None:
            raise Conflict(NO_TALLY)
        _require_majority(tally, decision.decided_on)
        decision.in_favour, decision.against, decision.abstained = tally.in_favour, tally.against, tally.abstained
    decision.confirmed_by, decision.confirmed_at = who, at
    decision.save(update_fields=["in_favour", "against", "abstained", "confirmed_by", "confirmed_at"])
    end(nomination, at)
    facts = {"nomination": nomination.pk, "decision": decision.pk}
    record(NominationEvent.VETO_CONFIRMED, target=nomination.vote, by=who, at=at, **facts)
    return decision


@transaction.atomic
def refuse_veto(nomination: Nomination, objection: str, *, by: Actor) -> RefusedVeto:
    """Let a recorded veto fall, as another seat or as the one who recorded it, with a reason.

    Everything is then as if it had not been recorded, but that its recorder records no other one. Raises `NotAllowed`
    for anybody else, `Conflict` for somebody with a declared interest, and when no veto waits.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.REFUSE_VETO, by, nomination, at)
    decision = nomination.vote.decision
    refused = RefusedVeto.objects.create(
        vote=nomination.vote,
        link=decision.link,
        recorded_by=decision.recorded_by,
        recorded_at=decision.recorded_at,
        refused_by=who,
        refused_at=at,
        objection=objection,
    )
    decision.delete()
    record(NominationEvent.VETO_REFUSED, target=nomination.vote, by=who, at=at, nomination=nomination.pk)
    return refused


@transaction.atomic
def confirm(nomination: Nomination, *, by: Actor) -> Nomination:
    """Confirm that the Steering Council let its window pass; the nominee joins.

    Raises `NotAllowed` for anybody but an admin, `Conflict` in another phase, while no seat that may decide can be
    reached, so that one admin who closes their logins lets nobody in, or when something stands against joining.
    """
    nomination = lock(nomination)
    at = clock.now()
    who = require(Action.CONFIRM, by, nomination, at)
    if not queries.seats_to_tell(nomination, at).exists():
        raise Conflict(LOCKED_OUT)
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
