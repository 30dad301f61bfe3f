"""Where mail about mail itself leads, and how long there was none."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from audit.models import Event
from notifications.contents.facts import Facts


def dashboard_page(_event: Event) -> str:
    """Return the path of the dashboard, for admins and the council."""
    return reverse("dashboard")


def pause_facts(event: Event) -> Facts:
    """Return when the pause began and ended."""
    return {"paused_at": datetime.fromisoformat(event.data["paused_at"]), "resumed_at": event.at}
