"""Directions, phases and check results of checklists."""

from __future__ import annotations

from datetime import timedelta

from django.db import models


class Direction(models.TextChoices):
    """The direction of a checklist, in or out; the label names the checklist."""

    IN = "in", "onboarding"
    OUT = "out", "offboarding"


#: Ours: how often a running onboarding reminds the person or the admins, and a running offboarding the admins.
REMIND_AFTER = {Direction.IN: timedelta(days=3), Direction.OUT: timedelta(days=7)}


class ChecklistPhase(models.TextChoices):
    """The one state of a checklist, which `Checklist.phase` derives."""

    WAITS_FOR_PERSON = "waits_for_person", "waits for the person"
    WAITS_FOR_ADMIN = "waits_for_admin", "waits for an admin"
    READY = "ready", "ready"
    COMPLETE = "complete", "complete"
    CANCELLED = "cancelled", "cancelled"

    @property
    def is_running(self) -> bool:
        """Return whether the checklist is neither complete nor cancelled."""
        return self not in {ChecklistPhase.COMPLETE, ChecklistPhase.CANCELLED}

    @property
    def is_for_admin(self) -> bool:
        """Return whether the next step is an admin's."""
        return self in {ChecklistPhase.WAITS_FOR_ADMIN, ChecklistPhase.READY}


class CheckResult(models.TextChoices):
    """The result of the newest drift check about the person in the channel of a step.

    Every value but `AS_EXPECTED` and `UNREAD` is that of a kind of finding in `members.drift`.
    """

    AS_EXPECTED = "", "nothing stands out"
    UNREAD = "unread", "the channel could not be read"
    LEFT = "left", "left the team, still there"
    MISSING = "missing", "missing"
    NO_ACCOUNT = "no_account", "no account on record"
    PENDING = "pending", "invited, not yet in"
    RENAMED = "renamed", "under a new name"
    OTHER_ADDRESS = "other_address", "under another address"


class MemorialPhase(models.TextChoices):
    """The one state of a record that somebody has died, which `Memorial.phase` derives."""

    RECORDED = "recorded", "waits for a second person"
    CONFIRMED = "confirmed", "confirmed"
    UNDONE = "undone", "undone"
