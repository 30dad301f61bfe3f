"""Logins, and the invitations that lead to them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower

from members.accounts.enums import InvitationPhase
from members.people.models import Person
from members.people.registry import standing

#: django-allauth's kinds of authenticator that count as a second factor; recovery codes alone do not.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_factor() -> Exists:
    """Return the condition that a login has an authenticator app or a passkey."""
    return Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS))


class UserManager(BaseUserManager["User"]):
    """Write and find logins; addresses compare without case."""

    def create_user(self, email: str, person: Person, password: str | None = None, **fields: Any) -> User:
        """Write a login for `person`; without a password it can only be entered by a passkey or a reset."""
        user = self.model(email=email.strip().lower(), person=person, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def with_second_factor(self) -> models.QuerySet[User]:
        """Return logins that have an authenticator app or a passkey."""
        return self.filter(has_factor())

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the login with an address, whatever its case."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A login of one person, whose periods decide what it may do."""

    email = models.EmailField("e-mail address", max_length=254, unique=True, help_text="In lower case; never public.")
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user")
    is_active = models.BooleanField(default=True)
    is_unconfirmed = models.BooleanField(
        default=False,
        help_text="One admin alone named its address. Once its person has standing, it opens nothing until a second "
        "person confirms.",
    )
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="an_address_is_stored_in_lower_case")
        ]

    def __str__(self) -> str:
        return f"login of {self.person}"


#: One person alone named the address of an invitation; without `invited_by` the portal did.
_ON_ONE_WORD = Q(invited_by__isnull=False, confirmed_at=None)


def _of_standing(at: datetime) -> Q:
    return Q(person__in=Person.objects.filter(standing(at)).values("pk"))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Sets of invitations. Tests compare them with `Invitation.phase`."""

    def pending(self) -> Self:
        """Return invitations that are neither accepted nor revoked, expired or not."""
        return self.filter(accepted_at=None, revoked_at=None)

    def open(self, at: datetime) -> Self:
        """Return invitations that can be accepted at `at`."""
        return self.pending().filter(~(_ON_ONE_WORD & _of_standing(at)), expires_at__gt=at)

    def unconfirmed(self, at: datetime) -> Self:
        """Return invitations of people with standing that wait for a second person at `at`."""
        return self.pending().filter(_ON_ONE_WORD & _of_standing(at), expires_at__gt=at)

    def of_unconfirmed_logins(self, at: datetime) -> Self:
        """Return the accepted invitations of people who got standing afterwards and wait for a second person."""
        return self.filter(
            _ON_ONE_WORD & _of_standing(at),
            accepted_at__isnull=False,
            revoked_at=None,
            person__user__is_unconfirmed=True,
            person__user__is_active=True,
        )

    def to_confirm(self, at: datetime) -> Self:
        """Return everything that waits for a second person at `at`: invitations and open logins."""
        return self.unconfirmed(at) | self.of_unconfirmed_logins(at)

    def with_standing(self, at: datetime) -> Self:
        """Return the invitations with what `Invitation.has_standing` needs, without a query for each."""
        return self.annotate(fact_standing=Exists(Person.objects.filter(standing(at), pk=OuterRef("person"))))


class Invitation(models.Model):
    """An offer of a login for one person, accepted by a private link, once.

    The link is signed, not stored: nothing in the database can be used as one. For somebody with standing it works only
    after a second person has confirmed the address; whether somebody has standing is asked at every use.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField("e-mail address", max_length=254)
    invited_by = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invitations_sent",
        help_text="Empty: the portal.",
    )
    evidence = models.TextField(
        blank=True, help_text="How the address is known to be theirs. For the admins and the Steering Council."
    )
    of_nomination = models.BooleanField(
        default=False, help_text="A nominator named the address, and the nominee consented by a link sent there."
    )
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When a second person confirmed the address.")
    confirmed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the operator."
    )
    sent_again_at = models.DateTimeField(null=True, blank=True, help_text="When an admin last sent the link again.")
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Of one that was refused."
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-invited_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_a_person",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None)
                | Q(confirmed_at__isnull=False) & (Q(invited_by=None) | ~Q(confirmed_by=F("invited_by"))),
                name="nobody_confirms_an_address_they_named",
            ),
            models.CheckConstraint(
                condition=Q(refused_by=None) | Q(revoked_at__isnull=False), name="a_refused_invitation_is_revoked"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.person}"

    def phase(self, now: datetime) -> InvitationPhase:
        """Return the state at `now`; only an open one can be accepted."""
        if self.refused_by_id is not None:
            return InvitationPhase.REFUSED
        if self.accepted_at is not None:
            waits = self.revoked_at is None and self.is_on_one_word and self._opens_login() and self.has_standing(now)
            return InvitationPhase.UNCONFIRMED_LOGIN if waits else InvitationPhase.ACCEPTED
        if self.revoked_at is not None:
            return InvitationPhase.REVOKED
        if self.expires_at <= now:
            return InvitationPhase.EXPIRED
        return InvitationPhase.UNCONFIRMED if self.is_on_one_word and self.has_standing(now) else InvitationPhase.OPEN

    def is_open(self, now: datetime) -> bool:
        """Return whether it can be accepted at `now`."""
        return self.phase(now) == InvitationPhase.OPEN

    def _opens_login(self) -> bool:
        """Return whether the login of the person is open and rests on one word."""
        login = getattr(self.person, "user", None)
        return login is not None and login.is_active and login.is_unconfirmed

    @property
    def is_on_one_word(self) -> bool:
        """Return whether one person alone has named the address, and nobody confirmed it."""
        return self.invited_by_id is not None and self.confirmed_at is None

    @property
    def last_sent_at(self) -> datetime:
        """Return when the link went out last; of one that waits for a second person, when its address was named."""
        return self.sent_again_at or self.confirmed_at or self.invited_at

    def has_standing(self, now: datetime) -> bool:
        """Return whether the person has standing at `now`: by one query, unless `with_standing` has read it."""
        if "fact_standing" in self.__dict__:
            return bool(self.__dict__["fact_standing"])
        return Person.objects.filter(standing(now), pk=self.person_id).exists()
