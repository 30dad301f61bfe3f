"""What the pages of the acts on people say, each before it is done."""

from __future__ import annotations

from members.act_page import ActPage
from members.models import Offboarding, Onboarding, Person, Role, Suspension


def complete(onboarding: Onboarding) -> ActPage:
    """For an admin, when nothing is missing."""
    name = onboarding.person.name
    return ActPage(
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


def cancel_onboarding(onboarding: Onboarding) -> ActPage:
    """For an admin, until access is complete."""
    name = onboarding.person.name
    return ActPage(
        here="Give up",
        heading=f"Give up the onboarding of {name}?",
        lead="No membership begins by it. It cannot be taken up again; another vote or decision begins a new one.",
        points=("An open invitation stops working.", "Take back by hand what was given in the channels already."),
        label="Give it up",
        tone="danger",
        keep="Go on with it",
    )


def offboard(person: Person) -> ActPage:
    """For an admin, at the wish of a member."""
    return ActPage(
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


def finish(offboarding: Offboarding) -> ActPage:
    """For an admin, when nothing is missing."""
    name = offboarding.person.name
    return ActPage(
        here="Finish",
        heading=f"Is everything of {name} closed and handed over?",
        lead="The checklist is then closed; who did what stays on record.",
        points=(f"{name} gets a mail with the team’s thanks.",) if offboarding.ending == "emeritus" else (),
        label="Finish the offboarding",
    )


def suspend(person: Person) -> ActPage:
    """For an admin, in an emergency."""
    return ActPage(
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


def end_suspension(suspension: Suspension) -> ActPage:
    """For an admin or a council member other than the suspended."""
    name = suspension.person.name
    return ActPage(
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


def end_role(role: Role) -> ActPage:
    """For an admin, while the role is held."""
    label = role.get_kind_display()
    return ActPage(
        here="End the role",
        heading=f"{role.person.name} is no longer: {label}?",
        lead="The role ends today (UTC) and stays in the history.",
        label="End the role",
        tone="danger",
    )
