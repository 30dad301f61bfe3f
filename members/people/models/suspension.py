"""Emergency suspensions."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from members.people.models.person import Person


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    """Sets of suspensions."""

    def in_force(self) -> Self:
        """Return suspensions that nobody has ended."""
        return self.filter(ended_at=None)


class Suspension(models.Model):
    """In an emergency one admin closes somebody's access at once; the membership itself goes on."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="suspensions")
    reason = models.TextField(help_text="For the admins and the Steering Council.")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the operator."
    )
    end_reason = models.TextField(blank=True, help_text="For the admins and the Steering Council.")

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-begun_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="nobody_is_suspended_twice_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_suspension_says_why"),
            models.CheckConstraint(
                condition=Q(ended_by=None) | Q(ended_at__isnull=False), name="who_ended_a_suspension_says_when"
            ),
        ]

    def __str__(self) -> str:
        return f"suspension of {self.person}"
