"""Whom an event concerns, worked out from live rows each time it is asked.

Functions that return people say nothing of logins: `notifications.recipients` leaves out who
cannot sign in. Days are calendar days in UTC by the database's clock.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from advisories.publication import policy as publication
from advisories.publication.events import AdvisoryEvent
from advisories.publication.models import Advisory
from advisories.reports import policy as reports
from advisories.reports.models import Report
from audit import clock
from audit.models import Event
from members.accounts.models import Invitation, User
from members.documents import queries as documents
from members.documents.models import DocumentKind, DocumentVersion
from members.people.models import Person, RoleKind
from nominations import policy as nominations
from nominations.events import NominationEvent
from nominations.models import Nomination, Phase
from notifications.models import Delivery
from notifications.recipients import (
    ANNOUNCE_KEY,
    INVITATION_PREFIX,
    NOMINEE_PREFIX,
    PERSON_PREFIX,
    REPORTER_PREFIX,
    Recipient,
)

People = QuerySet[Person]

#: Members are asked for their approval of one draft at most this often, however often it is edited.
ASK_AGAIN = timedelta(days=1)
_DRAFTED = (AdvisoryEvent.DRAFT_STARTED, AdvisoryEvent.DRAFT_EDITED)


# -- people by what they are -------------------------------------------------------------------------


def members(_event: Event) -> People:
    """The team of this day."""
    return Person.objects.members(clock.now().date())


def admins(event: Event) -> People:
    """Members whom the Steering Council has designated."""
    return _holding(members(event), RoleKind.ADMIN)


def _holding(people: People, role: RoleKind) -> People:
    return people.filter(pk__in=Person.objects.holding(role, clock.now().date()).values("pk"))


def others(audience: Callable[[Event], People]) -> Callable[[Event], People]:
    """Without the person who did it: they know."""

    def but_the_actor(event: Event) -> People:
        people = audience(event)
        if event.actor.startswith(PERSON_PREFIX):
            people = people.exclude(pk=event.actor.removeprefix(PERSON_PREFIX))
        return people

    return but_the_actor


# -- documents ---------------------------------------------------------------------------------------


def members_to_accept(event: Event) -> People:
    """Who has not accepted this version; nobody once it is not the one in force, or needs no acceptance."""
    current = DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES)
    return documents.members_to_accept(current, clock.now().date()) if event.target_id == str(current.pk) else _nobody()


# -- nominations -------------------------------------------------------------------------------------


def nomination_of(event: Event) -> Nomination:
    """The nomination an event is about; the targets are explained in `nominations.events`."""
    found = Nomination.objects.select_related("nominee", "vote", "stop")
    if event.target.startswith("nominations.vote:"):
        return found.get(vote__pk=event.target_id)
    return found.get(pk=event.target_id)


def colleagues(event: Event) -> People:
    """The team of this day without the nominee, who may not read what was said of them."""
    return members(event).exclude(pk=nomination_of(event).nominee_id)


def team_and_council(event: Event) -> People:
    """The team and the Steering Council of this day, without the nominee."""
    council = Person.objects.holding(RoleKind.STEERING_COUNCIL, clock.now().date()).exclude(
        pk=nomination_of(event).nominee_id
    )
    return Person.objects.filter(Q(pk__in=colleagues(event).values("pk")) | Q(pk__in=council.values("pk")))


def _on_roll(event: Event) -> People:
    """Who may vote, or could have, and is still a member."""
    vote = nomination_of(event).vote_or_none
    return members(event).filter(roll_entries__vote=vote) if vote else Person.objects.none()


def voters(event: Event) -> People:
    """Who can vote: a mail that is late must not ask for what is over."""
    return nominations.people_who(nominations.Action.VOTE, nomination_of(event))


def voters_without_ballot(event: Event) -> People:
    """Who can vote and has not; worked out when the reminder is sent, and shown to nobody."""
    return voters(event).filter(roll_entries__in=nomination_of(event).vote.roll.filter(has_voted=False))


def officer(event: Event) -> People:
    """Who keeps the key of a vote that waits to be counted, while a member."""
    vote = nomination_of(event).vote
    return members(event).filter(pk=vote.officer_id) if vote.officer_id and vote.closed_at is None else _nobody()


def _nobody() -> People:
    return Person.objects.none()


def nominator(event: Event) -> People:
    """Who proposed it, while a member."""
    return members(event).filter(pk=nomination_of(event).nominator_id)


def _nominee(nomination: Nomination) -> list[Recipient]:
    """At the address the nominator gave, or that of the nominee's own login."""
    login = User.objects.filter(person=nomination.nominee_id, is_active=True).values_list("email", flat=True)
    address = nomination.nominee_email or next(iter(login), "")
    return [Recipient(f"{NOMINEE_PREFIX}{nomination.pk}", address, nomination.nominee.name)]


def nominee(event: Event) -> list[Recipient]:
    """Whoever was proposed, once the outcome is final."""
    nomination = nomination_of(event)
    return _nominee(nomination) if nomination.ended_at else []


def nominee_to_answer(event: Event) -> list[Recipient]:
    """Whoever was proposed, while they can accept; an earlier question is void once there is a new one."""
    nomination = nomination_of(event)
    later = Event.objects.filter(target=event.target, kind=NominationEvent.ASKED_AGAIN, at__gt=event.at)
    if nomination.phase(clock.now()) is not Phase.CONSENT or later.exists():
        return []
    return _nominee(nomination)


def nominee_refused(event: Event) -> list[Recipient]:
    """Whoever the members did not accept."""
    nomination = nomination_of(event)
    return _nominee(nomination) if nomination.phase(clock.now()) is Phase.FAILED else []


def admins_who_confirm(event: Event) -> People:
    """The admins, while the Steering Council's silence waits for one of them."""
    return nominations.people_who(nominations.Action.CONFIRM, nomination_of(event))


def admins_who_annul(event: Event) -> People:
    """The admins who could be the second one, while somebody asks for an annulment."""
    return nominations.people_who(nominations.Action.SECOND_ANNULMENT, nomination_of(event))


def admins_with_low_turnout(event: Event) -> People:
    """The admins who could add the note that a low turnout needs, while it is missing."""
    return nominations.people_who(nominations.Action.NOTE_TURNOUT, nomination_of(event))


def admins_who_open(event: Event) -> People:
    """The admins who may, while the vote waits to be opened."""
    return nominations.people_who(nominations.Action.OPEN, nomination_of(event))


def voter(event: Event) -> People:
    """The one whose ballot was recorded: the actor."""
    return members(event).filter(pk=event.actor.removeprefix(PERSON_PREFIX))


def who_was_told(event: Event) -> People:
    """The voters of a nomination whose vote was open, with the officer who kept its key; else the admins."""
    vote = nomination_of(event).vote_or_none
    if vote is None:
        return admins(event)
    return members(event).filter(Q(pk__in=_on_roll(event).values("pk")) | Q(pk=vote.officer_id))


def council_with_veto(event: Event) -> People:
    """The members of the Steering Council who can record its decision, while it can still decide."""
    return nominations.people_who(nominations.Action.DECIDE, nomination_of(event))


# -- reports -----------------------------------------------------------------------------------------


def report_of(event: Event) -> Report:
    """The report an event is about: its target, or named by an advisory's event."""
    pk = event.data.get("report") or event.target_id
    return Report.objects.system("mail about a report").whole().get(pk=pk)


def members_for_triage(event: Event) -> People:
    """The team, while the report is unfinished."""
    report = report_of(event)
    return _nobody() if report.finished_at else reports.people_who(reports.Action.SEE, report)


def reporter(event: Event) -> list[Recipient]:
    """Whoever handed the report in, at the address they gave, which may be none."""
    report = report_of(event)
    return [Recipient(f"{REPORTER_PREFIX}{report.pk}", report.reporter_email, report.reporter_name)]


def coordinator(event: Event) -> People:
    """The report's coordinator while a member."""
    report = report_of(event)
    if report.coordinator_id is None:
        return _nobody()
    return reports.people_who(reports.Action.SEE, report).filter(pk=report.coordinator_id)


def coordinator_or_members(event: Event) -> People:
    """The coordinator; everybody while there is none who is still a member and can sign in."""
    one = coordinator(event)
    return one if one.filter(user__is_active=True).exists() else members(event)


def second_readers(event: Event) -> People:
    """Members who can approve the draft, unless they were asked within `ASK_AGAIN`."""
    if _asked_lately(event):
        return _nobody()
    return publication.people_who(publication.Action.APPROVE, report_of(event))


def _asked_lately(event: Event) -> bool:
    others = Delivery.objects.filter(
        notice__event__target=event.target, notice__event__kind__in=_DRAFTED, sent_at__gt=clock.now() - ASK_AGAIN
    ).exclude(notice__event=event)
    return others.exists()


def announce_list(event: Event) -> list[Recipient]:
    """The public announcement list, for what is public."""
    if not Advisory.objects.published().filter(pk=event.target_id).exists():
        return []
    return [Recipient(ANNOUNCE_KEY, settings.ANNOUNCE_ADDRESS)]


# -- people without a login ----------------------------------------------------------------------------


def invited_address(event: Event) -> list[Recipient]:
    """Where an invitation goes, while it can be accepted."""
    open_ones = Invitation.objects.open(clock.now()).filter(pk=event.target_id).select_related("person")
    return [Recipient(f"{INVITATION_PREFIX}{one.pk}", one.email, one.person.name) for one in open_ones]
