"""The pages that mute a nomination and let its mail come again."""

from __future__ import annotations

from members.people.policy import Actor
from nominations.models import Nomination
from notifications.queries import choices
from web.confirmation import ConfirmationPage


def is_muted(nomination: Nomination, actor: Actor) -> bool:
    """Return whether the reader has muted the nomination."""
    return actor.person is not None and choices.has_muted(actor.person, nomination)


def mute_page(nomination: Nomination) -> ConfirmationPage:
    """Return the page that says what no longer comes, and what still does."""
    return ConfirmationPage(
        here="Mute",
        heading=f"Mute mail about {nomination.nominee.name}?",
        lead="You get no mail about this nomination any more that asks nothing of you.",
        label="Mute",
        points=(
            "No mail about comments, about a withdrawal, and about what the Steering Council decided.",
            "Mail still comes when the vote opens, changes or closes, and when something waits for you.",
            "The mute ends with the nomination. You can take it back on your page of notifications.",
        ),
    )


def unmute_page(nomination: Nomination) -> ConfirmationPage:
    """Return the page that takes a mute back."""
    return ConfirmationPage(
        here="Unmute",
        heading=f"Get all mail about {nomination.nominee.name} again?",
        lead="You have muted it. Mail about comments, a withdrawal and the council’s decision would come again.",
        label="Unmute",
    )
