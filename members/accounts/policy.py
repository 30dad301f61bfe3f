"""Rules about invitations, what a second person confirms, and suspensions."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from members.accounts.enums import PENDING, TO_CONFIRM, ResetPhase
from members.accounts.models import Invitation, LoginReset, User
from members.people.models import Person
from members.people.permissions import Policy, Rule, the_person
from members.people.policy import ADMIN, ONESELF, STEERING, actor_of

#: Ours: how long something waits for a second person before it lapses.
CONFIRMATION_WAIT = timedelta(days=7)
#: Ours: how long the link works by which somebody begins anew after a reset.
RESET_LINK = timedelta(hours=48)
#: Ours: how often within a day somebody can ask for a reset; each request mails all admins and the council.
RESETS_A_DAY = 3


class Action(StrEnum):
    """Actions on logins."""

    INVITE = "person:invite"
    SEE_INVITATIONS = "invitation:list"
    SEE_UNCONFIRMED = "invitation:list_unconfirmed"
    BEGIN_RESET = "reset:begin"
    SEE_RESETS = "reset:list"
    SUSPEND = "suspension:begin"
    END_SUSPENSION = "suspension:end"


def _not_to_suspend(person: Person, now: datetime) -> str:
    if person.has_suspension():
        return f"{person.name} is suspended already."
    return "" if person.is_member_on(now.date()) else f"{person.name} is not a member."


def _not_to_reset(person: Person, _now: datetime) -> str:
    if person.has_suspension():
        return f"{person.name} is suspended; end the suspension first."
    if not User.objects.filter(person=person, is_active=True).exists():
        return f"{person.name} has no login that is open. Invite them instead."
    return ""


POLICY: Policy[Action, Person] = Policy(
    Rule(Action.INVITE, ADMIN),
    Rule(Action.SEE_INVITATIONS, ADMIN),
    Rule(Action.SEE_UNCONFIRMED, ADMIN | STEERING),
    Rule(Action.BEGIN_RESET, ADMIN & ~ONESELF, otherwise=_not_to_reset),
    Rule(Action.SEE_RESETS, ADMIN | STEERING),
    # Somebody who loses a device asks another admin.
    Rule(Action.SUSPEND, ADMIN & ~ONESELF, otherwise=_not_to_suspend),
    Rule(Action.END_SUSPENSION, (ADMIN | STEERING) & ~ONESELF),
)
allows, possible, require, require_any, people_who = (
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.require_any,
    POLICY.people_who,
)


class InvitationAction(StrEnum):
    """Actions on one invitation."""

    REVOKE = "invitation:revoke"
    CONFIRM = "invitation:confirm"
    REFUSE = "invitation:refuse"


#: Whom an invitation lets in, and who named the address.
_INVITED = the_person(lambda invitation: invitation.person)
_INVITER = the_person(lambda invitation: invitation.invited_by)
#: Two people's word: neither who named the address nor who would be let in by it.
_SECOND = (ADMIN | STEERING) & ~_INVITER & ~_INVITED


def _word_counts(invitation: Invitation, now: datetime) -> bool:
    """Return whether who named the address may still do so: by one query, unless `queries.inviting` has read it."""
    if "fact_word_counts" in invitation.__dict__:
        return bool(invitation.__dict__["fact_word_counts"])
    inviter = actor_of(invitation.invited_by, now.date())
    return inviter.is_admin or (invitation.of_nomination and inviter.is_member)


def _word_is_void(invitation: Invitation, now: datetime) -> str:
    """Return why the first word counts no more: two people's word is two at the moment of the second one."""
    if _word_counts(invitation, now):
        return ""
    what = "a member" if invitation.of_nomination else "an admin"
    return f"{invitation.invited_by}, who named this address, is not {what} any more. Refuse it, and invite again."


INVITATIONS: Policy[InvitationAction, Invitation] = Policy(
    Rule(InvitationAction.REVOKE, ADMIN, phases=PENDING),
    # An accepted one waits where its person got standing only afterwards.
    Rule(InvitationAction.CONFIRM, _SECOND, phases=TO_CONFIRM, otherwise=_word_is_void),
    Rule(InvitationAction.REFUSE, _SECOND, phases=TO_CONFIRM),
    phase_of=lambda invitation, now: invitation.phase(now),
    instead=lambda _phase: "This invitation is no longer open.",
)


class ResetAction(StrEnum):
    """Actions on one request for a reset."""

    PROPOSE = "reset:propose"
    CONFIRM = "reset:confirm"
    REFUSE = "reset:refuse"


_CONCERNED = the_person(lambda reset: reset.person)
_PROPOSER = the_person(lambda reset: reset.proposed_by)
_RESET_CLOSED = {
    ResetPhase.ASKED: "Nobody has vouched for them yet; that comes first.",
    ResetPhase.PROPOSED: "Somebody has vouched for them already; a second person confirms.",
    ResetPhase.CONFIRMED: "This request is confirmed.",
    ResetPhase.REFUSED: "This request was refused.",
    ResetPhase.STOPPED: "This request was stopped by its owner.",
    ResetPhase.EXPIRED: "This request has expired.",
}


def _first_word_is_void(reset: LoginReset, now: datetime) -> str:
    if actor_of(reset.proposed_by, now.date()).is_admin:
        return ""
    return f"{reset.proposed_by}, who vouched for them, is not an admin any more. Refuse it, and begin anew."


RESETS: Policy[ResetAction, LoginReset] = Policy(
    Rule(ResetAction.PROPOSE, ADMIN & ~_CONCERNED, phases=frozenset({ResetPhase.ASKED})),
    Rule(
        ResetAction.CONFIRM,
        (ADMIN | STEERING) & ~_CONCERNED & ~_PROPOSER,
        phases=frozenset({ResetPhase.PROPOSED}),
        otherwise=_first_word_is_void,
    ),
    # Who vouched takes that back by refusing.
    Rule(
        ResetAction.REFUSE,
        (ADMIN | STEERING) & ~_CONCERNED,
        phases=frozenset({ResetPhase.ASKED, ResetPhase.PROPOSED}),
    ),
    phase_of=lambda reset, now: reset.phase(now),
    instead=_RESET_CLOSED,
)
