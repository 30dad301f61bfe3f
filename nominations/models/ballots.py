"""The frozen roll of a vote, its sealed ballots, and the open ones after the count."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import In

from members.people.models import Person
from nominations.models.vote import Vote
from nominations.sealing import SEALED_BYTES, grouped
from nominations.tally import Choice


class RollEntryQuerySet(models.QuerySet["RollEntry"]):
    """A query for lines of a roll."""

    def voted(self) -> Self:
        """Return the lines of those who have cast a ballot."""
        return self.filter(has_voted=True)


class RollEntry(models.Model):
    """One person who may vote. Written when the vote opens; afterwards only `has_voted` changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="roll")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roll_entries")
    name = models.CharField(max_length=200, help_text="As it was when the vote opened.")
    github = models.CharField("GitHub name", max_length=39, blank=True, help_text="As it was when the vote opened.")
    has_voted = models.BooleanField(default=False)

    objects = RollEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "roll entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "person"], name="nobody_is_on_a_roll_twice"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def line(self) -> str:
        """The line of this voter on the roll; the roll's hash is made of these lines."""
        return f"{self.person_id} {self.github or '-'} {' '.join(self.name.split())}"


def roll_hash(entries: Iterable[RollEntry]) -> str:
    """Return the SHA-256 of the roll's lines, sorted, each with a line feed, in hexadecimal."""
    return hashlib.sha256("".join(f"{line}\n" for line in sorted(entry.line for entry in entries)).encode()).hexdigest()


class SealedBallot(models.Model):
    """A voter's slot: made when the vote opens, overwritten by each ballot, gone after the count.

    Overwriting keeps one row a voter, so that neither order nor number of rows says anything.
    """

    entry = models.OneToOneField(RollEntry, on_delete=models.PROTECT, primary_key=True, related_name="slot")
    ciphertext = models.BinaryField(max_length=SEALED_BYTES, default=b"", help_text="Empty until a ballot is cast.")
    revision = models.PositiveIntegerField(default=0, help_text="How often a ballot was sealed here.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=In(Length("ciphertext"), [0, SEALED_BYTES]), name="all_sealed_ballots_have_one_length"
            ),
        ]

    def __str__(self) -> str:
        return f"slot {self.pk}"


class Ballot(models.Model):
    """One opened ballot. Has no person, no time and no sequence; exists only after the close."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="ballots")
    choice = models.CharField(max_length=7, choices=Choice.choices)
    receipt = models.CharField(max_length=16, help_text="Known to the voter alone, who saw it once.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "receipt"], name="a_receipt_is_on_a_board_once"),
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="a_ballot_is_yes_no_or_abstain"),
        ]

    def __str__(self) -> str:
        return f"ballot {self.pk}"

    @property
    def receipt_in_groups(self) -> str:
        """The receipt as its voter read it."""
        return grouped(self.receipt)
