"""Mail to the team's public address, and what an admin did with it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from advisories.inbox.enums import NOISE, Handling, MailPhase, Nature
from advisories.inbox.mime import ADDRESS_MOST, NAME_MOST, SUBJECT_MOST, TYPE_MOST
from advisories.projects.models import Project
from advisories.reports.doors import GuardedQuerySet, LinkHolder, Viewer
from advisories.reports.models import Report
from members.people.models import Person


class IncomingMailQuerySet(GuardedQuerySet["IncomingMail"]):
    """Sets of incoming mail. Tests compare them with `IncomingMail.phase`."""

    def _of(self, viewer: Viewer) -> Self:
        return self if not isinstance(viewer, LinkHolder) and viewer.is_admin else self.none()

    def new(self) -> Self:
        """Keep the mail that waits for an admin: nobody has handled it, and it is no noise."""
        return self.filter(handling="").exclude(nature__in=NOISE)

    def noise(self) -> Self:
        """Keep bounces, the portal's own mail and loops that nobody has handled."""
        return self.filter(handling="", nature__in=NOISE)

    def handled(self) -> Self:
        """Keep the mail that somebody has handled."""
        return self.exclude(handling="")

    def firsts(self) -> Self:
        """Keep of mail with the same text that which arrived first."""
        earlier = IncomingMail.objects.system("mail of the same text is one row").new()
        earlier = earlier.filter(text_mark=OuterRef("text_mark")).filter(
            Q(received_at__lt=OuterRef("received_at")) | Q(received_at=OuterRef("received_at"), pk__lt=OuterRef("pk"))
        )
        return self.filter(~Exists(earlier))

    def to_settle(self, at: datetime) -> Self:
        """Keep the mail whose handling is to be carried out, because the time to take it back is over."""
        return self.handled().filter(settled_at=None, settles_at__lte=at)


class IncomingMail(models.Model):
    """A mail to the team's public address. Admins see it; what it says may be an undisclosed vulnerability.

    What an admin does with it is written at once and carried out at `settles_at`; until then it can be taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message_id = models.CharField(max_length=260, blank=True)
    from_name = models.CharField(max_length=NAME_MOST, blank=True)
    from_address = models.CharField(
        max_length=ADDRESS_MOST, blank=True, help_text="As the sender wrote it, which proves nothing; empty: unusable."
    )
    subject = models.CharField(max_length=SUBJECT_MOST, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="As the sender wrote it.")
    received_at = models.DateTimeField()
    body = models.TextField(blank=True)
    headers = models.TextField(blank=True, help_text="Those that matter, a line each.")
    thread = models.JSONField(default=list, help_text="The Message-IDs that it answers.")
    nature = models.CharField(max_length=10, choices=Nature.choices, default=Nature.WRITTEN)
    size = models.PositiveIntegerField(help_text="Bytes of the whole mail.")
    fingerprint = models.CharField(max_length=64, unique=True, help_text="Keyed hash: the same mail twice is one row.")
    text_mark = models.CharField(max_length=64, help_text="Keyed hash of subject and text, without the sender.")
    handling = models.CharField(max_length=9, choices=Handling.choices, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    batch = models.UUIDField(null=True, blank=True, help_text="The same for all mail that one act handled.")
    settles_at = models.DateTimeField(null=True, blank=True, help_text="Until then it can be taken back.")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When the handling was carried out.")
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    summary = models.CharField(max_length=200, blank=True, help_text="Of the report that it becomes.")
    tells_sender = models.BooleanField(default=False, help_text="The sender is mailed the number of the report.")
    report = models.ForeignKey(
        Report, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Which it is part of."
    )
    answer = models.TextField(blank=True)

    objects = IncomingMailQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["-received_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["-received_at", "-id"], name="inbox_newest_first"),
            models.Index(fields=["text_mark"], condition=Q(handling=""), name="inbox_of_the_same_text"),
            models.Index(fields=["settles_at"], condition=Q(settled_at=None), name="inbox_to_settle"),
            models.Index(fields=["message_id"], condition=Q(report__isnull=False), name="inbox_threads"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    handling="", handled_at=None, handled_by=None, batch=None, settles_at=None, settled_at=None,
                    project=None, summary="", tells_sender=False, report=None, answer="",
                )
                | ~Q(handling="")
                & Q(handled_at__isnull=False, handled_by__isnull=False, batch__isnull=False, settles_at__isnull=False),
                name="a_handled_mail_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(handling=Handling.FILED)
                | Q(project__isnull=False)
                & ~Q(summary="")
                & (Q(settled_at=None, report=None) | Q(settled_at__isnull=False, report__isnull=False)),
                name="a_filed_mail_becomes_a_report",
            ),
            models.CheckConstraint(
                condition=~Q(handling=Handling.ADDED) | Q(report__isnull=False), name="an_added_mail_names_its_report"
            ),
            models.CheckConstraint(
                condition=Q(handling=Handling.ANSWERED, from_address__gt="", answer__gt="")
                | ~Q(handling=Handling.ANSWERED) & Q(answer=""),
                name="an_answer_has_a_text_and_an_address",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"mail {self.pk}"

    def get_absolute_url(self) -> str:
        """Return the path of its page."""
        return reverse("inbox:detail", args=[self.pk])

    @property
    def phase(self) -> MailPhase:
        """Return where it stands. No phase of a mail depends on the clock."""
        return MailPhase(self.handling) if self.handling else MailPhase.NEW

    @property
    def is_noise(self) -> bool:
        """Return whether it is no mail to the team."""
        return self.nature in NOISE

    @property
    def sender(self) -> str:
        """Return name and address as one line."""
        address = f"<{self.from_address}>" if self.from_name and self.from_address else self.from_address
        return f"{self.from_name} {address}".strip() or "no sender"


class IncomingAttachmentQuerySet(GuardedQuerySet["IncomingAttachment"]):
    """Sets of attachments."""

    def _of(self, viewer: Viewer) -> Self:
        if isinstance(viewer, LinkHolder):
            return self.none()
        if viewer.is_admin:
            return self
        # Once its mail is part of a report, it goes to whoever may see that one.
        reports = Report.objects.visible_to(viewer).values("pk")
        return self.filter(mail__settled_at__isnull=False, mail__report__in=reports)


class IncomingAttachment(models.Model):
    """A file of an incoming mail. Its bytes are in `files`, under the id; nothing of the portal ever opens them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mail = models.ForeignKey(IncomingMail, on_delete=models.DO_NOTHING, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=NAME_MOST, blank=True, help_text="As the sender wrote it; no path of ours.")
    content_type = models.CharField(max_length=TYPE_MOST, help_text="As the sender wrote it; never served.")
    size = models.PositiveIntegerField(help_text="In bytes.")

    objects = IncomingAttachmentQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering: ClassVar = ["mail", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mail", "position"], name="attachments_of_a_mail_stand_in_order")
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk}"

    def get_absolute_url(self) -> str:
        """Return the path by which it is downloaded."""
        return reverse("inbox:attachment", args=[self.pk])
