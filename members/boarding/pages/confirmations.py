"""The confirmation pages of onboarding and offboarding."""

from __future__ import annotations

from datetime import datetime

from members.boarding.models import Checklist, Memorial
from members.boarding.policy import is_for_the_council
from members.people.models import Person
from web.confirmation import ConfirmationPage


def complete(onboarding: Checklist) -> ConfirmationPage:
    """Return the page for an admin who completes an onboarding."""
    name = onboarding.person.name
    return ConfirmationPage(
        here="Complete",
        heading=f"Is access complete for {name}?",
        lead="From this moment on they are a member of the team.",
        points=(
            f"{name} sees reports and nominations at once, and votes on what opens from now on.",
            "The public roster, the CSV and the JSON show them from today (UTC).",
            f"{name} is told, and so are the members.",
        ),
        label=f"Make {name} a member",
    )


def cancel_onboarding(onboarding: Checklist) -> ConfirmationPage:
    """Return the page for an admin who cancels an onboarding."""
    name = onboarding.person.name
    return ConfirmationPage(
        here="Cancel",
        heading=f"Cancel the onboarding of {name}?",
        lead="No membership begins. It cannot be taken up again; another vote or decision begins a new one.",
        points=("An open invitation stops working.", "Take back by hand what was given in the channels already."),
        label="Cancel the onboarding",
        tone="danger",
        keep="Keep it",
    )


def offboard(person: Person) -> ConfirmationPage:
    """Return the page for an admin who lets a member go at their wish."""
    return ConfirmationPage(
        here="Offboard",
        heading=f"Has {person.name} asked to leave?",
        lead="They become emeritus today (UTC). Against somebody’s will only the Steering Council removes a member.",
        points=(
            "Every session ends with the next request. The login is closed, unless they sit on the Steering Council.",
            "Mail that waits for them is not sent.",
            "An admin’s role ends with it; the portal refuses when fewer than two admins would be left.",
            "A checklist begins: reports to hand over, channels to close.",
        ),
        label="Close their access",
        tone="danger",
    )


def who_confirms(person: Person, now: datetime) -> str:
    """Return who gives the second word that `person` has died. One query."""
    council = "a member of the Steering Council"
    return council if is_for_the_council(person, now) else f"another admin or {council}"


def record_death(person: Person, now: datetime) -> ConfirmationPage:
    """Return the page for an admin who gives the first word that somebody has died. One query."""
    name = person.name
    return ConfirmationPage(
        here="In memoriam",
        heading=f"Has {name} died?",
        lead=f"Two people say so: you now, then {who_confirms(person, now)}.",
        points=(
            "Their access to the portal ends at once, on every device.",
            f"From now on no mail goes to any address of {name}.",
            "The admins and the Steering Council are told.",
            "The membership ends when the second person has confirmed. It can be undone if it was a mistake.",
        ),
        label="Record it",
        tone="danger",
    )


def confirm_death(memorial: Memorial) -> ConfirmationPage:
    """Return the page for the second person."""
    name = memorial.person.name
    return ConfirmationPage(
        here="Confirm",
        heading=f"Do you confirm that {name} has died?",
        lead=f"{memorial.recorded_by} recorded it: {memorial.source}",
        points=(
            "The membership and every role end today (UTC), a seat on the Steering Council too.",
            "The public list of former members names them, in memoriam.",
            "A checklist begins: reports to hand over, accounts to close.",
            "Their names and accounts are not given to anybody else.",
        ),
        label="Confirm",
        tone="danger",
    )


_NO_POWER = (
    "Neither the role of an admin nor a seat on the Steering Council comes back by it: the council designates an "
    "admin, and the people who run the server record a seat."
)


def undo_death(memorial: Memorial) -> ConfirmationPage:
    """Return the page for whoever finds that it was a mistake."""
    name = memorial.person.name
    is_confirmed = memorial.confirmed_at is not None
    login = (
        f"An admin invites {name} again, with a second person’s word."
        if is_confirmed
        else "Their login opens again, unless something else has closed it."
    )
    return ConfirmationPage(
        here="Undo",
        heading=f"Was it a mistake that {name} has died?",
        lead="The membership is again what it was before, and so are roles without power.",
        points=(
            *((_NO_POWER,) if is_confirmed else ()),
            login,
            "The admins and the Steering Council are told.",
        ),
        label="Undo it",
        tone="danger",
    )


def finish(offboarding: Checklist) -> ConfirmationPage:
    """Return the page for an admin who finishes an offboarding."""
    name = offboarding.person.name
    return ConfirmationPage(
        here="Finish",
        heading=f"Is everything of {name} closed and handed over?",
        lead="The checklist is then closed; who did what stays on record.",
        points=(f"{name} gets a mail with the team’s thanks.",) if offboarding.ending == "emeritus" else (),
        label="Finish the offboarding",
    )
