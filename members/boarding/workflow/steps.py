"""Acts on a checklist of either direction: ticking a step, and reminding of it."""

from __future__ import annotations

from django.db import transaction

from audit import clock
from audit.log import record
from members.boarding.enums import REMIND_AFTER, Direction
from members.boarding.events import BoardingEvent
from members.boarding.models import Checklist, ChecklistStep
from members.boarding.policy import CHECKLISTS, ChecklistAction
from members.boarding.workflow.rows import locked
from members.people.policy import Actor
from web.conflicts import Conflict

_REMINDED = {Direction.IN: BoardingEvent.ONBOARDING_REMINDED, Direction.OUT: BoardingEvent.OFFBOARDING_REMINDED}
_TICKED = {Direction.IN: BoardingEvent.ONBOARDING_STEP, Direction.OUT: BoardingEvent.OFFBOARDING_STEP}
_LOGIN = {
    Direction.IN: "The portal sees by itself whether there is a login with a second factor.",
    Direction.OUT: "The login was closed by the portal when the offboarding began.",
}


@transaction.atomic
def tick(step: ChecklistStep, *, done: bool, not_needed: bool = False, by: Actor) -> ChecklistStep:
    """Note that access to a channel is given or taken, or that there is nothing to do; `done` False takes it back.

    A confirmation by an earlier check counts no more. Raises `NotAllowed` for anybody but an admin, `Conflict` when the
    checklist is over, and for the portal's own login, which is not ticked by hand.
    """
    at = clock.now()
    checklist = locked(step.checklist, at)
    who = CHECKLISTS.require(ChecklistAction.TICK, by, checklist, at)
    direction = Direction(checklist.direction)
    step = checklist.steps.select_related("channel").get(pk=step.pk)
    if step.channel.is_login:
        raise Conflict(_LOGIN[direction])
    step.done_at, step.done_by = (at, who) if done else (None, None)
    step.not_needed, step.confirmed_at = done and not_needed, None
    step.save(update_fields=["done_at", "done_by", "not_needed", "confirmed_at"])
    facts = {"channel": step.channel_id, "done": done, "not_needed": step.not_needed}
    record(_TICKED[direction], target=checklist, by=who, at=at, **facts)
    return step


@transaction.atomic
def remind(checklist: Checklist) -> bool:
    """Remind of a running checklist, `REMIND_AFTER` after the last time, and return whether it was time.

    The recipients follow from the phase when each mail is sent.
    """
    at = clock.now()
    checklist = locked(checklist, at)
    direction = Direction(checklist.direction)
    last = max(filter(None, [checklist.begun_at, checklist.accepted_at, checklist.reminded_at]))
    if not checklist.is_running or at - last < REMIND_AFTER[direction]:
        return False
    checklist.reminded_at = at
    checklist.save(update_fields=["reminded_at"])
    record(_REMINDED[direction], target=checklist, by=None, at=at, person=checklist.person_id)
    return True
