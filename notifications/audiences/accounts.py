"""Audiences of invitations and suspensions."""

from __future__ import annotations

from audit import clock
from audit.models import Event
from members.accounts import policy
from members.accounts.models import Invitation
from members.boarding.models import Checklist
from members.people.models import Membership, Role, Suspension
from notifications.audiences.people import People, at_login, nobody
from notifications.queries import invitation_of
from notifications.recipients import INVITATION_PREFIX, Recipient


def invited_address(event: Event) -> list[Recipient]:
    """Return the address of an invitation while it can be accepted."""
    invitations = Invitation.objects.open(clock.now()).filter(pk=event.target_id).select_related("person")
    return [
        Recipient(f"{INVITATION_PREFIX}{invitation.pk}", invitation.email, invitation.person.name)
        for invitation in invitations
    ]


def admins_who_watch(event: Event) -> People:
    """Return the other people who see invitations when somebody with standing, or on the way in, accepted one.

    A thief who reads that mailbox becomes that person here, so more than one admin looks at it.
    """
    person, day = invitation_of(event).person, clock.now().date()
    has_standing = (
        Membership.objects.on(day).filter(person=person).exists()
        or Role.objects.on(day).filter(person=person).exists()
        or Checklist.objects.onboardings().running().filter(person=person).exists()
    )
    return policy.people_who(policy.Action.SEE_INVITATIONS).exclude(pk=person.pk) if has_standing else nobody()


def suspended(event: Event) -> list[Recipient]:
    """Return the person whose access was closed or given back."""
    return at_login(_suspension(event).person)


def who_end_suspensions(event: Event) -> People:
    """Return the people who may end this suspension."""
    return policy.people_who(policy.Action.END_SUSPENSION, _suspension(event).person)


def _suspension(event: Event) -> Suspension:
    return Suspension.objects.select_related("person").get(pk=event.target_id)
