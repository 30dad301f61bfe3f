"""The conversation about a report."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from advisories.reports.doors import GuardedQuerySet, LinkHolder, Viewer
from advisories.reports.models.report import Report
from members.people.models import Person


class MessageQuerySet(GuardedQuerySet["Message"]):
    """Sets of messages and notes."""

    def _of(self, viewer: Viewer) -> Self:
        if isinstance(viewer, LinkHolder):
            return self.filter(report=viewer.report_id, report__link_nonce=viewer.nonce, internal=False, is_held=False)
        return self if viewer.is_member else self.none()


class Message(models.Model):
    """One contribution to the conversation: a note for the team, or what goes to or comes from the reporter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the reporter."
    )
    body = models.TextField()
    internal = models.BooleanField(default=True, help_text="Only the team sees it.")
    sent_at = models.DateTimeField()
    is_held = models.BooleanField(default=False, help_text="Goes to the reporter once the closing cannot be undone.")
    edited_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, unique=True, help_text="Keyed hash, against double submits.")

    objects = MessageQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["sent_at", "id"]
        indexes: ClassVar = [models.Index(fields=["report", "sent_at"], name="messages_of_a_report")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(author__isnull=False) | Q(internal=False), name="a_reporter_writes_no_internal_notes"
            ),
            models.CheckConstraint(
                condition=Q(is_held=False) | Q(internal=False), name="a_note_for_the_team_waits_for_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{'note' if self.internal else 'message'} on {self.report_id}"


class MessageVersionQuerySet(GuardedQuerySet["MessageVersion"]):
    """Sets of earlier versions: whoever may see a message may see what it said before."""

    def _of(self, viewer: Viewer) -> Self:
        return self.filter(message__in=Message.objects.visible_to(viewer))


class MessageVersion(models.Model):
    """What a message said before its author changed it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="versions")
    body = models.TextField()
    replaced_at = models.DateTimeField()

    objects = MessageVersionQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["replaced_at", "id"]

    def __str__(self) -> str:
        return f"an earlier version of {self.message_id}"
