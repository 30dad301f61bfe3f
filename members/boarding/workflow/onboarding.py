"""From approved to member: invitation, second factor, acceptance, channels, and then access is complete."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from audit import clock
from audit.log import record
from members.accounts import workflow as accounts_workflow
from members.accounts.models import Invitation, User
from members.accounts.queries.logins import has_complete_login
from members.accounts.workflow import invite
from members.boarding.events import BoardingEvent
from members.boarding.models import Onboarding, OnboardingStep
from members.boarding.policy import Action, require
from members.boarding.workflow.ticking import tick
from members.channels.models import Channel
from members.documents import policy as documents_policy
from members.documents.events import DocumentEvent
from members.documents.models import Acceptance, DocumentKind, DocumentVersion
from members.drift.queries import sightings
from members.people.models import Membership, MembershipBegan, Person
from members.people.policy import Actor
from members.people.workflow import admit
from web.conflicts import Conflict

#: Ours: how often whoever an onboarding waits for hears of it again.
REMIND_AFTER = timedelta(days=3)


@transaction.atomic
def begin_onboarding(
    person: Person, *, began: MembershipBegan, authority: str, by: Actor | None, at: datetime, email: str = ""
) -> Onboarding:
    """Approve `person`: a checklist begins, and whoever has no login is invited at `email` if it is given.

    Called by what decides on memberships, which has asked its own policy. Raises `Conflict` when
    the person is a member, or on the way in, already.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if Membership.objects.filter(person=person, ended="").exists():
        raise Conflict(f"{person.name} is a member already.")
    if Onboarding.objects.running().filter(person=person).exists():
        raise Conflict(f"{person.name} is being onboarded already.")
    onboarding = Onboarding.objects.create(person=person, began=began, authority=authority, approved_at=at)
    OnboardingStep.objects.bulk_create(
        OnboardingStep(onboarding=onboarding, channel=channel) for channel in Channel.objects.in_use()
    )
    if email and not User.objects.filter(person=person, is_active=True).exists():
        _invite_quietly(person, email)
    record(
        BoardingEvent.ONBOARDING_BEGAN,
        target=onboarding,
        by=by.person if by else None,
        at=at,
        person=person.pk,
        began=began,
    )
    return onboarding


def _invite_quietly(person: Person, email: str) -> None:
    """An address that belongs to another login stops nothing: the checklist asks an admin to invite by hand."""
    if not User.objects.filter(email=email.lower()).exclude(person=person).exists():
        invite(person, email=email, by=None)


@transaction.atomic
def accept_responsibilities(version: DocumentVersion, *, by: Actor) -> Acceptance:
    """Take on one version of the responsibilities, once; an onboarding of the same person goes on by it.

    Who accepted it in an earlier membership accepts it again for the new one. For members and for people
    on the way in: `NotAllowed` for others. Raises `Conflict` when a newer
    version was published meanwhile, or this one is accepted already.
    """
    person = Person.objects.select_for_update().get(pk=documents_policy.require(documents_policy.Action.ACCEPT, by).pk)
    if version != DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES):
        raise Conflict("A newer version of the responsibilities was published meanwhile. Read that one.")
    at = clock.now()
    waiting = Onboarding.objects.running().filter(person=person, accepted_at=None).update(accepted_at=at)
    acceptance, is_new = Acceptance.objects.get_or_create(person=person, version=version, defaults={"accepted_at": at})
    if not is_new and not waiting:
        raise Conflict("You have accepted this version already.")
    record(DocumentEvent.ACCEPTED, target=acceptance, by=person, at=at, version=version.number)
    return acceptance


@transaction.atomic
def tick_onboarding(step: OnboardingStep, *, done: bool, not_needed: bool = False, by: Actor) -> OnboardingStep:
    """Say that access to a channel is given, or that none is needed; `done` False takes it back.

    Raises `NotAllowed` for anybody but an admin, `Conflict` when the onboarding is over, and for the
    portal's own login, which is not ticked by hand.
    """
    who = require(Action.ONBOARD, by)
    onboarding = _locked(step.onboarding)
    step = onboarding.steps.select_related("channel").get(pk=step.pk)
    at, login = clock.now(), "The portal sees by itself whether there is a login with a second factor."
    facts = tick(step, done=done, not_needed=not_needed, login=login, by=who, at=at)
    record(BoardingEvent.ONBOARDING_STEP, target=onboarding, by=who, at=at, **facts)
    return step


def _locked(onboarding: Onboarding) -> Onboarding:
    """As it is now, locked with its person. Raises `Conflict` when it is over."""
    Person.objects.select_for_update().get(pk=onboarding.person_id)
    onboarding = Onboarding.objects.select_related("person").get(pk=onboarding.pk)
    if not onboarding.is_running:
        raise Conflict("This onboarding is over.")
    return onboarding


def missing_for_completion(onboarding: Onboarding) -> list[str]:
    """What still has to happen before access is complete, as sentences; empty when nothing."""
    name, missing = onboarding.person.name, []
    if not has_complete_login(onboarding.person):
        missing.append(f"{name} has no login with a second factor yet.")
    if onboarding.accepted_at is None:
        missing.append(f"{name} has not accepted the responsibilities yet.")
    waiting = [step.channel.name for step in onboarding.steps.select_related("channel") if not _is_settled(step)]
    if waiting:
        missing.append(f"Not ticked off: {', '.join(waiting)}.")
    if unseen := _unseen(onboarding):
        missing.append(f"The last check does not see them: {', '.join(unseen)}. Check again when they are in.")
    return missing


def _unseen(onboarding: Onboarding) -> list[str]:
    """Channels that are ticked off, and in which a later check has not seen them; “not needed” ends the question."""
    seen = sightings(onboarding.person)
    return [
        step.channel.name
        for step in onboarding.steps.select_related("channel")
        if (found := seen.get(step.channel_id)) and found.misses(step)
    ]


def _is_settled(step: OnboardingStep) -> bool:
    return step.done_at is not None or step.channel.is_login


def waits_for_admin(onboarding: Onboarding) -> bool:
    """Whether the next step of a running onboarding is an admin's; otherwise it is the newcomer's."""
    if has_complete_login(onboarding.person):
        return onboarding.accepted_at is not None
    has_login = User.objects.filter(person=onboarding.person, is_active=True).exists()
    return not has_login and not Invitation.objects.open(clock.now()).filter(person=onboarding.person).exists()


@transaction.atomic
def remind_onboarding(onboarding: Onboarding) -> bool:
    """Remind whoever a running onboarding waits for, `REMIND_AFTER` after the last time; whether it was time."""
    Person.objects.select_for_update().get(pk=onboarding.person_id)
    onboarding = Onboarding.objects.get(pk=onboarding.pk)
    at = clock.now()
    last = max(filter(None, [onboarding.approved_at, onboarding.accepted_at, onboarding.reminded_at]))
    if not onboarding.is_running or at - last < REMIND_AFTER:
        return False
    onboarding.reminded_at = at
    onboarding.save(update_fields=["reminded_at"])
    record(BoardingEvent.ONBOARDING_REMINDED, target=onboarding, by=None, at=at, person=onboarding.person_id)
    return True


@transaction.atomic
def complete_onboarding(onboarding: Onboarding, *, by: Actor) -> Onboarding:
    """Access is complete: the membership begins today (UTC), once.

    Raises `NotAllowed` for anybody but an admin, `Conflict` with what is missing, or when it is over.
    """
    who = require(Action.ONBOARD, by)
    onboarding = _locked(onboarding)
    if missing := missing_for_completion(onboarding):
        raise Conflict(" ".join(missing))
    at = clock.now()
    onboarding.membership = admit(
        onboarding.person,
        began=MembershipBegan(onboarding.began),
        authority=onboarding.authority,
        by=by,
        at=at,
    )
    onboarding.completed_at, onboarding.completed_by = at, who
    onboarding.save()
    onboarding.steps.filter(channel__kind="login", done_at=None).update(done_at=at)
    record(BoardingEvent.ONBOARDING_COMPLETED, target=onboarding, by=who, at=at, person=onboarding.person_id)
    return onboarding


@transaction.atomic
def cancel_onboarding(onboarding: Onboarding, reason: str, *, by: Actor) -> Onboarding:
    """Give an onboarding up; no membership begins. An open invitation is revoked, and the login closed.

    Raises `NotAllowed` for anybody but an admin, `Conflict` when it is over.
    """
    who = require(Action.ONBOARD, by)
    onboarding = _locked(onboarding)
    at = clock.now()
    onboarding.cancelled_at, onboarding.cancelled_by, onboarding.cancel_reason = at, who, reason
    onboarding.save()
    accounts_workflow.close(onboarding.person)
    record(BoardingEvent.ONBOARDING_CANCELLED, target=onboarding, by=who, at=at, person=onboarding.person_id)
    return onboarding
