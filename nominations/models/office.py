"""The office of keeping the key of a vote away from this server."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import In

from members.people.models import Person
from nominations.models.nomination import Nomination
from nominations.sealing import KEY_BYTES


class KeyOfficeQuerySet(models.QuerySet["KeyOffice"]):
    """A query for offices."""

    def running(self) -> Self:
        """Return those of nominations that have not ended."""
        return self.filter(nomination__ended_at=None)


class KeyOffice(models.Model):
    """An admin has asked somebody to keep the key of a vote that is to be opened, away from this server.

    The office begins with the officer's own act: they accept it and enter the public key. Given or taken back before
    the vote is opened, the row goes; the audit log keeps what happened.
    """

    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="office")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="key_offices")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="officers_asked")
    asked_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    public_key = models.BinaryField(max_length=KEY_BYTES, default=b"", help_text="X25519, as the officer entered it.")

    objects = KeyOfficeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(person=F("asked_by")), name="nobody_asks_themselves_to_be_the_officer"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, public_key=b"")
                | (Q(accepted_at__isnull=False) & Q(In(Length("public_key"), [KEY_BYTES]))),
                name="an_officer_accepts_with_a_key",
            ),
        ]

    def __str__(self) -> str:
        return f"office of {self.person} in the {self.nomination}"
