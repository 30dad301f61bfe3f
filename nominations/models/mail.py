"""What is recorded of mail about a vote: whom on the council it has told, and which reminders were made."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from members.people.models import Person
from nominations.models.vote import Vote


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
