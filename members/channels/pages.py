"""The area of this app on the page of all areas, and the confirmation page of retiring a channel."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from members.channels.models import Channel
from web.areas import AreaSource, Values
from web.confirmation import ConfirmationPage
from web.waiting import Area


def _area(_values: Values, _now: datetime) -> Area:
    return Area(
        title="Channels",
        url=reverse("channels:list"),
        detail="The places outside to which membership gives access, and what an admin does there.",
    )


AREAS = (AreaSource(group="Every place in step", position=80, area=_area),)


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
