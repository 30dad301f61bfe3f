"""The vote on a nomination, its frozen roll, the sealed and the open ballots, and the council's word."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self

from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import In

from members.models import Person
from nominations.models.nomination import Nomination
from nominations.rules import Rules
from nominations.sealing import KEY_BYTES, SEALED_BYTES, grouped
from nominations.tally import Choice, Tally


class VoteQuerySet(models.QuerySet["Vote"]):
    """Sets of votes."""

    def due(self, now: datetime) -> Self:
        """Votes whose time is over and whose ballots have not been counted."""
        return self.filter(nomination__ended_at=None, closed_at=None, closes_at__lte=now)

    def with_spent_key(self) -> Self:
        """Votes that are counted or over, and whose private key has not been destroyed."""
        return self.filter(Q(closed_at__isnull=False) | Q(nomination__ended_at__isnull=False), key_destroyed_at=None)

    def lock_shared(self, pk: uuid.UUID) -> Vote:
        """The vote with its nomination, locked so that casters pass each other and a close waits.

        Django has no ``FOR SHARE``. SQLite needs none: the transaction holds the only write lock.
        """
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM nominations_vote WHERE id = %s FOR SHARE", [pk])
        return self.select_related("nomination__nominee").get(pk=pk)


class Vote(models.Model):
    """Opened by an admin, closed by the clock. Counts are empty until the close, for everybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="vote")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="votes_opened")
    closes_at = models.DateTimeField(help_text="The first moment at which no ballot is taken any more.")
    rules = models.JSONField(help_text="The rules in force at opening; see `nominations.rules`.")
    roll_hash = models.CharField(max_length=64, help_text="SHA-256 of the roll, in hexadecimal.")
    public_key = models.BinaryField(max_length=KEY_BYTES, help_text="X25519. The private half is not in the database.")
    key_destroyed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When the ballots were counted.")
    yes = models.PositiveSmallIntegerField(null=True, blank=True)
    no = models.PositiveSmallIntegerField(null=True, blank=True)
    abstain = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="The result in words and figures.")
    board_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the sorted board, in hexadecimal.")
    veto_until = models.DateTimeField(null=True, blank=True, help_text="Set when the nomination passed.")
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When an admin confirmed the council's silence."
    )
    confirmed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="votes_confirmed"
    )

    objects = VoteQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opened_at")), name="a_vote_closes_after_it_opened"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("closes_at")), name="a_vote_is_never_closed_early"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, yes=None, no=None, abstain=None, reason="", board_hash="", veto_until=None)
                | (
                    Q(closed_at__isnull=False, yes__isnull=False, no__isnull=False, abstain__isnull=False)
                    & ~Q(reason="")
                    & ~Q(board_hash="")
                ),
                name="a_vote_has_counts_when_it_is_closed_and_not_before",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(veto_until__isnull=False, confirmed_at__gte=F("veto_until"), confirmed_by__isnull=False),
                name="silence_is_confirmed_by_somebody_after_the_window",
            ),
        ]

    def __str__(self) -> str:
        return f"vote on the {self.nomination}"

    @property
    def rules_kept(self) -> Rules:
        """The rules this vote goes by."""
        return Rules.from_json(self.rules)

    @property
    def tally(self) -> Tally | None:
        """The counts; None before the close."""
        if self.yes is None or self.no is None or self.abstain is None:
            return None
        return Tally(self.yes, self.no, self.abstain)

    def entry_of(self, person: Person | None) -> RollEntry | None:
        """The person's line on the roll. No query when the vote came by `with_vote` for the same person."""
        if person is None:
            return None
        entries: Iterable[RollEntry] | None = getattr(self, "entries_of_reader", None)
        if entries is None:
            entries = self.roll.filter(person=person)
        return next((entry for entry in entries if entry.person_id == person.pk), None)

    def board(self) -> list[Ballot]:
        """The open ballots in order of receipt; empty before the close."""
        return sorted(self.ballots.all(), key=lambda ballot: ballot.receipt)


class RollEntryQuerySet(models.QuerySet["RollEntry"]):
    """Lines of a roll."""

    def voted(self) -> Self:
        """Those who have cast a ballot."""
        return self.filter(has_voted=True)


class RollEntry(models.Model):
    """Somebody who may vote. Written when the vote opens; afterwards only `has_voted` changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="roll")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roll_entries")
    name = models.CharField(max_length=200, help_text="As it was when the vote opened.")
    github = models.CharField("GitHub name", max_length=39, blank=True, help_text="As it was when the vote opened.")
    has_voted = models.BooleanField(default=False)

    objects = RollEntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        verbose_name_plural = "roll entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "person"], name="nobody_is_on_a_roll_twice"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def line(self) -> str:
        """How the roll prints this voter; the roll's hash is made of these lines."""
        return f"{self.person_id} {self.github or '-'} {' '.join(self.name.split())}"


def roll_hash(entries: Iterable[RollEntry]) -> str:
    """SHA-256 of the roll's lines, sorted, each with a line feed."""
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
        """The receipt as its voter saw it."""
        return grouped(self.receipt)


class DecisionKind(models.TextChoices):
    """What the Steering Council can say about a passed nomination."""

    NO_VETO = "no_veto", "No veto"
    VETO = "veto", "Veto"


class CouncilDecision(models.Model):
    """The Steering Council's decision, as one of its members recorded it inside the veto window."""

    vote = models.OneToOneField(Vote, on_delete=models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=7, choices=DecisionKind.choices)
    decided_on = models.DateField(help_text="The day of the council's decision, in UTC.")
    link = models.URLField(help_text="Where the decision is written down.")
    reason = models.TextField(blank=True, help_text="For the team and the council only.")
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="council_decisions_recorded")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=DecisionKind.values), name="a_council_decision_is_veto_or_no_veto"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on the {self.vote.nomination}"
