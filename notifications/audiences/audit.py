"""Who is told about the audit log itself."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from audit.models import Event
from notifications.audiences.people import People, admins
from notifications.recipients import CHECKPOINT_KEY, Recipient


def keepers_of_checkpoints(event: Event) -> People | Sequence[Recipient]:
    """Return the archive that CHECKPOINT_ADDRESS names; without one every admin, which is more than one mailbox."""
    address: str = settings.CHECKPOINT_ADDRESS
    return [Recipient(CHECKPOINT_KEY, address)] if address else admins(event)
