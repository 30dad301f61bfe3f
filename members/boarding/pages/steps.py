"""One line of a checklist: what is done, what the person is called there, and what the newest check found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from members.boarding.enums import CheckResult
from members.boarding.models import Checklist, ChecklistFacts, ChecklistStep
from members.channels.connectors import server_of
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.channels.queries import account_in


@dataclass(frozen=True)
class Wait:
    """Who has to do something next, and since when."""

    who: str
    since: datetime


AN_ADMIN, A_CHECK, A_SECOND_PERSON = "an admin", "a check", "a second person"


@dataclass(frozen=True)
class StepRow:
    """One channel of a checklist; `tone` is the badge's."""

    step: ChecklistStep
    label: str
    tone: str
    what_to_do: str
    """In Markdown, while it is to do."""
    account: str
    account_url: str
    """Where the account is noted or corrected; empty where nobody notes it."""
    note: str
    """The finding of a check, as text that its moment follows; empty without a check."""
    check_url: str
    """The check behind the note; empty where the note names none."""
    how: str = ""
    """How it was ticked, as a sentence; empty while it is not."""
    wait: Wait | None = None
    """Who is waited for; None where nobody is."""
    is_connected: bool = False
    """Whether a check reads the channel, and the portal can change it."""

    @property
    def done_label(self) -> str:
        """Return what the button says that an admin presses who has changed the channel by hand."""
        if self.step.channel.kind not in set(ChannelKind):
            return "Done"  # a right or a thing, which nobody is in
        return "I have removed them" if self.step.checklist.is_out else "I have added them"

    @property
    def has_account(self) -> bool:
        """Return whether people are called something in the channel, known or not."""
        return bool(self.account or self.account_url)

    @property
    def is_login(self) -> bool:
        """Return whether this is the portal's own line, which nobody ticks."""
        return self.step.channel.is_login


@dataclass(frozen=True)
class _Context:
    """The facts that every line of one checklist is made with."""

    checklist: Checklist
    has_login: bool
    tells_checks: bool
    """Whether what checks find today is about this checklist."""
    address: str
    """The address of the person's login; empty without one."""
    noted: Mapping[int, str]
    """The noted accounts by the key of the channel."""

    def account(self, channel: Channel) -> str:
        return account_in(channel, self.checklist.person, self.address, self.noted.get(channel.pk, ""))


def rows_of(checklist: Checklist, now: datetime) -> list[StepRow]:
    """Return the steps of one checklist. Two queries where the facts and the person's login came with it."""
    facts, person = checklist.facts(now), checklist.person
    user = getattr(person, "user", None)
    context = _Context(
        checklist=checklist,
        has_login=facts.has_complete_login,
        tells_checks=_tells_checks(checklist, facts),
        address=user.email if user else "",
        noted=dict(ChannelAccount.objects.filter(person=person).values_list("channel", "identifier")),
    )
    steps = list(checklist.steps.select_related("channel", "done_by", "applied_by"))
    for step in steps:
        step.checklist = checklist
    return [_row(step, context) for step in steps]


def _tells_checks(checklist: Checklist, facts: ChecklistFacts) -> bool:
    """Return whether checks speak of this checklist: not of an old one after the person came back, or left again."""
    return not facts.belongs if checklist.is_out else checklist.is_running or facts.belongs


def _row(step: ChecklistStep, context: _Context) -> StepRow:
    account = context.account(step.channel)
    is_out = context.checklist.is_out
    has_news = context.tells_checks and step.has_result and not step.channel.is_login
    news = (_news_out if is_out else _news_in)(step, account) if has_news else ""
    label, tone = (_state_out if is_out else _state_in)(step, context)
    return StepRow(
        step,
        label,
        tone,
        what_to_do=step.channel.to_let_out if is_out else step.channel.to_let_in,
        account=account,
        account_url=_account_url(step.channel, context),
        note=news,
        check_url=step.check_url if news and news != _NOBODY_CAN_TELL else "",
        how=_how(step, is_out=is_out),
        wait=wait_of(step),
        is_connected=bool(server_of(step.channel.kind)),
    )


def _how(step: ChecklistStep, *, is_out: bool) -> str:
    """Return who ticked a step and how, as a sentence whose moments follow on the page."""
    if step.done_at is None or step.channel.is_login:
        return ""
    if step.not_needed:
        return f"Not needed, says {step.done_by}"
    act = "Removed" if is_out else "Added"
    if step.done_by is not None:
        return f"{act} by {step.done_by}"
    return f"{act} by the portal for {step.applied_by}" if step.applied_by else "Ticked by the portal"


def wait_of(step: ChecklistStep) -> Wait | None:
    """Return who is waited for in one channel of a running checklist; None where nobody is."""
    checklist = step.checklist
    if not checklist.is_running or step.channel.is_login:
        return None
    if step.done_at is not None:
        if not step.is_contradicted:
            return None
        found_at = step.checked_at if step.is_checked_since else None
        return Wait(AN_ADMIN, found_at) if found_at else Wait(A_CHECK, step.done_at)
    begun_at = checklist.begun_at if checklist.is_out else checklist.accepted_at
    if begun_at is None:
        return None
    if step.waits_for_person:
        return Wait(checklist.person.name, step.applied_at or step.checked_at or begun_at)
    if step.applied_at:
        return Wait(AN_ADMIN if _is_read_since(step, step.applied_at) else A_CHECK, step.applied_at)
    return Wait(AN_ADMIN, begun_at)


def _is_read_since(step: ChecklistStep, moment: datetime) -> bool:
    """Return whether a check has read the channel after `moment`, so that another would hardly say more."""
    was_read = step.has_result and step.check_result != CheckResult.UNREAD
    return was_read and step.checked_at is not None and step.checked_at > moment


_NOBODY_CAN_TELL = "No account of theirs is on record, so no check can tell"
_UNREAD = "Could not be read by the check"
#: What a check says of somebody on the way in, or who has just come in.
_NEWS_IN = {
    CheckResult.MISSING: "Not there, says the check",
    CheckResult.NO_ACCOUNT: "No account of theirs is on record to look for, says the check",
    CheckResult.PENDING: "Invited there, has not accepted yet, says the check",
    CheckResult.RENAMED: "There under a new name, says the check",
    CheckResult.OTHER_ADDRESS: "There under an account that is not noted as theirs, says the check",
    CheckResult.UNREAD: _UNREAD,
    CheckResult.LEFT: "",
}


def _news_in(step: ChecklistStep, _account: str) -> str:
    if step.not_needed:
        return ""
    if step.check_result:
        return _NEWS_IN[CheckResult(step.check_result)]
    return "Not seen there by the check" if step.is_contradicted else ""


def _news_out(step: ChecklistStep, account: str) -> str:
    if step.check_result == CheckResult.UNREAD:
        return _UNREAD
    if step.is_still_in:
        if step.is_checked_since:
            return "Ticked off too early? Still seen there by the check"
        if step.applied_at and step.checked_at and step.checked_at <= step.applied_at:
            return "Seen there, before the portal removed the account, by the check"
        return "Seen there, before it was ticked off, by the check" if step.done_at else "Still seen there by the check"
    if not account and not step.confirmed_at:
        return _NOBODY_CAN_TELL
    return "" if step.confirmed_at else "Not seen there by the check"


def _state_in(step: ChecklistStep, context: _Context) -> tuple[str, str]:
    if step.channel.is_login:
        return ("Done", "good") if context.has_login else ("Theirs to do", "accent")
    if context.tells_checks and step.is_contradicted:
        return "Not seen", "now"
    return _state(step)


def _state_out(step: ChecklistStep, context: _Context) -> tuple[str, str]:
    if step.channel.is_login:
        return "Done", "good"
    if context.tells_checks and step.is_still_in and not step.not_needed:
        changed_at = step.done_at or step.applied_at
        is_certain = changed_at is None or (step.checked_at is not None and step.checked_at > changed_at)
        return ("Still in", "critical") if is_certain else ("Check again", "now")
    return _state(step)


def _state(step: ChecklistStep) -> tuple[str, str]:
    if step.not_needed:
        return "Not needed", "neutral"
    if step.waits_for_check:
        return "To be checked", "accent"
    return ("Done", "good") if step.done_at else ("To do", "now")


def _account_url(channel: Channel, context: _Context) -> str:
    """Return where an admin notes the account; the address leads back to the checklist."""
    person = context.checklist.person
    back = "?" + urlencode({"next": context.checklist.get_absolute_url()})
    if channel.kind == ChannelKind.GITHUB:
        return reverse("people:correct", args=[person.slug]) + back
    if channel.notes_accounts and channel.retired_at is None:
        return reverse("channels:account", args=[channel.pk, person.pk]) + back
    return ""
