"""The security policy, version by version, and the rules of each."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from advisories.projects.enums import LeadsTo
from members.people.models import Person


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    """Sets of versions."""

    def published(self) -> Self:
        """Return the versions that were published, newest first."""
        return self.filter(published_at__isnull=False).order_by("-number")

    def in_force(self, at: datetime) -> PolicyVersion:
        """Return the version in force at `at`.

        The first one comes with the migration, and covers all that was before it: there always is one.
        """
        return self.published().filter(Q(in_force_from__lte=at) | Q(number=1))[0]

    def draft(self) -> PolicyVersion | None:
        """Return the draft of the next version, if somebody has begun one."""
        return self.filter(published_at=None).first()


class PolicyVersion(models.Model):
    """One text of the security policy: a draft, until it is published; then it never changes."""

    number = models.PositiveIntegerField(unique=True, help_text="1, 2, 3, one after the other.")
    text = models.TextField(help_text="Markdown; a heading of the third level with a code is a rule.")
    change = models.CharField("what changed", max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="Counts edits of the draft.")
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the portal."
    )
    published_at = models.DateTimeField(null=True, blank=True, help_text="Empty: a draft.")
    in_force_from = models.DateTimeField(null=True, blank=True)

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="a_policy_says_something"),
            models.UniqueConstraint(
                fields=["published_at"],
                condition=Q(published_at=None),
                nulls_distinct=False,
                name="there_is_one_draft_of_the_policy",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, in_force_from=None)
                | Q(
                    published_at__isnull=False, in_force_from__isnull=False, in_force_from__gte=models.F("published_at")
                ),
                name="a_published_policy_says_from_when",
            ),
        ]

    def __str__(self) -> str:
        return f"Security policy, version {self.number}"

    def get_absolute_url(self) -> str:
        """Return the path of its page for the team."""
        return reverse("projects:policy_version", args=[self.number])

    @property
    def is_draft(self) -> bool:
        """Return whether it can still be changed."""
        return self.published_at is None


class PolicyRule(models.Model):
    """One rule of a published version, which a closing may cite by its code."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="rules")
    code = models.CharField(max_length=40, help_text="The same in every version that has the rule.")
    heading = models.CharField(max_length=200)
    text = models.TextField(help_text="Markdown.")
    leads_to = models.CharField(max_length=20, choices=LeadsTo.choices)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["version", "position", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="a_rule_has_a_code_of_its_own"),
            models.CheckConstraint(condition=~Q(heading="") & ~Q(text=""), name="a_rule_says_something"),
        ]

    def __str__(self) -> str:
        return self.code
