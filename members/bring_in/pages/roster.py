"""Build the roster of people to bring in: who can sign in, and the one act that helps each of the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode

from django.urls import reverse

from members.accounts.enums import InvitationPhase
from members.accounts.models import Invitation
from members.accounts.policy import INVITATIONS, InvitationAction
from members.bring_in.enums import UNDER_WAY, SignInState
from members.bring_in.queries.roster import SignIn
from members.people.policy import Actor
from web.chips import Chip

#: The words of a state, the tone of its mark and its icon.
_MARKS = {
    SignInState.COMPLETE: ("Can sign in", "good", "check"),
    SignInState.NO_FACTOR: ("Second factor missing", "now", "key"),
    SignInState.UNCONFIRMED: ("Waits for a second admin", "now", "clock"),
    SignInState.INVITED: ("Invited", "now", "mail"),
    SignInState.BOUNCED: ("Mail came back", "bad", "warning"),
    SignInState.NOT_INVITED: ("Not invited", "off", "circle"),
    SignInState.NO_ADDRESS: ("No address", "bad", "warning"),
    SignInState.SUSPENDED: ("Suspended", "bad", "lock"),
}


class SignInFilter(StrEnum):
    """What the list can be filtered by; the value stands in the address."""

    EVERYBODY = "all"
    CANNOT = "cannot"
    NO_ADDRESS = "no-address"
    WAITING = "waiting"
    INVITED = "invited"
    CAN = "can"
    COUNCIL = "council"

    def includes(self, each: SignIn) -> bool:
        """Return whether somebody is in the filtered list."""
        match self:
            case SignInFilter.EVERYBODY:
                return True
            case SignInFilter.CAN:
                return each.state == SignInState.COMPLETE
            case SignInFilter.CANNOT:
                return each.state != SignInState.COMPLETE
            case SignInFilter.NO_ADDRESS:
                return each.state in {SignInState.NO_ADDRESS, SignInState.BOUNCED}
            case SignInFilter.WAITING:
                return each.state == SignInState.UNCONFIRMED
            case SignInFilter.INVITED:
                return each.state in {SignInState.INVITED, SignInState.NO_FACTOR}
        return not each.is_member


_LABELS = {
    SignInFilter.EVERYBODY: "Everybody",
    SignInFilter.CANNOT: "Cannot sign in",
    SignInFilter.NO_ADDRESS: "No address",
    SignInFilter.WAITING: "Waiting for a second admin",
    SignInFilter.INVITED: "Invited",
    SignInFilter.CAN: "Can sign in",
    SignInFilter.COUNCIL: "Council, not on the team",
}


@dataclass(frozen=True)
class Meter:
    """How many members can sign in; only members vote, so only they count."""

    total: int
    complete: int
    under_way: int
    outside: int
    """How many in the list are on the Steering Council and not on the team."""

    @property
    def rest(self) -> int:
        """Return how many have not been asked."""
        return self.total - self.complete - self.under_way

    @property
    def cannot(self) -> int:
        """Return how many could not vote now."""
        return self.total - self.complete


@dataclass(frozen=True)
class SignInRow:
    """One person, with their state in words and at most one act."""

    sign_in: SignIn
    is_reader: bool
    label: str
    tone: str
    icon: str
    detail: str
    moment: datetime | None
    """The moment at the end of the detail."""
    act: str = ""
    """The label of the act; empty for none."""
    url: str = ""
    is_link: bool = False
    """Whether the act leads to a page; otherwise it is a form of one button."""


def shown_of(text: str) -> SignInFilter:
    """Return the filter that an address names; everybody for any other text."""
    return SignInFilter(text) if text in set(SignInFilter) else SignInFilter.EVERYBODY


def meter_of(everybody: Sequence[SignIn]) -> Meter:
    """Return the numbers of the bar."""
    states = Counter(each.state for each in everybody if each.is_member)
    under_way = sum(states[state] for state in UNDER_WAY)
    return Meter(states.total(), states[SignInState.COMPLETE], under_way, len(everybody) - states.total())


def chips_of(everybody: Sequence[SignIn], shown: SignInFilter, text: str) -> list[Chip]:
    """Return the filters that show somebody, and the one that is chosen."""
    counts = {each: sum(each.includes(one) for one in everybody) for each in SignInFilter}
    return [
        Chip(
            _LABELS[each], counts[each], urlencode({"show": each.value, **({"q": text} if text else {})}), each == shown
        )
        for each in SignInFilter
        if counts[each] or each in {shown, SignInFilter.EVERYBODY}
    ]


def rows_of(sign_ins: Sequence[SignIn], actor: Actor, now: datetime) -> list[SignInRow]:
    """Return a row for each of `sign_ins`, in their order. No query."""
    return [_row(each, actor, now) for each in sign_ins]


def _row(each: SignIn, actor: Actor, now: datetime) -> SignInRow:
    label, tone, icon = _MARKS[each.state]
    detail, moment = _detail(each, actor, now)
    act, url, is_link = _act(each, actor, now)
    is_reader = actor.is_person(each.person)
    return SignInRow(each, is_reader, label, tone, icon, detail, moment, act, url, is_link)


def _detail(each: SignIn, actor: Actor, now: datetime) -> tuple[str, datetime | None]:
    """Return what the row says about the invitation, and the moment at its end."""
    row = each.invitation
    match each.state:
        case SignInState.UNCONFIRMED if row is not None:
            inviter = "you" if actor.is_person(row.invited_by) else str(row.invited_by)
            return f"{each.email}, named by {inviter}", row.invited_at
        case SignInState.INVITED if row is not None:
            return f"{each.email}, sent", row.last_sent_at
        case SignInState.NO_FACTOR:
            return ("accepted", row.accepted_at) if row is not None and row.accepted_at else ("", None)
        case SignInState.BOUNCED:
            return f"The mail server refuses {each.email}", None
        case SignInState.NOT_INVITED:
            return f"{each.email}{_why_not(row, now)}", None
    return "", None


def _why_not(row: Invitation | None, now: datetime) -> str:
    """Return why the link of the newest invitation does not work, as the end of a sentence."""
    phase = row.phase(now) if row is not None else None
    endings = {
        InvitationPhase.EXPIRED: "; the invitation has expired",
        InvitationPhase.REFUSED: "; a second admin refused the address",
        InvitationPhase.REVOKED: "; the invitation was revoked",
    }
    return endings.get(phase, "") if phase else ""


#: The label of a link to the form of an invitation, by the states in which a new address helps.
_INVITE = {SignInState.NO_ADDRESS: "Add address", SignInState.NOT_INVITED: "Invite", SignInState.BOUNCED: "Change"}
_NO_ACT = ("", "", False)


def _act(each: SignIn, actor: Actor, now: datetime) -> tuple[str, str, bool]:
    """Return the label and the address of the row's act, and whether it is a link; empty ones for none."""
    if label := _INVITE.get(each.state):
        return label, _invite_url(each), True
    if each.state == SignInState.SUSPENDED:
        return "See", reverse("accounts:suspensions"), True
    if each.state == SignInState.NO_FACTOR:
        return "Remind", reverse("bring_in:remind", args=[each.person.slug]), False
    return _act_on(each.invitation, each, actor, now) if each.invitation is not None else _NO_ACT


def _act_on(row: Invitation, each: SignIn, actor: Actor, now: datetime) -> tuple[str, str, bool]:
    # Within the hour after a sending it would be refused.
    if each.state == SignInState.INVITED and INVITATIONS.allows(InvitationAction.SEND_AGAIN, actor, row, now):
        return "Send again", reverse("bring_in:send_again", args=[row.pk]), False
    if each.state == SignInState.UNCONFIRMED:
        if INVITATIONS.allows(InvitationAction.REFUSE, actor, row, now):
            return "Confirm", reverse("bring_in:confirm"), True
        if row.accepted_at is None:
            return "Change", _invite_url(each), True
    return _NO_ACT


def _invite_url(each: SignIn) -> str:
    query = urlencode({"person": each.person.pk, "next": reverse("bring_in:overview")})
    return f"{reverse('accounts:invite')}?{query}"


def to_send_again(sign_ins: Sequence[SignIn], actor: Actor, now: datetime) -> list[Invitation]:
    """Return the invitations whose links an admin may send again now."""
    open_ones = [each.invitation for each in sign_ins if each.state == SignInState.INVITED]
    return [row for row in open_ones if row and INVITATIONS.allows(InvitationAction.SEND_AGAIN, actor, row, now)]
