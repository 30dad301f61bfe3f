"""Lost second factors and dead addresses: a new way in by two people, by the operator, and by nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from audit import clock
from audit.models import Event
from members.accounts import links as invitation_links
from members.accounts import workflow as accounts_workflow
from members.accounts.models import User
from members.people.models import Person, RoleKind
from members.people.workflow import end_role
from members.resets import links, workflow
from members.resets.enums import ResetPhase
from members.resets.models import LoginReset
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as
from tests.factories import PASSWORD, claim_address, give_roles
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.attack

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HOW = "A video call; I know her face."
LOST = "/accounts/lost/"
LIST = "/manage/resets/"


def with_password(person: Person) -> Client:
    """A browser that has typed the password of somebody with a factor, and no code."""
    client = Client()
    said = {"login": person.user.email, "password": PASSWORD}
    assert client.post("/accounts/login/", said)["Location"] == "/accounts/2fa/authenticate/"
    return client


def begun(cast: Cast, person: Person | None = None, new_email: str = "") -> LoginReset:
    """A reset for which Abel has vouched."""
    return workflow.begin_reset(person or cast.mia, evidence=HOW, by=act_as(cast.abel), new_email=new_email)


def sent_to(address: str) -> str:
    """The newest mail to an address."""
    deliver_due_notices()
    return next(str(message.body) for message in reversed(mail.outbox) if message.to == [address])


def link_in(text: str) -> str:
    return "/" + re.search(r"https?://[^/]+/(\S+)", text).group(1)  # type: ignore[union-attr]


# -- the page after the password -------------------------------------------------------------------------


def test_who_has_only_the_password_is_led_there_and_offered_a_recovery_code_first(cast: Cast) -> None:
    client = with_password(cast.mel)
    assert LOST in client.get("/accounts/2fa/authenticate/").content.decode()
    page = client.get(LOST).content.decode()
    assert page.index("/accounts/2fa/authenticate/") < page.index("Ask for a reset")


def test_asking_makes_one_request_with_a_number_and_opens_nothing(cast: Cast) -> None:
    client = with_password(cast.mel)
    assert client.post(LOST, {"act": "ask"})["Location"] == LOST
    reset = LoginReset.objects.get(person=cast.mel)
    assert (reset.phase(clock.now()), reset.asked_by) == (ResetPhase.ASKED, cast.mel)
    assert reset.number in client.get(LOST).content.decode()
    again = client.post(LOST, {"act": "ask"})
    assert (again.status_code, "waits already" in again.content.decode()) == (409, True)
    assert client.get("/dashboard/")["Location"].startswith("/accounts/login/")
    assert Authenticator.objects.filter(user=cast.mel.user).exists()


def test_a_stranger_learns_nothing_and_asks_for_nobody(cast: Cast) -> None:
    assert (Client().get(LOST).status_code, Client().post(LOST, {"act": "ask"}).status_code) == (200, 403)
    assert not LoginReset.objects.exists()


def test_the_owner_cancels_and_may_ask_again_a_few_times_a_day(cast: Cast) -> None:
    client = with_password(cast.mel)
    for _ in range(3):
        assert client.post(LOST, {"act": "ask"}).status_code == 302
        assert client.post(LOST, {"act": "stop"}).status_code == 302
    answer = client.post(LOST, {"act": "ask"})
    assert (answer.status_code, "several times today" in answer.content.decode()) == (409, True)
    assert client.post(LOST, {"act": "stop"}).status_code == 409


def test_there_is_nothing_to_stop_before_anything_was_asked(cast: Cast) -> None:
    assert with_password(cast.mel).post(LOST, {"act": "stop"}).status_code == 409


@pytest.mark.parametrize("phase", ["refused", "expired", "confirmed"])
def test_the_page_says_what_became_of_the_request(cast: Cast, phase: str) -> None:
    reset = workflow.ask_for_reset(cast.mel)
    client = with_password(cast.mel)
    if phase == "refused":
        workflow.refuse_reset(reset, by=act_as(cast.sam))
        assert "was refused" in client.get(LOST).content.decode()
    elif phase == "expired":
        LoginReset.objects.update(expires_at=clock.now())
        assert "in time" in client.get(LOST).content.decode()
        assert client.post(LOST, {"act": "ask"}).status_code == 302
    else:
        workflow.propose_reset(reset, evidence=HOW, by=act_as(cast.ada))
        assert "Ada Admin confirmed that it is you." in client.get(LOST).content.decode()


# -- the two people ----------------------------------------------------------------------------------------


def test_two_people_reset_a_login_and_the_password_alone_opens_nothing(cast: Cast, browse: Browse) -> None:
    RecoveryCodes.activate(cast.mel.user)
    attacker, signed_in = with_password(cast.mel), browse(cast.mel)
    attacker.post(LOST, {"act": "ask"})
    reset = LoginReset.objects.get()
    page = f"{LIST}{reset.pk}/"
    assert browse(cast.ada).post(page, {"evidence": HOW}).status_code == 302
    assert browse(cast.sam).post(page, {"evidence": "I met her."}).status_code == 302
    reset.refresh_from_db()
    assert (reset.phase(clock.now()), reset.proposed_by, reset.confirmed_by) == (
        ResetPhase.CONFIRMED,
        cast.ada,
        cast.sam,
    )
    assert not Authenticator.objects.filter(user=cast.mel.user).exists()
    assert signed_in.get("/dashboard/").status_code == 302
    assert attacker.get("/accounts/2fa/authenticate/")["Location"] == "/accounts/login/"
    assert Client().post("/accounts/login/", {"login": "mel@example.org", "password": PASSWORD}).status_code == 200
    link = link_in(sent_to("mel@example.org"))
    assert link == invitation_links.path_of(reset.invitation)  # type: ignore[arg-type]
    new = "another long pass phrase"
    owner = Client()
    assert owner.post(link, {"password1": new, "password2": new})["Location"] == "/accounts/2fa/"
    assert owner.get("/dashboard/")["Location"] == "/accounts/2fa/"
    assert Client().get(link).status_code == 404
    assert User.objects.get(person=cast.mel).check_password(new)


def test_a_dead_address_is_replaced_and_proven_by_the_link(cast: Cast) -> None:
    reset = begun(cast, cast.mel, "mel@example.net")
    workflow.confirm_reset(reset, evidence=HOW, by=act_as(cast.ada))
    user = User.objects.get(person=cast.mel)
    assert (user.email, user.is_active) == ("mel@example.org", False)
    user = accounts_workflow.accept_invitation(LoginReset.objects.get().invitation, password=PASSWORD)  # type: ignore[arg-type]
    assert (user.email, user.is_active) == ("mel@example.net", True)
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary")) == [
        ("mel@example.net", True, True)
    ]


def test_the_link_to_begin_anew_works_for_two_days(cast: Cast) -> None:
    reset = workflow.confirm_reset(begun(cast), evidence=HOW, by=act_as(cast.ada))
    assert reset.invitation is not None
    assert reset.invitation.expires_at - reset.confirmed_at == timedelta(hours=48)  # type: ignore[operator]


@pytest.mark.parametrize("who", ["mel", "sam", "sara", "rita"])
def test_only_an_admin_says_the_first_word(cast: Cast, who: str) -> None:
    reset = workflow.ask_for_reset(cast.mia)
    by = act_as(getattr(cast, who))
    with pytest.raises(NotAllowed):
        workflow.begin_reset(cast.newt, evidence=HOW, by=by)
    with pytest.raises(NotAllowed):
        workflow.propose_reset(reset, evidence=HOW, by=by)


def test_nobody_says_both_words_or_one_for_themselves(cast: Cast) -> None:
    reset = begun(cast)
    with pytest.raises(NotAllowed):
        workflow.confirm_reset(reset, evidence=HOW, by=act_as(cast.abel))
    with pytest.raises(NotAllowed):
        workflow.begin_reset(cast.ada, evidence=HOW, by=act_as(cast.ada))
    own = begun(cast, cast.ada)
    for verb in (workflow.confirm_reset, workflow.propose_reset):
        with pytest.raises(NotAllowed):
            verb(own, evidence=HOW, by=act_as(cast.ada))
    with pytest.raises(NotAllowed):
        workflow.refuse_reset(own, by=act_as(cast.ada))


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"confirmed_by": "abel", "second_evidence": HOW}, "a_reset_needs_two_people_who_say_how_they_know"),
        ({"confirmed_by": "ada"}, "a_reset_needs_two_people_who_say_how_they_know"),
        ({"proposed_by": "mia"}, "nobody_confirms_a_reset_of_their_own"),
    ],
)
def test_the_database_refuses_a_reset_by_one(cast: Cast, values: dict[str, str], constraint: str) -> None:
    reset = begun(cast)
    changes = {key: getattr(cast, value, value) if key.endswith("_by") else value for key, value in values.items()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LoginReset.objects.filter(pk=reset.pk).update(**changes)


def test_the_first_word_counts_only_while_its_author_may_say_it(cast: Cast) -> None:
    give_roles(cast.rita, RoleKind.ADMIN)
    reset = workflow.begin_reset(cast.mia, evidence=HOW, by=act_as(cast.rita))
    end_role(cast.rita, RoleKind.ADMIN, authority="a decision", by=None, at=clock.now())
    with pytest.raises(Conflict, match="Rita Release, who vouched for them, is not an admin any more"):
        workflow.confirm_reset(reset, evidence=HOW, by=act_as(cast.ada))
    workflow.refuse_reset(reset, by=act_as(cast.ada))


def test_confirming_twice_and_after_a_refusal_is_a_conflict(cast: Cast) -> None:
    done = begun(cast)
    workflow.confirm_reset(done, evidence=HOW, by=act_as(cast.ada))
    refused = workflow.refuse_reset(begun(cast, cast.mel), by=act_as(cast.sam))
    for reset in (done, refused):
        with pytest.raises(Conflict):
            workflow.confirm_reset(reset, evidence=HOW, by=act_as(cast.sara))
        with pytest.raises(Conflict):
            workflow.refuse_reset(reset, by=act_as(cast.sara))


def test_a_second_word_without_a_first_is_a_conflict(cast: Cast) -> None:
    reset = workflow.ask_for_reset(cast.mia)
    with pytest.raises(Conflict, match="Nobody has vouched"):
        workflow.confirm_reset(reset, evidence=HOW, by=act_as(cast.sam))
    workflow.propose_reset(reset, evidence=HOW, by=act_as(cast.ada))
    with pytest.raises(Conflict, match="a second person confirms"):
        workflow.propose_reset(reset, evidence=HOW, by=act_as(cast.abel))


def test_a_suspended_person_and_a_closed_login_are_not_reset(cast: Cast) -> None:
    reset = begun(cast)
    accounts_workflow.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="is suspended"):
        workflow.confirm_reset(reset, evidence=HOW, by=act_as(cast.ada))
    with pytest.raises(Conflict, match="has no login"):
        begun(cast, cast.nora)
    with pytest.raises(Conflict, match="has no login"):
        workflow.reset_on_server(cast.nora)
    with pytest.raises(Conflict, match="is suspended"):
        workflow.ask_for_reset(cast.mia)


def test_the_new_address_is_nobody_elses_then_and_at_the_confirmation(cast: Cast) -> None:
    with pytest.raises(Conflict, match="belongs to another login"):
        begun(cast, cast.mia, "mel@example.org")
    reset = begun(cast, cast.mia, "new@example.net")
    claim_address(cast.mel, "new@example.net", verified=True)
    with pytest.raises(Conflict, match="belongs to another login"):
        workflow.confirm_reset(reset, evidence=HOW, by=act_as(cast.ada))


def test_after_seven_days_nobody_confirms_it(cast: Cast) -> None:
    reset = begun(cast)
    with clock.pretend(clock.now() + timedelta(days=7)):
        assert reset.phase(clock.now()) == ResetPhase.EXPIRED
        with pytest.raises(Conflict, match="has expired"):
            workflow.confirm_reset(reset, evidence=HOW, by=act_as(cast.ada))
        assert begun(cast).pk != reset.pk


def test_ending_a_suspension_does_not_open_a_login_that_a_reset_emptied(cast: Cast) -> None:
    workflow.confirm_reset(begun(cast), evidence=HOW, by=act_as(cast.ada))
    suspension = accounts_workflow.suspend(cast.mia, "To open it again.", by=act_as(cast.ada))
    accounts_workflow.end_suspension(suspension, "Found.", by=act_as(cast.abel))
    assert not User.objects.get(person=cast.mia).is_active


@pytest.mark.parametrize(
    ("changes", "phase"),
    [
        ({}, ResetPhase.PROPOSED),
        ({"proposed_at": None}, ResetPhase.ASKED),
        ({"expires_at": timedelta(0)}, ResetPhase.EXPIRED),
        ({"refused_at": timedelta(0)}, ResetPhase.REFUSED),
        ({"stopped_at": timedelta(0)}, ResetPhase.STOPPED),
    ],
)
def test_the_phase_is_the_same_in_python_and_in_sql(
    cast: Cast, changes: dict[str, timedelta | None], phase: ResetPhase
) -> None:
    now = clock.now()
    reset = begun(cast)
    LoginReset.objects.update(**{key: value if value is None else now + value for key, value in changes.items()})
    reset.refresh_from_db()
    assert reset.phase(now) == phase
    assert LoginReset.objects.open(now).exists() is (phase in {ResetPhase.ASKED, ResetPhase.PROPOSED})


# -- the owner stops it --------------------------------------------------------------------------------------


def test_the_old_address_gets_a_link_that_stops_it_once(cast: Cast) -> None:
    reset = begun(cast, cast.mel, "sock@attacker.example")
    link = link_in(sent_to("mel@example.org"))
    assert Client().get(link).status_code == 200
    reset.refresh_from_db()
    assert reset.stopped_at is None, "a scanner follows links"
    assert Client().post(link)["Location"] == link
    assert Client().post(link).status_code == 409
    with pytest.raises(Conflict, match="stopped by its owner"):
        workflow.confirm_reset(reset, evidence=HOW, by=act_as(cast.ada))
    assert Event.objects.filter(kind="reset:stopped").count() == 1


def test_the_link_says_what_became_of_it(cast: Cast) -> None:
    reset = begun(cast)
    link = links.path_to_stop(reset)
    workflow.confirm_reset(reset, evidence=HOW, by=act_as(cast.ada))
    assert "confirmed it already" in Client().get(link).content.decode()
    other = begun(cast, cast.mel)
    workflow.refuse_reset(other, by=act_as(cast.ada))
    assert "Nothing has changed" in Client().get(links.path_to_stop(other)).content.decode()
    assert Client().get("/accounts/stop-reset/wrong/").status_code == 404
