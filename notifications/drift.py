"""Whom drift checks concern, and where their mail leads."""

from __future__ import annotations

from django.urls import reverse

from audit.models import Event
from members.drift.models import Change, DriftCheck
from notifications.audiences import People, admins


def who_confirmed(event: Event) -> People:
    """The admin who ordered a change, while one."""
    return admins(event).filter(pk=Change.objects.get(pk=event.target_id).confirmed_by_id)


def check_page(event: Event) -> str:
    """What the check has found."""
    return DriftCheck.objects.get(pk=event.target_id).get_absolute_url()


def changes_page(event: Event) -> str:
    """How the changes went that were ordered together."""
    change = Change.objects.select_related("finding__reading").get(pk=event.target_id)
    return reverse("drift:changes", args=[change.finding.reading.check_run_id])
