"""The history of one nomination, from the audit log: what happened, when, by whom. Never what anybody voted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from members.people.models import Person
from nominations import queries
from nominations.events import NominationEvent
from nominations.models import Nomination

_PERSON = "people.person:"
#: The label of each event that is shown. A ballot is not among them: that would say who has voted.
_LABELS = {
    NominationEvent.PROPOSED: "Proposed",
    NominationEvent.ASKED_AGAIN: "Asked again for consent",
    NominationEvent.CONSENTED: "Accepted to be voted on",
    NominationEvent.DECLINED: "Declined",
    NominationEvent.WITHDRAWN: "Withdrawn",
    NominationEvent.INTEREST_DECLARED: "Declared an interest",
    NominationEvent.INTEREST_TAKEN_BACK: "Took a declared interest back",
    NominationEvent.OFFICER_ASKED: "Asked somebody to keep the key",
    NominationEvent.OFFICER_DISMISSED: "Took back the request to keep the key",
    NominationEvent.OFFICE_ACCEPTED: "Accepted to keep the key",
    NominationEvent.OFFICE_GIVEN_BACK: "Gave back the office of keeping the key",
    NominationEvent.OPENED: "Vote opened",
    NominationEvent.EXTENDED: "Vote extended",
    NominationEvent.CANCELLED: "Vote cancelled",
    NominationEvent.VOTERS_REMINDED: "Reminded those who had not voted",
    NominationEvent.COUNT_DUE: "Told the officer that the vote can be counted",
    NominationEvent.CLOSED: "Ballots opened and counted",
    NominationEvent.COUNT_ACKNOWLEDGED: "Count acknowledged",
    NominationEvent.KEY_DESTROYED: "Private key destroyed",
    NominationEvent.TURNOUT_NOTED: "Note on the turnout",
    NominationEvent.COUNCIL_TOLD: "Steering Council told by mail",
    NominationEvent.COUNCIL_UNTOLD: "Told the admins that the Steering Council could not be told",
    NominationEvent.COUNCIL_REMINDED: "Steering Council reminded",
    NominationEvent.VETO_LAPSED: "Veto window ended without a word",
    NominationEvent.VETO_RECORDED: "Veto recorded",
    NominationEvent.VETO_CONFIRMED: "Veto confirmed",
    NominationEvent.VETO_REFUSED: "Recorded veto not confirmed",
    NominationEvent.VETO_WAITS: "Reminded the council of the recorded veto",
    NominationEvent.NO_VETO_RECORDED: "Recorded that there is no veto",
    NominationEvent.CONFIRMED: "Membership confirmed",
    NominationEvent.ANNULMENT_ASKED: "Asked a second admin to annul the vote",
    NominationEvent.ANNULMENT_DROPPED: "Request to annul dropped",
    NominationEvent.ANNULLED: "Vote annulled",
}


@dataclass(frozen=True)
class HistoryEntry:
    """One line; `who` is empty for the portal itself."""

    at: datetime
    what: str
    who: str


def history_of(nomination: Nomination) -> list[HistoryEntry]:
    """Return what the log holds about the nomination and its vote, oldest first: two queries."""
    events = queries.events_of(nomination, list(_LABELS))
    people = {event.actor.removeprefix(_PERSON) for event in events if event.actor.startswith(_PERSON)}
    names = {str(pk): name for pk, name in Person.objects.filter(pk__in=people).values_list("pk", "name")}
    return [
        HistoryEntry(event.at, _LABELS[NominationEvent(event.kind)], names.get(event.actor.removeprefix(_PERSON), ""))
        for event in events
    ]
