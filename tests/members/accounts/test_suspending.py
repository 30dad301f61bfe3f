"""The emergency brake: closed at once by one admin, opened again by another or by the council."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail

from audit import clock
from audit.models import Event
from members.accounts import workflow
from members.accounts.models import User
from members.people.models import Membership, Person, RoleKind, Suspension
from nominations.models import ResolutionKind
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as
from tests.factories import PASSWORD, give_roles
from tests.members.people.test_public_views import text
from tests.nominations import council
from web.conflicts import Conflict, NotAllowed


def test_a_suspension_closes_access_at_once_and_the_membership_goes_on(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    suspension = workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    assert client.get("/dashboard/")["Location"].startswith("/accounts/login/")
    cast.mel.user.refresh_from_db()
    assert not cast.mel.user.is_active
    assert not act_as(cast.mel).is_member
    assert Membership.objects.on(clock.now().date()).filter(person=cast.mel).exists()
    assert (suspension.begun_by, suspension.reason) == (cast.ada, "A lost laptop.")
    assert [event.kind for event in Event.objects.all()] == ["suspension:began"]


def test_only_admins_suspend_and_never_themselves(cast: Cast) -> None:
    for actor in [act_as(cast.mia), act_as(cast.sam), act_as(cast.emil)]:
        with pytest.raises(NotAllowed):
            workflow.suspend(cast.mel, "A lost laptop.", by=actor)
    with pytest.raises(NotAllowed):
        workflow.suspend(cast.ada, "My laptop.", by=act_as(cast.ada))


def test_only_members_are_suspended_and_once(cast: Cast) -> None:
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="Mel Member is suspended already"):
        workflow.suspend(cast.mel, "Again.", by=act_as(cast.ada))
    for person in [cast.emil, cast.olga, cast.sam]:
        with pytest.raises(Conflict, match="is not a member"):
            workflow.suspend(person, "Why not.", by=act_as(cast.ada))


@pytest.mark.parametrize("who", ["abel", "sam"])
def test_another_admin_or_the_council_gives_access_back(cast: Cast, who: str) -> None:
    suspension = workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    workflow.end_suspension(suspension, "It was found.", by=act_as(getattr(cast, who)))
    suspension.refresh_from_db()
    assert (suspension.ended_by, suspension.end_reason) == (getattr(cast, who), "It was found.")
    assert act_as(cast.mel).is_member
    cast.mel.user.refresh_from_db()
    assert cast.mel.user.is_active
    with pytest.raises(Conflict, match="has ended already"):
        workflow.end_suspension(suspension, "Again.", by=act_as(cast.ada))


def test_the_suspended_do_not_end_it_themselves(cast: Cast) -> None:
    before = act_as(cast.abel)
    suspension = workflow.suspend(cast.abel, "His account acts strangely.", by=act_as(cast.ada))
    for actor in [before, act_as(cast.abel), act_as(cast.mel)]:
        with pytest.raises(NotAllowed):
            workflow.end_suspension(suspension, "I am fine.", by=actor)


def test_of_two_admins_who_suspend_each_other_only_the_first_succeeds(cast: Cast) -> None:
    ada, abel = act_as(cast.ada), act_as(cast.abel)
    workflow.suspend(cast.abel, "Strange acts.", by=ada)
    with pytest.raises(NotAllowed):
        workflow.suspend(cast.ada, "Strange acts.", by=abel)


def close_login(person: Person) -> None:
    User.objects.filter(person=person).update(is_active=False)


def on_one_word(person: Person) -> None:
    User.objects.filter(person=person).update(is_unconfirmed=True)


def no_login(person: Person) -> None:
    EmailAddress.objects.filter(user__person=person).delete()
    Authenticator.objects.filter(user__person=person).delete()
    User.objects.filter(person=person).delete()


@pytest.mark.parametrize("lose", [close_login, on_one_word, no_login])
def test_the_last_who_could_end_a_suspension_is_not_suspended(cast: Cast, lose: Callable[[Person], None]) -> None:
    workflow.suspend(cast.abel, "To keep him quiet.", by=act_as(cast.ada))
    lose(cast.sam)
    with pytest.raises(Conflict, match="Nobody but you could end it: besides Sara Steering no admin"):
        workflow.suspend(cast.sara, "To keep her quiet.", by=act_as(cast.ada))
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))  # Sara could end that
    lose(cast.sara)
    with pytest.raises(Conflict, match="Nobody but you could end it"):
        workflow.suspend(cast.mia, "To keep her quiet.", by=act_as(cast.ada))
    suspended = Suspension.objects.in_force().values_list("person__name", flat=True)
    assert sorted(suspended) == ["Abel Admin", "Mel Member"]


def test_the_page_says_why_the_last_one_is_not_suspended(cast: Cast, browse: Browse) -> None:
    for person in (cast.abel, cast.sam):
        close_login(person)
    page = browse(cast.ada).post("/manage/people/sara-steering/suspend/", {"reason": "To keep her quiet."})
    assert (page.status_code, Suspension.objects.count()) == (422, 0)
    assert "Nobody but you could end it" in text(page.content)
    assert "To keep her quiet.</textarea>" in text(page.content)


def test_the_council_removes_a_suspended_admin_without_letting_them_in_first(cast: Cast) -> None:
    give_roles(cast.mia, RoleKind.ADMIN)
    give_roles(cast.mel, RoleKind.ADMIN)
    workflow.suspend(cast.mel, "Strange acts.", by=act_as(cast.ada))
    council.resolve(ResolutionKind.REMOVE_MEMBER, cast.mel, by=cast.sam)
    assert not Membership.objects.on(clock.now().date()).filter(person=cast.mel).exists()


def test_a_suspended_invited_person_does_not_get_in_by_an_old_link(cast: Cast) -> None:
    invitation = workflow.invite(cast.nora, email="nora@example.net", by=None)
    Suspension.objects.create(person=cast.nora, reason="Strange.", begun_at=clock.now(), begun_by=cast.ada)
    with pytest.raises(Conflict, match="no longer open"):
        workflow.accept_invitation(invitation, password=PASSWORD)


def test_a_suspended_person_cannot_be_invited(cast: Cast) -> None:
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="Mel Member is suspended"):
        workflow.invite(cast.mel, email="other@example.net", by=act_as(cast.ada))


def test_the_council_and_the_other_admins_are_told_the_same_minute(cast: Cast) -> None:
    workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))
    deliver_due_notices()
    told = {(message.to[0], message.subject) for message in mail.outbox}
    attention = "PSRT portal: something needs your attention"
    assert told == {
        ("abel@example.org", attention),
        ("sara@example.org", attention),
        ("sam@example.org", attention),
        ("mel@example.org", "PSRT portal: your access has changed"),
    }
    assert not any("laptop" in str(message.body) for message in mail.outbox)
