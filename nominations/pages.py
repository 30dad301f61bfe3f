"""What the larger pages show, worked out before a template sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.urls import reverse

from members.boarding import policy as boarding
from members.documents.models import DocumentKind
from members.documents.queries import current
from members.documents.rendering import filled
from members.people.policy import Actor
from nominations import keys, rules
from nominations.forms.proposing import CommentForm
from nominations.models import PASSED, Comment, Nomination, Phase, RollEntry, Vote
from nominations.policy import Action, allowed, allowed_nominee, general, may_take_back
from nominations.progress import steps, written
from nominations.tally import THRESHOLD
from nominations.trail import trail_of

#: The badge's tone; the word is beside it, so that the colour is never the only sign.
TONES = {
    Phase.CONSENT: "neutral",
    Phase.PROPOSED: "neutral",
    Phase.OPEN: "now",
    Phase.CLOSING: "now",
    Phase.VETO_WINDOW: "now",
    Phase.AWAITING_CONFIRMATION: "accent",
    Phase.JOINED: "good",
    Phase.FAILED: "neutral",
    Phase.VETOED: "neutral",
    Phase.DECLINED: "neutral",
    Phase.WITHDRAWN: "neutral",
    Phase.CANCELLED: "neutral",
    Phase.ANNULLED: "neutral",
}
#: The one act a list offers beside a nomination, the first that is allowed: its page and its button.
_ACTS = {
    Action.VOTE: ("nominations:vote", "Vote"),
    Action.DECIDE: ("nominations:decide", "Decide"),
    Action.OPEN: ("nominations:open", "Open the vote"),
    Action.NOTE_TURNOUT: ("nominations:note_turnout", "Add a note"),
    Action.CONFIRM: ("nominations:confirm", "Confirm"),
}


def index(actor: Actor, page: Page[Nomination], chosen: Phase | None, now: datetime) -> dict[str, Any]:
    """The list: rows with phase, deadline and the one act."""
    known = Phase if actor.is_member else [phase for phase in Phase if phase in PASSED | {Phase.ANNULLED}]
    return {
        "page": page,
        "rows": [_row(actor, nomination, now) for nomination in page],
        "chosen": chosen,
        "phases": known,
        "query": f"phase={chosen}" if chosen else "",
        "may_propose": Action.PROPOSE in general(actor),
    }


def _row(actor: Actor, nomination: Nomination, now: datetime) -> dict[str, Any]:
    phase, vote = nomination.phase(now), nomination.vote_or_none
    actions = allowed(actor, nomination, now=now)
    entry = vote.entry_of(actor.person) if vote else None
    has_voted = entry is not None and entry.has_voted
    return {
        "nomination": nomination,
        "phase": phase,
        "tone": TONES[phase],
        "vote": vote,
        "deadline": _deadline(vote, phase),
        "has_voted": has_voted,
        "is_open": phase == Phase.OPEN,
        "shows_result": Action.SEE_RESULT in actions,
        **_act(nomination, actions, has_voted),
    }


def _act(nomination: Nomination, actions: frozenset[Action], has_voted: bool) -> dict[str, str]:
    act = next((action for action in _ACTS if action in actions), None)
    if act is None:
        return {}
    name, label = _ACTS[act]
    replaces = act == Action.VOTE and has_voted
    return {
        "act_url": reverse(name, args=[nomination.pk]),
        "act_label": "Change" if replaces else label,
        "act_tone": "secondary" if replaces else "primary",
    }


def _deadline(vote: Vote | None, phase: Phase) -> datetime | None:
    if vote is None:
        return None
    return {Phase.OPEN: vote.closes_at, Phase.VETO_WINDOW: vote.veto_until}.get(phase)


def detail(actor: Actor, nomination: Nomination, now: datetime, comments: Page[Comment]) -> dict[str, Any]:
    """One nomination, with the result and the board for those who may see them."""
    actions = allowed(actor, nomination, now=now)
    phase, vote = nomination.phase(now), nomination.vote_or_none
    return {
        "nomination": nomination,
        "phase": phase,
        "tone": TONES[phase],
        "can": {action.name.lower(): action in actions for action in Action},
        "steps": steps(nomination, now),
        "vote": vote,
        "onboarding": nomination.onboarding,
        "may_onboard": phase == Phase.JOINED and boarding.allows(boarding.Action.ONBOARD, actor),
        "has_lapsed": nomination.has_lapsed(now),
        "stop": nomination.stop_or_none,
        "trail": trail_of(nomination),
        **(_discussion(actor, nomination, comments) if Action.SEE_DISCUSSION in actions else {}),
        **(_vote_facts(actor, vote, actions) if vote else {}),
    }


def _discussion(actor: Actor, nomination: Nomination, comments: Page[Comment]) -> dict[str, Any]:
    """What members have said; the reader's own part is marked."""
    endorsements = list(nomination.endorsements.select_related("person"))
    return {
        "comments": [{"comment": comment, "is_own": may_take_back(actor, comment)} for comment in comments],
        "comments_page": comments,
        "endorsements": endorsements,
        "has_endorsed": any(actor.is_person(endorsement.person) for endorsement in endorsements),
        "interests": list(nomination.interests.select_related("person")),
        "comment_form": CommentForm(),
    }


def _vote_facts(actor: Actor, vote: Vote, actions: frozenset[Action]) -> dict[str, Any]:
    roll = list(vote.roll.all())
    tally = vote.tally if Action.SEE_RESULT in actions else None
    return {
        "rules": vote.rules_kept,
        "roll": roll,
        "voted": sum(entry.has_voted for entry in roll),
        "has_voted": _has_voted(actor, roll),
        "tally": tally,
        "verdict": vote.rules_kept.judge(tally, vote.entitled) if tally else None,
        "is_low": tally is not None and vote.has_low_turnout,
        "public_key": keys.shown(bytes(vote.public_key)),
        "extensions": list(vote.extensions.select_related("extended_by")),
        "board": vote.board() if Action.SEE_BOARD in actions else [],
        "decision": getattr(vote, "decision", None),
    }


def ballot(actor: Actor, nomination: Nomination, now: datetime) -> dict[str, Any]:
    """The voting page and the receipt."""
    vote = Vote.objects.select_related("officer").get(pk=nomination.vote.pk)
    roll = list(vote.roll.all())
    actions = allowed(actor, nomination, now=now)
    return {
        "nomination": nomination,
        "can": {action.name.lower(): action in actions for action in Action},
        "vote": vote,
        "rules": vote.rules_kept,
        "two_thirds": THRESHOLD,
        "voters": len(roll),
        "voted": sum(entry.has_voted for entry in roll),
        "has_voted": _has_voted(actor, roll),
        "endorsements": list(nomination.endorsements.select_related("person")),
        "interests": list(nomination.interests.select_related("person")),
    }


def _has_voted(actor: Actor, roll: list[RollEntry]) -> bool:
    return any(entry.has_voted for entry in roll if actor.person and entry.person_id == actor.person.pk)


#: For a nominee who has pressed a button of no page of ours.
NO_ANSWER = "Choose one of the answers below. Nothing was recorded."


def nominee(nomination: Nomination, now: datetime) -> dict[str, Any]:
    """The nominee's own page: where it stands, in words that tell no count and no reason."""
    phase = nomination.phase(now)
    return {
        "nomination": nomination,
        "phase": phase,
        "standing": _standing(nomination, phase, now),
        "can": {action.name.lower(): True for action in allowed_nominee(nomination, now=now)},
        "rules": nomination.vote.rules_kept if nomination.vote_or_none else rules.in_force(),
        **(_duties() if phase is Phase.CONSENT else {}),
    }


def _duties() -> dict[str, Any]:
    """What the nominee would take on, as it stands now."""
    version = current(DocumentKind.RESPONSIBILITIES)
    return {"responsibilities": version, "duties": filled(version.text)}


def _standing(nomination: Nomination, phase: Phase, now: datetime) -> str:
    """One sentence; the same for every way in which the team or the council said no."""
    vote = nomination.vote_or_none
    if phase is Phase.CONSENT:
        until = written(nomination.consent_until)
        if nomination.has_lapsed(now):
            return (
                f"You could accept until {until}. Ask {nomination.nominator.name} for a new link if you still want to."
            )
        return f"Please answer by {until}."
    if phase is Phase.OPEN and vote is not None:
        return f"The members are voting, until {written(vote.closes_at)}."
    return _STANDINGS[phase]


_WAITS = "Voting has ended. You get a mail as soon as the outcome is final."
_STOPPED = "The vote was stopped for a reason that lies in the procedure, not in you. You can be proposed again."
_REFUSED = (
    "You have not been accepted this time. Nobody outside the team and the Steering Council learns of it, "
    "and who said what stays with them."
)
_STANDINGS = {
    Phase.PROPOSED: "You have agreed. An admin opens the vote; you get a mail when there is an outcome.",
    Phase.CLOSING: _WAITS,
    Phase.VETO_WINDOW: _WAITS,
    Phase.AWAITING_CONFIRMATION: _WAITS,
    Phase.JOINED: "The team has said yes. What comes next goes to you by mail: an invitation to the portal.",
    Phase.FAILED: _REFUSED,
    Phase.VETOED: _REFUSED,
    Phase.DECLINED: "You have declined. No vote takes place, and nobody outside the team learns of it.",
    Phase.WITHDRAWN: "The nomination was withdrawn. Nobody outside the team learns of it.",
    Phase.CANCELLED: _STOPPED,
    Phase.ANNULLED: _STOPPED,
}
