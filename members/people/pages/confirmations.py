"""Texts of the confirmation pages about roles."""

from __future__ import annotations

from members.people.models import Role
from web.confirmation import ConfirmationPage


def end_role(role: Role) -> ConfirmationPage:
    """For an admin, while the role is held."""
    label = role.get_kind_display()
    return ConfirmationPage(
        here="End the role",
        heading=f"{role.person.name} is no longer: {label}?",
        lead="The role ends today (UTC) and stays in the history.",
        label="End the role",
        tone="danger",
    )
