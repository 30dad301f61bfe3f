"""The ends of a nomination from outside the ballots: the Steering Council's decision, or a stopped vote."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from members.people.models import Person
from members.people.tally import CouncilTally
from nominations.models.nomination import Nomination
from nominations.models.vote import Vote


class DecisionKind(models.TextChoices):
    """The decisions that the Steering Council can make on a passed nomination."""

    NO_VETO = "no_veto", "No veto"
    VETO = "veto", "Veto"


class CouncilDecision(models.Model):
    """The Steering Council's decision, as it was recorded inside the veto window.

    That there is no veto takes effect at once. A veto waits for a second seat, and until then nobody joins.
    """

    vote = models.OneToOneField(Vote, on_delete=models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=7, choices=DecisionKind.choices)
    decided_on = models.DateField(help_text="The day of the council's decision, in UTC.")
    link = models.CharField(max_length=200, help_text="Where the decision is written down: an address, or words.")
    reason = models.TextField(blank=True, help_text="For the team and the council only.")
    in_favour = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="For what was decided. Empty while a veto that came by mail is not confirmed."
    )
    against = models.PositiveSmallIntegerField(null=True, blank=True)
    abstained = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Conflicts of interest included.")
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="council_decisions_recorded")
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vetoes_confirmed",
        help_text="The second seat behind a veto.",
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=DecisionKind.values), name="a_council_decision_is_veto_or_no_veto"
            ),
            models.CheckConstraint(
                condition=Q(in_favour__isnull=False, against__isnull=False, abstained__isnull=False)
                | Q(kind=DecisionKind.VETO, confirmed_at=None, in_favour=None, against=None, abstained=None),
                name="a_council_decision_takes_effect_with_a_whole_tally",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | (
                    Q(kind=DecisionKind.VETO, confirmed_by__isnull=False, confirmed_at__isnull=False)
                    & ~Q(confirmed_by=F("recorded_by"))
                ),
                name="only_a_veto_is_confirmed_and_by_another_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on the {self.vote.nomination}"

    @property
    def is_pending_veto(self) -> bool:
        """Whether it is a veto that waits for a second seat."""
        return self.kind == DecisionKind.VETO and self.confirmed_at is None

    @property
    def tally(self) -> CouncilTally | None:
        """How the council voted; None for a veto that came by mail without it and is not confirmed."""
        if self.in_favour is None or self.against is None or self.abstained is None:
            return None
        return CouncilTally(self.in_favour, self.against, self.abstained)


class RefusedVeto(models.Model):
    """A recorded veto that another seat did not confirm, or that was taken back. Each person records one once."""

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="refused_vetoes")
    link = models.CharField(
        max_length=200, help_text="Where the decision was said to be written down: an address, or words."
    )
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="vetoes_recorded_in_vain")
    recorded_at = models.DateTimeField()
    refused_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="vetoes_refused", help_text="Who recorded it, if taken back."
    )
    refused_at = models.DateTimeField()
    objection = models.TextField(help_text="Why, for the team and the council.")

    class Meta:
        ordering: ClassVar = ["refused_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "recorded_by"], name="a_person_records_a_veto_on_a_vote_once"),
            models.CheckConstraint(condition=~Q(objection=""), name="a_refused_veto_says_why"),
        ]

    def __str__(self) -> str:
        return f"refused veto on the {self.vote.nomination}"


class StopKind(models.TextChoices):
    """The ways to stop a vote."""

    CANCELLED = "cancelled", "Cancelled"
    ANNULLED = "annulled", "Annulled"


class Stop(models.Model):
    """A vote stopped with a reason: cancelled before the close by one admin, annulled after it by two.

    While `confirmed_at` is empty, one admin has asked and the second has not spoken.
    """

    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="stop")
    kind = models.CharField(max_length=9, choices=StopKind.choices)
    reason = models.TextField(help_text="For the team; for the Steering Council as well if the vote had passed.")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stops_asked")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="stops_confirmed"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_stopped_vote_has_a_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="a_confirmed_stop_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(kind=StopKind.CANCELLED, confirmed_by=F("asked_by"))
                | (Q(kind=StopKind.ANNULLED) & (Q(confirmed_by=None) | ~Q(confirmed_by=F("asked_by")))),
                name="one_admin_cancels_and_two_annul",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.nomination}"


class RefusedAnnulment(models.Model):
    """A request to annul a vote that a second admin refused, or that was taken back. Each admin asks once."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="refused_annulments")
    reason = models.TextField(help_text="For the team, as that of a stopped vote.")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="annulments_asked")
    asked_at = models.DateTimeField()
    refused_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="annulments_refused", help_text="Who asked, if taken back."
    )
    refused_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["refused_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["nomination", "asked_by"], name="an_admin_asks_to_annul_a_vote_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_refused_annulment_has_its_reason"),
        ]

    def __str__(self) -> str:
        return f"refused annulment of the {self.nomination}"
