"""Ticking a line of a checklist, whichever way somebody goes."""

from __future__ import annotations

from datetime import datetime

from members.boarding.models import OffboardingStep, OnboardingStep
from members.people.models import Person
from web.conflicts import Conflict


def tick(
    step: OnboardingStep | OffboardingStep, *, done: bool, not_needed: bool, login: str, by: Person, at: datetime
) -> dict[str, object]:
    """Write down who ticked `step`, or that nobody has; what a check confirmed before counts no more.

    Raises `Conflict` with the sentence `login` for the portal's own login, which nobody ticks. Gives what
    the log keeps.
    """
    if step.channel.is_login:
        raise Conflict(login)
    step.done_at, step.done_by = (at, by) if done else (None, None)
    step.not_needed, step.confirmed_at = done and not_needed, None
    step.save()
    return {"channel": step.channel_id, "done": done, "not_needed": step.not_needed}
