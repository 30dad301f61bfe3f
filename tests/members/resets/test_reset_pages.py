"""The pages of the two people, the operator's command, and a factor that cannot be read."""

from __future__ import annotations

import io
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from audit import clock
from audit.models import Event
from members.accounts import workflow as accounts_workflow
from members.people.models import Person
from members.resets import workflow
from members.resets.enums import ResetPhase
from members.resets.models import LoginReset
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as
from tests.factories import PASSWORD, give_login, make_member

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


# -- the pages of the two people ---------------------------------------------------------------------------


def test_an_admin_begins_from_the_record_of_the_person(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    assert "/manage/people/mia-member/reset/" in ada.get("/manage/people/mia-member/").content.decode()
    page = ada.post("/manage/people/mia-member/reset/", {"new_email": "mel@example.org", "evidence": HOW})
    assert (page.status_code, page.context["form"].errors) == (
        422,
        {"new_email": ["This address belongs to another login."]},
    )
    answer = ada.post("/manage/people/mia-member/reset/", {"new_email": "", "evidence": HOW})
    assert answer["Location"] == f"{LIST}{LoginReset.objects.get().pk}/"
    again = ada.post("/manage/people/mia-member/reset/", {"evidence": HOW})
    assert (again.status_code, "waits already" in again.content.decode()) == (422, True)


def test_a_word_about_somebody_suspended_meanwhile_stays_in_the_form(cast: Cast, browse: Browse) -> None:
    accounts_workflow.suspend(cast.mia, "A lost laptop.", by=act_as(cast.abel))
    sent = browse(cast.ada).post("/manage/people/mia-member/reset/", {"new_email": "", "evidence": HOW})
    assert (sent.status_code, sent.context["form"]["evidence"].value()) == (422, HOW)
    assert sent.context["form"].non_field_errors() == ["Mia Member is suspended; end the suspension first."]


def test_the_page_tells_each_reader_what_they_can_do(cast: Cast, browse: Browse) -> None:
    reset = begun(cast)
    for who, can, sentence in (
        ("abel", False, "You vouched for them, so somebody else confirms it: another admin, or a council member."),
        ("ada", True, ""),
        ("sam", True, ""),
    ):
        context = browse(getattr(cast, who)).get(f"{LIST}{reset.pk}/").context
        assert (context["can"]["confirm"], context["why_not"]) == (can, sentence)
    own = begun(cast, cast.ada)
    context = browse(cast.ada).get(f"{LIST}{own.pk}/").context
    assert (context["can"]["confirm"], context["why_not"]) == (False, "It is your own login, so others decide.")
    asked = workflow.ask_for_reset(cast.mel)
    context = browse(cast.sam).get(f"{LIST}{asked.pk}/").context
    assert context["why_not"] == "An admin vouches for them first; then you may be the second person."
    workflow.refuse_reset(asked, by=act_as(cast.ada))
    context = browse(cast.sam).get(f"{LIST}{asked.pk}/").context
    assert (context["why_not"], context["waits"]) == ("", False)


def test_a_word_without_a_sentence_is_refused(cast: Cast, browse: Browse) -> None:
    reset = begun(cast)
    page = browse(cast.ada).post(f"{LIST}{reset.pk}/", {"evidence": " "})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["evidence"])
    reset.refresh_from_db()
    assert reset.confirmed_at is None


def test_refusing_is_one_press_and_twice_a_sentence(cast: Cast, browse: Browse) -> None:
    reset = begun(cast)
    sam = browse(cast.sam)
    assert sam.post(f"{LIST}{reset.pk}/refuse/")["Location"] == LIST
    again = sam.post(f"{LIST}{reset.pk}/refuse/", follow=True)
    assert "This request was refused." in again.content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_number_of_queries_however_long(
    cast: Cast, browse: Browse, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        person = make_member(f"Pat{number} Person")
        give_login(person)
        begun(cast, person)
    ada = browse(cast.ada)
    with django_assert_num_queries(4):
        assert len(ada.get(LIST).context["rows"]) == count


def test_an_empty_list_says_where_a_request_begins(cast: Cast, browse: Browse) -> None:
    assert "No reset is waiting" in browse(cast.sam).get(LIST).content.decode()


@pytest.mark.parametrize(("who", "sees"), [("ada", True), ("sam", True), ("abel", False), ("mel", False)])
def test_it_stands_on_the_dashboards_of_those_whose_word_is_missing(
    cast: Cast, browse: Browse, who: str, sees: bool
) -> None:
    begun(cast)
    titles = [item.title for item in browse(getattr(cast, who)).get("/dashboard/").context["waiting"]]
    assert ("Somebody asks for a new way in" in titles) is sees


def test_before_the_first_word_it_stands_on_the_admins_dashboards_only(cast: Cast, browse: Browse) -> None:
    workflow.ask_for_reset(cast.mel)
    workflow.ask_for_reset(cast.mia)
    for who, sees in (("ada", True), ("sam", False)):
        titles = [item.title for item in browse(getattr(cast, who)).get("/dashboard/").context["waiting"]]
        assert ("2 people ask for a new way in" in titles) is sees


# -- the operator, and a factor that cannot be read ------------------------------------------------------------


def test_the_operator_resets_and_gets_the_link(cast: Cast) -> None:
    waiting = begun(cast)
    out = io.StringIO()
    call_command("reset_second_factor", "MIA", stdout=out)
    link = out.getvalue().splitlines()[-1]
    assert Client().get("/" + link.split("/", 3)[3]).status_code == 200
    assert not Authenticator.objects.filter(user=cast.mia.user).exists()
    assert Event.objects.filter(kind="reset:confirmed", actor="system").count() == 1
    waiting.refresh_from_db()
    assert waiting.phase(clock.now()) == ResetPhase.STOPPED


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nobody"], "Nobody is known as nobody"),
        (["nora"], "has no login that is open"),
        (["mia", "--address", "nonsense"], "nonsense is no e-mail address"),
        (["mia", "--address", "mel@example.org"], "belongs to another login"),
    ],
)
def test_a_faulty_reset_on_the_server_is_refused_with_a_sentence(cast: Cast, arguments: list[str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("reset_second_factor", *arguments)
    assert not LoginReset.objects.exists()


@pytest.mark.parametrize("code", ["123456", "12345678"])
def test_a_factor_under_a_lost_key_leads_to_the_reset_and_is_no_500(cast: Cast, settings: Settings, code: str) -> None:
    Authenticator.objects.filter(user=cast.mel.user).delete()
    TOTP.activate(cast.mel.user, SEED)
    RecoveryCodes.activate(cast.mel.user)
    settings.FACTOR_KEY = "another key of more than fifty characters, made for this test alone"
    settings.FACTOR_KEY_FALLBACKS = []
    client = with_password(cast.mel)
    answer = client.post("/accounts/2fa/authenticate/", {"code": code})
    text = answer.content.decode()
    assert (answer.status_code, "The portal can no longer read this factor" in text) == (200, True)
    assert f'href="{LOST}"' in text
    assert "Ask for a reset" in client.get(LOST).content.decode()
