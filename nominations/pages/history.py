"""The history of one nomination, from the audit log: what happened, when, by whom. Never what anybody voted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from members.people.models import Person
from nominations import queries
from nominations.events import NominationEvent
from nominations.models import Nomination

_PERSON = "people.person:"
#: How many entries a page shows before the rest is asked for.
SHOWN_AT_FIRST = 4
#: What somebody did, after their name. A ballot is not among them: that would say who has voted. Nor is a comment, an
#: endorsement or its end: the council reads the history, and not the discussion.
_DEEDS = {
    NominationEvent.PROPOSED: "made the nomination",
    NominationEvent.ASKED_AGAIN: "asked the nominee again",
    NominationEvent.CONSENTED: "accepted the nomination",
    NominationEvent.DECLINED: "declined",
    NominationEvent.WITHDRAWN: "withdrew the nomination",
    NominationEvent.INTEREST_DECLARED: "declared an interest",
    NominationEvent.INTEREST_TAKEN_BACK: "took a declared interest back",
    NominationEvent.OFFICER_ASKED: "asked somebody to keep the key",
    NominationEvent.OFFICER_DISMISSED: "took back the request to keep the key",
    NominationEvent.OFFICE_ACCEPTED: "accepted to keep the key",
    NominationEvent.OFFICE_GIVEN_BACK: "gave back the office of keeping the key",
    NominationEvent.OPENED: "opened the vote",
    NominationEvent.EXTENDED: "extended the vote",
    NominationEvent.CANCELLED: "cancelled the vote",
    NominationEvent.VOTERS_REMINDED: "reminded those who had not voted",
    NominationEvent.COUNT_DUE: "told the officer that the vote can be counted",
    NominationEvent.CLOSED: "opened and counted the ballots",
    NominationEvent.COUNT_ACKNOWLEDGED: "acknowledged the count",
    NominationEvent.KEY_DESTROYED: "destroyed the private key",
    NominationEvent.TURNOUT_NOTED: "added a note on the turnout",
    NominationEvent.COUNCIL_TOLD: "told the Steering Council by mail",
    NominationEvent.COUNCIL_UNTOLD: "told the admins that the Steering Council could not be told",
    NominationEvent.COUNCIL_REMINDED: "reminded the Steering Council",
    NominationEvent.VETO_LAPSED: "noted that the veto window ended without an answer",
    NominationEvent.VETO_RECORDED: "recorded a veto",
    NominationEvent.VETO_CONFIRMED: "confirmed the veto",
    NominationEvent.VETO_REFUSED: "did not confirm the recorded veto",
    NominationEvent.VETO_WAITS: "reminded the council of the recorded veto",
    NominationEvent.NO_VETO_RECORDED: "recorded that there is no veto",
    NominationEvent.CONFIRMED: "confirmed the outcome",
    NominationEvent.ANNULMENT_ASKED: "asked a second admin to annul the vote",
    NominationEvent.ANNULMENT_DROPPED: "dropped the request to annul the vote",
    NominationEvent.ANNULLED: "annulled the vote",
}


@dataclass(frozen=True)
class HistoryEntry:
    """One line."""

    at: datetime
    who: str
    """The name of who did it; ``The portal`` for the portal itself."""
    what: str


@dataclass(frozen=True)
class History:
    """The entries of a nomination, newest first: those shown at once, and the rest."""

    latest: list[HistoryEntry]
    earlier: list[HistoryEntry]

    @property
    def count(self) -> int:
        """The number of all entries."""
        return len(self.latest) + len(self.earlier)


def history_of(nomination: Nomination) -> History:
    """Return what the log holds about the nomination and its vote, newest first: two queries."""
    events = queries.events_of(nomination, list(_DEEDS))
    people = {event.actor.removeprefix(_PERSON) for event in events if event.actor.startswith(_PERSON)}
    names = {str(pk): name for pk, name in Person.objects.filter(pk__in=people).values_list("pk", "name")}
    entries = [
        HistoryEntry(
            event.at, names.get(event.actor.removeprefix(_PERSON), "The portal"), _DEEDS[NominationEvent(event.kind)]
        )
        for event in reversed(events)
    ]
    return History(entries[:SHOWN_AT_FIRST], entries[SHOWN_AT_FIRST:])
