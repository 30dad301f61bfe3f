"""The channels that every installation starts with."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from members.channels.kinds import KINDS


def write_first_channels(channels: Any) -> None:
    """Create the first channel of each kind; `channels` is the manager of a migration's model, or of the model."""
    for kind in KINDS.values():
        if kind.first:
            channels.create(kind=kind.value, **asdict(kind.first))
