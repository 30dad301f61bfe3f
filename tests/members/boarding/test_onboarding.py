"""From approved to member: who waits for whom, and when the membership begins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from audit import clock
from audit.models import Event
from members.accounts import workflow as accounts_workflow
from members.accounts.models import User
from members.boarding import workflow as boarding_workflow
from members.boarding.tasks import remind_of_boarding
from members.documents import workflow as documents_workflow
from members.documents.models import Acceptance, DocumentKind, DocumentVersion
from members.people.models import Membership, Person
from members.people.queries.roster import roster
from tests.cast import Browse, Cast, act_as
from tests.factories import PASSWORD, complete, give_login, give_second_factor, make_person
from tests.members.boarding.pages import accepted, begin, missing, outside, phase
from web.conflicts import Conflict, NotAllowed

CHANNELS = ["Portal login", "GitHub team", "Mailing list", "Chat"]


def current() -> DocumentVersion:
    return DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES)


@pytest.mark.rule("PEP811-51", "SEED-04")
def test_an_onboarding_begins_with_a_step_for_each_channel_and_an_invitation(cast: Cast) -> None:
    onboarding = begin(cast.nora)
    assert [step.channel.name for step in onboarding.steps.select_related("channel")] == CHANNELS
    assert [one.email for one in cast.nora.invitations.all()] == ["nora@example.net"]
    assert cast.nora not in Person.objects.members(clock.now().date())
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert kinds == {"onboarding:began", "invitation:sent"}


def test_somebody_with_a_login_or_without_an_address_is_not_invited(cast: Cast) -> None:
    begin(cast.olga, email="olga@example.net")
    begin(cast.nora, email="")
    begin(make_person("Abe Taken"), email="ada@example.org")
    assert not Event.objects.filter(kind="invitation:sent").exists()


def test_nobody_is_onboarded_twice_or_while_a_member(cast: Cast) -> None:
    begin(cast.nora)
    with pytest.raises(Conflict, match="Nora Nominee is being onboarded already"):
        begin(cast.nora)
    with pytest.raises(Conflict, match="Mel Member is a member already"):
        begin(cast.mel)


@pytest.mark.rule("PEP811-22", "JOIN-11", "SEED-06")
def test_the_membership_begins_when_access_is_complete_and_not_before(cast: Cast) -> None:
    onboarding, ada = begin(cast.nora), act_as(cast.ada)
    assert missing(onboarding) == [
        "Nora Nominee has no login with a second factor yet.",
        "Nora Nominee has not accepted the responsibilities yet.",
        "Not ticked off: GitHub team, Mailing list, Chat.",
    ]
    with pytest.raises(Conflict, match="has no login"):
        boarding_workflow.complete_onboarding(onboarding, by=ada)
    invitation = cast.nora.invitations.get()
    user = accounts_workflow.accept_invitation(invitation, password=PASSWORD)
    give_second_factor(user)
    documents_workflow.accept(current(), by=act_as(cast.nora))
    first, second, third = outside(onboarding)
    boarding_workflow.tick(first, done=True, by=ada)
    boarding_workflow.tick(second, done=True, not_needed=True, by=ada)
    onboarding.refresh_from_db()
    assert missing(onboarding) == ["Not ticked off: Chat."]
    assert "Nora Nominee" not in {entry.name for entry in roster(clock.now().date()).members}
    boarding_workflow.tick(third, done=True, by=ada)
    done = boarding_workflow.complete_onboarding(onboarding, by=ada)
    today = clock.now().date()
    assert done.membership is not None
    assert (done.membership.since, done.membership.authority) == (today, "a vote")
    assert "Nora Nominee" in {entry.name for entry in roster(today).members}
    assert act_as(cast.nora).is_member
    with pytest.raises(Conflict, match="This onboarding is over"):
        boarding_workflow.complete_onboarding(onboarding, by=ada)
    assert Membership.objects.filter(person=cast.nora).count() == 1


def test_a_tick_names_who_and_can_be_taken_back(cast: Cast) -> None:
    onboarding, ada = accepted(begin(cast.nora)), act_as(cast.ada)
    [step, *_] = outside(onboarding)
    ticked = boarding_workflow.tick(step, done=True, not_needed=True, by=ada)
    assert (ticked.done_by, ticked.not_needed) == (cast.ada, True)
    event = Event.objects.get(kind="onboarding:step")
    assert event.data == {"channel": step.channel_id, "done": True, "not_needed": True}
    back = boarding_workflow.tick(step, done=False, not_needed=True, by=ada)
    assert (back.done_at, back.done_by, back.not_needed) == (None, None, False)


def test_the_portals_own_login_is_not_ticked_by_hand(cast: Cast) -> None:
    login = accepted(begin(cast.nora)).steps.get(channel__kind="login")
    with pytest.raises(Conflict, match="sees by itself"):
        boarding_workflow.tick(login, done=True, by=act_as(cast.ada))


def test_no_channel_is_ticked_before_the_responsibilities_are_accepted(cast: Cast) -> None:
    onboarding, ada = begin(cast.nora), act_as(cast.ada)
    [step, *_] = outside(onboarding)
    for not_needed in (False, True):
        with pytest.raises(Conflict, match=r"^Nora Nominee accepts the responsibilities first; then the channels\.$"):
            boarding_workflow.tick(step, done=True, not_needed=not_needed, by=ada)
    assert boarding_workflow.tick(outside(accepted(onboarding))[0], done=True, by=ada).done_by == cast.ada


@pytest.mark.rule("PEP811-32")
def test_only_admins_tick_complete_and_cancel(cast: Cast) -> None:
    onboarding = begin(cast.nora)
    for actor in [act_as(cast.mel), act_as(cast.sam), act_as(cast.nora)]:
        with pytest.raises(NotAllowed):
            boarding_workflow.tick(outside(onboarding)[0], done=True, by=actor)
        with pytest.raises(NotAllowed):
            boarding_workflow.complete_onboarding(onboarding, by=actor)
        with pytest.raises(NotAllowed):
            boarding_workflow.cancel_onboarding(onboarding, "Why not.", by=actor)


def test_an_onboarding_that_is_given_up_takes_the_invitation_with_it(cast: Cast) -> None:
    onboarding, ada = begin(cast.nora), act_as(cast.ada)
    boarding_workflow.cancel_onboarding(onboarding, "She has changed her mind.", by=ada)
    onboarding.refresh_from_db()
    assert (onboarding.cancelled_by, onboarding.reason) == (cast.ada, "She has changed her mind.")
    assert cast.nora.invitations.get().revoked_at is not None
    with pytest.raises(Conflict, match="This onboarding is over"):
        boarding_workflow.tick(outside(onboarding)[0], done=True, by=ada)
    assert begin(cast.nora).is_running


# -- responsibilities ----------------------------------------------------------------------------------


def test_responsibilities_are_accepted_once_by_members_and_newcomers(cast: Cast) -> None:
    give_login(cast.nora)
    onboarding = begin(cast.nora)
    accepted = documents_workflow.accept(current(), by=act_as(cast.nora))
    onboarding.refresh_from_db()
    assert onboarding.accepted_at == accepted.accepted_at
    documents_workflow.accept(current(), by=act_as(cast.mel))
    with pytest.raises(Conflict, match="accepted this version already"):
        documents_workflow.accept(current(), by=act_as(cast.mel))
    for outsider in [cast.olga, cast.emil, cast.sam]:
        with pytest.raises(NotAllowed):
            documents_workflow.accept(current(), by=act_as(outsider))
    with pytest.raises(NotAllowed):
        documents_workflow.accept(current(), by=act_as(None))
    assert {one.person for one in Acceptance.objects.all()} == {cast.nora, cast.mel}


def test_an_older_version_is_accepted_by_nobody(cast: Cast) -> None:
    old = current()
    DocumentVersion.objects.create(
        kind=DocumentKind.RESPONSIBILITIES, number=2, text="New.", change="All.", published_at=clock.now()
    )
    with pytest.raises(Conflict, match="A newer version"):
        documents_workflow.accept(old, by=act_as(cast.mel))


# -- coming back ---------------------------------------------------------------------------------------


def test_a_returning_member_gets_the_closed_login_renewed(cast: Cast) -> None:
    boarding_workflow.resign(by=act_as(cast.mel))
    begin(cast.mel, email="Mel@Example.net")
    user = accounts_workflow.accept_invitation(cast.mel.invitations.get(), password=PASSWORD)
    assert (user.pk, user.email, user.is_active) == (cast.mel.user.pk, "mel@example.net", True)
    assert not Authenticator.objects.filter(user=user).exists()
    assert [one.email for one in EmailAddress.objects.filter(user=user)] == ["mel@example.net"]
    assert User.objects.filter(person=cast.mel).count() == 1


def test_a_returning_member_accepts_the_same_version_again(cast: Cast) -> None:
    documents_workflow.accept(current(), by=act_as(cast.mel))
    boarding_workflow.resign(by=act_as(cast.mel))
    onboarding = begin(cast.mel, email="mel@example.org")
    complete(onboarding, by=cast.ada)
    assert act_as(cast.mel).is_member
    assert Acceptance.objects.filter(person=cast.mel).count() == 1


def test_giving_up_closes_the_login_unless_of_a_council_member(cast: Cast) -> None:
    boarding_workflow.cancel_onboarding(begin(cast.olga), "She changed her mind.", by=act_as(cast.ada))
    boarding_workflow.cancel_onboarding(begin(cast.sam), "He changed his mind.", by=act_as(cast.ada))
    for person in (cast.olga, cast.sam):
        person.user.refresh_from_db()
    assert (cast.olga.user.is_active, cast.sam.user.is_active) == (False, True)


# -- reminders -----------------------------------------------------------------------------------------


def test_the_next_step_is_the_newcomers_or_an_admins(cast: Cast) -> None:
    invited, uninvited, new = begin(cast.nora), begin(make_person("Uma Uninvited"), email=""), begin(cast.olga)
    assert [phase(one) for one in (invited, uninvited, new)] == [
        "waits_for_person",
        "waits_for_admin",
        "waits_for_person",
    ]
    with clock.pretend(clock.now() + timedelta(days=15)):
        assert phase(invited) == "waits_for_admin"  # the invitation has expired
    documents_workflow.accept(current(), by=act_as(cast.olga))
    assert phase(new) == "waits_for_admin"


def test_the_person_waited_for_is_reminded_every_three_days(cast: Cast) -> None:
    begun = clock.now()
    onboarding = begin(cast.olga)
    reminders = Event.objects.filter(kind="onboarding:reminded")
    counts = []
    for days in (1, 3, 3, 4, 6):
        with clock.pretend(begun + timedelta(days=days, minutes=1)):
            remind_of_boarding()
        counts.append(reminders.count())
    assert counts == [0, 1, 1, 1, 2]
    complete(onboarding, by=cast.ada)
    with clock.pretend(begun + timedelta(days=60)):
        assert not boarding_workflow.remind(onboarding)


def test_a_reason_that_comes_after_the_end_stays_in_the_form(cast: Cast, browse: Browse) -> None:
    onboarding = begin(cast.nora)
    boarding_workflow.cancel_onboarding(onboarding, "She has changed her mind.", by=act_as(cast.abel))
    sent = browse(cast.ada).post(f"{onboarding.get_absolute_url()}give-up/", {"reason": "Typed words."})
    assert (sent.status_code, sent.context["form"]["reason"].value()) == (422, "Typed words.")
    assert sent.context["form"].non_field_errors() == ["This onboarding is over."]
