"""The timeline of a nomination, from the proposal to the membership."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from nominations import rules
from nominations.models import PASSED, Nomination, Phase, Vote
from web.dates import day_in_words, moment_in_words
from web.timeline import State, Step


def steps(nomination: Nomination, now: datetime) -> list[Step]:
    """Return what has happened, what happens now, and what would come next."""
    return list(_steps(nomination, nomination.phase(now)))


def _steps(nomination: Nomination, phase: Phase) -> Iterator[Step]:
    vote = nomination.vote_or_none
    yield Step("Proposed", f"By {nomination.nominator.name}, {moment_in_words(nomination.proposed_at)}", State.DONE)
    yield _consent_step(nomination, phase)
    if phase in _STOPPED:
        if vote is not None:
            yield Step("Vote opened", moment_in_words(vote.opened_at), State.DONE)
        if phase is not Phase.DECLINED and nomination.ended_at:
            yield Step(phase.label, f"{moment_in_words(nomination.ended_at)}. {_STOPPED[phase]}", State.DONE)
        return
    yield _vote_step(vote, phase)
    if phase != Phase.FAILED:
        yield _council_step(vote, phase)
    if phase not in {Phase.FAILED, Phase.VETOED}:
        yield _membership_step(nomination, phase)


_STOPPED = {
    Phase.DECLINED: "",
    Phase.WITHDRAWN: "Nothing was counted.",
    Phase.CANCELLED: "Nothing was counted.",
    Phase.ANNULLED: "The result is void.",
}


def _consent_step(nomination: Nomination, phase: Phase) -> Step:
    label = "Consent"
    if nomination.consented_at is not None:
        return Step(label, f"Accepted, {moment_in_words(nomination.consented_at)}", State.DONE)
    if nomination.declined_at is not None:
        return Step(label, f"Declined, {moment_in_words(nomination.declined_at)}", State.DONE)
    if phase is Phase.CONSENT:
        until = moment_in_words(nomination.consent_until)
        return Step(label, f"Asked by mail; an answer is possible until {until}", State.CURRENT)
    return Step(label, "No answer", State.DONE)


def _vote_step(vote: Vote | None, phase: Phase) -> Step:
    if vote is None:
        period = rules.in_force().period_in_words
        state = State.CURRENT if phase is Phase.PROPOSED else State.TODO
        return Step("Vote of the members", f"An admin opens it; it takes {period}.", state)
    if phase == Phase.OPEN:
        return Step("Vote of the members", f"Until {moment_in_words(vote.closes_at)}", State.CURRENT)
    if phase == Phase.CLOSING:
        return Step("Vote of the members", "Voting has ended; the ballots are being counted.", State.CURRENT)
    return Step("Vote of the members", vote.reason, State.DONE)


def _council_step(vote: Vote | None, phase: Phase) -> Step:
    label = "Steering Council"
    kept = vote.rules_kept if vote else rules.in_force()
    if vote is None or phase not in PASSED:
        return Step(label, f"May veto within {kept.veto_window_in_words} of the close.", State.TODO)
    if phase == Phase.VETO_WINDOW and vote.veto_until:
        return Step(label, f"May veto until {moment_in_words(vote.veto_until)}", State.CURRENT)
    if phase == Phase.VETOED:
        return Step(label, "Veto", State.DONE)
    if phase == Phase.AWAITING_CONFIRMATION:
        return Step(label, "No word within its window; an admin confirms.", State.CURRENT)
    note = "No word within its window; an admin confirmed." if vote.confirmed_at else "No veto"
    return Step(label, note, State.DONE)


def _membership_step(nomination: Nomination, phase: Phase) -> Step:
    onboarding = nomination.onboarding
    if phase != Phase.JOINED or onboarding is None:
        return Step("Member", "Begins when access is complete.", State.TODO)
    if onboarding.cancelled_at:
        return Step("Member", "The onboarding was given up.", State.DONE)
    if onboarding.completed_at:
        return Step("Member", f"Since {day_in_words(onboarding.completed_at)}", State.DONE)
    return Step("Member", "On the way in: login, responsibilities, channels.", State.CURRENT)
