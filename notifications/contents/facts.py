"""The facts of a mail: by default none."""

from __future__ import annotations

from audit.models import Event

Facts = dict[str, object]


def no_facts(_event: Event) -> Facts:
    """Return no fact: the mail says that there is something to see behind the sign-in."""
    return {}
