"""The steps of a checklist: one for each channel, with what drift checks have found."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from members.boarding.enums import CheckResult, Direction
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.people.models import Person


class ChecklistStepQuerySet(models.QuerySet["ChecklistStep"]):
    """Sets of steps."""

    def unticked(self) -> Self:
        """Return the steps that an admin still has to tick."""
        return self.filter(done_at=None).exclude(channel__kind=ChannelKind.LOGIN)

    def waiting_for_person(self) -> Self:
        """Return the open steps that the person settles; see `ChecklistStep.waits_for_person`."""
        invited = self.filter(done_at=None, check_result=CheckResult.PENDING, channel__retired_at=None)
        return invited.filter(checklist__direction=Direction.IN)

    def with_noted_accounts(self) -> Self:
        """Return the steps with `ChecklistStep.noted_account`, without a query for each."""
        accounts = ChannelAccount.objects.filter(channel=OuterRef("channel"), person=OuterRef("checklist__person"))
        return self.annotate(noted_account=Coalesce(Subquery(accounts.values("identifier")), Value("")))

    def contradicted(self) -> Self:
        """Return the steps that hold up their checklist because of a check; see `ChecklistStep.is_contradicted`."""
        missed = Q(checklist__direction=Direction.IN, checked_at__gt=F("done_at"), confirmed_at=None)
        missed &= ~Q(check_result=CheckResult.UNREAD)
        still_in = Q(checklist__direction=Direction.OUT, check_result=CheckResult.LEFT)
        return self.filter(missed | still_in, done_at__isnull=False, not_needed=False, channel__retired_at=None)


class ChecklistStep(models.Model):
    """Access to one channel is given or taken: by whom, when, and what the newest check found there.

    A drift check writes its result when it finishes, so a step says nothing of earlier checks. An outage leaves the
    result of the last check that could read the channel. Ticking keeps the result and drops the confirmation. A check
    ticks an open step by itself where it is certain; `done_by` is empty then.
    """

    checklist = models.ForeignKey("boarding.Checklist", on_delete=models.CASCADE, related_name="steps")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the portal."
    )
    applied_at = models.DateTimeField(
        null=True, blank=True, help_text="When the portal changed the channel because an admin confirmed that."
    )
    applied_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Who confirmed it."
    )
    not_needed = models.BooleanField(default=False, help_text="Ticked off because there is nothing to do.")
    checked_at = models.DateTimeField(null=True, blank=True, help_text="When the check behind the result finished.")
    check_run = models.UUIDField(null=True, blank=True, help_text="Which check that was, for the link to it.")
    check_result = models.CharField(max_length=15, blank=True, choices=CheckResult.choices)
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When a check first found it as ticked.")

    #: Only on rows that came by `with_noted_accounts`: what the person is called in the channel; empty if not noted.
    noted_account: str

    objects = ChecklistStepQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["channel__position", "channel_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checklist", "channel"], name="a_checklist_has_a_channel_once"),
            models.CheckConstraint(
                condition=Q(checked_at=None, check_run=None, check_result="")
                | Q(checked_at__isnull=False, check_run__isnull=False),
                name="a_check_result_says_from_when_and_which_check",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {'of' if self.checklist.is_out else 'for'} {self.checklist.person}"

    @property
    def has_result(self) -> bool:
        """Return whether a check has looked into the channel since the checklist began; never of a retired channel."""
        return self.checked_at is not None and self.channel.retired_at is None

    @property
    def is_checked_since(self) -> bool:
        """Return whether the step was ticked off before the check that its result is from."""
        return self.has_result and self.done_at is not None and self.checked_at > self.done_at  # type: ignore[operator]

    @property
    def waits_for_check(self) -> bool:
        """Return whether the portal has changed the channel and no check has ticked the step since."""
        return self.applied_at is not None and self.done_at is None

    @property
    def waits_for_person(self) -> bool:
        """Return whether the newest check found a newcomer invited, who has to accept that.

        `ChecklistStepQuerySet.waiting_for_person` is the same in SQL.
        """
        is_invited = self.has_result and self.check_result == CheckResult.PENDING
        return is_invited and self.done_at is None and not self.checklist.is_out

    @property
    def is_still_in(self) -> bool:
        """Return whether somebody who has left the team was found in the channel."""
        return self.has_result and self.check_result == CheckResult.LEFT

    @property
    def is_contradicted(self) -> bool:
        """Return whether a check found otherwise than ticked, so that the checklist cannot be completed.

        On the way in: not found by a check that ran after the tick. On the way out: found by the newest check, before
        or after the tick. "Not needed" ends the question. `ChecklistStepQuerySet.contradicted` is the same in SQL.
        """
        if self.done_at is None or self.not_needed:
            return False
        if self.checklist.is_out:
            return self.is_still_in
        is_missed = self.check_result != CheckResult.UNREAD and self.confirmed_at is None
        return self.is_checked_since and is_missed

    @property
    def check_url(self) -> str:
        """Return the path of the check behind the result, empty without one."""
        return reverse("drift:detail", args=[self.check_run]) if self.check_run else ""
