"""Texts of the confirmation pages about roles."""

from __future__ import annotations

from members.people.models import Role, RoleKind
from web.confirmation import ConfirmationPage

#: No admin ends a seat: they could unseat the council.
_SEAT_IS_APART = (
    "A seat on the Steering Council stays. Somebody who was ejected from the core team loses it on the same day "
    "(PEP 13): the people who run the server end it, by manage.py council_seat."
)


def end_role(role: Role) -> ConfirmationPage:
    """Return the page for an admin who ends a role that is held."""
    label = role.get_kind_display()
    points = (_SEAT_IS_APART,) if role.kind == RoleKind.CORE_TEAM else ()
    return ConfirmationPage(
        here="End the role",
        heading=f"{role.person.name} is no longer: {label}?",
        lead="The role ends today (UTC) and stays in the history.",
        points=points,
        label="End the role",
        tone="danger",
    )
