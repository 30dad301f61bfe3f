"""Rules about invitations, what a second person confirms, and suspensions."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from members.accounts.enums import PENDING, TO_CONFIRM, InvitationPhase
from members.accounts.models import Invitation
from members.people.models import Person
from members.people.permissions import Policy, Rule, the_person
from members.people.policy import ADMIN, ONESELF, STEERING, actor_of

#: Ours: how long something waits for a second person before it lapses.
CONFIRMATION_WAIT = timedelta(days=7)
#: Ours: the least time between two mails with the same link, and between two reminders of a missing second factor.
BETWEEN_SENDINGS = timedelta(hours=1)
REMINDER_PAUSE = timedelta(days=1)


class Action(StrEnum):
    """Actions on logins."""

    INVITE = "person:invite"
    SEE_INVITATIONS = "invitation:list"
    SEE_UNCONFIRMED = "invitation:list_unconfirmed"
    SUSPEND = "suspension:begin"
    END_SUSPENSION = "suspension:end"


def _not_to_suspend(person: Person, now: datetime) -> str:
    if person.has_suspension():
        return f"{person.name} is suspended already."
    return "" if person.is_member_on(now.date()) else f"{person.name} is not a member."


POLICY: Policy[Action, Person] = Policy(
    Rule(Action.INVITE, ADMIN),
    Rule(Action.SEE_INVITATIONS, ADMIN),
    Rule(Action.SEE_UNCONFIRMED, ADMIN | STEERING),
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
    SEND_AGAIN = "invitation:send_again"
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
    return inviter.is_admin or inviter.is_steering or (invitation.of_nomination and inviter.is_member)


def _word_is_void(invitation: Invitation, now: datetime) -> str:
    """Return why the first word counts no more: two people's word is two at the moment of the second one."""
    if _word_counts(invitation, now):
        return ""
    what = "a member" if invitation.of_nomination else "an admin or a council member"
    return f"{invitation.invited_by}, who named this address, is not {what} any more. Refuse it, and invite again."


def _just_sent(invitation: Invitation, now: datetime) -> str:
    if now - invitation.last_sent_at >= BETWEEN_SENDINGS:
        return ""
    return f"The link went to {invitation.person.name} within the last hour. Give the mail time to arrive."


INVITATIONS: Policy[InvitationAction, Invitation] = Policy(
    Rule(InvitationAction.REVOKE, ADMIN, phases=PENDING),
    # One that has expired needs two people's word again: the mailbox may be in other hands.
    Rule(InvitationAction.SEND_AGAIN, ADMIN, phases=frozenset({InvitationPhase.OPEN}), otherwise=_just_sent),
    # An accepted one waits where its person got standing only afterwards.
    Rule(InvitationAction.CONFIRM, _SECOND, phases=TO_CONFIRM, otherwise=_word_is_void),
    Rule(InvitationAction.REFUSE, _SECOND, phases=TO_CONFIRM),
    phase_of=lambda invitation, now: invitation.phase(now),
    instead=lambda _phase: "This invitation is no longer open.",
)
