"""Offboard a person: end the access to the portal at once, then close every channel, one by one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit import clock
from audit.log import record
from members.accounts import workflow as accounts_workflow
from members.boarding.enums import Direction
from members.boarding.events import BoardingEvent
from members.boarding.models import Checklist
from members.boarding.policy import CHECKLISTS, Action, ChecklistAction, require
from members.boarding.workflow.rows import add_steps, locked
from members.people.models import MembershipEnded, Person
from members.people.policy import Actor
from members.people.workflow import end_membership, lock_admins


@transaction.atomic
def begin_offboarding(
    person: Person, *, ending: MembershipEnded, authority: str, by: Actor | None, at: datetime, reason: str = ""
) -> Checklist:
    """End the membership today (UTC) and with it all access; a checklist for the channels begins.

    Called by the verb that decides, which has asked its own policy. Raises `Conflict` when the person is no member, or
    when too few admins would be left. A suspension stays in force until somebody ends it.
    """
    membership = end_membership(person, how=ending, authority=authority, by=by, at=at)
    who = by.person if by else None
    accounts_workflow.close(person)
    offboarding = Checklist.objects.create(
        direction=Direction.OUT,
        person=person,
        membership=membership,
        ending=ending,
        reason=reason,
        begun_at=at,
        begun_by=who,
    )
    add_steps(offboarding)
    record(BoardingEvent.OFFBOARDING_BEGAN, target=offboarding, by=who, at=at, person=person.pk, ending=ending)
    return offboarding


@transaction.atomic
def resign(*, by: Actor, reason: str = "") -> Checklist:
    """Leave the team oneself, to emeritus. Raises as `begin_offboarding`, and `NotAllowed` for anybody but a member."""
    who = require(Action.RESIGN, by)
    authority = "their own wish"
    return begin_offboarding(
        who, ending=MembershipEnded.EMERITUS, authority=authority, by=by, at=clock.now(), reason=reason
    )


@transaction.atomic
def offboard(person: Person, *, authority: str, reason: str, by: Actor) -> Checklist:
    """Let somebody go who asked an admin for it, to emeritus; `authority` says where they asked.

    A removal against somebody's will is the Steering Council's decision, and begins there. Raises
    `NotAllowed` for anybody but an admin, `Conflict` as `begin_offboarding`.
    """
    lock_admins()
    person, at = Person.objects.select_for_update().get(pk=person.pk), clock.now()
    require(Action.OFFBOARD, by, person, at)
    return begin_offboarding(person, ending=MembershipEnded.EMERITUS, authority=authority, by=by, at=at, reason=reason)


@transaction.atomic
def finish_offboarding(offboarding: Checklist, *, by: Actor) -> Checklist:
    """Finish an offboarding: everything is closed and handed over.

    Raises `NotAllowed` for anybody but an admin, `Conflict` with what is missing, or when it is finished.
    """
    at = clock.now()
    offboarding = locked(offboarding, at)
    who = CHECKLISTS.require(ChecklistAction.COMPLETE, by, offboarding, at)
    offboarding.completed_at, offboarding.completed_by = at, who
    offboarding.save(update_fields=["completed_at", "completed_by"])
    record(BoardingEvent.OFFBOARDING_FINISHED, target=offboarding, by=who, at=at, person=offboarding.person_id)
    return offboarding
