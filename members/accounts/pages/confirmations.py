"""Texts of the confirmation pages about suspensions."""

from __future__ import annotations

from members.people.models import Person, Suspension
from web.confirmation import ConfirmationPage


def suspend(person: Person) -> ConfirmationPage:
    """Return the page for an admin who suspends somebody."""
    return ConfirmationPage(
        here="Suspend",
        heading=f"Close the access of {person.name} at once?",
        lead="For an emergency: a lost laptop, an account in foreign hands. The membership itself goes on.",
        points=(
            "Every session ends with the next request, and nobody can sign in as them.",
            "Mail that waits for them is not sent. Their place on the rolls of open votes stays.",
            "The Steering Council and the other admins are told at once, and can read your reason.",
            "Another admin or a Steering Council member ends it; they cannot do that themselves.",
            "It is refused if nobody but you could end it.",
        ),
        label="Suspend them now",
        tone="danger",
    )


def end_suspension(suspension: Suspension) -> ConfirmationPage:
    """Return the page for an admin or a council member who ends a suspension of somebody else."""
    name = suspension.person.name
    return ConfirmationPage(
        here="End the suspension",
        heading=f"End the suspension of {name}?",
        lead=f"It was closed because: {suspension.reason}",
        points=(
            "The password, second factors and recovery codes they had are gone for good: a lost device opens nothing.",
            "Unless they have left, another admin or a council member confirms their address; then an invitation goes.",
            f"Ask {name} first whether that mailbox is still theirs alone.",
        ),
        label="End the suspension",
        keep="Leave it in force",
    )
