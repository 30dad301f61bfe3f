"""The public documents of the team, version by version, and their acceptances."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q, Subquery

from members.people.models import Person


class DocumentKind(models.TextChoices):
    """The documents kept in the portal; the value is the last part of the public address."""

    RESPONSIBILITIES = "responsibilities", "Responsibilities"
    JOIN = "join", "How to join"


class Accepted(StrEnum):
    """The version of the responsibilities that a member has accepted last."""

    CURRENT = "current"
    EARLIER = "earlier"
    NEVER = "never"

    @property
    def label(self) -> str:
        """Return the words of a page."""
        return {"current": "The current version", "earlier": "An earlier version", "never": "None"}[self]


class DocumentVersionQuerySet(models.QuerySet["DocumentVersion"]):
    """Sets of versions."""

    def newest_first(self, kind: DocumentKind) -> Self:
        """Return every version of one document, newest first."""
        return self.filter(kind=kind).order_by("-number")

    def current(self, kind: DocumentKind) -> DocumentVersion:
        """Return the version in force; the first one comes with the migration, so there always is one."""
        return self.newest_first(kind)[0]

    def with_acceptance_of(self, person: Person) -> Self:
        """Annotate with `accepted_number`: of the version that `person` accepted last, None without any."""
        last = Acceptance.objects.filter(person=person).order_by("-version__number")
        return self.annotate(accepted_number=Subquery(last.values("version__number")[:1]))


class DocumentVersion(models.Model):
    """One published text of one document. It never changes; a newer version replaces it."""

    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    number = models.PositiveIntegerField(help_text="1, 2, 3, one after the other.")
    text = models.TextField(help_text="Markdown.")
    change = models.CharField("what changed", max_length=300, help_text="One sentence: what changed, and why.")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the portal."
    )

    # Annotation of `with_acceptance_of`.
    accepted_number: int | None

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number"], name="a_version_has_a_number_of_its_own"),
            models.CheckConstraint(condition=~Q(text=""), name="a_version_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.number}"


class Acceptance(models.Model):
    """The acceptance of one version of the responsibilities by one person."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acceptances")
    version = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["accepted_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "version"], name="a_version_is_accepted_once_by_each")
        ]

    def __str__(self) -> str:
        return f"{self.person} accepted {self.version}"
