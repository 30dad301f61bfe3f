"""What a comparison of the roster with the channels has found, and what was changed because of it."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from members.channels.models import Channel, ChannelKind
from members.people.models import Person


class DriftCheckQuerySet(models.QuerySet["DriftCheck"]):
    """Sets of checks."""

    def waiting(self) -> Self:
        """Asked for and not finished; a worker takes them."""
        return self.filter(finished_at=None).order_by("requested_at")

    def finished(self) -> Self:
        """The others, newest first."""
        return self.filter(finished_at__isnull=False).order_by("-finished_at", "-requested_at")

    def whole(self) -> Self:
        """Those that asked the servers; a pasted list is a check of its own, of that list only."""
        return self.exclude(readings__channel__kind=ChannelKind.LIST)

    def of_list(self, channel: Channel) -> Self:
        """Those of one pasted list."""
        return self.filter(readings__channel=channel)


class DriftCheck(models.Model):
    """One comparison of the roster of its day with every channel that can be read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the schedule."
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DriftCheckQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-requested_at", "id"]

    def __str__(self) -> str:
        return f"drift check of {self.requested_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("drift:detail", args=[self.pk])


class ReadingQuerySet(models.QuerySet["Reading"]):
    """Sets of readings."""

    def newest(self) -> Self:
        """Of each channel in use the last one that is finished, whether it could be read or not."""
        return self._last_of(Reading.objects.all())

    def newest_that_was_read(self) -> Self:
        """The same, leaving out those that could not be read: what is known, however old it is."""
        return self._last_of(Reading.objects.filter(error=""))

    def _last_of(self, readings: models.QuerySet[Reading]) -> Self:
        finished = readings.filter(channel=OuterRef("pk"), check_run__finished_at__isnull=False)
        last = Subquery(finished.order_by("-check_run__finished_at", "-pk").values("pk")[:1])
        return self.filter(pk__in=Channel.objects.filter(retired_at=None).order_by().values_list(last))


class Reading(models.Model):
    """What one channel answered in one check."""

    check_run = models.ForeignKey(DriftCheck, on_delete=models.CASCADE, related_name="readings")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    server = models.CharField(max_length=200, help_text="Which server was asked, or where the list came from.")
    entries = models.PositiveIntegerField(default=0, help_text="How many accounts it listed.")
    error = models.CharField(max_length=300, blank=True, help_text="Why it could not be read, in words.")

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["channel__position", "channel_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["check_run", "channel"], name="a_check_reads_a_channel_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} at {self.server}"


class FindingKind(models.TextChoices):
    """How one account differs from the roster."""

    LEFT = "left", "left the team, still there"
    MISSING = "missing", "missing"
    NO_ACCOUNT = "no_account", "no account on record"
    PENDING = "pending", "invited, not yet in"
    RENAMED = "renamed", "under a new name"
    OTHER_ADDRESS = "other_address", "under another address"
    UNKNOWN = "unknown", "not on the roster"


class FindingQuerySet(models.QuerySet["Finding"]):
    """Sets of findings."""

    def standing(self) -> Self:
        """Those of the last reading of each channel, but for what has been changed because of them."""
        return self.filter(reading__in=Reading.objects.newest_that_was_read()).exclude(change__done_at__isnull=False)


class Finding(models.Model):
    """One difference in one channel. What agrees is not kept."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=15, choices=FindingKind.choices)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=254, blank=True, help_text="What the channel calls the account.")
    shown = models.CharField(max_length=254, blank=True, help_text="The name it shows.")

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="unknown", person=None) | (~Q(kind="unknown") & Q(person__isnull=False)),
                name="only_an_unknown_account_is_nobodys",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person or self.identifier}: {self.get_kind_display()}"


class ChangeAct(models.TextChoices):
    """What is done about a finding."""

    ADD = "add", "Add"
    REMOVE = "remove", "Remove"
    RENAME = "rename", "Note the new GitHub name"
    ADOPT = "adopt", "Note the other address"


class ChangeQuerySet(models.QuerySet["Change"]):
    """Sets of changes."""

    def waiting(self) -> Self:
        """Neither made nor failed; a worker takes them in order."""
        return self.filter(done_at=None, failed_at=None).order_by("pk")


class Change(models.Model):
    """One change of a channel, or of what the roster knows of it, confirmed by an admin; a worker makes it."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="change")
    act = models.CharField(max_length=10, choices=ChangeAct.choices)
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True, help_text="Why it could not be made, in words.")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(failed_at=None), name="a_change_is_made_or_fails"),
            models.CheckConstraint(condition=Q(failed_at=None) | ~Q(error=""), name="a_failed_change_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.finding}"
