"""Read who can sign in, and who has signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate

from audit import clock
from audit.models import Event, label
from members.accounts.events import ENDS_LINKS, AccountEvent
from members.accounts.models import SECOND_FACTORS, Invitation, User, has_factor
from members.people.models import Person, Suspension
from members.people.policy import actor_columns
from web.statements import Statement

#: The people with a login that is open, as a filter.
WITH_LOGIN = Q(Exists(User.objects.filter(person=OuterRef("pk"), is_active=True)))


def people_without_login() -> QuerySet[Person]:
    """Return people whom an admin may invite: with no login yet or a closed one, and not suspended."""
    suspended = Suspension.objects.in_force().values("person")
    return Person.objects.filter(Q(user=None) | Q(user__is_active=False)).exclude(pk__in=suspended)


def who_can_sign_in(people: QuerySet[Person]) -> QuerySet[Person]:
    """Return those of `people` whose login is open, and waits for nobody's word."""
    return people.filter(user__is_active=True, user__is_unconfirmed=False)


def suspensions() -> QuerySet[Suspension]:
    """Return every suspension with everybody its line names, newest first."""
    return Suspension.objects.select_related("person", "begun_by", "ended_by")


def has_changed_since(person: Person, at: datetime) -> bool:
    """Return whether the password or a factor of `person` changed, or they ended all sessions, at `at` or later."""
    user: User | None = getattr(person, "user", None)
    return user is not None and Event.objects.filter(target=label(user), kind__in=ENDS_LINKS, at__gte=at).exists()


@dataclass(frozen=True)
class LoginFacts:
    """The login of one person, as far as an admin's page shows it."""

    exists: bool
    is_active: bool
    has_factor: bool
    invited_at: datetime | None
    """The moment at which the invitation was sent that is neither accepted nor revoked."""

    @property
    def is_complete(self) -> bool:
        """True if the person can sign in, second factor included."""
        return self.is_active and self.has_factor


def login_of(person: Person) -> LoginFacts:
    """Return the facts about the login of `person`, who may have none. One query."""
    invited = Invitation.objects.pending().filter(person=OuterRef("pk")).values("invited_at")[:1]
    exists, is_active, factor, invited_at = (
        Person.objects.filter(pk=person.pk)
        .annotate(has_factor=Exists(Authenticator.objects.filter(user=OuterRef("user"), type__in=SECOND_FACTORS)))
        .values_list("user", "user__is_active", "has_factor", Subquery(invited))
        .get()
    )
    return LoginFacts(exists is not None, bool(is_active), factor, invited_at)


def for_requests() -> QuerySet[Any]:
    """Return logins with everything that a request asks of the one that is signed in, read in one statement.

    That is the person, what an `Actor` is made of today (UTC), `has_second_factor`, and `read_at`, the database's
    moment. Rows are read anew for every request, because a role that outlives its end in a session is a way in.
    """
    return User.objects.select_related("person").annotate(**_request_columns())


def _request_columns() -> dict[str, Any]:
    read_at = clock.moment()
    actor = actor_columns("person", TruncDate(read_at, tzinfo=UTC))
    return {**actor, "has_second_factor": has_factor(), "read_at": read_at}


#: The columns of a row of `_login_row`: of both models, as `Model.from_db` wants them, and of the request.
_OF_USER = [field.attname for field in User._meta.concrete_fields]
_OF_PERSON = [field.attname for field in Person._meta.concrete_fields]
_OF_REQUEST = [*_request_columns()]


def _login_row(pk: int) -> QuerySet[Any]:
    columns = _request_columns()
    names = [*_OF_USER, *(f"person__{name}" for name in _OF_PERSON), *columns]
    return User.objects.filter(pk=pk).annotate(**columns).values_list(*names)


_LOGIN = Statement(_login_row, pk=-1)


def login_for_request(pk: int) -> User | None:
    """Return the login `pk` as `for_requests` reads it, by SQL that is compiled once; None if there is none."""
    if clock.is_pretended():  # the moment is a value then, not the database's
        return for_requests().filter(pk=pk).first()
    row = _LOGIN.row(pk=pk)
    if row is None:
        return None
    of_user, of_person = len(_OF_USER), len(_OF_USER) + len(_OF_PERSON)
    user = User.from_db(connection.alias, _OF_USER, row[:of_user])
    user.person = Person.from_db(connection.alias, _OF_PERSON, row[of_user:of_person])
    for name, value in zip(_OF_REQUEST, row[of_person:], strict=True):
        setattr(user, name, value)
    return user


def signed_in(user: Any) -> Any:
    """Return the login of a request with all that `for_requests` brings.

    The authentication backend has brought it already, but for a login that was opened by the very request.
    """
    return user if hasattr(user, "read_at") else for_requests().get(pk=user.pk)


def sign_ins(person: Person) -> QuerySet[Event]:
    """Return the events of their signing in, newest first."""
    user: User | None = getattr(person, "user", None)
    events = Event.objects.filter(kind=AccountEvent.SIGNED_IN, target=label(user))
    return events.order_by("-at", "-pk") if user else events.none()
