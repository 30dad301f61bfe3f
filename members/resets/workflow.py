"""Give somebody a new way in whose second factors or address are lost: by two people, or by the operator."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from audit import clock
from audit.log import record
from members.accounts import workflow as accounts_workflow
from members.accounts.models import Invitation, User
from members.accounts.policy import CONFIRMATION_WAIT
from members.accounts.queries.inviting import TAKEN, owners_of
from members.people.models import Person, Suspension
from members.people.policy import Actor, actor_of
from members.people.workflow import lock_admins
from members.resets.events import ResetEvent
from members.resets.models import LoginReset
from members.resets.policy import POLICY, RESET_LINK, RESETS, RESETS_A_DAY, Action, ResetAction
from web.conflicts import Conflict


@transaction.atomic
def ask_for_reset(person: Person) -> LoginReset:
    """Ask for a new way in, as somebody who has typed their password and has no second factor at hand.

    It opens nothing: two people have to say that it is them. Raises `Conflict` for a login that is closed, while a
    request waits, and after `RESETS_A_DAY` within a day.
    """
    person, at = _locked(person)
    if obstacle := POLICY.obstacle(Action.BEGIN, person, at):
        raise Conflict(obstacle)
    _require_no_open(person, at)
    if LoginReset.objects.filter(person=person, asked_by=person, asked_at__gt=at - timedelta(days=1)).count() >= (
        RESETS_A_DAY
    ):
        raise Conflict("You have asked several times today. Call an admin of the team instead.")
    reset = LoginReset.objects.create(person=person, asked_at=at, asked_by=person, expires_at=at + CONFIRMATION_WAIT)
    record(ResetEvent.RESET_ASKED, target=reset, by=person, at=at, person=person.pk)
    return reset


@transaction.atomic
def begin_reset(person: Person, *, evidence: str, by: Actor, new_email: str = "") -> LoginReset:
    """Begin it for somebody who cannot ask themselves, and vouch for them as the first person.

    With `new_email` for an address that is dead. Raises `NotAllowed` for anybody but an admin, and for oneself;
    `Conflict` for a login that is closed, for an address of another login, and while a request waits.
    """
    POLICY.require(Action.SEE, by)
    lock_admins()
    person, at = _locked(person)
    who = POLICY.require(Action.BEGIN, actor_of(by.person, at.date()), person, at)
    _require_no_open(person, at)
    _require_free(person, new_email)
    reset = LoginReset.objects.create(
        person=person,
        new_email=new_email,
        asked_at=at,
        asked_by=who,
        evidence=evidence,
        proposed_at=at,
        proposed_by=who,
        expires_at=at + CONFIRMATION_WAIT,
    )
    record(ResetEvent.RESET_ASKED, target=reset, by=who, at=at, person=person.pk)
    return reset


@transaction.atomic
def propose_reset(reset: LoginReset, *, evidence: str, by: Actor) -> LoginReset:
    """Vouch, as the first person, that it was them who asked; `evidence` says how one knows.

    Raises `NotAllowed` for anybody but an admin, and for oneself, `Conflict` when it no longer waits for that.
    """
    reset, who, at = _checked(reset, ResetAction.PROPOSE, by)
    reset.evidence, reset.proposed_by, reset.proposed_at = evidence, who, at
    reset.save(update_fields=["evidence", "proposed_by", "proposed_at"])
    record(ResetEvent.RESET_PROPOSED, target=reset, by=who, at=at, person=reset.person_id)
    return reset


@transaction.atomic
def confirm_reset(reset: LoginReset, *, evidence: str, by: Actor) -> LoginReset:
    """Confirm as the second person: the old way in is gone, and a link to begin anew is mailed.

    Raises `NotAllowed` for anybody but an admin or a council member, for who vouched first and for the person
    concerned; `Conflict` when it no longer waits, when the first may vouch for nobody any more, or when the new address
    was taken meanwhile.
    """
    reset, who, at = _checked(reset, ResetAction.CONFIRM, by)
    _require_free(reset.person, reset.new_email)
    reset.second_evidence, reset.confirmed_by, reset.confirmed_at = evidence, who, at
    reset.invitation = _begin_anew(reset, at)
    reset.save(update_fields=["second_evidence", "confirmed_by", "confirmed_at", "invitation"])
    record(ResetEvent.RESET_CONFIRMED, target=reset, by=who, at=at, person=reset.person_id)
    return reset


@transaction.atomic
def refuse_reset(reset: LoginReset, *, by: Actor) -> LoginReset:
    """Refuse a request, so that nothing changes. Raises `NotAllowed`, or `Conflict` when it no longer waits."""
    reset, who, at = _checked(reset, ResetAction.REFUSE, by)
    reset.refused_at, reset.refused_by = at, who
    reset.save(update_fields=["refused_at", "refused_by"])
    record(ResetEvent.RESET_REFUSED, target=reset, by=who, at=at, person=reset.person_id)
    return reset


@transaction.atomic
def stop_reset(reset: LoginReset) -> LoginReset:
    """Stop a request, as the owner of the login. Raises `Conflict` when it no longer waits."""
    _, at = _locked(reset.person)
    open_one = LoginReset.objects.select_for_update().open(at).filter(pk=reset.pk).first()
    if open_one is None:
        raise Conflict("This request is closed already.")
    open_one.stopped_at = at
    open_one.save(update_fields=["stopped_at"])
    record(ResetEvent.RESET_STOPPED, target=open_one, by=open_one.person, at=at, person=open_one.person_id)
    return open_one


@transaction.atomic
def reset_on_server(person: Person, *, new_email: str = "") -> LoginReset:
    """Do it by the operator's word, on the server. Raises `Conflict` as `begin_reset`; a waiting request is closed."""
    person, at = _locked(person)
    if obstacle := POLICY.obstacle(Action.BEGIN, person, at):
        raise Conflict(obstacle)
    _require_free(person, new_email)
    LoginReset.objects.unanswered().filter(person=person).update(stopped_at=at)
    reset = LoginReset(person=person, new_email=new_email, asked_at=at, confirmed_at=at, expires_at=at)
    reset.invitation = _begin_anew(reset, at)
    reset.save(force_insert=True)
    record(ResetEvent.RESET_CONFIRMED, target=reset, by=None, at=at, person=person.pk)
    return reset


@transaction.atomic
def end_suspension_on_server(person: Person, reason: str) -> Suspension:
    """End the suspension of `person` by the operator's word; an invitation goes to the address they had.

    Raises `Conflict` for somebody who is not suspended.
    """
    lock_admins()
    person, at = _locked(person)
    suspension = Suspension.objects.in_force().filter(person=person).first()
    if suspension is None:
        raise Conflict(f"{person.name} is not suspended.")
    return accounts_workflow.finish_suspension(suspension, reason, None, at)


def _locked(person: Person) -> tuple[Person, datetime]:
    return Person.objects.select_for_update().get(pk=person.pk), clock.now()


def _checked(reset: LoginReset, action: ResetAction, by: Actor) -> tuple[LoginReset, Person, datetime]:
    """Return the row, locked, who acts, and the moment. Raises as `RESETS`, and `Conflict` for a closed login."""
    POLICY.require(Action.SEE, by)
    lock_admins()
    person, at = _locked(reset.person)
    reset = LoginReset.objects.select_for_update(of=("self",)).select_related("person", "proposed_by").get(pk=reset.pk)
    who = RESETS.require(action, actor_of(by.person, at.date()), reset, at)
    if action != ResetAction.REFUSE and (obstacle := POLICY.obstacle(Action.BEGIN, person, at)):
        raise Conflict(obstacle)
    return reset, who, at


def _require_no_open(person: Person, at: datetime) -> None:
    """Raise `Conflict` while a request of `person` waits; close one that has expired."""
    if LoginReset.objects.open(at).filter(person=person).exists():
        raise Conflict("A request for this login waits already.")
    LoginReset.objects.unanswered().filter(person=person).update(stopped_at=at)


def _require_free(person: Person, email: str) -> None:
    if email and owners_of([email]).get(email.lower(), person.pk) != person.pk:
        raise Conflict(TAKEN)


def _begin_anew(reset: LoginReset, at: datetime) -> Invitation:
    """Close the login with all that opened it, and return the invitation by which its owner begins anew.

    The password goes as well: whoever knows it, and only it, must not be the one who adds the next factor.
    """
    login = User.objects.select_for_update().get(person=reset.person)
    accounts_workflow.empty(login)
    Invitation.objects.pending().filter(person=reset.person).update(revoked_at=at)
    return Invitation.objects.create(
        person=reset.person,
        email=reset.new_email or login.email,
        evidence=reset.evidence,
        invited_by=reset.proposed_by,
        invited_at=at,
        confirmed_by=reset.confirmed_by,
        confirmed_at=at,
        expires_at=at + RESET_LINK,
    )
