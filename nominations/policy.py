"""The policy of nominations: the people who may do something, and the phases in which they may.

The tables below are the whole policy: `POLICY` about one nomination, `COMMENTS` about one comment, `RESOLUTIONS` about
a decision of the Steering Council, `GENERAL` about everything else, and `OF_NOMINEE` for the holder of the nominee's
private link.
Sources: PEP 811, PEP 13 (conflicts of interest), and the portal's own defaults (docs/glossary.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Q

from members.people.models import Person, RoleKind
from members.people.permissions import NOBODY, Instead, Policy, Rule, Who, the_person
from members.people.policy import ADMIN, MEMBER, ONESELF, STEERING, Actor
from nominations.models import COUNTED, DISCUSSED, Comment, Nomination, Phase, Resolution, ResolutionKind
from web.dates import day_in_words, moment_in_words
from web.wording import part_in_words


class Action(StrEnum):
    """The actions on one nomination."""

    SEE = "nomination:see"
    ASK_AGAIN = "consent:ask_again"
    SEE_DISCUSSION = "discussion:see"
    COMMENT = "nomination:comment"
    ENDORSE = "nomination:endorse"
    DECLARE = "interest:declare"
    OPEN = "vote:open"
    EXTEND = "vote:extend"
    CANCEL = "vote:cancel"
    ANNUL = "vote:annul"
    SECOND_ANNULMENT = "annulment:second"
    DROP_ANNULMENT = "annulment:drop"
    WITHDRAW = "nomination:withdraw"
    VOTE = "ballot:cast"
    NOTE_TURNOUT = "turnout:note"
    DECIDE = "council_decision:record"
    CONFIRM = "nomination:confirm"
    SEE_RESULT = "result:see"
    SEE_BOARD = "board:see"
    SEE_COUNT = "count:see"


class GeneralAction(StrEnum):
    """The actions that concern no nomination yet: open to a group, or about a person."""

    LIST = "nomination:list"
    PROPOSE = "nomination:propose"
    SEE_RULES = "rules:see"
    LIST_RESOLUTIONS = "resolution:list"


class CommentAction(StrEnum):
    """The actions on one comment."""

    TAKE_BACK = "comment:take_back"


class ResolutionAction(StrEnum):
    """The actions on one decision of the Steering Council."""

    RECORD = "resolution:record"


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
    return NOBODY if nomination is None else Q(pk__in=nomination.interests.values("person"))


NOMINEE = the_person(lambda nomination: nomination.nominee)
NOMINATOR = the_person(lambda nomination: nomination.nominator)
#: The admin who asked for the vote to be annulled.
ASKED_BY = the_person(lambda nomination: nomination.stop.asked_by if nomination.stop_or_none else None)
ON_ROLL = Who(lambda actor, nomination: nomination is not None and nomination.is_on_roll(actor.person), _roll, True)
INTERESTED = Who(
    lambda actor, nomination: nomination is not None and nomination.has_interest(actor.person), _interested, True
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


def _declared(_nomination: Nomination, _now: datetime) -> str:
    return "You have declared an interest here; another member of the council records the decision."


# -- the table -----------------------------------------------------------------------------------------

_UNDECIDED = frozenset({Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION})
_COUNTABLE_OR_COUNTED = _UNDECIDED | {Phase.CLOSING, Phase.FAILED}
_BEFORE_VOTE = frozenset({Phase.CONSENT, Phase.PROPOSED})
_OPEN = frozenset({Phase.OPEN})
_VETO_WINDOW = frozenset({Phase.VETO_WINDOW})


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
    Rule(Action.ASK_AGAIN, MEMBER & NOMINATOR, frozenset({Phase.CONSENT})),
    Rule(Action.WITHDRAW, MEMBER & NOMINATOR, _BEFORE_VOTE | _OPEN),
    # Else somebody proposed by a member who then leaves, or forgets it, could never be proposed again.
    Rule(Action.WITHDRAW, RUNS, _BEFORE_VOTE),
    Rule(Action.OPEN, RUNS, frozenset({Phase.PROPOSED})),
    Rule(Action.EXTEND, RUNS, _OPEN),
    Rule(Action.CANCEL, RUNS, _OPEN),
    Rule(Action.ANNUL, RUNS, _COUNTABLE_OR_COUNTED),
    # Two admins annul: one has asked, and this is another one.
    Rule(Action.SECOND_ANNULMENT, RUNS & ~ASKED_BY, _COUNTABLE_OR_COUNTED, _no_request),
    # The admin who asked takes it back, or a second one refuses.
    Rule(Action.DROP_ANNULMENT, RUNS, _COUNTABLE_OR_COUNTED, _no_request),
    # On the frozen roll and still a member.
    Rule(Action.VOTE, COLLEAGUE & ON_ROLL, _OPEN),
    Rule(Action.SEE_RESULT, READS, COUNTED),
    # The roll, while on the team, and the Steering Council.
    Rule(Action.SEE_BOARD, (STEERING | (MEMBER & ON_ROLL)) & READS, COUNTED),
    # The nominator too: this is about the worker, not about the vote.
    Rule(Action.SEE_COUNT, ADMIN & ~NOMINEE, frozenset({Phase.CLOSING})),
    Rule(Action.NOTE_TURNOUT, RUNS, _UNDECIDED, _no_low_turnout),
    Rule(Action.DECIDE, SPEAKS_FOR_COUNCIL & ~INTERESTED, _VETO_WINDOW),
    # Allows nothing: it tells somebody with a declared interest why not (PEP 13).
    Rule(Action.DECIDE, SPEAKS_FOR_COUNCIL & INTERESTED, _VETO_WINDOW, _declared),
    Rule(Action.CONFIRM, ADMIN & ~NOMINEE, frozenset({Phase.AWAITING_CONFIRMATION})),
    phase_of=Nomination.phase,
    instead=_INSTEAD,
    see=Action.SEE,
)
allowed, allows, require, people_who = POLICY.allowed, POLICY.allows, POLICY.require, POLICY.people_who


# -- one comment -----------------------------------------------------------------------------------------


def _taken_back(comment: Comment, _now: datetime) -> str:
    return "You have taken this comment back already." if comment.taken_back_at else ""


def _instead_of_comment(phase: Any) -> Instead[Comment]:
    sentence = _INSTEAD[phase]
    return sentence if isinstance(sentence, str) else lambda comment: sentence(comment.nomination)


COMMENTS: Policy[CommentAction, Comment] = Policy(
    Rule(CommentAction.TAKE_BACK, MEMBER & the_person(lambda comment: comment.author), DISCUSSED, _taken_back),
    phase_of=lambda comment, now: comment.nomination.phase(now),
    instead=_instead_of_comment,
)


# -- no nomination in particular ---------------------------------------------------------------------------


def _oneself(_nominee: Person, _now: datetime) -> str:
    return "You cannot nominate yourself."


def _not_proposed(nominee: Person, now: datetime) -> str:
    if nominee.is_member_on(now.date()):
        return f"{nominee.name} is a member already."
    nominations = Nomination.objects.filter(nominee=nominee)
    if nominations.running().exists():
        return f"{nominee.name} has an open nomination already."
    wait = timedelta(days=settings.RENOMINATION_WAIT_DAYS)
    refused = nominations.refused_since(now - wait).order_by("-ended_at").first()
    if refused is None or refused.ended_at is None:
        return ""
    return (
        f"{nominee.name} was not accepted on {day_in_words(refused.ended_at)}. "
        f"They can be nominated again from {moment_in_words(refused.ended_at + wait)}."
    )


#: The thing is the person to propose; most actions have none.
GENERAL: Policy[GeneralAction, Any] = Policy(
    Rule(GeneralAction.LIST, MEMBER | STEERING),
    Rule(GeneralAction.SEE_RULES, MEMBER | STEERING),
    Rule(GeneralAction.LIST_RESOLUTIONS, MEMBER | STEERING),
    Rule(GeneralAction.PROPOSE, MEMBER & ~ONESELF, otherwise=_not_proposed),
    # Allows nothing: it tells members why not.
    Rule(GeneralAction.PROPOSE, MEMBER & ONESELF, otherwise=_oneself),
)


# -- a decision of the Steering Council ----------------------------------------------------------------------


def _not_recorded(resolution: Resolution, now: datetime) -> str:
    if resolution.decided_on > now.date():
        return "The day of the decision is still to come."
    same = Resolution.objects.filter(
        kind=resolution.kind, person=resolution.person, decided_on=resolution.decided_on, link=resolution.link
    )
    if same.exists():
        return "This decision is recorded already."
    return _not_decided(ResolutionKind(resolution.kind), resolution.person, now.date())


def _not_decided(kind: ResolutionKind, person: Person, day: date) -> str:
    """Return why the council cannot decide so on what `person` is on `day`."""
    if kind == ResolutionKind.RETURN_MEMBER:
        return _no_return(person, day)
    # By the record, not by the actor: a suspended person has no powers, and can be removed all the same.
    if not person.is_member_on(day):
        return f"{person.name} is not a member."
    is_admin = person.holds(RoleKind.ADMIN, day)
    if kind == ResolutionKind.DESIGNATE_ADMIN and is_admin:
        return f"{person.name} is an admin already."
    if kind == ResolutionKind.RELEASE_ADMIN and not is_admin:
        return f"{person.name} is not an admin."
    return ""


def _no_return(person: Person, day: date) -> str:
    if not settings.RETURN_BY_DECISION:
        return "By this portal’s rule an emeritus comes back by a new vote of the members."
    return "" if Person.objects.emeritus(day).filter(pk=person.pk).exists() else f"{person.name} is not emeritus."


#: The thing is the decision as it would be recorded; it need not be saved.
RESOLUTIONS: Policy[ResolutionAction, Resolution] = Policy(
    # PEP 13: a conflict of interest keeps somebody out of it.
    Rule(
        ResolutionAction.RECORD,
        STEERING & ~the_person(lambda resolution: resolution.person),
        otherwise=_not_recorded,
    ),
)


# -- the nominee, by the private link ------------------------------------------------------------------------


class NomineeAction(StrEnum):
    """The actions of the holder of the nominee's private link."""

    ACCEPT = "consent:accept"
    DECLINE = "consent:decline"
    WITHDRAW = "consent:withdraw"


def _lapsed(nomination: Nomination, now: datetime) -> str:
    if nomination.has_lapsed(now):
        return "The time for an answer is over. Ask whoever proposed you to send a new link."
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
