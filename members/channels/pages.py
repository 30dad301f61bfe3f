"""Confirmation page of retiring a channel."""

from __future__ import annotations

from members.channels.models import Channel
from web.confirmation import ConfirmationPage


def retire_page(channel: Channel) -> ConfirmationPage:
    """Return the page that is confirmed before a list is retired."""
    return ConfirmationPage(
        here="Retire",
        heading=f"Retire {channel}?",
        lead="It is on no new checklist and in no check from now on. This cannot be undone.",
        points=(
            "Checklists that have it keep it, with what is ticked.",
            "Nobody is removed from the list itself; do that where it is kept.",
        ),
        label="Retire it",
        tone="danger",
        keep="Keep it",
    )
