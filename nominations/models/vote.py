"""The vote on a nomination, and the moments to which its close was moved."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import connection, models
from django.db.models import F, Q

from members.people.models import Person
from nominations import keys
from nominations.models.nomination import Nomination, Phase
from nominations.rules import Rules
from nominations.sealing import KEY_BYTES
from nominations.tally import Tally

if TYPE_CHECKING:
    from nominations.models.ballots import Ballot


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
