"""Read nominations, one and many, and what happened to them. Days are calendar days in UTC."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Coalesce

from audit.models import Event, label
from members.people.models import Person, RoleKind
from members.people.policy import Actor
from members.people.queries.people import named_like
from nominations import numbers
from nominations.events import NominationEvent
from nominations.models import Interest, Nomination, NominationQuerySet, RefusedAnnulment, RefusedVeto, RollEntry, Vote
from nominations.sealing import board_hash
from nominations.tally import Tally
from web.statements import Statement


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
    people = Person.objects.filter(named_like(typed)).values("pk")
    return nominations.filter(Q(number=numbers.read(typed)) | Q(nominee__in=people))


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
