"""What the pages of the two checklists show: steps with who and when, what is missing, what comes next."""

from __future__ import annotations

from typing import Any

from members.accounts.models import Invitation
from members.accounts.queries.logins import has_complete_login
from members.boarding.models import Offboarding, Onboarding
from members.boarding.pages.steps import rows_of_offboarding, rows_of_onboarding
from members.boarding.workflow import missing_for_completion, missing_for_the_end, waits_for_admin
from members.people.registry import open_work_of


def onboarding_row(onboarding: Onboarding) -> dict[str, Any]:
    """One line of the list; its steps are prefetched."""
    steps = [step for step in onboarding.steps.all() if not step.channel.is_login]
    done = sum(step.done_at is not None for step in steps)
    if onboarding.cancelled_at:
        state, tone = "Given up", "neutral"
    elif onboarding.completed_at:
        state, tone = "Complete", "good"
    elif onboarding.accepted_at is None:
        state, tone = "Waits", "accent"
    else:
        state, tone = "Waits for an admin", "now"
    return {"onboarding": onboarding, "state": state, "tone": tone, "done": done, "of": len(steps)}


def onboarding(found: Onboarding) -> dict[str, Any]:
    """One onboarding with everything on its page."""
    missing = missing_for_completion(found) if found.is_running else []
    has_login = has_complete_login(found.person)
    return {
        "onboarding": found,
        "person": found.person,
        "steps": rows_of_onboarding(found, has_login=has_login),
        "has_login": has_login,
        "invitation": Invitation.objects.filter(person=found.person).first(),
        "missing": missing,
        "waits_for": _waits_for(found, missing),
    }


def _waits_for(found: Onboarding, missing: list[str]) -> str:
    """Who has to do what next, as a sentence."""
    if not found.is_running:
        return ""
    name = found.person.name
    if not waits_for_admin(found):
        return f"Waits for them. {missing[0]} The portal reminds them every few days."
    if not has_complete_login(found.person):
        return f"Waits for an admin: there is no open invitation. Invite {name}."
    if missing:
        return "Waits for an admin: open the channels that are not ticked off below."
    return f"Nothing is missing. Complete it, and {name} is a member."


def offboarding_row(offboarding: Offboarding) -> dict[str, Any]:
    """One line of the list; its steps are prefetched."""
    steps = list(offboarding.steps.all())
    done = sum(step.done_at is not None for step in steps)
    return {"offboarding": offboarding, "done": done, "of": len(steps)}


def offboarding(found: Offboarding) -> dict[str, Any]:
    """One offboarding with everything on its page."""
    running = found.finished_at is None
    return {
        "offboarding": found,
        "person": found.person,
        "steps": rows_of_offboarding(found),
        "work": open_work_of(found.person_id) if running else [],
        "missing": missing_for_the_end(found) if running else [],
    }
