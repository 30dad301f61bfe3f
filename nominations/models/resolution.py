"""Decisions of the Steering Council on a person, without a vote of the members."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from members.people.models import Person
from members.people.tally import CouncilTally


class ResolutionKind(models.TextChoices):
    """The decisions that the Steering Council can make (PEP 811); coming back only where the setting allows it."""

    DESIGNATE_ADMIN = "designate_admin", "Designate an admin"
    RELEASE_ADMIN = "release_admin", "Release an admin"
    REMOVE_MEMBER = "remove_member", "Remove a member"
    RETURN_MEMBER = "return_member", "Let an emeritus come back"


class ResolutionQuerySet(models.QuerySet["Resolution"]):
    """A query for resolutions."""

    def newest_first(self) -> Self:
        """Order by the day of the decision, with the people that a list names."""
        return self.select_related("person", "recorded_by").order_by("-decided_on", "-recorded_at")


class Resolution(models.Model):
    """One decision of the Steering Council on one person, as one of its members recorded it.

    A decision that did not carry is kept as well, and had no effect.
    """

    kind = models.CharField(max_length=15, choices=ResolutionKind.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="resolutions")
    decided_on = models.DateField(help_text="The day of the council's decision, in UTC.")
    link = models.URLField(help_text="Where the decision is written down.")
    in_favour = models.PositiveSmallIntegerField()
    against = models.PositiveSmallIntegerField()
    abstained = models.PositiveSmallIntegerField(help_text="Conflicts of interest included.")
    reason = models.TextField(blank=True, help_text="For the team and the council only.")
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="resolutions_recorded")
    recorded_at = models.DateTimeField()

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=ResolutionKind.values), name="a_resolution_is_of_one_of_four_kinds"
            ),
            models.CheckConstraint(condition=~Q(link=""), name="a_resolution_says_where_it_is_written"),
            models.CheckConstraint(
                condition=~Q(person=F("recorded_by")), name="nobody_records_a_resolution_on_themselves"
            ),
            models.UniqueConstraint(
                fields=["kind", "person", "decided_on", "link"], name="a_resolution_is_recorded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person}"

    @property
    def carries(self) -> bool:
        """Whether the decision carried."""
        return CouncilTally(self.in_favour, self.against, self.abstained).carries
