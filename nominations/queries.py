"""The reads of nominations, for pages, forms and verbs. Days are calendar days in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
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
from members.accounts.models import User
from members.accounts.queries.logins import who_can_sign_in
from members.people.models import Person, RoleKind, Suspension
from members.people.policy import ONESELF, Actor
from members.people.registry import standing
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
from nominations.sealing import board_hash
from nominations.tally import Tally
from web.statements import Statement

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
            "nominee",
            "nominator",
            "vote__officer",
            "vote__decision__recorded_by",
            "stop__asked_by",
            "office__person",
            "onboarding",
        )
        .annotate(**voted)
    )


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
    joined = ("nominee", "nominator", "vote__decision__recorded_by", "stop__asked_by", "office__person")
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


# -- proposing ---------------------------------------------------------------------------------------


def eligible_people(actor: Actor, now: datetime) -> QuerySet[Person]:
    """Return the people on record whom `actor` may nominate."""
    taken = Nomination.objects.running().values("nominee")
    members = Person.objects.members(now.date()).values("pk")
    return _others(actor, now).exclude(pk__in=members).exclude(pk__in=taken)


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


def officers_for(nomination: Nomination, admin: Person, at: datetime) -> QuerySet[Person]:
    """Return who may keep the key of a vote that `admin` prepares: anybody who can sign in and has no part in it.

    Not somebody with standing whose login rests on one admin's word: that admin may be the one who reads its mail.
    To be asked gives standing, so from then on that goes for somebody from outside as well.
    """
    suspended = Suspension.objects.in_force().values("person")
    unproven = Person.objects.filter(standing(at), user__is_unconfirmed=True).values("pk")
    people = Person.objects.filter(user__is_active=True).exclude(pk__in=suspended).exclude(pk__in=unproven)
    return people.exclude(pk__in=[nomination.nominee_id, nomination.nominator_id, admin.pk]).order_by("name", "pk")


def office_of(pk: UUID) -> QuerySet[KeyOffice]:
    """Return the office at the nomination `pk`, with all that its page asks."""
    return KeyOffice.objects.filter(nomination=pk).select_related(
        "person", "asked_by", "nomination__nominee", "nomination__vote"
    )


def office_of_person(person: Person) -> KeyOffice | None:
    """Return the office that `person` was asked longest ago to take, of those whose nominations have not ended."""
    return KeyOffice.objects.running().filter(person=person).order_by("asked_at", "pk").first()


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
    return Person.objects.holding(RoleKind.STEERING_COUNCIL, day).distinct().order_by("name", "pk")


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
