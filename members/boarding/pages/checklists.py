"""Context of the lists of checklists and of one checklist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from members.accounts.models import Invitation
from members.accounts.policy import Action, allows
from members.boarding.enums import REMIND_AFTER, ChecklistPhase, Direction
from members.boarding.models import Checklist
from members.boarding.pages.steps import rows_of
from members.boarding.policy import CHECKLISTS, ChecklistAction
from members.people.policy import Actor
from members.people.registry import open_work_of

_LABELS_IN = {
    ChecklistPhase.WAITS_FOR_PERSON: ("Waits", "accent"),
    ChecklistPhase.WAITS_FOR_ADMIN: ("Waits for an admin", "now"),
    ChecklistPhase.READY: ("Waits for an admin", "now"),
    ChecklistPhase.COMPLETE: ("Complete", "good"),
    ChecklistPhase.CANCELLED: ("Given up", "neutral"),
}
_LABELS_OUT = {
    ChecklistPhase.WAITS_FOR_ADMIN: ("Open", "now"),
    ChecklistPhase.READY: ("Open", "now"),
    ChecklistPhase.COMPLETE: ("Finished", "good"),
}


@dataclass(frozen=True)
class ChecklistRow:
    """One line of a list; `tone` is the badge's."""

    checklist: Checklist
    label: str
    tone: str
    done: int
    """So many of the steps are done."""
    of: int


def row_of(checklist: Checklist, now: datetime) -> ChecklistRow:
    """Return the line of one checklist, which comes from `queries.listed`."""
    steps = list(checklist.steps.all())
    if not checklist.is_out:
        # The portal's own login is nothing that an admin gives.
        steps = [step for step in steps if not step.channel.is_login]
    label, tone = (_LABELS_OUT if checklist.is_out else _LABELS_IN)[checklist.phase(now)]
    return ChecklistRow(checklist, label, tone, sum(step.done_at is not None for step in steps), len(steps))


def context_of(checklist: Checklist, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the context of one checklist's page; the checklist comes from `queries.detailed`."""
    actions = CHECKLISTS.allowed(actor, checklist, now)
    context = {
        "checklist": checklist,
        "person": checklist.person,
        "rows": rows_of(checklist, now),
        "missing": checklist.missing(now),
        "can": {action.name.lower(): action in actions for action in ChecklistAction},
    }
    if checklist.is_out:
        work = open_work_of(checklist.person_id) if checklist.is_running else []
        return {**context, "tick_url": "boarding:tick_offboarding", "work": work, "login_text": _LOGIN_CLOSED}
    has_login = checklist.facts(now).has_complete_login
    invitation = Invitation.objects.filter(person=checklist.person).first()
    return {
        **context,
        "tick_url": "boarding:tick_onboarding",
        "login_text": _LOGIN_COMPLETE if has_login else _LOGIN_TO_COME,
        "may_invite": checklist.is_running and not has_login and allows(Action.INVITE, actor),
        "invitation": invitation,
        "invitation_phase": invitation and invitation.phase(now),
        "remind_days": REMIND_AFTER[Direction.IN].days,
        "waits_for": _waits_for(checklist, now),
    }


_LOGIN_CLOSED = "Closed by the portal when the offboarding began."
_LOGIN_COMPLETE = "They can sign in, with a second factor."
_LOGIN_TO_COME = "The portal sees by itself when there is a login with a second factor."


def _waits_for(onboarding: Checklist, now: datetime) -> str:
    """Return who has to do what next, as a sentence."""
    name, phase = onboarding.person.name, onboarding.phase(now)
    if phase == ChecklistPhase.WAITS_FOR_PERSON:
        return f"Waits for them. {onboarding.missing(now)[0]} The portal reminds them every few days."
    if phase == ChecklistPhase.READY:
        return f"Nothing is missing. Complete it, and {name} is a member."
    if phase != ChecklistPhase.WAITS_FOR_ADMIN:
        return ""
    if onboarding.facts(now).is_unconfirmed:
        return f"Waits for a second person, who confirms the address of {name}: another admin, or a council member."
    if not onboarding.facts(now).has_complete_login:
        return f"Waits for an admin: there is no open invitation. Invite {name}."
    return "Waits for an admin: open the channels that are not ticked off below."
