"""Requests for a new way in."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from members.accounts.models import Invitation
from members.people.models import Person
from members.resets.enums import ResetPhase


class LoginResetQuerySet(models.QuerySet["LoginReset"]):
    """Sets of requests for a reset. Tests compare them with `LoginReset.phase`."""

    def unanswered(self) -> Self:
        """Return requests that nobody confirmed, refused or stopped, expired or not."""
        return self.filter(confirmed_at=None, refused_at=None, stopped_at=None)

    def open(self, at: datetime) -> Self:
        """Return requests that wait for somebody at `at`."""
        return self.unanswered().filter(expires_at__gt=at)


class LoginReset(models.Model):
    """A request to give somebody a new way in, because their second factors or their address are lost.

    Two people confirm that it is them, as for an invitation. Then the factors and the password are gone, the sessions
    end, and an invitation lets them begin anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="login_resets")
    new_email = models.EmailField(
        "new address", max_length=254, blank=True, help_text="Empty: the address of the login still works."
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the operator."
    )
    evidence = models.TextField(blank=True, help_text="How the first person knows that it is them.")
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    second_evidence = models.TextField(blank=True, help_text="How the second person knows that it is them.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the operator."
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Stopped by the person, or by the link in the mail to the address of the login.",
    )
    expires_at = models.DateTimeField()
    invitation = models.OneToOneField(
        Invitation, null=True, blank=True, on_delete=models.PROTECT, related_name="login_reset"
    )

    objects = LoginResetQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(confirmed_at=None, refused_at=None, stopped_at=None),
                name="one_unanswered_reset_a_person",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None)
                | Q(proposed_by__isnull=False)
                & ~Q(confirmed_by=F("proposed_by"))
                & ~Q(evidence="")
                & ~Q(second_evidence=""),
                name="a_reset_needs_two_people_who_say_how_they_know",
            ),
            models.CheckConstraint(
                condition=(Q(proposed_by=None) | ~Q(proposed_by=F("person")))
                & (Q(confirmed_by=None) | ~Q(confirmed_by=F("person"))),
                name="nobody_confirms_a_reset_of_their_own",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, invitation=None)
                | Q(confirmed_at__isnull=False, invitation__isnull=False),
                name="a_confirmed_reset_has_an_invitation",
            ),
        ]

    def __str__(self) -> str:
        return f"reset of {self.person}"

    def get_absolute_url(self) -> str:
        """Return the path of its page."""
        return reverse("resets:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """Return the short name by which people speak of it in a call; it opens nothing."""
        return f"H-{self.pk.hex[:6].upper()}"

    def phase(self, now: datetime) -> ResetPhase:
        """Return the state at `now`."""
        answers = {
            ResetPhase.CONFIRMED: self.confirmed_at,
            ResetPhase.REFUSED: self.refused_at,
            ResetPhase.STOPPED: self.stopped_at,
        }
        answered = next((phase for phase, at in answers.items() if at is not None), None)
        if answered is not None:
            return answered
        if self.expires_at <= now:
            return ResetPhase.EXPIRED
        return ResetPhase.ASKED if self.proposed_at is None else ResetPhase.PROPOSED
