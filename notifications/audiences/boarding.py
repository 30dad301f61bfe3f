"""Audiences of onboarding and offboarding.

Somebody on the way in has no access yet, somebody on the way out has none any more.
"""

from __future__ import annotations

from uuid import UUID

from audit import clock
from audit.models import Event
from members.accounts.models import Invitation
from members.boarding import policy
from members.boarding.enums import ChecklistPhase
from members.boarding.models import Checklist
from notifications.audiences.people import People, at_login, members, nobody
from notifications.queries import checklist_of
from notifications.recipients import INVITATION_PREFIX, PERSON_PREFIX, Recipient


def newcomer_with_invitation(event: Event) -> list[Recipient]:
    """Return the invited address while the onboarding waits for the invitation to be accepted."""
    onboarding, now = checklist_of(event), clock.now()
    if not onboarding.is_running:
        return []
    invitations = Invitation.objects.open(now).filter(person=onboarding.person).select_related("person")
    return [
        Recipient(f"{INVITATION_PREFIX}{invitation.pk}", invitation.email, invitation.person.name)
        for invitation in invitations
    ]


def newcomer_with_login(event: Event) -> list[Recipient]:
    """Return somebody on the way in who has a login, while the next step is theirs."""
    onboarding = checklist_of(event)
    is_theirs = onboarding.phase(clock.now()) == ChecklistPhase.WAITS_FOR_PERSON
    return at_login(onboarding.person, only_open=True) if is_theirs else []


def admins_to_complete(event: Event) -> People:
    """Return the people who may work on an onboarding, while the next step is an admin's."""
    onboarding = checklist_of(event)
    return _who_run(onboarding) if onboarding.phase(clock.now()).is_for_admin else nobody()


def admins_of_newcomer(event: Event) -> People:
    """Return the people who may work on the onboarding of somebody who has accepted; nobody for a member."""
    person = UUID(event.actor.removeprefix(PERSON_PREFIX))
    onboarding = Checklist.objects.onboardings().running().filter(person=person).first()
    return _who_run(onboarding) if onboarding else nobody()


def new_member(event: Event) -> list[Recipient]:
    """Return the person whose access has just become complete."""
    onboarding = checklist_of(event)
    return at_login(onboarding.person) if onboarding.completed_at else []


def colleagues_of_new_member(event: Event) -> People:
    """Return the team without the new member."""
    return members(event).exclude(pk=checklist_of(event).person_id)


def admins_to_offboard(event: Event) -> People:
    """Return the people who may work on an offboarding, while it is open."""
    return _who_run(checklist_of(event))


def _who_run(checklist: Checklist) -> People:
    return policy.CHECKLISTS.people_who(policy.ChecklistAction.RUN, checklist)


def leaver(event: Event) -> list[Recipient]:
    """Return the person who has left, at the address of the login that is closed by now."""
    return at_login(checklist_of(event).person)


def leaver_with_thanks(event: Event) -> list[Recipient]:
    """Return the person who has left for emeritus."""
    offboarding = checklist_of(event)
    return at_login(offboarding.person) if offboarding.ending == "emeritus" else []
