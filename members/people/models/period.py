"""Memberships and roles: both are periods with a beginning, an end and an authority."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from members.people.models.person import Day, Person, covering
from web.conflicts import Conflict

#: The most characters of a link to a decision, or of its name.
AUTHORITY_MOST = 300
PeriodT = TypeVar("PeriodT", bound="Period")


class PeriodQuerySet(models.QuerySet[PeriodT]):
    """Sets of periods; `day` is a calendar day in UTC."""

    def on(self, day: Day) -> Self:
        """Return the periods that cover `day`."""
        return self.filter(covering(day))


class Precision(models.TextChoices):
    """The precision of a day. The day stored is the first one of the span that is meant."""

    DAY = "day", "to the day"
    MONTH = "month", "to the month"
    YEAR = "year", "to the year"
    ABOUT = "about", "about that year"


class Period(models.Model):
    """From `since` up to, not including, `until`; both are calendar days in UTC.

    A beginning or an end that nobody knows counts from `recorded_on`: about the days before, the
    portal says nothing.
    """

    since = models.DateField(null=True, blank=True, help_text="Empty: it began, nobody knows when.")
    since_precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.DAY)
    until = models.DateField(null=True, blank=True, help_text="The first day it no longer holds.")
    until_precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.DAY)
    ended_on_unknown_day = models.BooleanField(default=False, help_text="It has ended, nobody knows when.")
    recorded_on = models.DateField(
        null=True, blank=True, help_text="The day (UTC) since which the portal knows of it. Empty: always."
    )
    authority = models.CharField(
        max_length=AUTHORITY_MOST, blank=True, help_text="The decision or document it began by."
    )
    end_authority = models.CharField(
        max_length=AUTHORITY_MOST, blank=True, help_text="The decision or document it ended by."
    )

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
        """Return whether `day` lies inside: `person.covering` in Python."""
        has_begun = self._is_on_record(day) if self.since is None else self.since <= day
        return has_begun and not self.ended_on_unknown_day and (self.until is None or self.until > day)

    def is_over(self, day: date) -> bool:
        """Return whether it has ended by `day`: `person.ended_by` in Python."""
        if self.ended_on_unknown_day:
            return self._is_on_record(day)
        return self.until is not None and self.until <= day

    def _is_on_record(self, day: date) -> bool:
        return self.recorded_on is None or self.recorded_on <= day


@dataclass(frozen=True)
class Span:
    """The days of a period as somebody types them, as well as anybody knows; calendar days in UTC."""

    since: date | None = None
    since_precision: Precision = Precision.DAY
    until: date | None = None
    until_precision: Precision = Precision.DAY

    def require_order(self, today: date) -> None:
        """Raise `Conflict` unless it began before it ended, and neither lies in the future."""
        if self.since and self.until and self.until < self.since:
            raise Conflict("It would have ended before it began.")
        if any(day is not None and day > today for day in (self.since, self.until)):
            raise Conflict("A day in the future is no record.")


class MembershipBegan(models.TextChoices):
    """The ways in which a membership begins."""

    VOTE = "vote", "by a vote of the members"
    DECISION = "decision", "by a decision of the Steering Council"
    RECORD = "record", "before the portal kept records"


class MembershipEnded(models.TextChoices):
    """The ways in which a membership ends; empty while it runs."""

    EMERITUS = "emeritus", "emeritus"
    REMOVED = "removed", "removed"
    MEMORIAM = "memoriam", "in memoriam"


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


def emeritus_on(day: date, memberships: Iterable[Membership]) -> bool:
    """Return whether somebody with these `memberships`, all they have, is emeritus on `day`.

    All of them have ended, the last one as emeritus; one that ended on an unknown day counts as the earlier.
    `PersonQuerySet.emeritus` says the same in SQL; a test compares the two.
    """
    rows = list(memberships)
    ended = [row for row in rows if row.is_over(day)]
    last = max(ended, key=lambda row: (row.until or date.min, row.pk), default=None)
    return last is not None and last.ended == MembershipEnded.EMERITUS and not any(row.covers(day) for row in rows)


#: Where release schedules and the elections of the Steering Council are published.
PEPS = "https://peps.python.org/"


class RoleKind(models.TextChoices):
    """A role of somebody, member or not. The label is printed by rosters."""

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
    is_authority_public = models.BooleanField(
        default=False, help_text="Whether public pages name what it began by; a PEP they always name."
    )

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

    @property
    def public_source(self) -> str:
        """What it rests on, if that is a PEP or a decision that the council made public (PEP 13); "" otherwise."""
        return self.authority if self.is_authority_public or self.authority.startswith(PEPS) else ""
