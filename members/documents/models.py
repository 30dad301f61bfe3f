"""What the team says in public of itself, version by version, and who has accepted which."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from members.people.models import Person


class DocumentKind(models.TextChoices):
    """The pages that are kept in the portal; the value is the last part of their address."""

    RESPONSIBILITIES = "responsibilities", "Responsibilities"
    JOIN = "join", "How to join"


class DocumentVersionQuerySet(models.QuerySet["DocumentVersion"]):
    """Sets of versions."""

    def newest_first(self, kind: DocumentKind) -> Self:
        """Every version of one page."""
        return self.filter(kind=kind).order_by("-number")

    def current(self, kind: DocumentKind) -> DocumentVersion:
        """The version that holds. There is always one: the first comes with the database."""
        return self.newest_first(kind)[0]


class DocumentVersion(models.Model):
    """One published text of one page. It is never changed; a new one takes its place."""

    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    number = models.PositiveIntegerField(help_text="1, 2, 3, one after the other.")
    text = models.TextField(help_text="Markdown.")
    change = models.CharField("what changed", max_length=300, help_text="One sentence: what changed, and why.")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the portal."
    )

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number"], name="a_version_has_a_number_of_its_own"),
            models.CheckConstraint(condition=~Q(text=""), name="a_version_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.number}"


class Acceptance(models.Model):
    """Somebody has read one version of the responsibilities and takes them on."""

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
