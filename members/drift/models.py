"""Checks of the channels against the roster, their findings, and the changes made because of them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils.functional import cached_property

from members.channels.models import Channel, ChannelKind
from members.people.models import Person

#: A check older than this says too little about today.
FRESH_FOR = timedelta(hours=24)


class DriftCheckPhase(models.TextChoices):
    """The one state of a check, which `DriftCheck.phase` derives."""

    REQUESTED = "requested", "requested"
    RUNNING = "running", "running"
    FINISHED = "finished", "finished"
    STALE = "stale", "finished long ago"


class DriftCheckQuerySet(models.QuerySet["DriftCheck"]):
    """Sets of checks."""

    def waiting(self) -> Self:
        """Return the checks that are not finished, oldest first; a worker takes them."""
        return self.filter(finished_at=None).order_by("requested_at")

    def finished(self) -> Self:
        """Return finished checks, newest first."""
        return self.filter(finished_at__isnull=False).order_by("-finished_at", "-requested_at")

    def whole(self) -> Self:
        """Return the checks that asked the servers; a pasted list is a check of its own, of that list only."""
        return self.exclude(readings__channel__kind=ChannelKind.LIST)

    def to_follow(self) -> Self:
        """Return the checks because of which a channel was changed after the last check was asked for, oldest first.

        Nothing that waits is left of their changes, so that one more check sees all of them.
        """
        changes = Change.objects.filter(finding__reading__check_run=OuterRef("pk"))
        made = changes.exclude(finding__reading__channel__kind=ChannelKind.LIST).filter(done_at__isnull=False)
        asked = DriftCheck.objects.whole().order_by("-requested_at").values("requested_at")[:1]
        unseen = made.filter(done_at__gt=Subquery(asked))
        return self.filter(Exists(unseen)).exclude(Exists(changes.waiting())).order_by("requested_at")

    def first_key(self) -> Subquery:
        """Return the key of the first of these checks, as a subquery."""
        return Subquery(self.values("pk")[:1])


class DriftCheck(models.Model):
    """One comparison of the roster of its day with every channel that can be read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the portal."
    )
    follows = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
        help_text="The check whose changes it looks at once more. Empty: somebody or the schedule asked for it.",
    )
    started_at = models.DateTimeField(null=True, blank=True, help_text="When a worker last took it.")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DriftCheckQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-requested_at", "id"]

    def __str__(self) -> str:
        return f"drift check of {self.requested_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """Return the path of the page of this check."""
        return reverse("drift:detail", args=[self.pk])

    def phase(self, now: datetime) -> DriftCheckPhase:
        """Return the state at `now`; nothing is applied because of a stale check."""
        if self.finished_at is None:
            return DriftCheckPhase.RUNNING if self.started_at else DriftCheckPhase.REQUESTED
        return DriftCheckPhase.STALE if now - self.finished_at > FRESH_FOR else DriftCheckPhase.FINISHED

    @cached_property
    def is_newest(self) -> bool:
        """Return whether no newer check of the servers, or of the same pasted list, has finished. One query."""
        finished = DriftCheck.objects.finished()
        lists = Reading.objects.filter(check_run=self, channel__kind=ChannelKind.LIST)
        of_list = finished.filter(readings__channel__in=lists.values("channel"))
        newest = Case(
            When(Exists(lists), then=of_list.first_key()),
            default=finished.whole().first_key(),
        )
        return bool(DriftCheck.objects.filter(pk=self.pk).values_list(newest).get() == (self.pk,))


class ReadingQuerySet(models.QuerySet["Reading"]):
    """Sets of readings."""

    def newest(self) -> Self:
        """Return the last finished reading of each channel in use, whether the channel could be read or not."""
        return self._last_of(Reading.objects.all())

    def newest_that_was_read(self) -> Self:
        """Return the last finished reading of each channel in use that succeeded, however old it is."""
        return self._last_of(Reading.objects.filter(error=""))

    def _last_of(self, readings: models.QuerySet[Reading]) -> Self:
        finished = readings.filter(channel=OuterRef("pk"), check_run__finished_at__isnull=False)
        last = Subquery(finished.order_by("-check_run__finished_at", "-pk").values("pk")[:1])
        return self.filter(pk__in=Channel.objects.filter(retired_at=None).order_by().values_list(last))


class Reading(models.Model):
    """The answer of one channel in one check."""

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
    """A difference between one account and the roster."""

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
        """Return the findings of the last reading of each channel, but for what was changed because of them."""
        return self.filter(reading__in=Reading.objects.newest_that_was_read()).exclude(change__done_at__isnull=False)


class Finding(models.Model):
    """One difference in one channel. What agrees is not kept."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=15, choices=FindingKind.choices)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=254, blank=True, help_text="What the channel calls the account.")
    shown = models.CharField(max_length=254, blank=True, help_text="The name it shows.")
    role = models.CharField(max_length=20, blank=True, help_text="The privilege of the account; empty: a plain member.")
    profile = models.URLField(
        blank=True, help_text="The page of the account that had the name of somebody missing when the check ran."
    )

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
    """An act that answers a finding."""

    ADD = "add", "Add"
    REMOVE = "remove", "Remove"
    RENAME = "rename", "Note the new GitHub name"
    ADOPT = "adopt", "Note the other address"


class ChangePhase(models.TextChoices):
    """The one state of a change, which `Change.phase` derives."""

    WAITING = "waiting", "waits for a worker"
    MADE = "made", "made"
    FAILED = "failed", "not made"


class ChangeQuerySet(models.QuerySet["Change"]):
    """Sets of changes."""

    def waiting(self) -> Self:
        """Return the changes that are neither made nor failed, in order; a worker takes them."""
        return self.filter(done_at=None, failed_at=None).order_by("pk")


class Change(models.Model):
    """One change of a channel, or of what the roster knows of it, confirmed by an admin; a worker makes it."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="change")
    act = models.CharField(max_length=10, choices=ChangeAct.choices)
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    was_looked_at = models.BooleanField(
        default=False, help_text="Whether the admin said that the account found by its name is theirs."
    )
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

    @property
    def phase(self) -> ChangePhase:
        """Return the state, which depends on no clock; `ChangeQuerySet.waiting` selects the first one."""
        if self.failed_at is not None:
            return ChangePhase.FAILED
        return ChangePhase.MADE if self.done_at is not None else ChangePhase.WAITING
