"""The reads of nominations, for pages, forms and verbs. Days are calendar days in UTC."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import (
    Aggregate,
    Case,
    Count,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from audit.models import Event, label
from members.accounts.models import Invitation, User
from members.accounts.queries.logins import who_can_sign_in
from members.people.models import Person, RoleKind, Suspension
from members.people.policy import ONESELF, Actor
from members.people.registry import standing
from nominations import numbers
from nominations.events import NominationEvent
from nominations.models import (
    STOPPED,
    Interest,
    KeyOffice,
    Nomination,
    NominationQuerySet,
    RefusedAnnulment,
    RefusedVeto,
    Resolution,
    ResolutionKind,
    RollEntry,
    Vote,
)
from nominations.policy import FREE_SEAT
from nominations.policy.general import standing_columns, why_not
from nominations.sealing import board_hash
from nominations.tally import Tally
from web.dates import day_in_words
from web.statements import Statement

#: Within it the same proposal once more is a second click, or a page that was sent again.
A_MOMENT = timedelta(minutes=10)

# -- nominations -------------------------------------------------------------------------------------


def for_reader(actor: Actor) -> NominationQuerySet:
    """Return the nominations that `actor` may know of, each with everything that its row and page ask: one query.

    Adds `voted`, how many have cast a ballot, which may be known while the vote is open, and `interests_declared`,
    whether anybody has declared one.
    """
    cast = RollEntry.objects.voted().filter(vote=OuterRef("vote")).order_by().values("vote")
    voted: dict[str, Any] = {
        "voted": Coalesce(Subquery(cast.annotate(number=Count("pk")).values("number")), 0),
        "interests_declared": Exists(Interest.objects.standing().filter(nomination=OuterRef("pk"))),
    }
    return (
        with_facts_about(Nomination.objects.visible_to(actor), actor.person)
        .select_related(
            "nominee__github_lookup",
            "nominator",
            "vote__officer",
            "vote__acknowledged_by",
            "vote__decision__recorded_by",
            "stop__asked_by",
            "office__person",
            "onboarding",
        )
        .annotate(**voted)
    )


def matching(nominations: NominationQuerySet, typed: str) -> NominationQuerySet:
    """Return those of `nominations` whose number was typed, or a part of the nominee's name, accents or not."""
    number, wanted = numbers.read(typed), _folded(typed)
    rows = nominations.order_by().values_list("pk", "number", "nominee__name")
    found = [pk for pk, its_number, name in rows if its_number == number or wanted in _folded(name)]
    return nominations.filter(pk__in=found)


def _folded(name: str) -> str:
    """Return a name without accents and capitals, so that ``lukasz`` finds Łukasz."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_WITHOUT_STROKE))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


#: Letters that Unicode does not take apart.
_WITHOUT_STROKE = str.maketrans("łøđħı", "lodhi")


def one_for_reader(pk: UUID, actor: Actor) -> Nomination | None:
    """Return one of `for_reader`, by one query; None for a hidden one as for a missing one."""
    statement = _one_for(actor.is_member, actor.roles)
    found: Nomination | None = statement.first(pk=pk, person=actor.person and actor.person.pk)
    return found


@cache
def _one_for(is_member: bool, roles: frozenset[RoleKind]) -> Statement:
    """Return the statement for all with this membership and these roles; of the person only the id goes into it."""

    def build(pk: UUID, person: UUID) -> NominationQuerySet:
        return for_reader(Actor(Person(pk=person), is_member, roles)).filter(pk=pk).order_by()

    return Statement(build, pk=UUID(int=0), person=UUID(int=1))


def with_relations(pk: UUID) -> Nomination:
    """Return a nomination, whoever may see it, with what the verbs ask of it: one query."""
    found: Nomination = _WITH_RELATIONS.first(pk=pk)
    return found


def _with_relations(pk: UUID) -> QuerySet[Nomination]:
    joined = (
        "nominee",
        "nominator",
        "vote__decision__recorded_by",
        "vote__acknowledged_by",
        "stop__asked_by",
        "office__person",
    )
    return Nomination.objects.select_related(*joined).filter(pk=pk).order_by()


_WITH_RELATIONS = Statement(_with_relations, pk=UUID(int=0))


def with_facts_about(nominations: NominationQuerySet, person: Person | None) -> NominationQuerySet:
    """Add what the policy asks about one person, so that it costs no query for each row."""
    if person is None:
        return nominations
    entries = RollEntry.objects.filter(vote__nomination=OuterRef("pk"), person=person)
    interests = Interest.objects.standing().filter(nomination=OuterRef("pk"), person=person)
    facts: dict[str, Any] = {
        "reader_id": Value(person.pk, output_field=UUIDField()),
        "reader_is_on_roll": Exists(entries),
        "reader_has_voted": Exists(entries.voted()),
        "reader_has_interest": Exists(interests),
        "reader_has_asked_to_annul": Exists(
            RefusedAnnulment.objects.filter(nomination=OuterRef("pk"), asked_by=person)
        ),
        "reader_has_recorded_veto": Exists(
            RefusedVeto.objects.filter(vote__nomination=OuterRef("pk"), recorded_by=person)
        ),
    }
    return nominations.annotate(**facts)


def own_endorsement(nomination: Nomination, actor: Actor) -> dict[str, str]:
    """Return what `actor` wrote in endorsing the nomination before, as the form takes it; empty for nothing."""
    own = nomination.endorsements.filter(person=actor.person).first()
    return {"text": own.text} if own else {}


def own_interest(nomination: Nomination, actor: Actor) -> dict[str, str]:
    """Return the interest that `actor` declared before, as the form takes it; empty for nothing."""
    own = nomination.interests.standing().filter(person=actor.person).first()
    return {"kind": own.kind, "text": own.text} if own else {}


def events_of(nomination: Nomination, kinds: list[NominationEvent]) -> list[Event]:
    """Return what the audit log holds about the nomination and its vote, oldest first."""
    vote = nomination.vote_or_none
    targets = [label(nomination), *([label(vote)] if vote else [])]
    return list(Event.objects.filter(target__in=targets, kind__in=kinds).order_by("at", "pk"))


def recounts(vote: Vote) -> bool:
    """Return whether the open ballots of a closed vote give the counts and the hash that were recorded at its close."""
    board = vote.board()
    found = Tally.of(ballot.choice for ballot in board)
    digest = board_hash((ballot.receipt, ballot.choice) for ballot in board)
    return (found, digest) == (vote.tally, vote.board_hash)


def ballots_of(vote: Vote, person: Person, *, since: datetime) -> int:
    """Return how many ballots `person` has cast after `since`, as the audit log has it."""
    cast = Event.objects.filter(
        target=label(vote), kind=NominationEvent.BALLOT_RECORDED, actor=label(person), at__gt=since
    )
    return cast.count()


def numbers_taken() -> frozenset[int]:
    """Return the numbers of all nominations, whoever may know of them."""
    return frozenset(Nomination.objects.order_by().values_list("number", flat=True))


# -- proposing ---------------------------------------------------------------------------------------


def eligible_people(actor: Actor, now: datetime) -> QuerySet[Person]:
    """Return the people on record whom `actor` may nominate."""
    people = _others(actor, now).annotate(**standing_columns(now))
    return people.filter(Q(is_member_now=False, is_nominated=False, is_on_the_way_in=False, refused_at=None))


def people_who_wait(actor: Actor, now: datetime) -> list[str]:
    """Return a sentence about everybody on record whom nobody can nominate now, without the members. One query."""
    people = _others(actor, now).annotate(**standing_columns(now)).filter(Q(is_member_now=False))
    waiting = people.filter(Q(is_nominated=True) | Q(is_on_the_way_in=True) | Q(refused_at__isnull=False))
    return [why_not(person) for person in waiting]


def just_proposed(by: Person, nominee: Q, statement: str, now: datetime) -> Nomination | None:
    """Return the running nomination that `by` made a moment ago with these words: the same form came twice."""
    made = Nomination.objects.running().filter(nominator=by, proposed_at__gt=now - A_MOMENT)
    people = Person.objects.filter(nominee).values("pk")
    return made.select_related("nominee").filter(statement=statement, nominee__in=people).first()


def _others(actor: Actor, now: datetime) -> QuerySet[Person]:
    """Return the people who are not `actor`: nobody proposes themselves or records a decision on themselves."""
    return Person.objects.exclude(ONESELF.people(actor.person, now))


def stopped_before(nominee: Person, now: datetime) -> Nomination | None:
    """Return the latest nomination of this person if it was cancelled or annulled: a new one takes it up again."""
    latest = Nomination.objects.filter(nominee=nominee).order_by("-proposed_at").first()
    return latest if latest and latest.phase(now) in STOPPED else None


def address_of_nominee(nomination: Nomination) -> str:
    """Return where the nominee is written to: the address the nominator gave, or that of their own login."""
    login = User.objects.filter(person=nomination.nominee_id, is_active=True).values_list("email", flat=True)
    return nomination.nominee_email or next(iter(login), "")


def has_login(person: Person) -> bool:
    """Return whether the portal can write to an active login of this person."""
    return User.objects.filter(person=person, is_active=True).exists()


def is_address_of(person: Person, address: str) -> bool:
    """Return whether mail to `address` would reach this person's own login."""
    own = EmailAddress.objects.filter(user__person=person).values_list("email", flat=True)
    return _plain(address) in {_plain(email) for email in own}


def _plain(address: str) -> str:
    """Leave out the part after a plus sign, which most mail servers ignore."""
    local, _, domain = address.lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}"


# -- votes -------------------------------------------------------------------------------------------


def voters_for(nomination: Nomination, day: date) -> QuerySet[Person]:
    """Return who would be on the roll of a vote opened on `day`: the members without the nominee."""
    return Person.objects.members(day).exclude(pk=nomination.nominee_id)


@dataclass(frozen=True)
class Voter:
    """Somebody who would be on a roll."""

    person: Person
    obstacle: str
    """Why they cannot sign in and so cannot vote, such as ``has no login``; empty for those who can."""


def roll_for(nomination: Nomination, day: date) -> list[Voter]:
    """Return the roll of a vote opened on `day`: `voters_for` without the officer. One query."""
    office, voters = nomination.office_or_none, voters_for(nomination, day)
    voters = voters.exclude(pk=office.person_id) if office else voters
    invited = Invitation.objects.pending().filter(person=OuterRef("pk")).values("invited_at")[:1]
    facts: dict[str, Any] = {
        "is_suspended": Exists(Suspension.objects.in_force().filter(person=OuterRef("pk"))),
        "invited_at": Subquery(invited),
    }
    return [Voter(person, _obstacle_to_voting(person)) for person in voters.select_related("user").annotate(**facts)]


def _obstacle_to_voting(person: Any) -> str:
    user: User | None = getattr(person, "user", None)
    if person.is_suspended:
        return "is suspended"
    if user is None or not user.is_active:
        invited_at = person.invited_at
        return f"was invited on {day_in_words(invited_at)} and has not accepted" if invited_at else "has no login"
    return "has an address that a second person has not confirmed yet" if user.is_unconfirmed else ""


def officers_for(nomination: Nomination, admin: Person, at: datetime) -> QuerySet[Person]:
    """Return who may keep the key of a vote that `admin` prepares: anybody who can sign in and has no part in it.

    Not somebody with standing whose login rests on one admin's word: that admin may be the one who reads its mail.
    To be asked gives standing, so from then on that goes for somebody from outside as well.
    """
    suspended = Suspension.objects.in_force().values("person")
    unproven = Person.objects.filter(standing(at), user__is_unconfirmed=True).values("pk")
    people = Person.objects.filter(user__is_active=True).exclude(pk__in=suspended).exclude(pk__in=unproven)
    return people.exclude(pk__in=[nomination.nominee_id, nomination.nominator_id, admin.pk]).order_by("sort_key", "pk")


def seats_to_tell(nomination: Nomination, at: datetime) -> QuerySet[Person]:
    """Return the seats of the Steering Council that mail about a passed vote would reach, and that could decide on it.

    A seat is reached at a login that is open, or at the address of an invitation that can be accepted at `at`; both
    have the word of two people. Not a nominee, a nominator or somebody with a declared interest.
    """
    seats = Person.objects.filter(FREE_SEAT.people(nomination, at))
    invited = Invitation.objects.open(at).values("person")
    return seats.filter(Q(pk__in=who_can_sign_in(seats).values("pk")) | Q(pk__in=invited)).order_by("name", "pk")


def office_of(pk: UUID) -> QuerySet[KeyOffice]:
    """Return the office at the nomination `pk`, with all that its page asks."""
    return KeyOffice.objects.filter(nomination=pk).select_related(
        "person", "asked_by", "nomination__nominee", "nomination__vote"
    )


def office_of_person(person: Person) -> KeyOffice | None:
    """Return the office that `person` was asked longest ago to take, of those whose nominations have not ended."""
    offices = KeyOffice.objects.running().select_related("nomination")
    return offices.filter(person=person).order_by("asked_at", "pk").first()


def running_votes(actor: Actor) -> QuerySet[Vote]:
    """Return the votes without a final outcome that `actor` may know of, each with its extensions counted.

    Adds `times_extended` and `extended_at`, the moment of the last one or None.
    """
    nominations = Nomination.objects.visible_to(actor).running().values("pk")
    votes = Vote.objects.filter(nomination__in=nominations).select_related("nomination").order_by("opened_at", "pk")
    return votes.annotate(times_extended=Count("extensions"), extended_at=Max("extensions__extended_at"))


# -- decisions of the Steering Council -----------------------------------------------------------------


def people_to_decide_on(actor: Actor, now: datetime) -> QuerySet[Person]:
    """Return the people on whom `actor` may record a decision, each with `standing`: member, admin or emeritus.

    Members, and emeriti where the council can let them come back (`RETURN_BY_DECISION`).
    """
    day = now.date()
    members = Person.objects.members(day).values("pk")
    admins = Person.objects.holding(RoleKind.ADMIN, day).values("pk")
    emeriti = Person.objects.emeritus(day) if settings.RETURN_BY_DECISION else Person.objects.none()
    people = _others(actor, now).filter(Q(pk__in=members) | Q(pk__in=emeriti.values("pk")))
    standing = Case(
        When(pk__in=members, then=Case(When(pk__in=admins, then=Value("admin")), default=Value("member"))),
        default=Value("emeritus"),
    )
    return people.annotate(standing=standing)


def council(day: date) -> QuerySet[Person]:
    """Return who sits on the Steering Council on `day`, by name."""
    return Person.objects.holding(RoleKind.STEERING_COUNCIL, day).distinct().order_by("sort_key", "pk")


def removals_waiting(people: Iterable[UUID]) -> QuerySet[Resolution]:
    """Return the removals of these people that carried and have no effect yet; one for a person at most."""
    waiting = Resolution.objects.whole().waiting()
    return waiting.filter(kind=ResolutionKind.REMOVE_MEMBER, person__in=list(people))


def resolutions_for_second_seat(person: Person) -> QuerySet[Resolution]:
    """Return the decisions that wait for a second seat and that `person` can confirm, if they hold one."""
    return Resolution.objects.waiting().exclude(recorded_by=person).exclude(person=person)


def seats_able_to_object(resolution: Resolution, at: datetime) -> QuerySet[Person]:
    """Return the other seats whose silence counts at `at`: they could have objected since the decision was recorded.

    They sat then as now, have not been suspended in between, and can sign in at an address that needs no second
    person's word. Neither who recorded it nor the person concerned.
    """
    since = resolution.recorded_at
    silenced = Suspension.objects.filter(Q(ended_at=None) | Q(ended_at__gt=since)).values("person")
    then = Person.objects.holding(RoleKind.STEERING_COUNCIL, since.date()).values("pk")
    seats = who_can_sign_in(council(at.date()).filter(pk__in=then))
    return seats.exclude(pk__in=silenced).exclude(pk__in=[resolution.recorded_by_id, resolution.person_id])


def of_all(rows: QuerySet[Any], fact: Aggregate) -> Subquery:
    """Return an expression for one fact of all `rows` together, such as how many there are."""
    return Subquery(rows.order_by().annotate(all=Value(1)).values("all").annotate(fact=fact).values("fact"))
