"""The verbs: who may, what they write, and the one event each leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress

from audit import clock
from audit.models import Event
from members.accounts import links
from members.accounts import workflow as accounts_workflow
from members.accounts.models import Invitation, User
from members.accounts.policy import INVITATIONS, InvitationAction
from members.people import workflow as people_workflow
from members.people.models import Membership, MembershipBegan, Person, Role, RoleKind
from members.people.policy import possible
from tests.cast import Cast, act_as
from tests.factories import make_emeritus, make_member, make_person
from web.conflicts import Conflict, NotAllowed
from web.validity import HIDDEN

NO_GITHUB_NAME = "A GitHub name has 1 to 39 letters, digits and hyphens, such as octo-cat."
PASSWORD = "a password nobody guesses"


def events() -> list[tuple[str, str]]:
    """Kind and actor of every event so far."""
    return list(Event.objects.order_by("link__sequence", "at").values_list("kind", "actor"))


def test_adding_a_person_gives_a_unique_address(db: None) -> None:
    names = ["Ada Admin", "Ada Admin", "Join", "李雷"]
    people = [people_workflow.add_person(name, is_namesake=number == 1) for number, name in enumerate(names)]
    assert [person.slug for person in people] == ["ada-admin", "ada-admin-2", "join-2", "person"]
    assert events() == [("person:added", "system")] * 4


def test_adding_a_person_with_a_github_name_on_record_is_refused(db: None) -> None:
    make_person("Ada Admin", github="ada")
    with pytest.raises(Conflict, match="GitHub name ADA"):
        people_workflow.add_person("Ada Other", github="ADA")
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "github", "sentence"),
    [
        ("=cmd()", "", "A name does not begin with =: a spreadsheet would take it for a formula."),
        ("Ada\u202eLorem", "", HIDDEN),
        ("x" * 201, "", "The name is longer than 200 characters."),
        ("Ada Lorem", "ada_", NO_GITHUB_NAME),
        ("Ada Lorem", "a" * 40, NO_GITHUB_NAME),
    ],
)
def test_the_verbs_take_no_name_that_a_form_would_refuse(cast: Cast, name: str, github: str, sentence: str) -> None:
    before = list(Person.objects.values_list("name", "github"))
    with pytest.raises(Conflict) as added:
        people_workflow.add_person(name, github=github)
    with pytest.raises(Conflict) as corrected:
        people_workflow.correct_person(cast.mel, name=name, github=github, by=act_as(cast.ada))
    assert (str(added.value), str(corrected.value)) == (sentence, sentence)
    assert (list(Person.objects.values_list("name", "github")), events()) == (before, [])


def test_a_renamed_account_must_have_a_github_name(cast: Cast) -> None:
    with pytest.raises(Conflict, match=NO_GITHUB_NAME):
        people_workflow.rename_on_github(cast.mel, "a_b", by=cast.ada, at=clock.now())
    cast.mel.refresh_from_db()
    assert cast.mel.github == "mel"


def test_an_invitation_replaces_the_older_one_and_is_recorded_once(cast: Cast) -> None:
    first = accounts_workflow.invite(cast.nora, email="nora@example.org", by=act_as(cast.ada))
    second = accounts_workflow.invite(cast.nora, email="nora@example.net", by=act_as(cast.ada))
    first.refresh_from_db()
    assert first.revoked_at is not None
    assert list(Invitation.objects.open(clock.now())) == [second]
    assert second.expires_at - second.invited_at == timedelta(days=14)
    assert events() == [("invitation:sent", f"people.person:{cast.ada.pk}")] * 2


def test_inviting_is_refused_to_everybody_but_admins(cast: Cast) -> None:
    for person in [cast.mel, cast.rita, cast.sara, cast.sam, cast.emil, cast.olga, None]:
        with pytest.raises(NotAllowed):
            accounts_workflow.invite(cast.nora, email="nora@example.org", by=act_as(person))
    assert Invitation.objects.count() == 0


def test_inviting_somebody_with_a_login_or_to_a_taken_address_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict, match="Mel Member has a login already"):
        accounts_workflow.invite(cast.mel, email="new@example.org", by=None)
    with pytest.raises(Conflict, match="belongs to another login"):
        accounts_workflow.invite(cast.nora, email="MEL@example.org", by=None)
    assert Invitation.objects.count() == 0


def test_the_private_link_finds_only_the_open_invitation(cast: Cast) -> None:
    invitation = accounts_workflow.invite(cast.nora, email="nora@example.org", by=None)
    token = links.token_of(invitation)
    assert links.find(token) == invitation
    assert links.find(token[:-1]) is None
    assert links.find("") is None
    with clock.pretend(invitation.expires_at):
        assert links.find(token) is None
    accounts_workflow.revoke(invitation, by=act_as(cast.ada))
    assert links.find(token) is None


def test_accepting_makes_a_login_with_a_proven_address_once(cast: Cast) -> None:
    invitation = accounts_workflow.invite(cast.nora, email="Nora@Example.org", by=None)
    user = accounts_workflow.accept_invitation(invitation, password=PASSWORD)
    assert (user.person, user.email, user.check_password(PASSWORD)) == (cast.nora, "nora@example.org", True)
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).count() == 1
    with pytest.raises(Conflict, match="no longer open"):
        accounts_workflow.accept_invitation(invitation, password="another password")
    assert User.objects.get(person=cast.nora).check_password(PASSWORD)
    assert [kind for kind, _ in events()] == ["invitation:sent", "invitation:accepted"]


def test_accepting_an_expired_invitation_is_refused(cast: Cast) -> None:
    invitation = accounts_workflow.invite(cast.nora, email="nora@example.org", by=None)
    with clock.pretend(invitation.expires_at), pytest.raises(Conflict, match="Ask an admin"):
        accounts_workflow.accept_invitation(invitation, password=PASSWORD)
    assert not User.objects.filter(person=cast.nora).exists()


def test_accepting_when_the_address_was_taken_meanwhile_is_refused_and_writes_nothing(cast: Cast) -> None:
    invitation = accounts_workflow.invite(cast.nora, email="nora@example.org", by=None)
    User.objects.create_user("nora@example.org", make_person("Nora Other", github=""))
    with pytest.raises(Conflict, match="has a login already"):
        accounts_workflow.accept_invitation(invitation, password=PASSWORD)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_revoking_is_for_admins_and_for_open_invitations(cast: Cast) -> None:
    invitation = accounts_workflow.invite(cast.nora, email="nora@example.org", by=None)
    with pytest.raises(NotAllowed):
        accounts_workflow.revoke(invitation, by=act_as(cast.mel))
    assert INVITATIONS.allows(InvitationAction.REVOKE, act_as(cast.ada), invitation)
    revoked = accounts_workflow.revoke(invitation, by=act_as(cast.ada))
    assert not INVITATIONS.allows(InvitationAction.REVOKE, act_as(cast.ada), revoked)
    with pytest.raises(Conflict, match="no longer open"):
        accounts_workflow.revoke(invitation, by=act_as(cast.abel))


def test_a_membership_begins_once(cast: Cast) -> None:
    at = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
    membership = people_workflow.admit(
        cast.nora, began=MembershipBegan.VOTE, authority="a vote", by=act_as(cast.ada), at=at
    )
    assert (membership.since, membership.ended) == (at.date(), "")
    with pytest.raises(Conflict, match="Nora Nominee is a member already"):
        people_workflow.admit(cast.nora, began=MembershipBegan.VOTE, authority="a vote", by=None, at=at)
    assert Membership.objects.filter(person=cast.nora).count() == 1
    assert events() == [("membership:began", f"people.person:{cast.ada.pk}")]


def test_a_role_begins_once(cast: Cast) -> None:
    at = clock.now()
    people_workflow.begin_role(cast.mel, RoleKind.ADMIN, authority="a decision", by=None, at=at)
    with pytest.raises(Conflict, match="holds this role already"):
        people_workflow.begin_role(cast.mel, RoleKind.ADMIN, authority="a decision", by=None, at=at)
    assert act_as(cast.mel).is_admin
    assert Role.objects.filter(person=cast.mel).count() == 1


def test_roles_do_nothing_for_somebody_whose_membership_has_ended(db: None) -> None:
    person = make_emeritus("Emil Emeritus")
    Role.objects.create(person=person, kind=RoleKind.ADMIN)
    actor = act_as(person)
    assert (actor.is_member, actor.is_admin, possible(actor)) == (False, False, frozenset())


def test_an_actor_says_whether_it_is_a_person_and_which_roles_it_has(cast: Cast) -> None:
    nobody, mel = act_as(None), act_as(cast.mel)
    assert (nobody.is_anonymous, nobody.is_person(None), mel.is_person(None)) == (True, False, False)
    assert (mel.is_anonymous, mel.is_person(cast.mel), mel.is_person(cast.mia)) == (False, True, False)
    assert (act_as(cast.sam).is_steering, act_as(cast.sara).is_steering, mel.is_steering) == (True, True, False)
    assert make_member("Two Names", github="two").name == "Two Names"
