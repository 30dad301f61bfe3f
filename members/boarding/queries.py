"""Read checklists for pages, mail and the dashboard."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q

from members.accounts.models import SECOND_FACTORS, Invitation, User
from members.boarding.enums import Direction
from members.boarding.models import Checklist, ChecklistQuerySet, Memorial
from members.people.models import Person, Role, RoleKind, Suspension
from members.people.policy import actor_of


def listed(direction: Direction, now: datetime) -> ChecklistQuerySet:
    """Return the checklists of one direction for a list, newest first. Two queries, with the steps."""
    checklists = Checklist.objects.filter(direction=direction).with_facts(now)
    return checklists.select_related("person").prefetch_related("steps__channel")


def detailed(direction: Direction, now: datetime) -> ChecklistQuerySet:
    """Return the checklists of one direction with everybody their page names."""
    related = ("person__user", "person__github_lookup", "membership", "begun_by", "completed_by", "cancelled_by")
    return Checklist.objects.filter(direction=direction).with_facts(now).select_related(*related)


def running(now: datetime) -> ChecklistQuerySet:
    """Return every running checklist with its facts. One query."""
    return Checklist.objects.running().with_facts(now).select_related("person").order_by("begun_at", "id")


def onboarding_of(person: Person, now: datetime) -> Checklist | None:
    """Return the running onboarding of `person` with its facts and their login; None for everybody else. One query."""
    onboardings = Checklist.objects.onboardings().running().with_facts(now)
    return onboardings.filter(person=person).select_related("person__user").first()


def checklist_of(key: UUID | str) -> Checklist:
    """Return one checklist with its person, for mail. Raises `Checklist.DoesNotExist`."""
    return Checklist.objects.select_related("person").get(pk=key)


def first_factor_at(person: Person) -> datetime | None:
    """Return when the oldest second factor of a person's login was added; None without one. One query."""
    factors = Authenticator.objects.filter(user__person=person, type__in=SECOND_FACTORS)
    moment: datetime | None = factors.order_by("created_at").values_list("created_at", flat=True).first()
    return moment


def is_of_the_dead(address: str) -> bool:
    """Return whether an address is, or was, that of somebody whose death is recorded. One query."""
    dead = Memorial.objects.standing().values("person")
    logins = User.objects.filter(person__in=dead, email__iexact=address)
    others = EmailAddress.objects.filter(user__person__in=dead, email__iexact=address)
    invited = Invitation.objects.filter(person__in=dead, email__iexact=address)
    rows = logins.values_list("email").union(others.values_list("email"), invited.values_list("email"))
    return rows.exists()


def lost_login_since(person: Person, moment: datetime, now: datetime) -> bool:
    """Return whether something that closes a login befell `person` between `moment` and `now`, be it over or not.

    That is leaving, an onboarding that was cancelled, a suspension, or the end of a seat that was all their access.
    """
    checklists = Checklist.objects.filter(
        Q(direction=Direction.OUT, begun_at__gte=moment) | Q(cancelled_at__gte=moment), person=person
    )
    suspensions = Suspension.objects.filter(person=person).filter(Q(begun_at__gte=moment) | Q(ended_at__gt=moment))
    seats = Role.objects.filter(person=person, kind=RoleKind.STEERING_COUNCIL, until__gte=moment.date())
    has_lost_seat = seats.exists() and not actor_of(person, now.date()).has_access
    return has_lost_seat or checklists.exists() or suspensions.exists()
