"""The timeline of a nomination, from the proposal to the membership."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from nominations import rules
from nominations.models import PASSED, Nomination, Phase, Vote
from nominations.pages.badges import count_waits_for
from web.dates import day_in_words, moment_in_words
from web.timeline import StepState, TimelineStep


def steps(nomination: Nomination, now: datetime) -> list[TimelineStep]:
    """Return what has happened, what happens now, and what would come next."""
    return list(_steps(nomination, nomination.phase(now)))


def _steps(nomination: Nomination, phase: Phase) -> Iterator[TimelineStep]:
    vote = nomination.vote_or_none
    yield TimelineStep(
        "Proposed", f"By {nomination.nominator.name}, {moment_in_words(nomination.proposed_at)}", StepState.DONE
    )
    yield _consent_step(nomination, phase)
    if phase in _STOPPED:
        if vote is not None:
            yield TimelineStep("Vote opened", moment_in_words(vote.opened_at), StepState.DONE)
        if phase is not Phase.DECLINED and nomination.ended_at:
            yield TimelineStep(
                phase.label, f"{moment_in_words(nomination.ended_at)}. {_STOPPED[phase]}", StepState.DONE
            )
        return
    yield _vote_step(vote, phase)
    if phase != Phase.FAILED:
        yield _veto_step() if nomination.pending_veto and phase in _RUNNING else _council_step(vote, phase)
    if phase not in {Phase.FAILED, Phase.VETOED}:
        yield _membership_step(nomination, phase)


_STOPPED = {
    Phase.DECLINED: "",
    Phase.WITHDRAWN: "Nothing was counted.",
    Phase.CANCELLED: "Nothing was counted.",
    Phase.ANNULLED: "The result is void.",
}


def _consent_step(nomination: Nomination, phase: Phase) -> TimelineStep:
    label = "Consent"
    if nomination.consented_at is not None:
        return TimelineStep(label, f"Accepted, {moment_in_words(nomination.consented_at)}", StepState.DONE)
    if nomination.declined_at is not None:
        return TimelineStep(label, f"Declined, {moment_in_words(nomination.declined_at)}", StepState.DONE)
    if phase is Phase.CONSENT:
        until = moment_in_words(nomination.consent_until)
        return TimelineStep(label, f"Asked by mail; an answer is possible until {until}", StepState.CURRENT)
    return TimelineStep(label, "No answer", StepState.DONE)


def _vote_step(vote: Vote | None, phase: Phase) -> TimelineStep:
    if vote is None:
        period = rules.in_force().period_in_words
        state = StepState.CURRENT if phase is Phase.PROPOSED else StepState.TODO
        return TimelineStep("Vote of the members", f"An admin opens it; it takes {period}.", state)
    if phase == Phase.OPEN:
        return TimelineStep("Vote of the members", f"Until {moment_in_words(vote.closes_at)}", StepState.CURRENT)
    if phase == Phase.CLOSING:
        return TimelineStep("Vote of the members", f"Voting has ended. {count_waits_for(vote)}.", StepState.CURRENT)
    return TimelineStep("Vote of the members", vote.headline, StepState.DONE)


#: The phases in which a recorded veto can wait for a second seat.
_RUNNING = frozenset({Phase.COUNCIL_UNTOLD, Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION})


def _veto_step() -> TimelineStep:
    return TimelineStep("Steering Council", "A veto is recorded; a second member confirms it.", StepState.CURRENT)


def _council_step(vote: Vote | None, phase: Phase) -> TimelineStep:
    label = "Steering Council"
    kept = vote.rules_kept if vote else rules.in_force()
    if vote is None or phase not in PASSED:
        return TimelineStep(label, f"Can veto within {kept.veto_window_in_words} of being told.", StepState.TODO)
    if phase == Phase.COUNCIL_UNTOLD:
        note = f"Not told yet; its {kept.veto_window_in_words} have not begun."
        return TimelineStep(label, note, StepState.CURRENT)
    if phase == Phase.VETO_WINDOW and vote.veto_until:
        return TimelineStep(label, f"Can veto until {moment_in_words(vote.veto_until)}", StepState.CURRENT)
    if phase == Phase.VETOED:
        return TimelineStep(label, "Veto", StepState.DONE)
    if phase == Phase.AWAITING_CONFIRMATION:
        return TimelineStep(label, "No word within its window; an admin confirms.", StepState.CURRENT)
    note = "No word within its window; an admin confirmed." if vote.confirmed_at else "No veto"
    return TimelineStep(label, note, StepState.DONE)


def _membership_step(nomination: Nomination, phase: Phase) -> TimelineStep:
    onboarding = nomination.onboarding
    if phase != Phase.JOINED or onboarding is None:
        return TimelineStep("Member", "Begins when access is complete.", StepState.TODO)
    if onboarding.cancelled_at:
        return TimelineStep("Member", "The onboarding was given up.", StepState.DONE)
    if onboarding.completed_at:
        return TimelineStep("Member", f"Since {day_in_words(onboarding.completed_at)}", StepState.DONE)
    return TimelineStep("Member", "On the way in: login, responsibilities, channels.", StepState.CURRENT)
