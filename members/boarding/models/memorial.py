"""The record that somebody has died, by two people's word."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from members.boarding.enums import MemorialPhase
from members.people.models import Membership, Person


class MemorialQuerySet(models.QuerySet["Memorial"]):
    """Sets of records of deaths."""

    def standing(self) -> Self:
        """Return the records that nobody has undone, confirmed or not."""
        return self.filter(undone_at=None)


class Memorial(models.Model):
    """Somebody has died: the first word closes all access at once, the second one ends the membership.

    Undone, it gives back what it took but for a login that two people's word had closed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memorials")
    source = models.CharField(max_length=300, help_text="How it is known: a link, or a few words.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    login_was_open = models.BooleanField(default=False, help_text="Whether recording it closed a login that was open.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(
        Membership,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The last one, once it is confirmed.",
    )
    ended_before = models.CharField(
        max_length=10, blank=True, help_text="How the last membership had ended before; empty: it was running."
    )
    ended_roles = ArrayField(models.BigIntegerField(), default=list, help_text="The roles that ended with it.")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undo_reason = models.CharField(max_length=300, blank=True)

    objects = MemorialQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-recorded_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=Q(undone_at=None), name="a_death_is_recorded_once"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None, membership=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, membership__isnull=False),
                name="a_confirmed_death_is_of_a_membership",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("recorded_by")),
                name="a_death_needs_two_peoples_word",
            ),
        ]

    def __str__(self) -> str:
        return f"record that {self.person} has died"

    @property
    def is_standing(self) -> bool:
        """Whether nobody has undone it: `MemorialQuerySet.standing` in Python."""
        return self.undone_at is None

    @property
    def phase(self) -> MemorialPhase:
        """Return the state, which depends on no clock."""
        if not self.is_standing:
            return MemorialPhase.UNDONE
        return MemorialPhase.RECORDED if self.confirmed_at is None else MemorialPhase.CONFIRMED
