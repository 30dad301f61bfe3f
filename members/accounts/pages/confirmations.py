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
        ),
        label="Suspend them now",
        tone="danger",
    )


def begin_reset(person: Person) -> ConfirmationPage:
    """Return the page for an admin who vouches for somebody that lost their way in."""
    return ConfirmationPage(
        here="Reset the login",
        heading=f"Give {person.name} a new way in?",
        lead="For lost second factors, or an address that is dead. You are the first of two people who say that it is "
        "them.",
        points=(
            f"{person.name} gets a mail at the present address at once, with a link that stops it.",
            "A second admin or a council member confirms. Until then nothing changes, and after 7 days it lapses.",
            "Then passkeys, authenticator app, recovery codes and password are removed, and the sessions end.",
            "A link to choose a new password and a new second factor is mailed. It works once, for 48 hours.",
            "All admins and the whole Steering Council are told, before and after.",
        ),
        label="I vouch for them",
    )


def end_suspension(suspension: Suspension) -> ConfirmationPage:
    """Return the page for an admin or a council member who ends a suspension of somebody else."""
    name = suspension.person.name
    return ConfirmationPage(
        here="End the suspension",
        heading=f"Give {name} access again?",
        lead=f"It was closed because: {suspension.reason}",
        points=(
            f"{name} signs in anew, with the password and second factor they had.",
            "If those may be in foreign hands, let them replace both first thing.",
        ),
        label="End the suspension",
        keep="Leave it in force",
    )
