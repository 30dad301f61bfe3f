"""Steps that are left before somebody who was accepted is a member, as they read it themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from members.boarding.models import Checklist
from web.timeline import StepState, TimelineStep


@dataclass(frozen=True)
class NewcomerStep(TimelineStep):
    """One line, current when the person does it next. `url` leads there, empty when somebody else does it."""

    url: str = ""


def steps(onboarding: Checklist, now: datetime) -> list[NewcomerStep]:
    """Return the lines in their order; a line that is done reads as done whatever came before it."""
    has_login = onboarding.facts(now).has_complete_login
    return [_login(is_done=has_login), _acceptance(onboarding, is_next=has_login), *_by_admins(onboarding)]


def _login(*, is_done: bool) -> NewcomerStep:
    label = "A login with a second factor"
    if is_done:
        return NewcomerStep(label, "You have both.", StepState.DONE)
    return NewcomerStep(label, "Add a passkey, or an authenticator app.", StepState.CURRENT, reverse("mfa_index"))


def _acceptance(onboarding: Checklist, *, is_next: bool) -> NewcomerStep:
    label = "The responsibilities, read and accepted"
    if onboarding.accepted_at:
        return NewcomerStep(label, "You have accepted them.", StepState.DONE)
    state = StepState.CURRENT if is_next else StepState.TODO
    return NewcomerStep(label, "Read what members take on.", state, reverse("documents:accept"))


def _by_admins(onboarding: Checklist) -> Iterator[NewcomerStep]:
    """Yield the channels but for the portal itself, and the end."""
    outside = [step for step in onboarding.steps.select_related("channel") if not step.channel.is_login]
    waiting = [step.channel.name for step in outside if step.done_at is None]
    if outside:
        label = f"The team’s channels: {len(outside) - len(waiting)} of {len(outside)}"
        note = f"An admin lets you into: {', '.join(waiting)}." if waiting else "You are in all of them."
        yield NewcomerStep(label, note, StepState.TODO if waiting else StepState.DONE)
    note = "From that day you are a member, and the public roster shows you."
    yield NewcomerStep("An admin completes it", note, StepState.TODO)
