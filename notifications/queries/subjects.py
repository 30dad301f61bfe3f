"""Find what an event is about, for audiences and contents of mails, and for lists of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from advisories.inbox.models import IncomingMail
from advisories.reports.models import Report
from audit.models import Event
from members.accounts.models import Invitation
from members.boarding import queries as boarding
from members.boarding.models import Checklist
from members.inactivity.models import ActivityNote, ReviewEntry
from members.resets.models import LoginReset
from nominations.models import Nomination


def checklist_of(event: Event) -> Checklist:
    """Return the checklist that is the target of `event`, with its person."""
    return boarding.checklist_of(event.target_id)


def entry_of(event: Event) -> ReviewEntry:
    """Return the entry of an inactivity review that is the target of `event`, with its review."""
    return ReviewEntry.objects.select_related("review").get(pk=event.target_id)


def note_of(event: Event) -> ActivityNote:
    """Return the note on somebody's work that is the target of `event`, with its person."""
    return ActivityNote.objects.select_related("person").get(pk=event.target_id)


def invitation_of(event: Event) -> Invitation:
    """Return the invitation that is the target of `event`, with its person."""
    return Invitation.objects.select_related("person").get(pk=event.target_id)


def reset_of(event: Event) -> LoginReset:
    """Return the request for a reset that is the target of `event`, with its person."""
    return LoginReset.objects.select_related("person").get(pk=event.target_id)


def nomination_of(event: Event) -> Nomination:
    """Return the nomination that `event` is about: its target, or that of the vote which is its target."""
    nominations = Nomination.objects.select_related("nominee", "vote__decision", "stop")
    if event.target.startswith("nominations.vote:"):
        return nominations.get(vote__pk=event.target_id)
    return nominations.get(pk=event.target_id)


def incoming_of(event: Event) -> IncomingMail:
    """Return the incoming mail that is the target of `event`, with its report."""
    mails = IncomingMail.objects.system("mail to the sender of a mail").select_related("report")
    return mails.get(pk=event.target_id)


def report_of(event: Event) -> Report:
    """Return the report that `event` is about: its target, or the one that the event of an advisory names."""
    pk = event.data.get("report") or event.target_id
    return Report.objects.system("mail about a report").whole().get(pk=pk)


#: The targets of events that are about one nomination.
_OF_NOMINATIONS = ("nominations.nomination:", "nominations.vote:")


def nominees_of(events: Iterable[Event]) -> dict[str, str]:
    """Return the names of the nominees of the nominations that `events` are about, by the targets of the events."""
    targets = {event.target for event in events}
    # Decisions of the council are things of the same app, with numbers for keys.
    ids = [target.partition(":")[2] for target in targets if target.startswith(_OF_NOMINATIONS)]
    about = Nomination.objects.filter(Q(pk__in=ids) | Q(vote__pk__in=ids)).order_by()
    rows = about.values_list("pk", "vote__pk", "nominee__name")
    return {
        f"nominations.{model}:{pk}": name
        for nomination, vote, name in rows
        for model, pk in (("nomination", nomination), ("vote", vote))
    }
