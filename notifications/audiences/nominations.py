"""Audiences of nominations and votes."""

from __future__ import annotations

from django.db.models import Q

from audit import clock
from audit.models import Event
from members.accounts.models import Invitation
from members.people.models import Person
from nominations import policy, queries
from nominations.events import NominationEvent
from nominations.models import KeyOffice, Nomination, Phase, Resolution
from notifications.audiences.people import People, admins, admins_and_council, at_login, either, members, nobody, others
from notifications.queries import invitation_of, mail_on_its_way, nomination_of
from notifications.recipients import INVITATION_PREFIX, NOMINEE_PREFIX, PERSON_PREFIX, Recipient, reachable

#: A voter who replaces a ballot again and again is told once in each such part of an hour; the first ballot of the next
#: part is told again, so that one cast by somebody else does not pass unseen.
BALLOT_MAIL_MINUTES = 5


def colleagues(event: Event) -> People:
    """Return the members who may read what was said of the nominee: the team without the nominee."""
    return policy.people_who(policy.Action.SEE_DISCUSSION, nomination_of(event))


def readers(event: Event) -> People:
    """Return the people who may see the nomination: the team and, once the vote has passed, the Steering Council."""
    return policy.people_who(policy.Action.SEE, nomination_of(event))


def _on_roll(event: Event) -> People:
    """Return the people who may vote, or could have, and are still members."""
    vote = nomination_of(event).vote_or_none
    return members(event).filter(roll_entries__vote=vote) if vote else nobody()


def voters(event: Event) -> People:
    """Return the people who can vote: a mail that is late must not ask for what is over."""
    return policy.people_who(policy.Action.VOTE, nomination_of(event))


def voters_without_ballot(event: Event) -> People:
    """Return the people who can vote and have not; worked out when the reminder is sent, and shown to nobody."""
    return voters(event).filter(roll_entries__in=nomination_of(event).vote.roll.filter(has_voted=False))


def officer(event: Event) -> People:
    """Return who keeps the key of the vote, or is asked to, while something is left to do; member or not.

    Not at a login that one admin made: it waits for a second person's word, and who confirms it tells the officer.
    """
    nomination = nomination_of(event)
    vote, office = nomination.vote_or_none, KeyOffice.objects.filter(nomination=nomination)
    is_over = nomination.ended_at is not None or (vote is not None and vote.closed_at is not None)
    if is_over:
        return Person.objects.none()
    return Person.objects.filter(pk__in=office.values("person"))


def confirmed_officer(event: Event) -> list[Recipient]:
    """Return the officer whose address a second person has confirmed, while they have not answered."""
    person = invitation_of(event).person
    office = queries.office_of_person(person)
    return at_login(person, only_open=True) if office is not None and office.accepted_at is None else []


def nominator(event: Event) -> People:
    """Return the person who proposed it, while a member."""
    return members(event).filter(pk=nomination_of(event).nominator_id)


def _nominee(nomination: Nomination) -> list[Recipient]:
    """Return the nominee at the address the nominator gave, or at that of the nominee's own login."""
    address = queries.address_of_nominee(nomination)
    return [Recipient(f"{NOMINEE_PREFIX}{nomination.pk}", address, nomination.nominee.name)]


def nominee(event: Event) -> list[Recipient]:
    """Return the nominee, once the outcome is final."""
    nomination = nomination_of(event)
    return _nominee(nomination) if nomination.ended_at else []


def nominee_to_answer(event: Event) -> list[Recipient]:
    """Return the nominee, while they can accept; an earlier question is void once there is a new one."""
    nomination = nomination_of(event)
    later = Event.objects.filter(target=event.target, kind=NominationEvent.ASKED_AGAIN, at__gt=event.at)
    if nomination.phase(clock.now()) is not Phase.CONSENT or later.exists():
        return []
    return _nominee(nomination)


def nominee_refused(event: Event) -> list[Recipient]:
    """Return the nominee if the members did not accept them."""
    nomination = nomination_of(event)
    return _nominee(nomination) if nomination.phase(clock.now()) is Phase.FAILED else []


def admins_who_confirm(event: Event) -> People:
    """Return the admins who can confirm, while the Steering Council's silence waits for one of them."""
    return policy.people_who(policy.Action.CONFIRM, nomination_of(event))


def admins_who_annul(event: Event) -> People:
    """Return the admins who could be the second one, while somebody asks for an annulment."""
    return policy.people_who(policy.Action.SECOND_ANNULMENT, nomination_of(event))


def admins_who_open(event: Event) -> People:
    """Return the admins who can open the vote, while it waits to be opened."""
    return policy.people_who(policy.Action.OPEN, nomination_of(event))


def voter(event: Event) -> People:
    """Return the person whose ballot was recorded: the actor, and only for the first ballot of some minutes."""
    people = members(event).filter(pk=event.actor.removeprefix(PERSON_PREFIX))
    since = event.at.replace(minute=event.at.minute - event.at.minute % BALLOT_MAIL_MINUTES, second=0, microsecond=0)
    earlier = Event.objects.filter(
        target=event.target, kind=event.kind, actor=event.actor, at__gte=since, at__lt=event.at
    )
    return nobody() if earlier.exists() else people


def people_told_before(event: Event) -> People:
    """Return the voters of a vote that was open, with the officer who kept its key; before a vote the admins."""
    vote = nomination_of(event).vote_or_none
    if vote is None:
        return admins(event)
    return members(event).filter(Q(pk__in=_on_roll(event).values("pk")) | Q(pk=vote.officer_id))


def responsible_for_untold(event: Event) -> People:
    """Return the admins who can see to it that the council is told, while it is not."""
    untold = policy.people_who(policy.Action.SEE_UNTOLD, nomination_of(event))
    return untold.filter(pk__in=admins(event).values("pk"))


def council_with_veto(event: Event) -> People:
    """Return the members of the Steering Council who can record its decision, while it can still decide."""
    return policy.people_who(policy.Action.DECIDE, nomination_of(event))


def council_to_tell(event: Event) -> list[Recipient]:
    """Return the council members with a veto at their logins, and those without one at an open invitation.

    `queries.seats_to_tell` are the same people; a test compares the two. Not somebody to whom another mail about the
    same vote is on its way: a mail server that was away would hand them several.
    """
    seats = council_with_veto(event)
    invited = Invitation.objects.open(clock.now()).filter(person__in=seats.values("pk")).select_related("person")
    recipients = [
        *reachable(seats),
        *(Recipient(f"{INVITATION_PREFIX}{one.pk}", one.email, one.person.name) for one in invited),
    ]
    waiting = mail_on_its_way(event)
    return [recipient for recipient in recipients if recipient.key not in waiting]


def told_of_resolution(event: Event) -> People:
    """Return council and admins, and the person concerned while they may read it."""
    concerned = policy.RECORDED.people_who(policy.RecordedAction.SEE, _resolution(event)).filter(
        pk=event.data["person"]
    )
    return either(admins_and_council, lambda _event: concerned)(event)


def told_of_effect(event: Event) -> People:
    """Return everybody who may read a decision: the team and the council."""
    return policy.RECORDED.people_who(policy.RecordedAction.SEE, _resolution(event))


def _resolution(event: Event) -> Resolution:
    return Resolution.objects.get(pk=event.target_id)


def others_in_power(event: Event) -> People:
    """Return council and admins who may see the nomination, without the person who caused the event."""
    return others(readers)(event).filter(pk__in=admins_and_council(event).values("pk"))


def council_to_confirm_veto(event: Event) -> People:
    """Return the members of the Steering Council who can be the second seat, while a veto waits."""
    return policy.people_who(policy.Action.CONFIRM_VETO, nomination_of(event))
