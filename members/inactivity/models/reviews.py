"""The yearly inactivity review: what those concerned answered, and what the council decided on each name."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import cached_property

from members.inactivity.enums import LISTED, NoticeAnswer, ReviewGroup, ReviewPhase, ReviewVerdict
from members.inactivity.placing import year_after
from members.people.models import Membership, Person, Suspension
from web.signed_links import new_nonce


class InactivityReviewQuerySet(models.QuerySet["InactivityReview"]):
    """Sets of inactivity reviews."""

    def announced(self) -> Self:
        """Return the review whose lists are still to be made, if there is one."""
        return self.filter(generated_at=None)

    def generated(self) -> Self:
        """Return the reviews whose lists are made, newest first."""
        return self.filter(generated_at__isnull=False).order_by("-generated_at", "id")

    def with_names_to_decide(self) -> Self:
        """Annotate with `names_to_decide`, so that `phase` costs no query."""
        entries = ReviewEntry.objects.filter(review=OuterRef("pk"))
        return self.annotate(names_to_decide=_count(entries.to_decide()))

    def with_names(self, *, without: Person | None) -> Self:
        """Annotate with `names_to_decide`, and with `names`: the same names as a list, without that of one person."""
        entries = ReviewEntry.objects.filter(review=OuterRef("pk")).to_decide().order_by("person__sort_key", "id")
        if without is not None:
            entries = entries.exclude(person=without)
        return self.with_names_to_decide().annotate(names=ArraySubquery(entries.values("person__name")))

    def with_counts(self) -> Self:
        """Annotate with the numbers of `told`, `answered`, `inactive` and `listed` names, and with `names_to_decide`.

        The council decides on the listed ones; those among them who are inactive are recommended for removal.
        """
        entries = ReviewEntry.objects.filter(review=OuterRef("pk"))
        return self.with_names_to_decide().annotate(
            told=_count(entries.filter(noticed=True)),
            answered=_count(entries.filter(noticed=True).exclude(answer="")),
            inactive=_count(entries.filter(group=ReviewGroup.INACTIVE)),
            listed=_count(entries.filter(group__in=LISTED)),
        )


def _count(entries: ReviewEntryQuerySet) -> Coalesce:
    """Return the number of rows of a subquery on one review."""
    counted = entries.order_by().values("review").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


class InactivityReview(models.Model):
    """One review: notice is given at `announced_at`, the lists are made at or after `due_at`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    since = models.DateTimeField(help_text="Activity counts from here: when the last review was generated.")
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(help_text="Not generated before; until then the links in the notice work.")
    generated_at = models.DateTimeField(null=True, blank=True)
    generated_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the Steering Council was told.")
    sent_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_from = models.DateField(
        null=True,
        blank=True,
        help_text="The portal's own records begin on this day (UTC), within the period. Before it only coordinator "
        "credits and notes are known. Empty: they cover the whole period.",
    )
    credits_read_at = models.DateTimeField(
        null=True, blank=True, help_text="How old the coordinator credits were when the lists were made. Empty: none."
    )

    # Annotations of `with_names` and `with_counts`.
    names: list[str]
    told: int
    answered: int
    inactive: int
    listed: int

    objects = InactivityReviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-announced_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(generated_at__isnull=False), name="a_review_is_sent_after_it_is_generated"
            ),
            models.UniqueConstraint(
                ExpressionWrapper(Q(generated_at=None), output_field=BooleanField()),
                condition=Q(generated_at=None),
                name="one_inactivity_review_runs_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"inactivity review announced {self.announced_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Return the path of the page of the review."""
        return reverse("inactivity:detail", args=[self.pk])

    @property
    def apart(self) -> int:
        """Return the number of names listed apart by rules of ours; reads what `with_counts` has annotated."""
        return self.listed - self.inactive

    def phase(self, now: datetime) -> ReviewPhase:
        """Return where the review stands at `now`; of a review that was sent, `names_to_decide` may be queried."""
        if self.generated_at is None:
            return ReviewPhase.DUE if self.due_at <= now else ReviewPhase.ANNOUNCED
        if self.sent_at is None:
            return ReviewPhase.GENERATED
        return ReviewPhase.SENT if self.names_to_decide else ReviewPhase.DECIDED

    @cached_property
    def names_to_decide(self) -> int:
        """Return how many names wait for a decision; one query, unless `with_names_to_decide` annotated it."""
        return self.entries.to_decide().count()

    @property
    def remind_at(self) -> datetime:
        """Return the middle of the notice: people who have not answered get a reminder then."""
        return self.announced_at + (self.due_at - self.announced_at) / 2

    @property
    def next_due_on(self) -> date | None:
        """Return the day (UTC) a year after the lists were made; None before that."""
        return year_after(self.generated_at.date()) if self.generated_at else None

    def next_is_due(self, day: date) -> bool:
        """Return whether the review after this one is to be announced on `day` (UTC)."""
        return self.next_due_on is not None and self.next_due_on <= day

    def takes_answers(self, now: datetime) -> bool:
        """Return whether the links in the notice work at `now`."""
        return self.phase(now) == ReviewPhase.ANNOUNCED

    def day(self, now: datetime) -> int:
        """Return the day of the notice at `now`, from 1 up to its last day."""
        return min((now - self.announced_at).days + 1, self.notice.days)

    @property
    def notice(self) -> timedelta:
        """Return the length of the notice."""
        return self.due_at - self.announced_at


class ReviewEntryQuerySet(models.QuerySet["ReviewEntry"]):
    """Sets of entries."""

    def unanswered(self) -> Self:
        """Return the entries of people who got a notice and have not answered."""
        return self.filter(noticed=True, answer="")

    def with_circumstances(self, day: date) -> Self:
        """Annotate with the facts that decide who may do what to an entry on `day` (UTC): see policy.py.

        `is_member` and `is_suspended` are about the person, `is_decided` says whether a final decision is recorded,
        `is_superseded` whether a newer review was sent.
        """
        person = {"person": OuterRef("person")}
        return self.annotate(
            is_member=Exists(Membership.objects.on(day).filter(**person)),
            is_suspended=Exists(Suspension.objects.in_force().filter(**person)),
            is_decided=Exists(_final_decisions()),
            is_superseded=Exists(_newer_reviews()),
        )

    def to_decide(self) -> Self:
        """Return the listed names of the review sent last, of people who are members, without a final decision."""
        running = Membership.objects.filter(person=OuterRef("person"), ended="")
        waiting = self.filter(group__in=LISTED, review__sent_at__isnull=False)
        return waiting.filter(Exists(running), ~Exists(_newer_reviews()), ~Exists(_final_decisions()))


def _newer_reviews() -> InactivityReviewQuerySet:
    return InactivityReview.objects.filter(sent_at__gt=OuterRef("review__sent_at"))


def _final_decisions() -> models.QuerySet[ReviewDecision]:
    return ReviewDecision.objects.filter(entry=OuterRef("pk")).exclude(verdict=ReviewVerdict.LATER)


class ReviewEntry(models.Model):
    """One person in one inactivity review."""

    review = models.ForeignKey(InactivityReview, on_delete=models.CASCADE, related_name="entries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="review_entries")
    noticed = models.BooleanField(default=False, help_text="Was told that they would be listed as inactive.")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When they were asked once more.")
    link_nonce = models.CharField(max_length=16, default=new_nonce, editable=False)
    last_active_on = models.DateField(null=True, blank=True, help_text="The last day (UTC) of any activity on reports.")
    group = models.CharField(max_length=10, choices=ReviewGroup.choices, blank=True)
    because = models.CharField(max_length=300, blank=True, help_text="Why they stand in that list, in words.")
    answer = models.CharField(max_length=10, choices=NoticeAnswer.choices, blank=True)
    answer_text = models.TextField(blank=True, help_text="For the admins and the Steering Council.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_taken_by = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who wrote down what somebody without an address said; empty for an answer by a link.",
    )

    # Annotations of `with_circumstances`; on an entry that was loaded without it, reading one is an AttributeError.
    is_member: bool
    is_suspended: bool
    is_decided: bool
    is_superseded: bool

    objects = ReviewEntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["person__sort_key", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "person"], name="a_person_is_in_a_review_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="an_answer_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in the {self.review}"


class ReviewDecision(models.Model):
    """One decision of the Steering Council on one name, recorded by one of its members."""

    entry = models.ForeignKey(ReviewEntry, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=ReviewVerdict.choices)
    in_favour = models.PositiveSmallIntegerField()
    against = models.PositiveSmallIntegerField()
    abstained = models.PositiveSmallIntegerField(help_text="Conflicts of interest included.")
    decided_on = models.DateField(help_text="The day of the council's decision, in UTC.")
    link = models.CharField(max_length=200, help_text="Where the decision is written down: an address, or words.")
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["recorded_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry"], condition=~Q(verdict="later"), name="a_name_is_decided_on_once"),
            models.CheckConstraint(condition=~Q(link=""), name="a_verdict_says_where_it_is_written"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.entry.person}"

    @property
    def is_final(self) -> bool:
        """Return whether the name is settled: a name that was put off is decided on again."""
        return self.verdict != ReviewVerdict.LATER
