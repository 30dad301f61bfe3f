"""The verbs of this app: add, invite, accept, admit, let go, give and end roles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from audit import clock
from audit.log import record
from members.events import MemberEvent
from members.models import Invitation, Membership, MembershipBegan, MembershipEnded, Person, Role, RoleKind, User
from members.models.person import RESERVED_SLUGS
from members.policy import Action, Actor, Conflict, allowed, require
from members.roster_file import RosterError, RosterRow

_INVITATION_SALT = "members.invitation"
#: "At least two at any time" (docs/glossary.md), so that every act that needs a second admin finds one.
LEAST_ADMINS = 2


@transaction.atomic
def add_person(name: str, *, github: str = "", by: Actor | None = None) -> Person:
    """Make somebody known to the portal; says nothing about membership.

    Raises `Conflict` when the GitHub name, compared without case, belongs to somebody else.
    """
    at = clock.now()
    if github and Person.objects.filter(github__iexact=github).exists():
        raise Conflict(f"Somebody with the GitHub name {github} is known already.")
    person = Person.objects.create(name=name, github=github, slug=_free_slug(name), added_at=at)
    record(MemberEvent.PERSON_ADDED, target=person, by=by.person if by else None, at=at)
    return person


def _free_slug(name: str) -> str:
    """The name in an address's letters; a number is added for the second of that name."""
    base = slugify(name)[:70] or "person"
    taken = set(Person.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
    candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


@transaction.atomic
def invite(person: Person, *, email: str, by: Actor | None) -> Invitation:
    """Offer `person` a login. The mail with the private link goes to `email`; an older offer is replaced.

    `by` is None for the portal itself (a command on the server, or a passed nomination). Raises
    `NotAllowed` for anybody but an admin, `Conflict` when the person or the address has a login.
    """
    if by is not None:
        require(Action.INVITE, allowed(by))
    person = Person.objects.select_for_update().get(pk=person.pk)
    if User.objects.filter(person=person).exists():
        raise Conflict(f"{person.name} has a login already.")
    if User.objects.filter(email=email.lower()).exists():
        raise Conflict("This address belongs to another login.")
    at = clock.now()
    Invitation.objects.filter(person=person, accepted_at=None, revoked_at=None).update(revoked_at=at)
    invitation = Invitation.objects.create(
        person=person,
        email=email,
        invited_by=by.person if by else None,
        invited_at=at,
        expires_at=at + timedelta(days=settings.INVITATION_DAYS),
    )
    record(MemberEvent.INVITED, target=invitation, by=invitation.invited_by, at=at, person=person.pk)
    return invitation


@transaction.atomic
def revoke(invitation: Invitation, *, by: Actor) -> Invitation:
    """Make an open invitation's link useless. Raises `NotAllowed`, or `Conflict` when it is not open."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    require(Action.SEE_INVITATIONS, allowed(by))
    if Action.REVOKE not in allowed(by, invitation):
        raise Conflict("This invitation is no longer open.")
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
    record(MemberEvent.INVITATION_REVOKED, target=invitation, by=by.person, at=invitation.revoked_at)
    return invitation


def invitation_token(invitation: Invitation) -> str:
    """The secret part of the private link. Made from SECRET_KEY when needed, stored nowhere."""
    return signing.dumps(str(invitation.pk), salt=_INVITATION_SALT)


def find_invitation(token: str) -> Invitation | None:
    """The open invitation behind a link; None when it is false, used, revoked or expired alike."""
    try:
        key = signing.loads(token, salt=_INVITATION_SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.open(clock.now()).select_related("person").filter(pk=key).first()


@transaction.atomic
def accept_invitation(invitation: Invitation, *, password: str) -> User:
    """Turn an open invitation into a login with a proven address, once.

    Raises `Conflict` when somebody was quicker, or the link has expired since the page was shown.
    """
    at = clock.now()
    locked = Invitation.objects.select_for_update().open(at).filter(pk=invitation.pk).first()
    if locked is None:
        raise Conflict("This invitation is no longer open. Ask an admin for a new one.")
    try:
        with transaction.atomic():
            user = User.objects.create_user(locked.email, locked.person, password)
    except IntegrityError as error:
        raise Conflict("This person or this address has a login already.") from error
    # The mail reached its reader, so the address is proven.
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    locked.accepted_at = at
    locked.save(update_fields=["accepted_at"])
    record(MemberEvent.INVITATION_ACCEPTED, target=locked, by=locked.person, at=at, user=user.pk)
    return user


@transaction.atomic
def admit(person: Person, *, began: MembershipBegan, authority: str, by: Actor | None, at: datetime) -> Membership:
    """Let a membership begin on the UTC day of `at`. Raises `Conflict` when one is running."""
    Person.objects.select_for_update().get(pk=person.pk)
    if Membership.objects.filter(person=person, ended="").exists():
        raise Conflict(f"{person.name} is a member already.")
    membership = Membership.objects.create(person=person, since=at.date(), began=began, authority=authority)
    record(
        MemberEvent.MEMBERSHIP_BEGAN,
        target=membership,
        by=by.person if by else None,
        at=at,
        person=person.pk,
        began=began,
    )
    return membership


@transaction.atomic
def begin_role(person: Person, kind: RoleKind, *, authority: str, by: Actor | None, at: datetime) -> Role:
    """Give `person` a role from the UTC day of `at`. Raises `Conflict` when they hold it."""
    Person.objects.select_for_update().get(pk=person.pk)
    if Role.objects.filter(person=person, kind=kind, until=None, ended_on_unknown_day=False).exists():
        raise Conflict(f"{person.name} holds this role already.")
    role = Role.objects.create(person=person, kind=kind, since=at.date(), authority=authority)
    record(MemberEvent.ROLE_BEGAN, target=role, by=by.person if by else None, at=at, person=person.pk, role=kind)
    return role


def lock_admins() -> None:
    """Let nobody else change who is an admin until the transaction ends.

    Taken before the lock of a person, so that two that wait for each other cannot arise.
    """
    list(Role.objects.select_for_update().filter(kind=RoleKind.ADMIN).order_by("pk").values_list("pk"))


@transaction.atomic
def end_role(person: Person, kind: RoleKind, *, authority: str, by: Actor | None, at: datetime) -> Person:
    """Take a role from `person`; the UTC day of `at` is the first without it.

    Raises `Conflict` when they do not hold it, or when too few admins would be left. `authority` is
    what the end rests on; the role keeps what its beginning rested on.
    """
    lock_admins()
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not Person.objects.holding(kind, at.date()).filter(pk=person.pk).exists():
        raise Conflict(f"{person.name} does not hold this role.")
    if kind == RoleKind.ADMIN:
        _leave_enough_admins(person, at.date())
    ended = _end_roles(person, kind, at.date())
    record(
        MemberEvent.ROLE_ENDED,
        target=person,
        by=by.person if by else None,
        at=at,
        role=kind,
        roles=ended,
        authority=authority,
    )
    return person


@transaction.atomic
def end_membership(
    person: Person, *, how: MembershipEnded, authority: str, by: Actor | None, at: datetime
) -> Membership:
    """End the running membership, and with it the role of an admin; access closes with the day of `at` (UTC).

    Raises `Conflict` when none is running, or when too few admins would be left.
    """
    lock_admins()
    person = Person.objects.select_for_update().get(pk=person.pk)
    day = at.date()
    membership = Membership.objects.on(day).filter(person=person, ended="").first()
    if membership is None:
        raise Conflict(f"{person.name} is not a member.")
    if Person.objects.holding(RoleKind.ADMIN, day).filter(pk=person.pk).exists():
        _leave_enough_admins(person, day)
    membership.until, membership.ended = day, how
    membership.save(update_fields=["until", "ended"])
    ended = _end_roles(person, RoleKind.ADMIN, day)
    record(
        MemberEvent.MEMBERSHIP_ENDED,
        target=membership,
        by=by.person if by else None,
        at=at,
        person=person.pk,
        ended=how,
        roles=ended,
        authority=authority,
    )
    return membership


def _end_roles(person: Person, kind: RoleKind, day: date) -> list[int]:
    """End every period of this role that covers `day`, one with a planned end included."""
    held = Role.objects.on(day).filter(person=person, kind=kind)
    ended = list(held.values_list("pk", flat=True))
    Role.objects.filter(pk__in=ended).update(until=day)
    return ended


def _leave_enough_admins(person: Person, day: date) -> None:
    """Raise `Conflict` when too few admins would be left without `person`."""
    holders = Person.objects.holding(RoleKind.ADMIN, day).exclude(pk=person.pk)
    if Person.objects.members(day).filter(pk__in=holders.values("pk")).distinct().count() < LEAST_ADMINS:
        raise Conflict(
            f"Without {person.name} there would be fewer than {LEAST_ADMINS} admins. "
            "The Steering Council designates another one first."
        )


@transaction.atomic
def import_roster(rows: Sequence[RosterRow], *, seen: Callable[[int], None] = lambda count: None) -> list[Person]:
    """Write the rows of roster files; return the people about whom something was new.

    Adds what is missing and ends nothing, so a second import of the same rows changes nothing and
    returns an empty list. Beginnings are recorded as unknown, because the files have no dates.
    Raises `RosterError` with every row that contradicts the portal; then nothing is written.
    `seen` is called with the number of rows done.
    """
    at = clock.now()
    changed, faults = [], []
    for count, row in enumerate(rows, start=1):
        try:
            person, is_new = _import_row(row, at)
        except Conflict as conflict:
            faults.append(row.fault(str(conflict)))
        else:
            changed += [person] if is_new else []
        seen(count)
    if faults:
        raise RosterError(faults)
    if changed:
        record(MemberEvent.ROSTER_IMPORTED, target="members.roster", by=None, at=at, people=[p.pk for p in changed])
    return changed


def _import_row(row: RosterRow, at: datetime) -> tuple[Person, bool]:
    """One row; the flag says whether anything was new. Raises `Conflict`."""
    person = _person_of(row)
    is_new = person is None
    if person is None:
        person = Person.objects.create(name=row.name, github=row.github, slug=_free_slug(row.name), added_at=at)
    memberships = list(Membership.objects.filter(person=person))
    is_member = any(membership.covers(at.date()) for membership in memberships)
    if row.emeritus and is_member:
        raise Conflict(f"{row.name} is a current member here; end the membership first.")
    if not row.emeritus and memberships and not is_member:
        raise Conflict(f"{row.name} is emeritus or removed here; a return needs a vote or a decision.")
    if not memberships:
        is_new = True
        Membership.objects.create(
            person=person,
            began=MembershipBegan.RECORD,
            ended=MembershipEnded.EMERITUS if row.emeritus else "",
            ended_on_unknown_day=row.emeritus,
        )
    held = set(Role.objects.filter(person=person).values_list("kind", flat=True))
    for kind in row.roles:
        if kind not in held:
            is_new = True
            Role.objects.create(person=person, kind=kind, ended_on_unknown_day=row.emeritus)
    return person, is_new


def _person_of(row: RosterRow) -> Person | None:
    """Whom a row means: by GitHub name, else by name among those without one. Raises `Conflict`."""
    if row.github:
        person = Person.objects.filter(github__iexact=row.github).first()
        if person is not None and person.name != row.name:
            raise Conflict(f"GitHub name {row.github} belongs to {person.name} here, not to {row.name}.")
        return person
    return Person.objects.filter(name=row.name, github="").first()
