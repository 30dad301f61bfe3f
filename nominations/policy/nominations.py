"""The policy of nominations: the people who may do something, and the phases in which they may.

`POLICY` is about one nomination, `COMMENTS` about one comment, and `OF_NOMINEE` for the holder of the nominee's private
link.
Sources: PEP 811, PEP 13 (conflicts of interest), and the portal's own defaults (docs/glossary.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q

from members.people.permissions import NOBODY, Instead, Policy, Rule, Who, possible_now, the_person
from members.people.policy import ADMIN, MEMBER, STEERING, Actor
from nominations.models import COUNTED, DISCUSSED, Comment, Nomination, Phase
from web.dates import day_in_words
from web.wording import part_in_words


class Action(StrEnum):
    """The actions on one nomination."""

    SEE = "nomination:see"
    ASK_AGAIN = "consent:ask_again"
    SEE_DISCUSSION = "discussion:see"
    COMMENT = "nomination:comment"
    ENDORSE = "nomination:endorse"
    DECLARE = "interest:declare"
    TAKE_BACK_INTEREST = "interest:take_back"
    ASK_OFFICER = "officer:ask"
    DISMISS_OFFICER = "officer:dismiss"
    OPEN = "vote:open"
    EXTEND = "vote:extend"
    CANCEL = "vote:cancel"
    ANNUL = "vote:annul"
    SECOND_ANNULMENT = "annulment:second"
    DROP_ANNULMENT = "annulment:drop"
    WITHDRAW = "nomination:withdraw"
    VOTE = "ballot:cast"
    ACKNOWLEDGE = "count:acknowledge"
    NOTE_TURNOUT = "turnout:note"
    DECIDE = "council_decision:record"
    RELAY_VETO = "veto:relay"
    CONFIRM_VETO = "veto:confirm"
    REFUSE_VETO = "veto:refuse"
    CONFIRM = "nomination:confirm"
    SEE_RESULT = "result:see"
    SEE_BOARD = "board:see"
    SEE_COUNT = "count:see"
    SEE_UNTOLD = "untold_council:see"
    SEE_ADDRESS = "nominee_address:see"


class CommentAction(StrEnum):
    """The actions on one comment."""

    REPLY = "comment:reply"
    TAKE_BACK = "comment:take_back"


# -- predicates --------------------------------------------------------------------------------------


def _if(condition: Callable[[Nomination], bool]) -> Who:
    """Return the predicate that holds for everybody while `condition` holds for the nomination, else for nobody."""
    return Who(
        holds=lambda _actor, nomination: nomination is None or condition(nomination),
        people=lambda nomination, _now: Q(pk__isnull=False) if condition(nomination) else NOBODY,
        relational=True,
    )


def _roll(nomination: Nomination | None, _now: datetime) -> Q:
    vote = nomination.vote_or_none if nomination is not None else None
    return NOBODY if vote is None else Q(pk__in=vote.roll.values("person"))


def _interested(nomination: Nomination | None, _now: datetime) -> Q:
    return NOBODY if nomination is None else Q(pk__in=nomination.interests.standing().values("person"))


def _has_recorded_veto(nomination: Nomination | None, _now: datetime) -> Q:
    vote = nomination.vote_or_none if nomination is not None else None
    return NOBODY if vote is None else Q(pk__in=vote.refused_vetoes.values("recorded_by"))


def _has_asked(nomination: Nomination | None, _now: datetime) -> Q:
    return NOBODY if nomination is None else Q(pk__in=nomination.refused_annulments.values("asked_by"))


NOMINEE = the_person(lambda nomination: nomination.nominee)
NOMINATOR = the_person(lambda nomination: nomination.nominator)
#: The admin who asked for the vote to be annulled.
ASKED_BY = the_person(lambda nomination: nomination.stop.asked_by if nomination.stop_or_none else None)
ON_ROLL = Who(lambda actor, nomination: nomination is not None and nomination.is_on_roll(actor.person), _roll, True)
INTERESTED = Who(
    lambda actor, nomination: nomination is not None and nomination.has_interest(actor.person), _interested, True
)
#: Keeps the key of its vote, or is asked to.
OFFICER = the_person(lambda nomination: nomination.office_or_none.person if nomination.office_or_none else None)
#: Has recorded a veto that came to nothing.
HAS_RECORDED_VETO = Who(
    lambda actor, nomination: nomination is not None and nomination.has_recorded_veto(actor.person),
    _has_recorded_veto,
    True,
)
#: Recorded the veto that waits.
VETO_BY = the_person(lambda nomination: nomination.pending_veto.recorded_by if nomination.pending_veto else None)
#: Has asked before for this vote to be annulled, and was refused or took it back.
HAS_ASKED = Who(
    lambda actor, nomination: nomination is not None and nomination.has_asked_to_annul(actor.person), _has_asked, True
)

#: Members; the Steering Council once the members have accepted. Never the nominee.
READS = (MEMBER | (STEERING & _if(lambda nomination: nomination.has_passed))) & ~NOMINEE
COLLEAGUE = MEMBER & ~NOMINEE
#: Nominator and the admin who runs the vote are different people, and nobody runs their own.
RUNS = ADMIN & ~NOMINATOR & ~NOMINEE
#: PEP 13: a conflict of interest keeps somebody out of it; nominee and nominator have one.
SPEAKS_FOR_COUNCIL = STEERING & ~NOMINEE & ~NOMINATOR


# -- what stands in the way although the phase fits ----------------------------------------------------


def _no_request(nomination: Nomination, _now: datetime) -> str:
    return "" if nomination.stop_or_none else "Nobody asks for this vote to be annulled any more."


def _no_low_turnout(nomination: Nomination, _now: datetime) -> str:
    if not nomination.vote.has_low_turnout:
        return "The turnout was not low; no note is needed."
    return "Somebody has added a note on the turnout already." if nomination.vote.turnout_note else ""


def _acknowledged(nomination: Nomination, _now: datetime) -> str:
    by = nomination.vote.acknowledged_by
    return f"{by.name} has acknowledged this count already." if by else ""


def _office_pending(nomination: Nomination, _now: datetime) -> str:
    office = nomination.pending_office
    if office is None:
        return ""
    return f"{office.person.name} is asked to keep the key and has not accepted: wait, or take the request back."


def _office_taken(nomination: Nomination, _now: datetime) -> str:
    office = nomination.office_or_none
    return f"{office.person.name} is asked already; take that back first." if office else ""


def _no_office(nomination: Nomination, _now: datetime) -> str:
    return "" if nomination.office_or_none else "Nobody is asked to keep the key any more."


def _veto_waits(nomination: Nomination, _now: datetime) -> str:
    if nomination.pending_veto is None:
        return ""
    return "A veto is recorded already; a second member of the Steering Council confirms it or objects."


def _no_veto_waits(nomination: Nomination, _now: datetime) -> str:
    return "" if nomination.pending_veto else "No veto waits for a second member of the Steering Council any more."


def obstacle_to_decision_day(nomination: Nomination, day: date, now: datetime) -> str:
    """Return why the council cannot have decided on `day` (UTC), as a sentence; "" when it can."""
    vote = nomination.vote
    if day > now.date():
        return "This day is still to come."
    if vote.closed_at is not None and day < vote.closed_at.date():
        return "On this day the vote had not closed yet; the council decides on a passed nomination."
    if vote.veto_until is not None and day > vote.veto_until.date():
        return f"The window for a veto ended on {day_in_words(vote.veto_until)}; a later decision comes too late."
    return ""


def _asked_once(_nomination: Nomination, _now: datetime) -> str:
    return "You have asked once for this vote to be annulled; another admin can ask if they find a reason."


def _power(
    action: Action,
    who: Who,
    phases: frozenset[Phase],
    otherwise: Callable[[Nomination, datetime], str] = possible_now,
    *,
    instead: str = "another admin acts",
) -> tuple[Rule[Action], Rule[Action]]:
    """Return the rules of an act of power: nobody with a declared interest has it, and they are told so.

    One rule for all such acts (PEP 13 has it for council members). The second line allows nothing.
    """
    declared = f"You have declared an interest here; {instead}."
    return (
        Rule(action, who & ~INTERESTED, phases, otherwise),
        Rule(action, who & INTERESTED, phases, lambda _nomination, _now: declared),
    )


# -- the table -----------------------------------------------------------------------------------------

#: The council can decide before the mail that tells it was handed over: a seat sees the result by signing in.
_TO_COUNCIL = frozenset({Phase.COUNCIL_UNTOLD, Phase.VETO_WINDOW})
_UNDECIDED = _TO_COUNCIL | {Phase.AWAITING_CONFIRMATION}
_COUNTABLE_OR_COUNTED = _UNDECIDED | {Phase.CLOSING, Phase.FAILED}
_BEFORE_VOTE = frozenset({Phase.CONSENT, Phase.PROPOSED})
_PROPOSED = frozenset({Phase.PROPOSED})
_OPEN = frozenset({Phase.OPEN})
_ANOTHER_SEAT = "another member of the council records the decision"


def _failed(nomination: Nomination) -> str:
    return _not_now(f"the vote has ended without {part_in_words(nomination.vote.rules_kept.threshold)}")


def _not_now(reason: str) -> str:
    return f"This is not possible now: {reason}."


#: Why an action is not possible (any more), for somebody who could do it in another phase.
_INSTEAD: Mapping[Phase, Instead[Nomination]] = {
    Phase.CONSENT: _not_now("the person proposed has not answered yet"),
    Phase.PROPOSED: _not_now("the vote has not been opened yet"),
    Phase.OPEN: _not_now("the vote is open"),
    Phase.CLOSING: _not_now("voting has ended and the ballots are being counted"),
    Phase.COUNCIL_UNTOLD: _not_now("the vote has passed and the Steering Council has not been told yet"),
    Phase.VETO_WINDOW: _not_now("the vote has passed and waits for the Steering Council"),
    Phase.AWAITING_CONFIRMATION: _not_now("the Steering Council's time for a veto is over"),
    Phase.JOINED: _not_now("the team has said yes, and the onboarding has begun"),
    Phase.FAILED: _failed,
    Phase.VETOED: _not_now("the Steering Council has vetoed it"),
    Phase.DECLINED: _not_now("the person proposed has declined"),
    Phase.WITHDRAWN: _not_now("it was withdrawn"),
    Phase.CANCELLED: _not_now("the vote was cancelled"),
    Phase.ANNULLED: _not_now("the vote was annulled"),
}

POLICY: Policy[Action, Nomination] = Policy(
    Rule(Action.SEE, READS),
    Rule(Action.SEE_DISCUSSION, COLLEAGUE),
    Rule(Action.COMMENT, COLLEAGUE, DISCUSSED),
    # The nominator has said so with the nomination.
    Rule(Action.ENDORSE, COLLEAGUE & ~NOMINATOR, DISCUSSED),
    Rule(Action.DECLARE, COLLEAGUE, DISCUSSED),
    # After the close those who could still act: it takes their power away.
    Rule(Action.DECLARE, (ADMIN | STEERING) & READS, _COUNTABLE_OR_COUNTED),
    Rule(Action.TAKE_BACK_INTEREST, READS & INTERESTED, DISCUSSED | _COUNTABLE_OR_COUNTED),
    Rule(Action.ASK_AGAIN, MEMBER & NOMINATOR, frozenset({Phase.CONSENT})),
    Rule(Action.WITHDRAW, MEMBER & NOMINATOR, _BEFORE_VOTE | _OPEN),
    # Else somebody proposed by a member who then leaves, or forgets it, could never be proposed again.
    *_power(Action.WITHDRAW, RUNS, _BEFORE_VOTE),
    *_power(Action.OPEN, RUNS & ~OFFICER, _PROPOSED, _office_pending),
    # A role is given by the act of who takes it: the officer accepts it on a page of their own.
    *_power(Action.ASK_OFFICER, RUNS, _PROPOSED, _office_taken),
    *_power(Action.DISMISS_OFFICER, RUNS, _PROPOSED, _no_office),
    *_power(Action.EXTEND, RUNS, _OPEN),
    *_power(Action.CANCEL, RUNS, _OPEN),
    *_power(Action.ANNUL, RUNS & ~HAS_ASKED, _COUNTABLE_OR_COUNTED),
    # Allows nothing: else one admin could keep somebody out by asking again and again.
    Rule(Action.ANNUL, RUNS & HAS_ASKED, _COUNTABLE_OR_COUNTED, _asked_once),
    # Two admins annul: one has asked, and this is another one.
    *_power(Action.SECOND_ANNULMENT, RUNS & ~ASKED_BY, _COUNTABLE_OR_COUNTED, _no_request),
    # The admin who asked takes it back, or a second one refuses.
    *_power(Action.DROP_ANNULMENT, RUNS, _COUNTABLE_OR_COUNTED, _no_request),
    # On the frozen roll and still a member.
    Rule(Action.VOTE, COLLEAGUE & ON_ROLL, _OPEN),
    Rule(Action.SEE_RESULT, READS, COUNTED),
    # The roll, while on the team, and the Steering Council.
    Rule(Action.SEE_BOARD, (STEERING | (MEMBER & ON_ROLL)) & READS, COUNTED),
    # The nominator too: this is about the worker, not about the vote.
    Rule(Action.SEE_COUNT, ADMIN & ~NOMINEE, frozenset({Phase.CLOSING})),
    # Whoever can do something about it: see to the mail, or make a seat reachable.
    Rule(Action.SEE_UNTOLD, (ADMIN | STEERING) & ~NOMINEE, frozenset({Phase.COUNCIL_UNTOLD})),
    # Developer's guide: admins see to the count. The portal counts by the clock, and nothing waits for this.
    *_power(Action.ACKNOWLEDGE, RUNS, COUNTED, _acknowledged),
    # JOIN-07: who decides for the council has the candidate's address at hand. Nobody else needs it, nor anybody later.
    Rule(Action.SEE_ADDRESS, SPEAKS_FOR_COUNCIL & ~INTERESTED, _UNDECIDED),
    *_power(Action.NOTE_TURNOUT, RUNS, _UNDECIDED, _no_low_turnout),
    *_power(Action.DECIDE, SPEAKS_FOR_COUNCIL, _TO_COUNCIL, _veto_waits, instead=_ANOTHER_SEAT),
    # A veto that came by mail, perhaps on the last day and read on the next: until an admin has confirmed the silence.
    # Its second seat is needed as well, so no admin vetoes.
    *_power(Action.RELAY_VETO, RUNS & ~STEERING & ~HAS_RECORDED_VETO, _UNDECIDED, _veto_waits),
    # Two seats veto: one has recorded it, or an admin has, and this is another one.
    *_power(Action.CONFIRM_VETO, SPEAKS_FOR_COUNCIL & ~VETO_BY, _UNDECIDED, _no_veto_waits, instead=_ANOTHER_SEAT),
    *_power(Action.REFUSE_VETO, SPEAKS_FOR_COUNCIL | (RUNS & VETO_BY), _UNDECIDED, _no_veto_waits),
    *_power(Action.CONFIRM, RUNS, frozenset({Phase.AWAITING_CONFIRMATION}), _veto_waits),
    phase_of=Nomination.phase,
    instead=_INSTEAD,
    see=Action.SEE,
)
#: Who has the acts of power of an admin over a nomination, and who those of the council.
FREE_ADMIN, FREE_SEAT = RUNS & ~INTERESTED, SPEAKS_FOR_COUNCIL & ~INTERESTED
#: Why a vote is not opened: PEP 811 gives the council its veto, and a council that cannot be told has none.
NO_SEAT = (
    "Nobody on the Steering Council could be told that this vote has passed: no seat that can decide on it has a login "
    "or an invitation that mail reaches. Invite a council member first."
)
#: The same, where the time for a veto is over: the silence of people who are locked out says nothing.
LOCKED_OUT = (
    "No member of the Steering Council who may decide can sign in, so its silence says nothing. "
    "End a suspension, or invite a council member, first."
)
allowed, allows, require, people_who = POLICY.allowed, POLICY.allows, POLICY.require, POLICY.people_who


# -- one comment -----------------------------------------------------------------------------------------


def _taken_back(comment: Comment, _now: datetime) -> str:
    return "You have taken this comment back already." if comment.taken_back_at else ""


def _nothing_to_answer(comment: Comment, _now: datetime) -> str:
    return "This comment has been taken back, so there is nothing to reply to." if comment.taken_back_at else ""


def _instead_of_comment(phase: Any) -> Instead[Comment]:
    sentence = _INSTEAD[phase]
    return sentence if isinstance(sentence, str) else lambda comment: sentence(comment.nomination)


COMMENTS: Policy[CommentAction, Comment] = Policy(
    Rule(
        CommentAction.REPLY,
        MEMBER & ~the_person(lambda comment: comment.nomination.nominee),
        DISCUSSED,
        _nothing_to_answer,
    ),
    Rule(CommentAction.TAKE_BACK, MEMBER & the_person(lambda comment: comment.author), DISCUSSED, _taken_back),
    phase_of=lambda comment, now: comment.nomination.phase(now),
    instead=_instead_of_comment,
)


# -- the nominee, by the private link ------------------------------------------------------------------------


class NomineeAction(StrEnum):
    """The actions of the holder of the nominee's private link."""

    ACCEPT = "consent:accept"
    DECLINE = "consent:decline"
    WITHDRAW = "consent:withdraw"


def _lapsed(nomination: Nomination, now: datetime) -> str:
    if nomination.has_lapsed(now):
        return f"The time for an answer is over. Ask {nomination.nominator.name} to send a new link."
    return ""


#: Asked of `holder_of_link`: the link is the permission, and its holder need not be signed in.
OF_NOMINEE: Policy[NomineeAction, Nomination] = Policy(
    # Too late, they can still decline.
    Rule(NomineeAction.ACCEPT, NOMINEE, frozenset({Phase.CONSENT}), _lapsed),
    Rule(NomineeAction.DECLINE, NOMINEE, frozenset({Phase.CONSENT})),
    Rule(NomineeAction.WITHDRAW, NOMINEE, frozenset({Phase.PROPOSED}) | _OPEN),
    phase_of=Nomination.phase,
    instead=lambda _phase: "This is not possible any more: see below where the nomination stands.",
)


def holder_of_link(nomination: Nomination) -> Actor:
    """Return the nominee as the one who acts by the private link: nothing but the person counts."""
    return Actor(nomination.nominee)
