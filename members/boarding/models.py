"""How a membership begins and ends: two checklists, with who did what and when. And its emergency brake."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from members.channels.models import Channel
from members.people.models import Membership, MembershipBegan, MembershipEnded, Person


class OnboardingQuerySet(models.QuerySet["Onboarding"]):
    """Sets of onboardings."""

    def running(self) -> Self:
        """Neither complete nor given up."""
        return self.filter(completed_at=None, cancelled_at=None)


class Onboarding(models.Model):
    """Somebody is approved and on the way in: `approved_at`, then the acceptance, then `completed_at`.

    The membership begins when access is complete, and only then does the public roster show it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="onboardings")
    began = models.CharField(max_length=10, choices=MembershipBegan.choices)
    authority = models.CharField(max_length=300, help_text="The vote or decision it rests on.")
    approved_at = models.DateTimeField()
    accepted_at = models.DateTimeField(
        null=True, blank=True, help_text="When the responsibilities of that moment were accepted."
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    membership = models.OneToOneField(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="onboarding"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancel_reason = models.TextField(blank=True, help_text="For the admins.")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When whoever is waited for was last reminded.")

    objects = OnboardingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-approved_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(completed_at=None, cancelled_at=None),
                name="one_running_onboarding_a_person",
            ),
            models.CheckConstraint(
                condition=Q(completed_at=None, membership=None)
                | Q(completed_at__isnull=False, membership__isnull=False, cancelled_at=None),
                name="a_complete_onboarding_is_a_membership",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""), name="a_cancelled_onboarding_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"onboarding of {self.person}"

    def get_absolute_url(self) -> str:
        return reverse("boarding:onboarding", args=[self.pk])

    @property
    def is_running(self) -> bool:
        """Neither complete nor given up."""
        return self.completed_at is None and self.cancelled_at is None


class OffboardingQuerySet(models.QuerySet["Offboarding"]):
    """Sets of offboardings."""

    def running(self) -> Self:
        """Not finished."""
        return self.filter(finished_at=None)


class Offboarding(models.Model):
    """Somebody has left: access to the portal ended with `begun_at`; what is open is closed by `finished_at`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offboardings")
    membership = models.OneToOneField(Membership, on_delete=models.PROTECT, related_name="offboarding")
    ending = models.CharField(max_length=10, choices=MembershipEnded.choices)
    reason = models.TextField(blank=True, help_text="For the admins.")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the portal."
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When the admins were last reminded.")

    objects = OffboardingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-begun_at", "id"]

    def __str__(self) -> str:
        return f"offboarding of {self.person}"

    def get_absolute_url(self) -> str:
        return reverse("boarding:offboarding", args=[self.pk])


class Step(models.Model):
    """One channel on a checklist: done by whom, when, and whether a later check has confirmed it."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the portal."
    )
    not_needed = models.BooleanField(default=False, help_text="Ticked off because there is nothing to do.")
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When a drift check found it so.")

    class Meta:
        abstract = True


class OnboardingStep(Step):
    """Access to one channel is given."""

    onboarding = models.ForeignKey(Onboarding, on_delete=models.CASCADE, related_name="steps")

    class Meta:
        ordering: ClassVar = ["channel__position", "channel_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["onboarding", "channel"], name="an_onboarding_has_a_channel_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} for {self.onboarding.person}"


class OffboardingStep(Step):
    """Access to one channel is taken."""

    offboarding = models.ForeignKey(Offboarding, on_delete=models.CASCADE, related_name="steps")

    class Meta:
        ordering: ClassVar = ["channel__position", "channel_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offboarding", "channel"], name="an_offboarding_has_a_channel_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.offboarding.person}"
