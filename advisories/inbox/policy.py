"""The rules about incoming mail: admins handle it (PEP 811, "Admins"), and each act can be taken back for a while."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from advisories.inbox.enums import MailPhase, Nature
from advisories.inbox.models import IncomingMail
from members.people.permissions import Policy, Rule
from members.people.policy import ADMIN


class Action(StrEnum):
    """Actions on one incoming mail."""

    SEE = "inbox:see"
    FILE = "inbox:file"
    ADD = "inbox:add"
    ANSWER = "inbox:answer"
    DISCARD = "inbox:discard"
    TAKE_BACK = "inbox:take_back"
    CARRY_OUT = "inbox:carry_out"


_NEW = frozenset({MailPhase.NEW})
_HANDLED = frozenset(MailPhase) - _NEW
_INSTEAD = {
    MailPhase.NEW: "Nobody has handled this mail, or it was taken back.",
    MailPhase.FILED: "This mail is filed already.",
    MailPhase.ADDED: "This mail is added to a report already.",
    MailPhase.ANSWERED: "This mail is answered already.",
    MailPhase.DISCARDED: "This mail is discarded already.",
}


def _not_to_answer(mail: IncomingMail, _now: datetime) -> str:
    if mail.nature != Nature.WRITTEN:
        return "A program wrote this mail: an answer would go in circles."
    return "" if mail.from_address else "This mail has no address that can be answered."


def _too_late(mail: IncomingMail, now: datetime) -> str:
    if mail.settled_at or (mail.settles_at and mail.settles_at <= now):
        return "The time to take this back is over: it is done."
    return ""


def _done(mail: IncomingMail, _now: datetime) -> str:
    return "This is done already." if mail.settled_at else ""


POLICY: Policy[Action, IncomingMail] = Policy(
    Rule(Action.SEE, ADMIN),
    Rule(Action.FILE, ADMIN, _NEW),
    Rule(Action.ADD, ADMIN, _NEW),
    Rule(Action.ANSWER, ADMIN, _NEW, otherwise=_not_to_answer),
    Rule(Action.DISCARD, ADMIN, _NEW),
    Rule(Action.TAKE_BACK, ADMIN, _HANDLED, otherwise=_too_late),
    Rule(Action.CARRY_OUT, ADMIN, _HANDLED, otherwise=_done),
    phase_of=lambda mail, _now: mail.phase,
    instead=_INSTEAD,
)
allowed, allows, possible, require, obstacle, people_who = (
    POLICY.allowed,
    POLICY.allows,
    POLICY.possible,
    POLICY.require,
    POLICY.obstacle,
    POLICY.people_who,
)
