"""What is still missing before somebody who was accepted is a member, step by step, as they read it themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from members.accounts.queries.logins import has_complete_login
from members.boarding.models import Onboarding
from members.people.models import Person
from web.timeline import StepState, TimelineStep


@dataclass(frozen=True)
class Step(TimelineStep):
    """One line, current when the person does it next. `url` leads there, empty when somebody else does it."""

    url: str = ""


def onboarding_of(person: Person | None) -> Onboarding | None:
    """The running onboarding of `person`; None for everybody else."""
    return Onboarding.objects.running().filter(person=person).first() if person else None


def steps(onboarding: Onboarding) -> list[Step]:
    """In their order; what is done first reads as done whatever came before it."""
    has_login = has_complete_login(onboarding.person)
    return [_login(is_done=has_login), _acceptance(onboarding, is_next=has_login), *_by_admins(onboarding)]


def _login(*, is_done: bool) -> Step:
    label = "A login with a second factor"
    if is_done:
        return Step(label, "You have both.", StepState.DONE)
    return Step(label, "Add a passkey, or an authenticator app.", StepState.CURRENT, reverse("mfa_index"))


def _acceptance(onboarding: Onboarding, *, is_next: bool) -> Step:
    label = "The responsibilities, read and accepted"
    if onboarding.accepted_at:
        return Step(label, "You have accepted them.", StepState.DONE)
    state = StepState.CURRENT if is_next else StepState.TODO
    return Step(label, "Read what members take on.", state, reverse("documents:accept"))


def _by_admins(onboarding: Onboarding) -> Iterator[Step]:
    """The channels but for the portal itself, and the end."""
    outside = [step for step in onboarding.steps.select_related("channel") if not step.channel.is_login]
    waiting = [step.channel.name for step in outside if step.done_at is None]
    if outside:
        label = f"The team’s channels: {len(outside) - len(waiting)} of {len(outside)}"
        note = f"An admin lets you into: {', '.join(waiting)}." if waiting else "You are in all of them."
        yield Step(label, note, StepState.TODO if waiting else StepState.DONE)
    yield Step(
        "An admin completes it", "From that day you are a member, and the public roster shows you.", StepState.TODO
    )
