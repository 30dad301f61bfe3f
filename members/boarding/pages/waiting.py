"""Checklists that wait for an admin, whoever left and is still in a channel, and suspensions, for the dashboard."""

from __future__ import annotations

from django.urls import reverse

from members.accounts import policy as accounts_policy
from members.boarding.models import Offboarding, Onboarding
from members.boarding.policy import Action, possible
from members.boarding.workflow import missing_for_the_end, waits_for_admin
from members.drift import policy as drift_policy
from members.drift.models import FindingKind
from members.drift.queries import standing_findings
from members.people.models import Suspension
from members.people.policy import Actor
from web.waiting import Waiting

#: So many are named on the dashboard; the check names all.
_MOST_NAMED = 4


def waiting_for(actor: Actor) -> list[Waiting]:
    """What `actor` could do next about comings and goings; running ones are few."""
    actions = possible(actor)
    found = []
    if Action.ONBOARD in actions:
        running = Onboarding.objects.running().select_related("person")
        found += [_onboarding(one) for one in running if waits_for_admin(one)]
    if Action.OFFBOARD in actions:
        found += [_offboarding(one) for one in Offboarding.objects.running().select_related("person")]
    if drift_policy.Action.SEE_DRIFT in drift_policy.possible(actor):
        found += _still_in()
    if accounts_policy.Action.END_SUSPENSION in accounts_policy.possible(actor):
        in_force = Suspension.objects.in_force().select_related("person")
        found += [
            _suspension(one)
            for one in in_force
            if accounts_policy.allows(accounts_policy.Action.END_SUSPENSION, actor, one.person)
        ]
    return found


def _onboarding(onboarding: Onboarding) -> Waiting:
    return Waiting(
        urgency="To bring in",
        tone="accent",
        due=None,
        title=f"Onboarding of {onboarding.person.name}",
        detail="The next step is an admin’s.",
        url=onboarding.get_absolute_url(),
        action="Go on",
    )


def _offboarding(offboarding: Offboarding) -> Waiting:
    return Waiting(
        urgency="To close",
        tone="accent",
        due=None,
        title=f"Offboarding of {offboarding.person.name}",
        detail=" ".join(missing_for_the_end(offboarding)) or "Nothing is missing: finish it.",
        url=offboarding.get_absolute_url(),
        action="Go on",
    )


def _still_in() -> list[Waiting]:
    """One item, whoever has left and wherever they are still."""
    left = standing_findings().filter(kind=FindingKind.LEFT).select_related("person", "reading__channel")
    seen = [f"{finding.person} in {finding.reading.channel}" for finding in left]
    if not seen:
        return []
    return [
        Waiting(
            urgency="Still in",
            tone="now",
            due=None,
            title="Somebody who left is still in a channel",
            detail=f"{', '.join(seen[:_MOST_NAMED])}{' and others' if len(seen) > _MOST_NAMED else ''}.",
            url=reverse("drift:index"),
            action="See",
        )
    ]


def _suspension(suspension: Suspension) -> Waiting:
    return Waiting(
        urgency="Suspended",
        tone="now",
        due=None,
        title=f"The access of {suspension.person.name} is closed",
        detail="By an emergency suspension. It ends when somebody ends it.",
        url=reverse("accounts:suspensions"),
        action="See",
    )
