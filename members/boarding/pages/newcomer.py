"""Steps that are left before somebody who was accepted is a member, as they read it themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from members.boarding.models import Checklist, ChecklistStep
from members.channels.models import ChannelKind
from members.channels.queries import account_in
from web.timeline import StepState, TimelineStep


@dataclass(frozen=True)
class NewcomerStep(TimelineStep):
    """One line, current when the person does it next. `url` leads there, empty when somebody else does it."""

    url: str = ""


@dataclass(frozen=True)
class OwnAccount:
    """The account by which the team knows somebody in one channel; empty where it knows none."""

    channel: str
    account: str


def steps(onboarding: Checklist, found: Iterable[ChecklistStep], now: datetime) -> list[NewcomerStep]:
    """Return the lines in their order; a line that is done reads as done whatever came before it."""
    has_login = onboarding.facts(now).has_complete_login
    return [_login(is_done=has_login), _acceptance(onboarding, is_next=has_login), *_by_admins(found)]


@dataclass(frozen=True)
class NewcomerProgress:
    """What somebody on the way in reads about themselves."""

    steps: list[NewcomerStep]
    accounts: list[OwnAccount]

    @property
    def title(self) -> str:
        """Return how far they are, as a heading."""
        done = sum(step.state == StepState.DONE for step in self.steps)
        return f"Onboarding: {done} of {len(self.steps)} steps done"


def newcomer_of(onboarding: Checklist, now: datetime) -> NewcomerProgress:
    """Return the steps of a running onboarding, and the accounts by which the team knows the person. One query."""
    found = list(onboarding.steps.select_related("channel").with_noted_accounts())
    return NewcomerProgress(steps(onboarding, found, now), _accounts(onboarding, found))


def _accounts(onboarding: Checklist, found: Iterable[ChecklistStep]) -> list[OwnAccount]:
    """Return what is on record for each channel in which an account is known by something: the person completes it."""
    person = onboarding.person
    address = getattr(getattr(person, "user", None), "email", "")
    return [
        OwnAccount(step.channel.name, account_in(step.channel, person, address, step.noted_account))
        for step in found
        if step.channel.kind == ChannelKind.GITHUB or step.channel.notes_accounts
    ]


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


def _by_admins(found: Iterable[ChecklistStep]) -> Iterator[NewcomerStep]:
    """Yield the channels but for the portal itself, and the end."""
    outside = [step for step in found if not step.channel.is_login]
    if outside:
        open_ones = [step for step in outside if step.done_at is None]
        label = f"Accounts and channels: {len(outside) - len(open_ones)} of {len(outside)}"
        yield NewcomerStep(label, _who_is_next(open_ones), StepState.TODO if open_ones else StepState.DONE)
    note = "From that day you are a member, and the public roster shows you."
    yield NewcomerStep("An admin completes it", note, StepState.TODO)


def _who_is_next(open_ones: Sequence[ChecklistStep]) -> str:
    """Return whose turn it is in the channels that are not ticked, as sentences to the person."""
    theirs = [step.channel.name for step in open_ones if step.waits_for_person]
    others = [step.channel.name for step in open_ones if not step.waits_for_person]
    sentences = [
        f"Accept the invitation: {', '.join(theirs)}." if theirs else "",
        f"Waiting for an admin: {', '.join(others)}." if others else "",
    ]
    return " ".join(filter(None, sentences)) or "All of them are done."
