"""The items of this app on the dashboard: what waits for one person. One query, however many nominations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse

from members.people.policy import Actor
from nominations import queries
from nominations.models import Nomination, Vote
from nominations.policy import Action, allowed
from web.dates import length_in_words
from web.waiting import Waiting


def waiting_for(actor: Actor, now: datetime) -> list[Waiting]:
    """Return what `actor` could do at `now`, most urgent first."""
    nominations = queries.for_reader(actor).running()
    items = (_item(nomination, actor, now) for nomination in nominations)
    return sorted((item for item in items if item is not None), key=lambda item: item.order)


def waits_for(nomination: Nomination, actor: Actor, now: datetime) -> bool:
    """Return whether the dashboard of `actor` has an item about it; the row comes from `queries.for_reader`."""
    return _item(nomination, actor, now) is not None


def _item(nomination: Nomination, actor: Actor, now: datetime) -> Waiting | None:
    actions = allowed(actor, nomination, now)
    makers: tuple[tuple[Action, Callable[[Nomination, Actor, datetime], Waiting | None]], ...] = (
        (Action.SECOND_ANNULMENT, _to_annul),
        (Action.CANCEL, _to_cancel),
        (Action.VOTE, _to_vote),
        (Action.CONFIRM_VETO, _to_confirm_veto),
        (Action.SEE_UNTOLD, _untold),
        (Action.DECIDE, _to_decide),
        (Action.OPEN, _to_open),
        (Action.NOTE_TURNOUT, _to_note),
        (Action.CONFIRM, _to_confirm),
        (Action.ASK_AGAIN, _to_ask_again),
        (Action.SEE_COUNT, _overdue),
        (Action.ACKNOWLEDGE, _to_acknowledge),
    )
    for action, make in makers:
        if action in actions and (item := make(nomination, actor, now)) is not None:
            return item
    return None


def _left(due: datetime, now: datetime) -> str:
    return f"{length_in_words(due - now)} left"


def _to_vote(nomination: Nomination, actor: Actor, now: datetime) -> Waiting | None:
    if nomination.has_voted(actor.person):
        return None
    return Waiting(
        urgency=_left(nomination.vote.closes_at, now),
        tone="now",
        due=nomination.vote.closes_at,
        title=f"Vote on {nomination.nominee.name} ({nomination.reference})",
        detail=f"Nominated by {nomination.nominator.name} · you have not voted · "
        f"{nomination.voted} of {nomination.vote.entitled} have",
        url=reverse("nominations:vote", args=[nomination.pk]),
        action="Vote",
    )


def _to_decide(nomination: Nomination, _actor: Actor, now: datetime) -> Waiting:
    due = nomination.vote.veto_until or now
    return Waiting(
        urgency=_left(due, now),
        tone="now",
        due=due,
        title=f"Veto or let pass: {nomination.nominee.name} ({nomination.reference})",
        detail=nomination.vote.headline,
        url=reverse("nominations:decide", args=[nomination.pk]),
        action="Decide",
    )


def _untold(nomination: Nomination, actor: Actor, now: datetime) -> Waiting:
    """Return an item for council and admins while no mail to the council was handed over: its time does not run."""
    may_decide = Action.DECIDE in allowed(actor, nomination, now)
    title = "Veto or let pass" if may_decide else "The Steering Council has not been told"
    window = nomination.vote.rules_kept.veto_window_in_words
    return Waiting(
        urgency="Council not told",
        tone="now",
        due=None,
        title=f"{title}: {nomination.nominee.name}",
        detail=f"The vote passed, and no mail to the council was handed over yet: its {window} have not begun.",
        url=reverse("nominations:decide", args=[nomination.pk]) if may_decide else nomination.get_absolute_url(),
        action="Decide" if may_decide else "See why",
    )


def _to_confirm_veto(nomination: Nomination, _actor: Actor, _now: datetime) -> Waiting:
    return Waiting(
        urgency="To confirm",
        tone="now",
        due=None,
        title=f"A veto on {nomination.nominee.name} waits for a second council member",
        detail="Confirm it if the council decided so, or object. Nobody joins until then.",
        url=reverse("nominations:answer_veto", args=[nomination.pk]),
        action="Review",
    )


def _to_open(nomination: Nomination, _actor: Actor, _now: datetime) -> Waiting:
    return Waiting(
        urgency="To open",
        tone="accent",
        due=None,
        title=f"Open the vote on {nomination.nominee.name} ({nomination.reference})",
        detail=f"Nominated by {nomination.nominator.name}",
        url=reverse("nominations:open", args=[nomination.pk]),
        action="Review",
    )


def _to_confirm(nomination: Nomination, _actor: Actor, _now: datetime) -> Waiting:
    return Waiting(
        urgency="To confirm",
        tone="accent",
        due=None,
        title=f"Confirm the onboarding of {nomination.nominee.name}",
        detail="The Steering Council let its time for a veto pass.",
        url=reverse("nominations:confirm", args=[nomination.pk]),
        action="Review",
    )


def _to_acknowledge(nomination: Nomination, _actor: Actor, _now: datetime) -> Waiting:
    return Waiting(
        urgency="To acknowledge",
        tone="accent",
        due=None,
        title=f"Acknowledge the count of the vote on {nomination.nominee.name}",
        detail="The portal counted it; one admin looks at the result. Nothing waits for this.",
        url=reverse("nominations:acknowledge", args=[nomination.pk]),
        action="Review",
    )


def _to_note(nomination: Nomination, _actor: Actor, _now: datetime) -> Waiting:
    return Waiting(
        urgency="To note",
        tone="accent",
        due=None,
        title=f"Say something about the turnout: {nomination.nominee.name}",
        detail="Few voted, and nobody joins before an admin has added a note.",
        url=reverse("nominations:note_turnout", args=[nomination.pk]),
        action="Add a note",
    )


def _to_ask_again(nomination: Nomination, _actor: Actor, now: datetime) -> Waiting | None:
    if not nomination.has_lapsed(now):
        return None
    return Waiting(
        urgency="No answer",
        tone="accent",
        due=None,
        title=f"{nomination.nominee.name} has not answered",
        detail="The private link has expired. Ask again, perhaps at another address, or withdraw the nomination.",
        url=nomination.get_absolute_url(),
        action="See",
    )


def _to_annul(nomination: Nomination, _actor: Actor, _now: datetime) -> Waiting:
    return Waiting(
        urgency="To decide",
        tone="now",
        due=None,
        title=f"Annul the vote on {nomination.nominee.name}?",
        detail="An admin has asked for it, and a second one is needed. Nobody joins by it until then.",
        url=reverse("nominations:annul", args=[nomination.pk]),
        action="Review",
    )


def _to_cancel(nomination: Nomination, _actor: Actor, _now: datetime) -> Waiting | None:
    """Return an item for an admin when ballots are cast that nobody will be able to open."""
    if not nomination.vote.has_lost_key:
        return None
    return Waiting(
        urgency="Key is gone",
        tone="now",
        due=nomination.vote.closes_at,
        title=f"The vote on {nomination.nominee.name} ({nomination.reference}) cannot be counted",
        detail="Its key is not in VOTE_KEY_DIR. Put the folder back, or cancel the vote and nominate again.",
        url=nomination.get_absolute_url(),
        action="See",
    )


def _overdue(nomination: Nomination, _actor: Actor, _now: datetime) -> Waiting:
    """Return an item for an admin while a count does not happen: the worker or the key is missing."""
    return Waiting(
        urgency="Not counted",
        tone="now",
        due=nomination.vote.closes_at,
        title=f"The vote on {nomination.nominee.name} ({nomination.reference}) waits to be counted",
        detail=_why_overdue(nomination.vote),
        url=nomination.get_absolute_url(),
        action="See",
    )


def _why_overdue(vote: Vote) -> str:
    """Return what the count waits for, and what to do."""
    if vote.officer:
        return f"{vote.officer.name} holds its key and counts it on a page of their own. If it is lost, annul the vote."
    if vote.has_lost_key:
        return "Its key is not in VOTE_KEY_DIR. Put the folder back, or annul the vote by two admins and vote again."
    return "The worker counts it within a minute or so. If this stays, look at the worker."
