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

from members.people.models import Person
from nominations import keys
from nominations.models.nomination import Nomination, Phase
from nominations.rules import Rules
from nominations.sealing import KEY_BYTES, SEALED_BYTES, grouped
from nominations.tally import Choice, Tally


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


class VoteQuerySet(models.QuerySet["Vote"]):
    """A query for votes."""

    def due(self, now: datetime) -> Self:
        """Return the votes whose time is over and whose ballots have not been counted."""
        return self.filter(nomination__in=Nomination.objects.in_phase(Phase.CLOSING, now))

    def countable(self) -> Self:
        """Return the votes whose key the portal holds; the others wait for their officer."""
        return self.filter(officer=None)

    def with_spent_key(self) -> Self:
        """Return the votes that are counted or over, and whose private key is not destroyed."""
        is_spent = Q(closed_at__isnull=False) | Q(nomination__ended_at__isnull=False)
        return self.filter(is_spent, key_destroyed_at=None, officer=None)

    def uncounted(self) -> Self:
        """Return the votes that are open, or over and not counted yet."""
        return self.filter(nomination__ended_at=None, closed_at=None)

    def recountable(self) -> Self:
        """Return the votes that are counted and whose ballots are still there."""
        return self.filter(closed_at__isnull=False, nomination__annulled_at=None)

    def council_to_be_told(self) -> Self:
        """Return the votes that have passed and are not decided: mail about them tells the Steering Council."""
        return self.filter(nomination__ended_at=None, passed=True)

    def in_progress(self) -> Self:
        """Return the votes that may have something to remind of."""
        return self.filter(nomination__ended_at=None)

    def lock_shared(self, pk: uuid.UUID) -> None:
        """Lock the vote until the transaction ends, so that casters pass each other and a close waits.

        Django has no ``FOR SHARE``.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM nominations_vote WHERE id = %s FOR SHARE", [pk])


class Vote(models.Model):
    """Opened by an admin, closed by the clock. Counts are empty until the close, for everybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="vote")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="votes_opened")
    closes_at = models.DateTimeField(help_text="The first moment at which no ballot is taken any more.")
    rules = models.JSONField(help_text="The rules in force at opening; see `nominations.rules`.")
    entitled = models.PositiveSmallIntegerField(help_text="How many are on the roll.")
    unable = models.PositiveSmallIntegerField(
        default=0, help_text="How many of the roll could not sign in when it was opened; whoever opened it knew."
    )
    roll_hash = models.CharField(max_length=64, help_text="SHA-256 of the roll, in hexadecimal.")
    public_key = models.BinaryField(max_length=KEY_BYTES, help_text="X25519. The private half is not in the database.")
    officer = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="votes_kept",
        help_text="Who holds the private key away from this server, and so does not vote. Empty: the portal holds it.",
    )
    key_destroyed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When the ballots were counted.")
    yes = models.PositiveSmallIntegerField(null=True, blank=True)
    no = models.PositiveSmallIntegerField(null=True, blank=True)
    abstain = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="The result in words and figures.")
    board_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the sorted board, in hexadecimal.")
    acknowledged_at = models.DateTimeField(null=True, blank=True, help_text="When an admin acknowledged the count.")
    acknowledged_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="counts_acknowledged"
    )
    passed = models.BooleanField(null=True, blank=True, help_text="By the rules of this vote. Empty before the count.")
    council_told_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the first mail to the council was handed over; the veto window begins then.",
    )
    veto_until = models.DateTimeField(null=True, blank=True, help_text="Set when the council was told.")
    turnout_note = models.TextField(blank=True, help_text="What an admin says about a low turnout, for the team.")
    turnout_noted_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="turnout_notes"
    )
    turnout_noted_at = models.DateTimeField(null=True, blank=True)
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
                condition=Q(unable__lte=F("entitled")), name="no_more_cannot_sign_in_than_are_on_the_roll"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("closes_at")), name="a_vote_is_never_closed_early"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, yes=None, no=None, abstain=None, reason="", board_hash="", passed=None)
                | (
                    Q(closed_at__isnull=False, yes__isnull=False, no__isnull=False, abstain__isnull=False)
                    & Q(passed__isnull=False)
                    & ~Q(reason="")
                    & ~Q(board_hash="")
                ),
                name="a_vote_has_counts_when_it_is_closed_and_not_before",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(closed_at__isnull=False, acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="an_acknowledged_count_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(council_told_at=None, veto_until=None)
                | Q(
                    passed=True,
                    council_told_at__isnull=False,
                    council_told_at__gte=F("closed_at"),
                    veto_until__isnull=False,
                    veto_until__gt=F("council_told_at"),
                ),
                name="the_veto_window_begins_when_the_council_was_told",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(veto_until__isnull=False, confirmed_at__gte=F("veto_until"), confirmed_by__isnull=False),
                name="silence_is_confirmed_by_somebody_after_the_window",
            ),
            models.CheckConstraint(
                condition=Q(turnout_note="", turnout_noted_by=None, turnout_noted_at=None)
                | (Q(turnout_noted_by__isnull=False, turnout_noted_at__isnull=False) & ~Q(turnout_note="")),
                name="a_note_on_the_turnout_says_who_and_when",
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

    @property
    def headline(self) -> str:
        """The result as people say it; empty before the close. `reason` is the sum that mails and the script have."""
        tally = self.tally
        return self.rules_kept.judge(tally, self.entitled).headline if tally else ""

    @property
    def has_low_turnout(self) -> bool:
        """Whether less of the roll voted than the rules ask for; False before the close."""
        tally = self.tally
        return tally is not None and tally.is_low(self.entitled, self.rules_kept.low_turnout)

    @property
    def has_lost_key(self) -> bool:
        """Whether the portal should hold the private key until the count and does not: nobody can open the ballots.

        Looks for a file. It may come back, when `VOTE_KEY_DIR` was not mounted, for instance.
        """
        return self.officer_id is None and self.closed_at is None and not keys.is_kept(self.pk)

    def board(self) -> list[Ballot]:
        """Return the open ballots in order of receipt; none before the close."""
        return sorted(self.ballots.all(), key=lambda ballot: ballot.receipt)


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
        ordering: ClassVar = ["name", "id"]
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


class Extension(models.Model):
    """An admin moved the close to a later moment, before it had come."""

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="extensions")
    closed_before = models.DateTimeField(help_text="When the vote would have closed.")
    closes_at = models.DateTimeField(help_text="When it closes instead.")
    reason = models.TextField(help_text="Told to everybody on the roll, by the page of the nomination.")
    extended_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="votes_extended")
    extended_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["extended_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("closed_before"), closed_before__gt=F("extended_at")),
                name="a_vote_is_extended_before_its_close_and_never_shortened",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="an_extension_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"extension of the {self.vote}"


class CouncilTold(models.Model):
    """A mail about a passed vote to one member of the Steering Council, handed over to the mail server."""

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="council_told")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="told_of_votes")
    told_at = models.DateTimeField(help_text="When the mail server took the first mail to them.")

    class Meta:
        ordering: ClassVar = ["told_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "person"], name="a_council_member_is_told_of_a_vote_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} told of the {self.vote.nomination}"


class ReminderKind(models.TextChoices):
    """The reminders that the schedule makes by itself, once each."""

    HALF_TIME = "half_time", "Half of the time is over"
    LAST_DAY = "last_day", "The last day has begun"
    COUNT_DUE = "count_due", "The officer can count"
    COUNCIL_UNTOLD = "untold", "The council has not been told"
    VETO_HALF_TIME = "veto_half", "Half of the veto window is over"
    VETO_OVER = "veto_over", "The veto window is over"
    VETO_WAITS = "veto_waits", "A veto waits for a second seat"


class Reminder(models.Model):
    """The fact that a reminder was made; its recipients are computed when it is sent, and not kept here."""

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=10, choices=ReminderKind.choices)
    ends_at = models.DateTimeField(help_text="The end it reminded of; an extended vote has another one.")
    reminded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "kind", "ends_at"], name="a_reminder_is_made_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.vote}"
