"""Work outside the portal: credits as coordinator on GitHub's security advisories, and notes that admins write."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from members.people.models import Person


class CreditSource(models.Model):
    """A repository or an organization on GitHub whose security advisories are read."""

    name = models.CharField(max_length=200, unique=True, help_text="As in the settings: owner/repository, or owner.")
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When an admin last asked for a reading.")
    read_at = models.DateTimeField(null=True, blank=True, help_text="When it was last read whole.")
    failed_at = models.DateTimeField(null=True, blank=True, help_text="Empty: the last reading succeeded.")
    error = models.CharField(max_length=300, blank=True, help_text="Why the last reading failed, in words.")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(failed_at=None, error="") | (Q(failed_at__isnull=False) & ~Q(error="")),
                name="a_failed_reading_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CoordinatorCredit(models.Model):
    """One accepted credit as coordinator, replaced at every reading of its source.

    Nothing of an unpublished advisory is kept but the day: not its id, not its title.
    """

    source = models.ForeignKey(CreditSource, on_delete=models.CASCADE, related_name="credits")
    account = models.BigIntegerField(help_text="The number of the credited account on GitHub; a name can change hands.")
    advisory = models.CharField(max_length=19, blank=True, help_text="The GHSA id, of a published advisory only.")
    day = models.DateField(help_text="The day (UTC) of publication; of an unpublished one that of its last change.")

    class Meta:
        ordering: ClassVar = ["-day", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "account", "advisory", "day"], name="a_credit_is_kept_once_for_each_day"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "day"], name="credits_of_an_account")]

    def __str__(self) -> str:
        return f"coordinator credit of account {self.account}, {self.day:%Y-%m-%d}"


class ActivityNote(models.Model):
    """The word of an admin that somebody worked on a report outside the portal on one day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="activity_notes")
    day = models.DateField(help_text="The day (UTC) of the work.")
    text = models.CharField(max_length=300, help_text="What they did, without a word about a report.")
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="A withdrawn note is kept, and counts no more."
    )

    class Meta:
        ordering: ClassVar = ["-day", "-written_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(person=models.F("written_by")), name="nobody_notes_their_own_work"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="a_withdrawn_note_says_by_whom",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="a_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"note on {self.person}, {self.day:%Y-%m-%d}"
