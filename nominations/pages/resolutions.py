"""The list of the Steering Council's decisions on people."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page

from members.people.policy import Actor
from nominations.models import Resolution, ResolutionKind
from nominations.policy import RESOLUTIONS, ResolutionAction

#: What a decision that carried has done, after the name.
_EFFECTS = {
    ResolutionKind.DESIGNATE_ADMIN: "became an admin",
    ResolutionKind.RELEASE_ADMIN: "stopped being an admin",
    ResolutionKind.REMOVE_MEMBER: "left the team",
    ResolutionKind.RETURN_MEMBER: "may come back; the onboarding began",
}


def effect(resolution: Resolution) -> str:
    """Return what the decision has changed, as a sentence."""
    if not resolution.carries:
        return "It did not carry; nothing changed."
    return f"{resolution.person.name} {_EFFECTS[ResolutionKind(resolution.kind)]}."


def resolutions(actor: Actor, page: Page[Resolution]) -> dict[str, Any]:
    """Return the context of the list."""
    return {
        "page": page,
        "rows": [(resolution, effect(resolution)) for resolution in page],
        "may_resolve": ResolutionAction.RECORD in RESOLUTIONS.possible(actor),
    }
