"""One line of a checklist: what is done, what they are called there, and what the newest check says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from audit import clock
from members.accounts.models import User
from members.boarding.models import Offboarding, OffboardingStep, Onboarding, OnboardingStep
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.drift.expected import account_in
from members.drift.models import DriftCheck, FindingKind
from members.drift.queries import Sighting, sightings
from members.people.models import Membership, Person


@dataclass(frozen=True)
class StepRow:
    """One channel; `tone` is the badge's."""

    step: OnboardingStep | OffboardingStep
    label: str
    tone: str
    what_to_do: str
    """In Markdown, while it is to do."""
    account: str
    account_url: str
    """Where the account is noted or corrected; empty where nobody notes it."""
    note: str
    """What a check says, in words that its moment follows; empty without a check."""
    check: DriftCheck | None = None

    @property
    def is_login(self) -> bool:
        """The portal's own line, which nobody ticks."""
        return self.step.channel.is_login


@dataclass(frozen=True)
class _Context:
    """What every line of one checklist is made with."""

    person: Person
    since: datetime
    """When the checklist began: what a check found before says nothing about it."""
    back: str
    """What the addresses of notes end with, so that whoever corrects one comes back."""
    seen: Mapping[int, Sighting]
    address: str
    """What they sign in with; empty without a login."""
    noted: Mapping[int, str]

    def sighting(self, channel: Channel) -> Sighting | None:
        """The newest reading of `channel`, if it is younger than the checklist."""
        found = self.seen.get(channel.pk)
        return found if found and found.at >= self.since else None


def rows_of_onboarding(onboarding: Onboarding, *, has_login: bool) -> list[StepRow]:
    """The way in, channel by channel. A constant number of queries."""
    is_away = not onboarding.is_running and not _belongs(onboarding.person)
    back = onboarding.get_absolute_url()
    context = _context(onboarding.person, onboarding.approved_at, back, is_told=not is_away)
    steps = onboarding.steps.select_related("channel", "done_by")
    return [_row_in(step, context, has_login) for step in steps]


def rows_of_offboarding(offboarding: Offboarding) -> list[StepRow]:
    """The way out, channel by channel. A constant number of queries."""
    back, is_told = offboarding.get_absolute_url(), not _belongs(offboarding.person)
    context = _context(offboarding.person, offboarding.begun_at, back, is_told=is_told)
    return [_row_out(step, context) for step in offboarding.steps.select_related("channel", "done_by")]


def _belongs(person: Person) -> bool:
    """Whether somebody is a member today (UTC) or on the way in; of others a check says something else."""
    today = clock.now().date()
    return Membership.objects.on(today).filter(person=person).exists() or (
        Onboarding.objects.running().filter(person=person).exists()
    )


def _context(person: Person, since: datetime, back: str, *, is_told: bool) -> _Context:
    """`is_told` says whether what checks see of the person today is about this checklist."""
    noted = dict(ChannelAccount.objects.filter(person=person).values_list("channel", "identifier"))
    address = User.objects.filter(person=person).values_list("email", flat=True).first() or ""
    return _Context(
        person, since, "?" + urlencode({"next": back}), sightings(person) if is_told else {}, address, noted
    )


def _row_in(step: OnboardingStep, context: _Context, has_login: bool) -> StepRow:
    label, tone = _state(step)
    if step.channel.is_login:
        label, tone = ("Done", "good") if has_login else ("Theirs to do", "accent")
    note, check = _news_in(step, context)
    found = context.sighting(step.channel)
    if found and found.misses(step):
        label, tone = "Not seen", "now"
    return StepRow(step, label, tone, step.channel.to_let_in, *_account(step.channel, context), note=note, check=check)


#: What a check says of somebody on the way in, or who has just come in.
_IN = {
    FindingKind.MISSING: "Not there, says the check",
    FindingKind.NO_ACCOUNT: "No account of theirs is on record to look for, says the check",
    FindingKind.PENDING: "Invited there, has not accepted yet, says the check",
    FindingKind.RENAMED: "There under a new name, says the check",
    FindingKind.OTHER_ADDRESS: "There under an account that is not noted as theirs, says the check",
}


def _news_in(step: OnboardingStep, context: _Context) -> tuple[str, DriftCheck | None]:
    found = context.sighting(step.channel)
    if found is None or step.channel.is_login or step.not_needed:
        return "", None
    if found.error:
        return "Could not be read by the check", found.check
    if found.finding:
        return _IN.get(FindingKind(found.finding.kind), ""), found.check
    return ("Not seen there by the check", found.check) if found.misses(step) else ("", None)


def _row_out(step: OffboardingStep, context: _Context) -> StepRow:
    label, tone = ("Done", "good") if step.channel.is_login else _state(step)
    account, account_url = _account(step.channel, context)
    note, check = _news_out(step, context, account)
    found = context.sighting(step.channel)
    if found and found.is_still_in and not step.not_needed:
        is_told = step.done_at is None or found.contradicts(step)
        label, tone = ("Still in", "critical") if is_told else ("Check again", "now")
    return StepRow(step, label, tone, step.channel.to_let_out, account, account_url, note, check)


def _news_out(step: OffboardingStep, context: _Context, account: str) -> tuple[str, DriftCheck | None]:
    found = context.sighting(step.channel)
    if found is None or step.channel.is_login:
        return "", None
    if found.error:
        return "Could not be read by the check", found.check
    if found.contradicts(step):
        return "Ticked off too early? Still seen there by the check", found.check
    if found.is_still_in:
        return (
            "Seen there, before it was ticked off," if step.done_at else "Still seen there"
        ) + " by the check", found.check
    if not account:
        return "No account of theirs is on record, so no check can tell", None
    return ("", None) if step.confirmed_at else ("Not seen there by the check", found.check)


def _state(step: OnboardingStep | OffboardingStep) -> tuple[str, str]:
    if step.not_needed:
        return "Not needed", "neutral"
    return ("Done", "good") if step.done_at else ("To do", "now")


def _account(channel: Channel, context: _Context) -> tuple[str, str]:
    account = account_in(channel, context.person, context.address, context.noted.get(channel.pk, ""))
    if channel.kind == ChannelKind.GITHUB:
        return account, reverse("people:correct", args=[context.person.slug]) + context.back
    if channel.notes_accounts and channel.retired_at is None:
        return account, reverse("channels:account", args=[channel.pk, context.person.pk]) + context.back
    return account, ""
