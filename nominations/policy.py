"""Who may do what to a nomination, and in which phase.

The table below is the whole policy: an action is allowed in its phases to whom its rule names.
Sources: PEP 811, and the portal's own defaults (docs/glossary.md).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from members.people.models import Person
from members.people.policy import Actor
from nominations.models import COUNTED, DISCUSSED, Comment, Nomination, Phase
from web.conflicts import Conflict, NotAllowed


class Action(StrEnum):
    """What can be done in this app."""

    LIST = "nomination:list"
    PROPOSE = "nomination:propose"
    SEE_RULES = "rules:see"
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
    WITHDRAW = "nomination:withdraw"
    VOTE = "ballot:cast"
    NOTE_TURNOUT = "turnout:note"
    DECIDE = "council_decision:record"
    CONFIRM = "nomination:confirm"
    SEE_RESULT = "result:see"
    SEE_BOARD = "board:see"
    LIST_RESOLUTIONS = "resolution:list"
    RESOLVE = "resolution:record"


Rule = Callable[[Actor, Nomination], bool]


def _is_nominee(actor: Actor, nomination: Nomination) -> bool:
    return actor.is_person(nomination.nominee)


def _reads(actor: Actor, nomination: Nomination) -> bool:
    """Members; the Steering Council once the members have accepted. Never the nominee."""
    if _is_nominee(actor, nomination):
        return False
    vote = nomination.vote_or_none
    return actor.is_member or (actor.is_steering and vote is not None and vote.veto_until is not None)


def _is_colleague(actor: Actor, nomination: Nomination) -> bool:
    """A member who is not the nominee."""
    return actor.is_member and not _is_nominee(actor, nomination)


def _may_endorse(actor: Actor, nomination: Nomination) -> bool:
    """The nominator has said it with the nomination."""
    return _is_colleague(actor, nomination) and not actor.is_person(nomination.nominator)


def _may_run(actor: Actor, nomination: Nomination) -> bool:
    """Nominator and the admin who runs the vote are different people, and nobody runs their own."""
    return actor.is_admin and not actor.is_person(nomination.nominator) and not _is_nominee(actor, nomination)


def _may_confirm(actor: Actor, nomination: Nomination) -> bool:
    return actor.is_admin and not _is_nominee(actor, nomination)


def _may_note(actor: Actor, nomination: Nomination) -> bool:
    """There is something to say about the turnout, and nobody has said it."""
    vote = nomination.vote_or_none
    return _may_run(actor, nomination) and vote is not None and not vote.turnout_note and vote.has_low_turnout


def _may_second(actor: Actor, nomination: Nomination) -> bool:
    """Two admins annul: one has asked, and this is another one."""
    stop = nomination.stop_or_none
    return _may_run(actor, nomination) and stop is not None and not actor.is_person(stop.asked_by)


def _is_nominator(actor: Actor, nomination: Nomination) -> bool:
    return actor.is_member and actor.is_person(nomination.nominator)


def _is_voter(actor: Actor, nomination: Nomination) -> bool:
    """On the frozen roll and still a member; never the nominee."""
    return _is_colleague(actor, nomination) and _is_on_roll(actor, nomination)


def _is_on_roll(actor: Actor, nomination: Nomination) -> bool:
    vote = nomination.vote_or_none
    return vote is not None and vote.entry_of(actor.person) is not None


def _may_recount(actor: Actor, nomination: Nomination) -> bool:
    """The roll, while on the team, and the Steering Council."""
    is_asked = actor.is_steering or (actor.is_member and _is_on_roll(actor, nomination))
    return is_asked and _reads(actor, nomination)


def _speaks_for_council(actor: Actor, nomination: Nomination) -> bool:
    """PEP 13: whoever has a conflict of interest stays out of it; nominee and nominator have one."""
    own = _is_nominee(actor, nomination) or actor.is_person(nomination.nominator)
    return actor.is_steering and not own


_EVERY_PHASE = frozenset(Phase)
_UNDECIDED = frozenset({Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION})
_COUNTABLE_OR_COUNTED = _UNDECIDED | {Phase.CLOSING, Phase.FAILED}

#: Action -> the phases it is possible in, and who may do it.
_TABLE: tuple[tuple[Action, frozenset[Phase], Rule], ...] = (
    (Action.SEE, _EVERY_PHASE, _reads),
    (Action.SEE_DISCUSSION, _EVERY_PHASE, _is_colleague),
    (Action.COMMENT, DISCUSSED, _is_colleague),
    (Action.ENDORSE, DISCUSSED, _may_endorse),
    (Action.DECLARE, DISCUSSED, _is_colleague),
    (Action.ASK_AGAIN, frozenset({Phase.CONSENT}), _is_nominator),
    (Action.WITHDRAW, frozenset({Phase.CONSENT, Phase.PROPOSED, Phase.OPEN}), _is_nominator),
    # Else somebody proposed by a member who then leaves, or forgets it, could never be proposed again.
    (Action.WITHDRAW, frozenset({Phase.CONSENT, Phase.PROPOSED}), _may_run),
    (Action.OPEN, frozenset({Phase.PROPOSED}), _may_run),
    (Action.EXTEND, frozenset({Phase.OPEN}), _may_run),
    (Action.CANCEL, frozenset({Phase.OPEN}), _may_run),
    (Action.ANNUL, _COUNTABLE_OR_COUNTED, _may_run),
    (Action.SECOND_ANNULMENT, _COUNTABLE_OR_COUNTED, _may_second),
    (Action.VOTE, frozenset({Phase.OPEN}), _is_voter),
    (Action.SEE_RESULT, COUNTED, _reads),
    (Action.SEE_BOARD, COUNTED, _may_recount),
    (Action.NOTE_TURNOUT, _UNDECIDED, _may_note),
    (Action.DECIDE, frozenset({Phase.VETO_WINDOW}), _speaks_for_council),
    (Action.CONFIRM, frozenset({Phase.AWAITING_CONFIRMATION}), _may_confirm),
)

#: Why an action is not possible (any more), for somebody who could do it in another phase.
_INSTEAD = {
    Phase.CONSENT: "the person proposed has not answered yet",
    Phase.PROPOSED: "the vote has not been opened yet",
    Phase.OPEN: "the vote is open",
    Phase.CLOSING: "voting has ended and the ballots are being counted",
    Phase.VETO_WINDOW: "the vote has passed and waits for the Steering Council",
    Phase.AWAITING_CONFIRMATION: "the Steering Council's time for a veto is over",
    Phase.JOINED: "the team has said yes, and the onboarding has begun",
    Phase.FAILED: "the vote has ended without two thirds",
    Phase.VETOED: "the Steering Council has vetoed it",
    Phase.DECLINED: "the person proposed has declined",
    Phase.WITHDRAWN: "it was withdrawn",
    Phase.CANCELLED: "the vote was cancelled",
    Phase.ANNULLED: "the vote was annulled",
}


def may_take_back(actor: Actor, comment: Comment) -> bool:
    """One's own words, while they stand; the nomination must allow comments besides."""
    return actor.is_person(comment.author) and comment.taken_back_at is None


def check_take_back(actor: Actor, comment: Comment, nomination: Nomination, *, now: datetime) -> Person:
    """The author; raises `NotAllowed` for anybody else, `Conflict` when it is too late or done already."""
    who = check(Action.COMMENT, actor, nomination, now=now)
    if not actor.is_person(comment.author):
        raise NotAllowed(Action.COMMENT)
    if not may_take_back(actor, comment):
        raise Conflict("You have taken this comment back already.")
    return who


def check_decide(actor: Actor, nomination: Nomination, *, now: datetime) -> Person:
    """Who may record the council's word; `Conflict` for somebody who has declared a tie (PEP 13)."""
    who = check(Action.DECIDE, actor, nomination, now=now)
    if nomination.interests.filter(person=who).exists():
        raise Conflict("You have declared an interest here; another member of the council records the decision.")
    return who


class NomineeAction(StrEnum):
    """What whoever holds the nominee's private link can do."""

    ACCEPT = "consent:accept"
    DECLINE = "consent:decline"
    WITHDRAW = "consent:withdraw"


def allowed_nominee(nomination: Nomination, *, now: datetime) -> frozenset[NomineeAction]:
    """What the nominee may do about their own nomination at `now`."""
    phase = nomination.phase(now)
    if phase is Phase.CONSENT:
        answers = frozenset({NomineeAction.ACCEPT, NomineeAction.DECLINE})
        return answers - {NomineeAction.ACCEPT} if nomination.has_lapsed(now) else answers
    return frozenset({NomineeAction.WITHDRAW}) if phase in {Phase.PROPOSED, Phase.OPEN} else frozenset()


def check_nominee(action: NomineeAction, nomination: Nomination, *, now: datetime) -> None:
    """Raise `Conflict` with a sentence for the nominee unless they may do this now."""
    if action in allowed_nominee(nomination, now=now):
        return
    if nomination.has_lapsed(now):
        raise Conflict("The time for an answer is over. Ask whoever proposed you to send a new link.")
    raise Conflict("This is not possible any more: see below where the nomination stands.")


_MEMBERS = frozenset({Action.LIST, Action.SEE_RULES, Action.PROPOSE, Action.LIST_RESOLUTIONS})
_COUNCIL = frozenset({Action.LIST, Action.SEE_RULES, Action.LIST_RESOLUTIONS, Action.RESOLVE})


def general(actor: Actor) -> frozenset[Action]:
    """What `actor` may do that concerns no nomination in particular."""
    members = _MEMBERS if actor.is_member else frozenset()
    return members | (_COUNCIL if actor.is_steering else frozenset())


def allowed(actor: Actor, nomination: Nomination, *, now: datetime) -> frozenset[Action]:
    """What `actor` may do about `nomination` at `now`. Nothing at all to whoever may not see it."""
    phase = nomination.phase(now)
    actions = frozenset(action for action, phases, rule in _TABLE if phase in phases and rule(actor, nomination))
    return actions if Action.SEE in actions else frozenset()


def check_general(action: Action, actor: Actor) -> Person:
    """The person behind `actor`; raises `NotAllowed` unless they may do this."""
    if actor.person is None or action not in general(actor):
        raise NotAllowed(action)
    return actor.person


def check_resolve(actor: Actor, person: Person) -> Person:
    """Whoever may record a decision on `person`; PEP 13: who has a conflict of interest stays out of it.

    Raises `NotAllowed` for anybody but a Steering Council member who is somebody else.
    """
    who = check_general(Action.RESOLVE, actor)
    if actor.is_person(person):
        raise NotAllowed(Action.RESOLVE)
    return who


def check(action: Action, actor: Actor, nomination: Nomination, *, now: datetime) -> Person:
    """The person behind `actor`; raises unless they may do this now.

    `Conflict` says what has happened instead, to somebody who could do it in another phase;
    everybody else gets `NotAllowed`.
    """
    actions = allowed(actor, nomination, now=now)
    if actor.person is not None and action in actions:
        return actor.person
    possible = frozenset(known for known, _, rule in _TABLE if rule(actor, nomination))
    if Action.SEE not in actions or action not in possible:
        raise NotAllowed(action)
    raise Conflict(f"This is not possible now: {_INSTEAD[nomination.phase(now)]}.")
