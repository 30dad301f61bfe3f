"""Confirmation pages of the acts on an inactivity review."""

from __future__ import annotations

from datetime import datetime

from members.inactivity.models import ActivityNote, ReviewEntry
from members.inactivity.placing import Placing
from web.confirmation import ConfirmationPage
from web.dates import day_in_words


def announce_act(concerned: list[Placing], since: datetime, due_at: datetime, notice_days: int) -> ConfirmationPage:
    """Return the page that is confirmed before the notices go out."""
    told = sum(placing.reviewed.can_be_mailed for placing in concerned)
    count = "Nobody gets" if not told else "One member gets" if told == 1 else f"{told} members get"
    return ConfirmationPage(
        here="Announce",
        heading="Announce the inactivity review?",
        lead=f"The review will look at the time since {day_in_words(since.date())}.",
        points=(
            f"{count} a mail with two private links: “I am still active, because …” and “I retire to emeritus”.",
            f"They have {notice_days} days for an answer, until {day_in_words(due_at.date())}.",
            "Half way through, who has not answered is asked once more.",
            "Then the portal makes the lists by itself, by what is so on that day, and tells the admins.",
            "Until then nobody but the admins and the Steering Council sees who was told.",
        ),
        label="Announce the review",
    )


def answer_act(entry: ReviewEntry) -> ConfirmationPage:
    """Return the page on which the answer of somebody without an address is written down."""
    return ConfirmationPage(
        here="Answer",
        heading=f"What has {entry.person.name} answered?",
        lead="The portal had no address of theirs when the notices went out, so you have asked them yourself.",
        points=(
            "Your name stands beside the answer, for the Steering Council and for them.",
            "With it they are listed apart as “answered the notice”, with their words. It is written down once.",
            "If they want to leave instead, offboard them from their record.",
        ),
        label="Write it down",
    )


def generate_act(counted: str) -> ConfirmationPage:
    """Return the page that is confirmed before the lists are made; `counted` says what they would count."""
    return ConfirmationPage(
        here="Make the lists",
        heading="Make the lists now?",
        lead="The notice is over. The lists are made once and do not change after that.",
        points=(
            "Activity, notes, roles and memberships count as they are at this moment.",
            counted,
            "The links in the notices have stopped working.",
            "Nobody outside the admins and the Steering Council is told. Sending the review is a step of its own.",
        ),
        label="Make the lists",
    )


def send_act(inactive: int, apart: int) -> ConfirmationPage:
    """Return the page that is confirmed before the council is told of `inactive` names, and of those listed apart."""
    names = "Nobody is" if not inactive else "One name is" if inactive == 1 else f"{inactive} names are"
    return ConfirmationPage(
        here="Send",
        heading="Send the review to the Steering Council?",
        lead=f"{names} recommended for removal (PEP 811), {apart} more are listed apart. It cannot be taken back.",
        points=(
            "Every member of the Steering Council gets a mail with a link, and no names in it.",
            "They read the whole review here, with the answers to the notice and the notes of the admins.",
            "From then on they record one decision for each name, those listed apart included.",
            "A removal takes effect when a second council member confirms it, or after 24 hours if none objects.",
        ),
        label="Send it",
    )


def withdraw_act(note: ActivityNote) -> ConfirmationPage:
    """Return the page that is confirmed before a note is withdrawn."""
    return ConfirmationPage(
        here="Withdraw",
        heading=f"Withdraw the note on {note.person.name}?",
        lead=f"Work on {day_in_words(note.day)}: {note.text}",
        points=(
            "The note stays on the page, marked as withdrawn, with your name.",
            "It counts no more in lists that are made from now on. Lists that are made stay as they are.",
            f"{note.person.name} and the other admins are told by mail.",
        ),
        label="Withdraw the note",
    )
