"""A nomination's way from proposal to membership, as the pages' timeline shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.formats import date_format

from nominations import rules
from nominations.models import Nomination, Phase
from nominations.models.nomination import PASSED
from nominations.models.vote import Vote


class State(StrEnum):
    """What the timeline component knows."""

    DONE = "done"
    CURRENT = "current"
    TODO = "todo"


@dataclass(frozen=True)
class Step:
    """One line of the timeline."""

    label: str
    note: str
    state: State


def written(moment: datetime) -> str:
    """``3 September 2026, 09:12 UTC``."""
    return date_format(moment, "j F Y, H:i") + " UTC"


def steps(nomination: Nomination, now: datetime) -> list[Step]:
    """What has happened, what happens now, what would come next."""
    return list(_steps(nomination, nomination.phase(now)))


def _steps(nomination: Nomination, phase: Phase) -> Iterator[Step]:
    vote = nomination.vote_or_none
    yield Step("Proposed", f"By {nomination.nominator.name}, {written(nomination.proposed_at)}", State.DONE)
    if nomination.withdrawn_at is not None:
        if vote is not None:
            yield Step("Vote opened", written(vote.opened_at), State.DONE)
        yield Step("Withdrawn", f"{written(nomination.withdrawn_at)}. Nothing was counted.", State.DONE)
        return
    yield _vote_step(vote, phase)
    if phase != Phase.FAILED:
        yield _council_step(vote, phase)
    if phase not in {Phase.FAILED, Phase.VETOED}:
        yield _membership_step(nomination, phase)


def _vote_step(vote: Vote | None, phase: Phase) -> Step:
    if vote is None:
        period = rules.in_force().period_in_words
        return Step("Vote of the members", f"An admin opens it; it takes {period}.", State.CURRENT)
    if phase == Phase.OPEN:
        return Step("Vote of the members", f"Until {written(vote.closes_at)}", State.CURRENT)
    if phase == Phase.CLOSING:
        return Step("Vote of the members", "Voting has ended; the ballots are being counted.", State.CURRENT)
    return Step("Vote of the members", vote.reason, State.DONE)


def _council_step(vote: Vote | None, phase: Phase) -> Step:
    label = "Steering Council"
    kept = vote.rules_kept if vote else rules.in_force()
    if vote is None or phase not in PASSED:
        return Step(label, f"May veto within {kept.veto_window_in_words} of the close.", State.TODO)
    if phase == Phase.VETO_WINDOW and vote.veto_until:
        return Step(label, f"May veto until {written(vote.veto_until)}", State.CURRENT)
    if phase == Phase.VETOED:
        return Step(label, "Veto", State.DONE)
    if phase == Phase.AWAITING_CONFIRMATION:
        return Step(label, "No word within its window; an admin confirms.", State.CURRENT)
    note = "No word within its window; an admin confirmed." if vote.confirmed_at else "No veto"
    return Step(label, note, State.DONE)


def _membership_step(nomination: Nomination, phase: Phase) -> Step:
    if phase == Phase.JOINED and nomination.ended_at:
        return Step("Member", f"Since {date_format(nomination.ended_at, 'j F Y')}", State.DONE)
    return Step("Member", "Begins as soon as nothing stands against it.", State.TODO)
