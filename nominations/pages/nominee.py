"""The nominee's own page, behind the private link."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from members.documents.models import DocumentKind
from members.documents.queries import current
from members.documents.rendering import filled
from nominations import rules
from nominations.models import Nomination, Phase
from nominations.policy import OF_NOMINEE, holder_of_link
from web.dates import moment_in_words

#: For a POST that none of the page's buttons sends.
NO_ANSWER = "Choose one of the answers below. Nothing was recorded."


def nominee(nomination: Nomination, now: datetime) -> dict[str, Any]:
    """Return the context of the nominee's own page: where it stands, without counts and reasons.

    Of what was said about them they read the statement, which they answer, and nothing else.
    """
    phase = nomination.phase(now)
    actions = OF_NOMINEE.allowed(holder_of_link(nomination), nomination, now)
    return {
        "nomination": nomination,
        "phase": phase,
        "standing": _standing(nomination, phase, now),
        "can": {action.name.lower(): True for action in actions},
        "nominator_url": reverse("roster:person", args=[nomination.nominator.slug]),
        "rules": nomination.vote.rules_kept if nomination.vote_or_none else rules.in_force(),
        **(_duties() if phase is Phase.CONSENT else {}),
    }


def _duties() -> dict[str, Any]:
    """Return what the nominee would take on, as it stands now."""
    version = current(DocumentKind.RESPONSIBILITIES)
    return {"responsibilities": version, "duties": filled(version.text)}


def _standing(nomination: Nomination, phase: Phase, now: datetime) -> str:
    """Return one sentence, identical for every way in which the team or the council refuses."""
    vote = nomination.vote_or_none
    if phase is Phase.CONSENT:
        until = moment_in_words(nomination.consent_until)
        if nomination.has_lapsed(now):
            return (
                f"You could accept until {until}. Ask {nomination.nominator.name} for a new link if you still want to."
            )
        return f"Please answer by {until}."
    if phase is Phase.OPEN and vote is not None:
        return f"The members are voting, until {moment_in_words(vote.closes_at)}."
    return _STANDINGS[phase]


_WAITS = "Voting has ended. You get a mail as soon as the outcome is final."
_STOPPED = "The vote was stopped for a reason that lies in the procedure, not in you. You can be proposed again."
_REFUSED = (
    "You have not been accepted this time. Nobody outside the team and the Steering Council learns of it, "
    "and who said what stays with them."
)
_STANDINGS = {
    Phase.PROPOSED: "You have accepted. Next an admin opens the vote. You get a mail when the outcome is final.",
    Phase.CLOSING: _WAITS,
    Phase.COUNCIL_UNTOLD: _WAITS,
    Phase.VETO_WINDOW: _WAITS,
    Phase.AWAITING_CONFIRMATION: _WAITS,
    Phase.JOINED: "The team has said yes. What comes next goes to you by mail: an invitation to the portal.",
    Phase.FAILED: _REFUSED,
    Phase.VETOED: _REFUSED,
    Phase.DECLINED: "You have declined. No vote takes place, and nobody outside the team learns of it.",
    Phase.WITHDRAWN: "The nomination was withdrawn. Nobody outside the team learns of it.",
    Phase.CANCELLED: _STOPPED,
    Phase.ANNULLED: _STOPPED,
}
