"""Audiences of drift checks."""

from __future__ import annotations

from audit.models import Event
from members.drift import policy
from members.drift.models import Change
from notifications.audiences.people import People


def admins_who_see(_event: Event) -> People:
    """Return the people who may read what a check has found."""
    return policy.people_who(policy.Action.SEE_DRIFT)


def admin_who_confirmed(event: Event) -> People:
    """Return the admin who ordered a change, while they may still order changes."""
    confirmed_by = Change.objects.get(pk=event.target_id).confirmed_by_id
    return policy.CHECKS.people_who(policy.CheckAction.APPLY).filter(pk=confirmed_by)
