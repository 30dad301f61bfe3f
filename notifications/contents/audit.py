"""Where mails about the audit log lead, and the checkpoint that all mailboxes keep."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from audit.checkpoints import Checkpoint
from audit.models import Event
from notifications.contents.facts import Facts


def log_page(_event: Event) -> str:
    """Return the path of the audit log, for admins."""
    return reverse("audit_log")


def restore_facts(event: Event) -> Facts:
    """Return the moment that the portal was set back to."""
    return {"made_at": datetime.fromisoformat(event.data["made_at"])}


def checkpoint_facts(event: Event) -> Facts:
    """Return the checkpoint, and how ``audit_verify --expect`` takes it."""
    data = event.data
    checkpoint = Checkpoint(data["sequence"], data["hash"], datetime.fromisoformat(data["verified_at"]))
    return {"checkpoint": checkpoint, "argument": checkpoint.as_argument()}
