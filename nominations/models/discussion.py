"""The discussion of a nomination, everything under its author's name. The nominee never reads it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from members.people.models import Person
from nominations.models.nomination import Nomination


class Endorsement(models.Model):
    """A member stands behind the nomination, openly. It is no ballot and counts nowhere."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="endorsements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="endorsements_given")
    text = models.TextField(blank=True, help_text="Why, if they say so. Markdown.")
    endorsed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["endorsed_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["nomination", "person"], name="a_member_endorses_once"),
        ]

    def __str__(self) -> str:
        return f"endorsement of the {self.nomination} by {self.person}"


class CommentQuerySet(models.QuerySet["Comment"]):
    """A query for comments."""

    def in_threads(self) -> Self:
        """Put threads in the order in which they began, and in each the comments in the order they were written."""
        began = Coalesce("reply_to__written_at", "written_at")
        thread = Coalesce("reply_to_id", "id")
        return self.order_by(began, thread, F("reply_to").asc(nulls_first=True), "written_at", "id")


class Comment(models.Model):
    """One contribution to the discussion: it begins a thread, or belongs to one."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="nomination_comments")
    reply_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replies",
        help_text="The comment that began the thread; a reply to a reply belongs to the same thread.",
    )
    text = models.TextField(help_text="Markdown. Empty once the author has taken it back.", blank=True)
    written_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["written_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(taken_back_at=None) & ~Q(text="")) | Q(taken_back_at__isnull=False, text=""),
                name="a_comment_has_words_until_it_is_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return f"comment on the {self.nomination} by {self.author}"


class InterestKind(models.TextChoices):
    """The kinds of ties to a nominee."""

    EMPLOYER = "employer", "Same employer"
    OTHER = "other", "Other"


class InterestQuerySet(models.QuerySet["Interest"]):
    """A query for declared interests."""

    def standing(self) -> Self:
        """Return those that were not taken back."""
        return self.filter(taken_back_at=None)


class Interest(models.Model):
    """A declared conflict of interest, shown to the voters.

    It takes nobody's vote away, but every act of power. One that was taken back stays readable: somebody may have voted
    in the knowledge of it.
    """

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="interests")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="interests_declared")
    kind = models.CharField(max_length=8, choices=InterestKind.choices)
    text = models.CharField(max_length=500, blank=True, help_text="In the person's own words.")
    declared_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["declared_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["nomination", "person"], name="a_member_declares_once"),
            models.CheckConstraint(
                condition=Q(kind=InterestKind.EMPLOYER) | ~Q(text=""), name="another_interest_is_put_in_words"
            ),
        ]

    def __str__(self) -> str:
        return f"interest of {self.person} in the {self.nomination}"
