"""Where a nomination stands in a few words, for its row, its page and its timeline."""

from __future__ import annotations

from datetime import datetime

from nominations.models import Nomination, Phase, Vote
from web.dates import distance_in_words

#: The badge's tone; the word is beside it, so that the colour is never the only sign.
TONES = {
    Phase.CONSENT: "neutral",
    Phase.PROPOSED: "neutral",
    Phase.OPEN: "now",
    Phase.CLOSING: "now",
    Phase.COUNCIL_UNTOLD: "now",
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


def badge(nomination: Nomination, phase: Phase, now: datetime) -> str:
    """Return where a nomination stands, in two or three words."""
    if phase is Phase.OPEN:
        left = remaining(nomination.vote.closes_at)
        return f"{left} left" if left else "closes now"
    if phase is Phase.CONSENT:
        return "No answer" if nomination.has_lapsed(now) else "Asked"
    if phase is Phase.PROPOSED:
        return "Needs a key" if nomination.pending_office else "Ready to open"
    if phase is Phase.CLOSING:
        return "Needs its key" if nomination.vote.officer_id or nomination.vote.has_lost_key else phase.label
    return "Veto to confirm" if nomination.pending_veto and nomination.ended_at is None else phase.label


def deadline(nomination: Nomination, phase: Phase) -> datetime | None:
    """Return when the time to vote or to veto ends; None in other phases."""
    vote = nomination.vote_or_none
    return {Phase.OPEN: vote.closes_at, Phase.VETO_WINDOW: vote.veto_until}.get(phase) if vote else None


def remaining(end: datetime) -> str:
    """Return ``9 hours``, the time until `end`; empty for less than a minute and for what is over."""
    distance = distance_in_words(end)
    return distance.removeprefix("in ") if distance.startswith("in ") else ""


def count_waits_for(vote: Vote) -> str:
    """Return who or what the count of a vote whose time is over waits for, as a sentence without its full stop."""
    if vote.officer is not None:
        return f"The count waits for {vote.officer.name}, who holds the key"
    return "The key is gone; waiting for an admin" if vote.has_lost_key else "The ballots are being counted"
