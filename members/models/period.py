"""Memberships and roles: both are periods with a beginning, an end and an authority."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from members.models.person import Person, covering

PeriodT = TypeVar("PeriodT", bound="Period")


class PeriodQuerySet(models.QuerySet[PeriodT]):
    """Sets of periods; `day` is a calendar day in UTC."""

    def on(self, day: date) -> Self:
        """Periods that cover `day`."""
        return self.filter(covering(day))


class Period(models.Model):
    """From `since` up to, not including, `until`; both are calendar days in UTC."""

    since = models.DateField(null=True, blank=True, help_text="Empty: it began, nobody knows when.")
    until = models.DateField(null=True, blank=True, help_text="The first day it no longer holds.")
    ended_on_unknown_day = models.BooleanField(default=False, help_text="It has ended, nobody knows when.")
    authority = models.CharField(max_length=300, blank=True, help_text="The decision or document this rests on.")

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(ended_on_unknown_day=False), name="%(class)s_has_one_end"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")), name="%(class)s_ends_after_it_began"
            ),
        ]

    def covers(self, day: date) -> bool:
        """Whether `day` lies inside; the same rule as `person.covering`, for a row in hand."""
        return (
            not self.ended_on_unknown_day
            and (self.since is None or self.since <= day)
            and (self.until is None or self.until > day)
        )


class MembershipBegan(models.TextChoices):
    """How a membership began."""

    VOTE = "vote", "by a vote of the members"
    DECISION = "decision", "by a decision of the Steering Council"
    RECORD = "record", "before the portal kept records"


class MembershipEnded(models.TextChoices):
    """How a membership ended; empty while it has not."""

    EMERITUS = "emeritus", "emeritus"
    REMOVED = "removed", "removed"


class Membership(Period):
    """One period on the team; a person may have several, one at a time."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    began = models.CharField(max_length=10, choices=MembershipBegan.choices)
    ended = models.CharField(max_length=10, choices=MembershipEnded.choices, blank=True)

    objects = PeriodQuerySet["Membership"].as_manager()

    class Meta(Period.Meta):
        constraints: ClassVar = [
            *Period.Meta.constraints,
            models.UniqueConstraint(fields=["person"], condition=Q(ended=""), name="one_running_membership_a_person"),
            models.CheckConstraint(
                condition=Q(ended="", until=None, ended_on_unknown_day=False)
                | (~Q(ended="") & (Q(until__isnull=False) | Q(ended_on_unknown_day=True))),
                name="an_ended_membership_says_how_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} since {self.since or 'an unknown day'}"


class RoleKind(models.TextChoices):
    """What somebody may be besides a member. The label is what rosters print."""

    ADMIN = "admin", "Admin"
    RELEASE_MANAGER = "release_manager", "Release Manager"
    STEERING_COUNCIL = "steering_council", "Steering Council"
    PSF_STAFF = "psf_staff", "PSF staff"
    CORE_TEAM = "core_team", "Core team"
    TRIAGER = "triager", "Triager"


class Role(Period):
    """One person's role over a period; people outside the team may hold one."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=20, choices=RoleKind.choices)

    objects = PeriodQuerySet["Role"].as_manager()

    class Meta(Period.Meta):
        ordering: ClassVar = ["kind", "id"]
        constraints: ClassVar = [
            *Period.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(until=None, ended_on_unknown_day=False),
                name="a_role_is_held_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
