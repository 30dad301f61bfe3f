"""Notices to be mailed, their deliveries, what people chose to get, and pauses.

Addresses are looked up when a mail is sent, never kept here.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from audit.models import Event
from members.people.models import Person
from nominations.models import Nomination
from notifications.causes import HELD_BACK
from notifications.enums import Mail, Rhythm, Topic

#: Mail that has waited so long shows that something is wrong: a sweep comes every minute, and a first try that failed
#: is repeated after one, three and seven minutes.
LATE_AFTER = timedelta(minutes=10)


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Sets of notices."""

    def unexpanded(self) -> NoticeQuerySet:
        """Return notices whose recipients have not been worked out."""
        return self.filter(expanded_at=None)

    def waiting(self, at: datetime) -> NoticeQuerySet:
        """Return notices whose recipients have not been worked out, and may be at `at`."""
        return self.unexpanded().filter(due_at__lte=at)

    def late(self, at: datetime) -> NoticeQuerySet:
        """Return notices that should have become deliveries by `at`, and have not."""
        return self.unexpanded().filter(created_at__lte=at - LATE_AFTER)

    def put_off(self) -> NoticeQuerySet:
        """Return notices whose recipients could not be worked out."""
        return self.unexpanded().filter(due_at__gt=models.F("created_at"))


class Notice(models.Model):
    """One event is to be told by one kind of mail. Written in the transaction of the event.

    Its id is the opaque part of the link in the mail.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notices")
    mail = models.CharField(max_length=40, help_text="Which mail: a folder of templates/emails.")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Not before; moved on when the recipients cannot be worked out.")
    expanded_at = models.DateTimeField(null=True, blank=True, help_text="When it became deliveries.")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "mail"], name="an_event_is_told_once_by_each_kind_of_mail")
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(expanded_at=None), name="notices_to_expand"),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class Reason(models.TextChoices):
    """Reasons why a mail was not, or could not be, sent."""

    LOST_ACCESS = "lost_access", "no longer somebody who is told"
    NO_ADDRESS = "no_address", "has no address any more"
    REFUSED = "refused", "the mail server refused it for good"
    GAVE_UP = "gave_up", "the mail server did not take it for days"


#: Kinds of mail that must not show an admin whom they went to.
SECRET_RECIPIENTS = (Mail.BALLOT_RECORDED, Mail.VOTE_REMINDER)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Sets of deliveries."""

    def open(self) -> DeliveryQuerySet:
        """Return deliveries that are neither sent, nor dropped, nor failed."""
        return self.filter(sent_at=None, dropped_at=None, failed_at=None)

    def to_send(self) -> DeliveryQuerySet:
        """Return the mails that are still to be sent: open deliveries, of a digest the one that carries the others."""
        return self.open().filter(carrier=None)

    def due(self, at: datetime) -> DeliveryQuerySet:
        """Return deliveries that may be sent at `at`: due, held by no worker, and carried by no other one."""
        return self.to_send().filter(Q(claimed_until=None) | Q(claimed_until__lte=at), due_at__lte=at)

    def late(self, at: datetime) -> DeliveryQuerySet:
        """Return mails that should have gone by `at`, and have not; a digest counts once."""
        return self.to_send().filter(trying_since__lte=at - LATE_AFTER).exclude(error=HELD_BACK)

    def to_join(self, recipient: str, due_at: datetime) -> DeliveryQuerySet:
        """Return the digest of this moment to which a delivery can still be added."""
        return self.joinable().filter(recipient=recipient, due_at=due_at)

    def joinable(self) -> DeliveryQuerySet:
        """Return digests to which deliveries can still be added: no worker has ever taken them up."""
        return self.to_send().filter(is_digest=True, tries=0, claimed_until=None)

    def carried_by(self, carrier: Delivery) -> DeliveryQuerySet:
        """Return the deliveries of one digest: the one it began with, and those that joined it."""
        return self.open().filter(Q(pk=carrier.pk) | Q(carrier=carrier))

    def failed(self) -> DeliveryQuerySet:
        """Return failed deliveries for an admin, newest first.

        Mails whose recipients are a secret (who has voted, and who has not) are left out.
        """
        shown = self.exclude(notice__mail__in=SECRET_RECIPIENTS)
        return shown.filter(failed_at__isnull=False).order_by("-failed_at", "id")


class Delivery(models.Model):
    """One notice to one recipient: one message, with one Message-ID however often it is tried.

    In a digest the first delivery of a day carries the others: it is what is claimed, sent, tried again
    and shown when it fails, and they share its end.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    recipient = models.CharField(
        max_length=100, help_text="A key, not an address: model:id of a person, report or invitation, or a list's name."
    )
    message_id = models.CharField(max_length=150, unique=True)
    is_digest = models.BooleanField(default=False, help_text="It waits for the morning and goes out with others.")
    is_flood = models.BooleanField(
        default=False, help_text="A digest of some minutes, because strangers caused many mails just before."
    )
    carrier = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carried",
        help_text="The delivery in whose message it goes out; empty for that one itself.",
    )
    tries = models.PositiveIntegerField(default=0, help_text="Begun, whatever became of them.")
    trying_since = models.DateTimeField(help_text="Tries are given up some days after this.")
    due_at = models.DateTimeField(help_text="Not before.")
    claimed_until = models.DateTimeField(
        null=True, blank=True, help_text="A worker holds it; after this moment that worker is taken for dead."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    error = models.CharField(max_length=60, blank=True, help_text="Class and code of the last error; no address.")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering: ClassVar = ["due_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "recipient"], name="a_recipient_is_told_once"),
            models.CheckConstraint(
                condition=Q(sent_at=None, dropped_at=None)
                | Q(sent_at=None, failed_at=None)
                | Q(dropped_at=None, failed_at=None),
                name="a_delivery_ends_one_way",
            ),
            models.CheckConstraint(
                condition=Q(carrier=None) | Q(is_digest=True, tries=0, claimed_until=None, failed_at=None),
                name="what_is_carried_is_neither_claimed_nor_tried",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at=None, failed_at=None) | ~Q(reason=""), name="an_unsent_delivery_says_why"
            ),
            models.CheckConstraint(condition=Q(is_flood=False) | Q(is_digest=True), name="a_flood_is_a_digest"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(sent_at=None, dropped_at=None, failed_at=None),
                name="deliveries_to_send",
            ),
            models.Index(fields=["-failed_at", "id"], condition=Q(failed_at__isnull=False), name="deliveries_failed"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class MailPauseQuerySet(models.QuerySet["MailPause"]):
    """Sets of pauses."""

    def in_force(self) -> MailPauseQuerySet:
        """Return the pause that is in force, if there is one."""
        return self.filter(ended_at=None)

    def between(self, since: datetime, until: datetime) -> MailPauseQuerySet:
        """Return the pauses of which a moment was between `since` and `until`, both included."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gte=since), begun_at__lte=until)


class MailPause(models.Model):
    """A time in which workers send nothing. Begun and ended on the server; every admin may see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    begun_at = models.DateTimeField()
    reason = models.CharField(max_length=200, help_text="Why, in the operator's words; every admin reads it.")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MailPauseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["begun_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ended_at"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="mail_is_paused_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("begun_at")), name="a_pause_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"pause {self.pk}"


class MailChoice(models.Model):
    """How soon a person wants the mail of one topic; without a row, as `kinds.TOPICS` has it. Theirs alone to see."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mail_choices")
    topic = models.CharField(max_length=20, choices=Topic.choices)
    rhythm = models.CharField(max_length=5, choices=Rhythm.choices)

    class Meta:
        ordering: ClassVar = ["person", "topic"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "topic"], name="one_rhythm_for_each_topic_of_a_person"),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="a_rhythm_is_one_of_three"),
        ]

    def __str__(self) -> str:
        return f"choice {self.pk}"


class Mute(models.Model):
    """A nomination about which a person wants no mail that asks nothing of them. Theirs alone to see."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mutes")
    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="+")
    muted_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["muted_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "nomination"], name="a_nomination_is_muted_once_by_a_person")
        ]

    def __str__(self) -> str:
        return f"mute {self.pk}"
