"""Logins, and the invitations that lead to them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from members.accounts.enums import InvitationPhase
from members.people.models import Person

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


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Sets of invitations."""

    def pending(self) -> Self:
        """Return invitations that are neither accepted nor revoked, expired or not."""
        return self.filter(accepted_at=None, revoked_at=None)

    def open(self, at: datetime) -> Self:
        """Return invitations that can be accepted at `at`; a test compares this with `Invitation.phase`."""
        return self.pending().filter(expires_at__gt=at)


class Invitation(models.Model):
    """An offer of a login for one person, accepted by a private link, once.

    The link is signed, not stored: nothing in the database can be used as one.
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
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-invited_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"invitation of {self.person}"

    def phase(self, now: datetime) -> InvitationPhase:
        """Return the state at `now`; only an open one can be accepted."""
        if self.accepted_at is not None:
            return InvitationPhase.ACCEPTED
        if self.revoked_at is not None:
            return InvitationPhase.REVOKED
        return InvitationPhase.OPEN if self.expires_at > now else InvitationPhase.EXPIRED


@dataclass(frozen=True)
class Profile:
    """The values of one's own profile; None leaves a field as it is."""

    name: str
    affiliation: str
    affiliation_public: bool
    time_zone: str
    away_until: date | None = None
    may_be_assigned: bool | None = None
    daily_digest: bool | None = None
