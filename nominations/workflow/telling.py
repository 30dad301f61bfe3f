"""Write down that mail about a passed vote was handed over to the Steering Council, and begin its veto window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import clock
from audit.log import record
from nominations.events import NominationEvent
from nominations.models import CouncilTold, Vote
from nominations.workflow.rows import lock


@transaction.atomic
def note_council_told(vote: Vote, told: Mapping[UUID, datetime]) -> list[CouncilTold]:
    """Write down who on the council was told of a passed vote and when; the first of them begins the veto window.

    `told` has the moment at which the mail server took the first mail to a person. Calling it again with the same
    people does nothing. A vote that is decided or has not passed stays as it is: nobody waits for the council there.
    """
    nomination = lock(vote.nomination)
    vote, at = nomination.vote, clock.now()
    if not vote.passed or nomination.ended_at is not None:
        return []
    told_before = set(vote.council_told.values_list("person", flat=True))
    new = sorted((moment, pk) for pk, moment in told.items() if pk not in told_before)
    if not new:
        return []
    rows = CouncilTold.objects.bulk_create(CouncilTold(vote=vote, person_id=pk, told_at=moment) for moment, pk in new)
    if vote.council_told_at is None:
        vote.council_told_at = new[0][0]
        vote.veto_until = vote.council_told_at + vote.rules_kept.veto_window
        vote.save(update_fields=["council_told_at", "veto_until"])
    facts = {"nomination": nomination.pk, "people": [pk for _, pk in new], "veto_until": vote.veto_until}
    record(NominationEvent.COUNCIL_TOLD, target=vote, by=None, at=at, **facts)
    return rows
