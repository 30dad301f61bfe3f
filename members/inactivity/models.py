"""The inactivity review on who has been active, what those concerned answered, and what the council decided."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from members.people.models import Membership, Person


class InactivityReviewQuerySet(models.QuerySet["InactivityReview"]):
    """Sets of inactivity reviews."""

    def announced(self) -> Self:
        """Notice was given, and the review is still to be made."""
        return self.filter(generated_at=None)

    def generated(self) -> Self:
        """The others, newest first."""
        return self.filter(generated_at__isnull=False).order_by("-generated_at")

    def with_counts(self) -> Self:
        """Each with `told` and `answered`, `inactive` names, and how many of those are `to_decide`."""
        entries = ReviewEntry.objects.filter(review=OuterRef("pk"))
        inactive = entries.filter(group=ReviewGroup.INACTIVE)
        return self.annotate(
            told=_count(entries.filter(noticed=True)),
            answered=_count(entries.filter(noticed=True).exclude(answer="")),
            inactive=_count(inactive),
            to_decide=_count(inactive.to_decide()),
        )


def _count(entries: ReviewEntryQuerySet) -> Coalesce:
    """How many rows a subquery on one review has."""
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
        return reverse("inactivity:detail", args=[self.pk])

    @property
    def remind_at(self) -> datetime:
        """Half way through the notice: who has not answered is asked once more."""
        return self.announced_at + (self.due_at - self.announced_at) / 2

    def is_due(self, now: datetime) -> bool:
        """Announced, not generated, and the notice is over."""
        return self.generated_at is None and self.due_at <= now

    def takes_answers(self, now: datetime) -> bool:
        """The links in the notice work."""
        return self.generated_at is None and now < self.due_at

    def day(self, now: datetime) -> int:
        """The day of the notice it is in, beginning with 1 and never beyond the last."""
        return min((now - self.announced_at).days + 1, self.notice.days)

    @property
    def notice(self) -> timedelta:
        """How long those concerned have for an answer."""
        return self.due_at - self.announced_at


class ReviewGroup(models.TextChoices):
    """In which list of the review somebody stands; empty before it is generated."""

    INACTIVE = "inactive", "Inactive"
    EXEMPT = "exempt", "Exempt by role"
    NEW = "new", "Too new"
    ANSWERED = "answered", "Answered the notice"
    ACTIVE = "active", "Active since the notice"
    GONE = "gone", "Left since the notice"


class NoticeAnswer(models.TextChoices):
    """What somebody answered to the notice."""

    ACTIVE = "active", "still active"
    RETIRE = "retire", "retires to emeritus"


class ReviewVerdict(models.TextChoices):
    """What the Steering Council decides on one name."""

    KEEP = "keep", "Keep"
    REMOVE = "remove", "Remove"
    LATER = "later", "Decide later"


def new_link_nonce() -> str:
    """96 random bits."""
    return secrets.token_urlsafe(12)


class ReviewEntryQuerySet(models.QuerySet["ReviewEntry"]):
    """Sets of entries."""

    def unanswered(self) -> Self:
        """Those who were told and have said nothing."""
        return self.filter(noticed=True, answer="")

    def to_decide(self) -> Self:
        """Names of the review that was sent last, of people who are still members, without a final decision."""
        running = Membership.objects.filter(person=OuterRef("person"), ended="")
        newer = InactivityReview.objects.filter(sent_at__gt=OuterRef("review__sent_at"))
        final = ReviewDecision.objects.filter(entry=OuterRef("pk")).exclude(verdict=ReviewVerdict.LATER)
        waiting = self.filter(group=ReviewGroup.INACTIVE, review__sent_at__isnull=False)
        return waiting.filter(Exists(running)).exclude(Exists(newer)).exclude(Exists(final))


class ReviewEntry(models.Model):
    """One member in one inactivity review."""

    review = models.ForeignKey(InactivityReview, on_delete=models.CASCADE, related_name="entries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="review_entries")
    noticed = models.BooleanField(default=False, help_text="Was told that they would be listed as inactive.")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When they were asked once more.")
    link_nonce = models.CharField(max_length=16, default=new_link_nonce, editable=False)
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

    objects = ReviewEntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["person__name", "id"]
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
    """What the Steering Council decided on one name, as one of its members recorded it."""

    entry = models.ForeignKey(ReviewEntry, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=ReviewVerdict.choices)
    in_favour = models.PositiveSmallIntegerField()
    against = models.PositiveSmallIntegerField()
    abstained = models.PositiveSmallIntegerField(help_text="Conflicts of interest included.")
    decided_on = models.DateField(help_text="The day of the council's decision, in UTC.")
    link = models.URLField(help_text="Where the decision is written down.")
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
        """Keep and remove are; a name that was put off is decided on again."""
        return self.verdict != ReviewVerdict.LATER
