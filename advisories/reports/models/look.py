"""When a member last looked at a report's page."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from advisories.reports.doors import GuardedQuerySet, LinkHolder, Viewer
from advisories.reports.models.report import Report
from members.people.models import Person


class LookQuerySet(GuardedQuerySet["Look"]):
    """Sets of looks: everybody sees their own."""

    def _of(self, viewer: Viewer) -> Self:
        return (
            self.none() if isinstance(viewer, LinkHolder) or not viewer.is_member else self.filter(person=viewer.person)
        )


class Look(models.Model):
    """The last time that one member looked at one report: what is newer is shown as new."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="looks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField()

    objects = LookQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["-looked_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "person"], name="a_member_last_looked_at_one_moment")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.report_id}"
