"""Whom comings, goings and suspensions concern, and where their mails lead.

Somebody on the way in has no access yet, somebody on the way out has none any more: their mails
carry no fact, and addresses of pages that say nothing to others.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from audit import clock
from audit.models import Event
from members.accounts import links
from members.accounts.models import Invitation, User
from members.boarding import queries
from members.boarding.enums import ChecklistPhase
from members.boarding.models import Checklist
from members.people.models import Membership, Person, Role, RoleKind, Suspension
from members.people.policy import Actor
from notifications import audiences
from notifications.recipients import INVITATION_PREFIX, PERSON_PREFIX, Recipient

People = QuerySet[Person]


def is_admin(actor: Actor) -> bool:
    """Who may follow a link in a mail to the admins."""
    return actor.is_admin


def is_admin_or_steering(actor: Actor) -> bool:
    """Who may follow a link in a mail to both."""
    return actor.is_admin or actor.is_steering


def _checklist(event: Event) -> Checklist:
    return queries.checklist_of(event.target_id)


# -- who ---------------------------------------------------------------------------------------------


def newcomer_with_invitation(event: Event) -> list[Recipient]:
    """The invited address, while the invitation is what an onboarding waits for."""
    onboarding, now = _checklist(event), clock.now()
    if not onboarding.is_running:
        return []
    open_ones = Invitation.objects.open(now).filter(person=onboarding.person).select_related("person")
    return [Recipient(f"{INVITATION_PREFIX}{one.pk}", one.email, one.person.name) for one in open_ones]


def newcomer_with_login(event: Event) -> list[Recipient]:
    """Somebody on the way in who has a login, while something is for them to do."""
    onboarding = _checklist(event)
    is_theirs = onboarding.phase(clock.now()) == ChecklistPhase.WAITS_FOR_PERSON
    return _anyway(onboarding.person, only_open=True) if is_theirs else []


def admins_to_complete(event: Event) -> People:
    """The admins, while an onboarding waits for one of them."""
    is_theirs = _checklist(event).phase(clock.now()).is_for_admin
    return audiences.admins(event) if is_theirs else Person.objects.none()


def admins_of_newcomer(event: Event) -> People:
    """The admins, when somebody on the way in has accepted the responsibilities; a member's acceptance is their own."""
    person = UUID(event.actor.removeprefix(PERSON_PREFIX))
    is_on_the_way = Checklist.objects.onboardings().running().filter(person=person).exists()
    return audiences.admins(event) if is_on_the_way else Person.objects.none()


def new_member(event: Event) -> list[Recipient]:
    """Whose access has just become complete."""
    onboarding = _checklist(event)
    return _anyway(onboarding.person) if onboarding.completed_at else []


def colleagues_of_new_member(event: Event) -> People:
    """The team without the new one."""
    return audiences.members(event).exclude(pk=_checklist(event).person_id)


def admins_to_offboard(event: Event) -> People:
    """The admins, while an offboarding is open."""
    return audiences.admins(event) if _checklist(event).is_running else Person.objects.none()


def leaver(event: Event) -> list[Recipient]:
    """Who has left, at the address of the login that is closed by now."""
    return _anyway(_checklist(event).person)


def leaver_with_thanks(event: Event) -> list[Recipient]:
    """Who has left for emeritus."""
    offboarding = _checklist(event)
    return _anyway(offboarding.person) if offboarding.ending == "emeritus" else []


def suspended(event: Event) -> list[Recipient]:
    """Whose access was closed or given back."""
    return _anyway(Suspension.objects.select_related("person").get(pk=event.target_id).person)


def admins_and_council(event: Event) -> People:
    """The admins and the Steering Council of this day."""
    council = Person.objects.holding(RoleKind.STEERING_COUNCIL, clock.now().date())
    return Person.objects.filter(Q(pk__in=audiences.admins(event).values("pk")) | Q(pk__in=council.values("pk")))


def told_of_a_seat(event: Event) -> People:
    """Admins and council, when a seat on the Steering Council began or ended; other roles are nobody's business."""
    return admins_and_council(event) if event.data["role"] == RoleKind.STEERING_COUNCIL else Person.objects.none()


def who_lost_a_seat(event: Event) -> list[Recipient]:
    """Whose seat on the Steering Council has ended."""
    is_seat = event.data["role"] == RoleKind.STEERING_COUNCIL
    return _anyway(Person.objects.get(pk=event.target_id)) if is_seat else []


def admins_who_watch(event: Event) -> People:
    """The admins, when somebody with standing, or on the way in, has accepted an invitation to a login.

    Whoever reads that mailbox becomes that person here, so more than one admin looks at it.
    """
    person, day = Invitation.objects.get(pk=event.target_id).person, clock.now().date()
    has_standing = (
        Membership.objects.on(day).filter(person=person).exists()
        or Role.objects.on(day).filter(person=person).exists()
        or Checklist.objects.onboardings().running().filter(person=person).exists()
    )
    return audiences.admins(event).exclude(pk=person.pk) if has_standing else Person.objects.none()


def _anyway(person: Person, *, only_open: bool = False) -> list[Recipient]:
    """At the address of their login, whether it works or not, or `only_open` while it does."""
    logins = User.objects.filter(person=person, is_active=True) if only_open else User.objects.filter(person=person)
    addresses = logins.values_list("email", flat=True)
    return [Recipient(f"{PERSON_PREFIX}{person.pk}", address, person.name) for address in addresses]


# -- where to ------------------------------------------------------------------------------------------


def invitation_page(event: Event) -> str:
    """The private link of the open invitation; made when the mail is sent."""
    open_ones = Invitation.objects.open(clock.now()).filter(person=_checklist(event).person)
    return links.path_of(open_ones.get())


def invitation_facts(event: Event) -> dict[str, object]:
    """Until when the link works."""
    return {"until": Invitation.objects.open(clock.now()).get(person=_checklist(event).person).expires_at}


def onboarding_page(event: Event) -> str:
    """For admins."""
    return _checklist(event).get_absolute_url()


def onboardings_page(_event: Event) -> str:
    """For admins: the list, in which whoever it is stands on top."""
    return reverse("boarding:onboardings")


def offboarding_page(event: Event) -> str:
    """For admins."""
    return _checklist(event).get_absolute_url()


def suspensions_page(_event: Event) -> str:
    """For admins and the Steering Council."""
    return reverse("accounts:suspensions")


def own_page(_event: Event) -> str:
    """One's own page; it says nothing to others."""
    return reverse("accounts:profile")


def dashboard(_event: Event) -> str:
    """For members."""
    return reverse("dashboard")


def roster_page(_event: Event) -> str:
    """Public."""
    return reverse("people:roster")


def record_of_invited(event: Event) -> str:
    """For admins: everything that is on record of whoever was invited."""
    invitation = Invitation.objects.select_related("person").get(pk=event.target_id)
    return reverse("people:record", args=[invitation.person.slug])
