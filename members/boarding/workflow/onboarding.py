"""Onboard a person: invitation, second factor, acceptance, channels, and in the end complete access."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit import clock
from audit.log import record
from members.accounts import workflow as accounts_workflow
from members.accounts.models import User
from members.accounts.queries.inviting import obstacles
from members.boarding.enums import Direction
from members.boarding.events import BoardingEvent
from members.boarding.models import Checklist, Memorial
from members.boarding.policy import CHECKLISTS, ChecklistAction
from members.boarding.workflow.rows import add_steps, locked
from members.people.models import Membership, MembershipBegan, Person
from members.people.policy import Actor
from members.people.workflow import admit
from web.conflicts import Conflict


@transaction.atomic
def begin_onboarding(
    person: Person,
    *,
    began: MembershipBegan,
    authority: str,
    by: Actor | None,
    at: datetime,
    email: str = "",
    nominator: Person | None = None,
) -> Checklist:
    """Approve `person`: a checklist begins, and without a login they are invited at `email` if it is given.

    An address that a `nominator` named waits for a second person, as one that an admin names does. Called by the verb
    that decides on memberships, which has asked its own policy. Raises `Conflict` when the person is a member, or being
    onboarded, already.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if Memorial.objects.standing().filter(person=person).exists():
        raise Conflict(f"It is recorded that {person.name} has died.")
    if Membership.objects.filter(person=person, ended="").exists():
        raise Conflict(f"{person.name} is a member already.")
    if Checklist.objects.onboardings().running().filter(person=person).exists():
        raise Conflict(f"{person.name} is being onboarded already.")
    who = by.person if by else None
    onboarding = Checklist.objects.create(
        direction=Direction.IN, person=person, began=began, authority=authority, begun_at=at, begun_by=who
    )
    add_steps(onboarding)
    if email and not User.objects.filter(person=person, is_active=True).exists():
        _invite_quietly(person, email, nominator)
    record(BoardingEvent.ONBOARDING_BEGAN, target=onboarding, by=who, at=at, person=person.pk, began=began)
    return onboarding


def _invite_quietly(person: Person, email: str, nominator: Person | None) -> None:
    """Invite `person`, unless something stands against the address: then the checklist waits for an admin."""
    if not obstacles([person.pk], [email]).of(person, email):
        evidence = (
            "Named in the nomination. Whoever reads that mailbox consented by the private link; "
            "nobody has checked that it is the nominee."
        )
        accounts_workflow.invite(
            person, email=email, by=None, evidence=evidence if nominator else "", nominator=nominator
        )


def note_acceptance(person: Person, at: datetime) -> bool:
    """Note on a running onboarding that the responsibilities are accepted; return whether one waited for that.

    Called by `members.documents` in the transaction that records the acceptance.
    """
    waiting = Checklist.objects.onboardings().running().filter(person=person, accepted_at=None)
    return waiting.update(accepted_at=at) > 0


@transaction.atomic
def complete_onboarding(onboarding: Checklist, *, by: Actor) -> Checklist:
    """Complete an onboarding: the membership begins today (UTC), once.

    Raises `NotAllowed` for anybody but an admin, `Conflict` with what is missing, or when it is over.
    """
    at = clock.now()
    onboarding = locked(onboarding, at)
    who = CHECKLISTS.require(ChecklistAction.COMPLETE, by, onboarding, at)
    onboarding.membership = admit(
        onboarding.person,
        began=MembershipBegan(onboarding.began),
        authority=onboarding.authority,
        by=by,
        at=at,
    )
    onboarding.completed_at, onboarding.completed_by = at, who
    onboarding.save(update_fields=["membership", "completed_at", "completed_by"])
    onboarding.steps.filter(channel__kind="login", done_at=None).update(done_at=at)
    record(BoardingEvent.ONBOARDING_COMPLETED, target=onboarding, by=who, at=at, person=onboarding.person_id)
    return onboarding


@transaction.atomic
def cancel_onboarding(onboarding: Checklist, reason: str, *, by: Actor) -> Checklist:
    """Cancel an onboarding; no membership begins. An open invitation is revoked, and the login closed.

    Raises `NotAllowed` for anybody but an admin, `Conflict` when it is over.
    """
    at = clock.now()
    onboarding = locked(onboarding, at)
    who = CHECKLISTS.require(ChecklistAction.CANCEL, by, onboarding, at)
    onboarding.cancelled_at, onboarding.cancelled_by, onboarding.reason = at, who, reason
    onboarding.save(update_fields=["cancelled_at", "cancelled_by", "reason"])
    accounts_workflow.close(onboarding.person)
    record(BoardingEvent.ONBOARDING_CANCELLED, target=onboarding, by=who, at=at, person=onboarding.person_id)
    return onboarding
