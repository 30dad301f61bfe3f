"""One thing that waits for somebody; every app makes its own list, the dashboard merges them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Waiting:
    """How urgent, what, where."""

    urgency: str
    """A few words for the badge, such as ``9 hours left``."""
    tone: str
    """The badge's tone: ``now`` when the clock runs or something is wrong, ``accent`` otherwise."""
    due: datetime | None
    """When it is too late; None when nothing runs out."""
    title: str
    detail: str
    url: str
    action: str
    """The button's label."""

    @property
    def order(self) -> tuple[datetime, bool, str]:
        """What runs out first comes first, what never does last; of that, what is wrong now comes first."""
        return (self.due or datetime.max.replace(tzinfo=UTC), self.tone != "now", self.title)
