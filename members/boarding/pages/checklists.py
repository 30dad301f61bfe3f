"""Context of the lists of checklists and of one checklist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from members.accounts.models import Invitation
from members.accounts.policy import Action, allows
from members.boarding.enums import REMIND_AFTER, ChecklistPhase, Direction
from members.boarding.models import Checklist, ChecklistStep
from members.boarding.pages.progress import progress_of
from members.boarding.pages.steps import A_SECOND_PERSON, AN_ADMIN, rows_of, wait_of
from members.boarding.policy import CHECKLISTS, ChecklistAction
from members.channels.registry import checks_state
from members.people.models import Person
from members.people.policy import LEAST_ADMINS, Actor
from members.people.registry import open_work_of
from web.dates import elapsed_in_words

_LABELS_IN = {
    ChecklistPhase.WAITS_FOR_PERSON: ("Waits", "accent"),
    ChecklistPhase.WAITS_FOR_ADMIN: ("Waits for an admin", "now"),
    ChecklistPhase.READY: ("Waits for an admin", "now"),
    ChecklistPhase.COMPLETE: ("Complete", "good"),
    ChecklistPhase.CANCELLED: ("Cancelled", "neutral"),
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
    waits: str
    """Who is waited for, and how long; empty when it is over."""


def row_of(checklist: Checklist, now: datetime) -> ChecklistRow:
    """Return the line of one checklist, which comes from `queries.listed`."""
    steps = list(checklist.steps.all())
    if not checklist.is_out:
        # The portal's own login is nothing that an admin gives.
        steps = [step for step in steps if not step.channel.is_login]
    label, tone = (_LABELS_OUT if checklist.is_out else _LABELS_IN)[checklist.phase(now)]
    done = sum(step.done_at is not None for step in steps)
    return ChecklistRow(checklist, label, tone, done, len(steps), _waits(checklist, steps, now))


def _waits(checklist: Checklist, steps: Sequence[ChecklistStep], now: datetime) -> str:
    """Return who has the next step, by the phase, and since when, as text."""
    if not checklist.is_running:
        return ""
    who = AN_ADMIN if checklist.phase(now).is_for_admin else checklist.person.name
    if not checklist.is_out and checklist.facts(now).is_unconfirmed:
        who = A_SECOND_PERSON
    moments = [wait.since for wait in map(wait_of, steps) if wait and wait.who == who]
    since = min(moments, default=checklist.accepted_at or checklist.begun_at)
    return f"waiting for {who} · {elapsed_in_words(since, now)}"


def context_of(checklist: Checklist, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the context of one checklist's page; the checklist comes from `queries.detailed`."""
    actions = CHECKLISTS.allowed(actor, checklist, now)
    rows = rows_of(checklist, now)
    context = {
        "checklist": checklist,
        "person": checklist.person,
        "missing": checklist.missing(now),
        "can": {action.name.lower(): action in actions for action in ChecklistAction},
        "checks": checks_state(),
    }
    if checklist.is_out:
        work = open_work_of(checklist.person_id) if checklist.is_running else []
        progress = progress_of(checklist, rows, now, work=work)
        admins = Person.objects.acting_admins(now.date()).count() if checklist.is_running else None
        return {
            **context,
            "tick_url": "boarding:tick_offboarding",
            "end_url": "boarding:finish",
            "work": work,
            "progress": progress,
            "admins": admins,
            "least_admins": LEAST_ADMINS,
        }
    has_login = checklist.facts(now).has_complete_login
    invitation = Invitation.objects.filter(person=checklist.person).first()
    return {
        **context,
        "tick_url": "boarding:tick_onboarding",
        "end_url": "boarding:complete",
        "progress": progress_of(checklist, rows, now, invitation=invitation),
        "may_invite": checklist.is_running and not has_login and allows(Action.INVITE, actor),
        "invitation": invitation,
        "invitation_phase": invitation and invitation.phase(now),
        "remind_days": REMIND_AFTER[Direction.IN].days,
    }
