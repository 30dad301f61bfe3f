"""Who may do what to a nomination, and in which phase.

The table below is the whole policy: an action is allowed in its phases to whom its rule names.
Sources: PEP 811, and the portal's own defaults (docs/glossary.md).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from members.models import Person
from members.policy import Actor, Conflict, NotAllowed, require
from nominations.models import Nomination, Phase
from nominations.models.nomination import COUNTED, PASSED


class Action(StrEnum):
    """What can be done in this app."""

    LIST = "nomination:list"
    PROPOSE = "nomination:propose"
    SEE = "nomination:see"
    OPEN = "vote:open"
    WITHDRAW = "nomination:withdraw"
    VOTE = "ballot:cast"
    DECIDE = "council_decision:record"
    CONFIRM = "nomination:confirm"
    SEE_RESULT = "result:see"
    SEE_BOARD = "board:see"


Rule = Callable[[Actor, Nomination], bool]


def _reads(actor: Actor, _nomination: Nomination) -> bool:
    return actor.is_member or actor.is_steering


def _is_member(actor: Actor, _nomination: Nomination) -> bool:
    return actor.is_member


def _is_admin(actor: Actor, _nomination: Nomination) -> bool:
    return actor.is_admin


def _may_run(actor: Actor, nomination: Nomination) -> bool:
    """Nominator and the admin who runs the vote are different people, and nobody runs their own."""
    return actor.is_admin and not actor.is_person(nomination.nominator) and not actor.is_person(nomination.nominee)


def _is_nominator(actor: Actor, nomination: Nomination) -> bool:
    return actor.is_member and actor.is_person(nomination.nominator)


def _is_voter(actor: Actor, nomination: Nomination) -> bool:
    """On the frozen roll and still a member; never the nominee."""
    return actor.is_member and not actor.is_person(nomination.nominee) and _is_on_roll(actor, nomination)


def _is_on_roll(actor: Actor, nomination: Nomination) -> bool:
    vote = nomination.vote_or_none
    return vote is not None and vote.entry_of(actor.person) is not None


def _may_recount(actor: Actor, nomination: Nomination) -> bool:
    """The roll, while on the team, and the Steering Council."""
    return actor.is_steering or (actor.is_member and _is_on_roll(actor, nomination))


def _speaks_for_council(actor: Actor, nomination: Nomination) -> bool:
    """PEP 13: whoever has a conflict of interest stays out of it; a nominee has one."""
    return actor.is_steering and not actor.is_person(nomination.nominee)


_EVERY_PHASE = frozenset(Phase)

#: Action -> the phases it is possible in, and who may do it. An action may have several rows.
_TABLE: tuple[tuple[Action, frozenset[Phase], Rule], ...] = (
    (Action.SEE, _EVERY_PHASE, _is_member),
    (Action.SEE, PASSED, _reads),
    (Action.WITHDRAW, frozenset({Phase.PROPOSED, Phase.OPEN}), _is_nominator),
    (Action.OPEN, frozenset({Phase.PROPOSED}), _may_run),
    (Action.VOTE, frozenset({Phase.OPEN}), _is_voter),
    (Action.SEE_RESULT, COUNTED, _is_member),
    (Action.SEE_RESULT, PASSED, _reads),
    (Action.SEE_BOARD, COUNTED, _may_recount),
    (Action.DECIDE, frozenset({Phase.VETO_WINDOW}), _speaks_for_council),
    (Action.CONFIRM, frozenset({Phase.AWAITING_CONFIRMATION}), _is_admin),
)

#: Why an action is not possible (any more), for somebody who could do it in another phase.
_INSTEAD = {
    Phase.PROPOSED: "the vote has not been opened yet",
    Phase.OPEN: "the vote is open",
    Phase.CLOSING: "voting has ended and the ballots are being counted",
    Phase.VETO_WINDOW: "the vote has passed and waits for the Steering Council",
    Phase.AWAITING_CONFIRMATION: "the Steering Council's time for a veto is over",
    Phase.JOINED: "the nominee has joined the team",
    Phase.FAILED: "the vote has ended without two thirds",
    Phase.VETOED: "the Steering Council has vetoed it",
    Phase.WITHDRAWN: "it was withdrawn",
}


def general(actor: Actor) -> frozenset[Action]:
    """What `actor` may do that concerns no nomination in particular."""
    if actor.is_member:
        return frozenset({Action.LIST, Action.PROPOSE})
    return frozenset({Action.LIST}) if actor.is_steering else frozenset()


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


def check(action: Action, actor: Actor, nomination: Nomination, *, now: datetime) -> Person:
    """The person behind `actor`; raises unless they may do this now.

    `Conflict` says what has happened instead, to somebody who could do it in another phase;
    everybody else gets `NotAllowed`.
    """
    actions = allowed(actor, nomination, now=now)
    if actor.person is not None and action in actions:
        return actor.person
    require(Action.SEE, actions)
    require(action, frozenset(known for known, _, rule in _TABLE if rule(actor, nomination)))
    raise Conflict(f"This is not possible now: {_INSTEAD[nomination.phase(now)]}.")
