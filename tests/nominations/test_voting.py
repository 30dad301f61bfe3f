"""The voting page, the receipt, and the council's page."""

from __future__ import annotations

import re
import time
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from pytest_django import Settings

from audit import clock
from members.people.models import Membership, Person
from nominations.forms.voting import BallotForm
from nominations.models import CouncilDecision, Nomination, Phase, SealedBallot
from nominations.tally import Choice
from tests.cast import Browse, Cast
from tests.factories import give_login, make_member
from tests.nominations import factories
from web import keys

RECEIPT = re.compile(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b")
#: What differs from answer to answer whatever was chosen: the receipt, and the token of the page's forms.
VARIES = re.compile(RECEIPT.pattern.replace(r"\b", "") + r'|name="csrfmiddlewaretoken" value="\w+"')
COOKIE = django_settings.RECEIPT_COOKIE_NAME


@pytest.fixture
def nomination(cast: Cast) -> Nomination:
    """Open since yesterday; Mel and Newt have not voted."""
    return factories.make(Phase.OPEN, cast)


def url(name: str, nomination: Nomination) -> str:
    return reverse(f"nominations:{name}", args=[nomination.pk])


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def receipts(response: Any) -> list[str]:
    return RECEIPT.findall(response.content.decode())


def shown(response: Any) -> str:
    """The one receipt of its page."""
    assert response.status_code == 200
    [receipt] = set(receipts(response))
    return str(receipt)


def revision(person: Person) -> int:
    return SealedBallot.objects.get(entry__person=person).revision


# -- the ballot --------------------------------------------------------------------------------------


def test_the_voting_page_explains_itself_and_chooses_nothing(
    cast: Cast, browse: Browse, nomination: Nomination
) -> None:
    page = text(browse(cast.mel).get(url("vote", nomination)))
    for part in (
        f'Should Nora Nominee join the team? <span class="reference">{nomination.reference}</span>',
        "7: the members when this vote opened",
        "have not voted yet",
        "Have voted: 4 of 7",
        "It never closes early.",
        "at least two thirds of the yes and no votes: 4 yes and 2 no pass, 3 yes and 2 no do not.",
        "You can change it until the close. The last vote counts.",
        "could read votes with names if they altered the software",
        "the Steering Council can veto within 7 days of being told",
        "how many have voted (4 of 7 now); not who, not what",
    ):
        assert part in page
    assert page.count('type="radio"') == 3
    assert "checked" not in page


def test_the_voting_page_says_so_when_other_rules_hold(cast: Cast, browse: Browse, settings: Settings) -> None:
    settings.VOTE_BASE, settings.VOTE_THRESHOLD = "cast", (3, 4)
    nomination = factories.propose(cast.nora, cast.mel)
    factories.open_vote(nomination, cast.ada)
    page = text(browse(cast.mel).get(url("vote", nomination)))
    assert "at least three quarters of all ballots cast, abstentions included. Somebody must vote yes" in page
    assert "by the rules of this vote it counts like a no" in page
    assert "4 yes and 2 no" not in page


@pytest.mark.parametrize("choice", Choice)
def test_the_answer_to_a_ballot_is_the_receipt_and_not_the_choice(
    cast: Cast, browse: Browse, nomination: Nomination, choice: Choice
) -> None:
    client = browse(cast.mel)
    answer = client.post(url("vote", nomination), {"choice": choice})
    assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (
        *(302, url("receipt", nomination)),
        "no-store, private",
    )
    assert (receipts(answer), choice in answer.content.decode()) == ([], False)
    page = client.get(answer["Location"])
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store, private")
    receipt = shown(page)
    factories.close(nomination.vote)
    board = {ballot.receipt_in_groups: ballot.choice for ballot in nomination.vote.board()}
    assert board[receipt] == choice


def test_the_answers_to_all_choices_are_alike(cast: Cast, browse: Browse, nomination: Nomination) -> None:
    client = browse(cast.mel)
    client.post(url("vote", nomination), {"choice": "yes"})
    answers = [client.post(url("vote", nomination), {"choice": choice}, follow=True) for choice in Choice.values]
    assert len({VARIES.sub("", answer.content.decode()) for answer in answers}) == 1
    lengths = {
        len(client.post(url("vote", nomination), {"choice": choice}).cookies[COOKIE].value) for choice in Choice.values
    }
    assert len(lengths) == 1


def test_the_receipt_is_shown_once(cast: Cast, browse: Browse, nomination: Nomination) -> None:
    client = browse(cast.mel)
    client.post(url("vote", nomination), {"choice": "no"}, follow=True)
    pages = [url("vote", nomination), url("detail", nomination), "/nominations/", "/dashboard/"]
    assert [receipts(client.get(page)) for page in pages] == [[], [], [], []]
    assert "You have voted" in text(client.get(url("vote", nomination)))


def test_reloading_the_receipt_votes_nobody_and_shows_nothing_again(
    cast: Cast, browse: Browse, nomination: Nomination
) -> None:
    client = browse(cast.mel)
    client.post(url("vote", nomination), {"choice": "no"}, follow=True)
    again = client.get(url("receipt", nomination))
    assert (again.status_code, again["Location"]) == (302, url("detail", nomination))
    page = client.get(again["Location"])
    assert (receipts(page), revision(cast.mel)) == ([], 1)
    assert "A receipt is shown once, right after voting." in text(page)
    assert client.post(url("receipt", nomination)).status_code == 405


def test_a_page_that_was_lost_on_the_way_is_there_for_a_second_try(
    cast: Cast, browse: Browse, nomination: Nomination
) -> None:
    client = browse(cast.mel)
    client.post(url("vote", nomination), {"choice": "no"})
    cookie = client.cookies[COOKIE].value
    first = shown(client.get(url("receipt", nomination)))
    client.cookies[COOKIE] = cookie  # the answer that deletes it did not arrive
    assert shown(client.get(url("receipt", nomination))) == first
    assert revision(cast.mel) == 1


def test_the_cookie_goes_to_the_receipts_page_only_and_lives_for_minutes(
    cast: Cast, browse: Browse, nomination: Nomination, settings: Settings
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    client = browse(cast.mel)
    morsel = client.post(url("vote", nomination), {"choice": "no"}).cookies[COOKIE]
    assert {name: morsel[name] for name in ("path", "max-age", "httponly", "secure", "samesite", "domain")} == {
        "path": url("receipt", nomination), "max-age": 300, "httponly": True, "secure": True, "samesite": "Strict",
        "domain": "",
    }  # fmt: skip
    page = client.get(url("receipt", nomination))
    deleted = page.cookies[COOKIE]
    assert (deleted.value, deleted["max-age"], deleted["path"]) == ("", 0, url("receipt", nomination))
    assert shown(page) not in urlsafe_b64decode(morsel.value).decode("latin-1")


def test_a_receipt_is_shown_to_its_voter_and_for_its_vote_only(
    cast: Cast, browse: Browse, nomination: Nomination
) -> None:
    other = factories.open_vote(factories.propose(cast.emil, cast.mia), cast.ada).nomination
    client = browse(cast.mel)
    cookie = client.post(url("vote", nomination), {"choice": "no"}).cookies[COOKIE].value
    for who, where in [(cast.newt, nomination), (cast.ada, nomination), (cast.mel, other)]:
        thief = browse(who)
        thief.cookies[COOKIE] = cookie
        answer = thief.get(url("receipt", where))
        assert (answer.status_code, receipts(answer)) == (302, [])
    assert browse(cast.olga).get(url("receipt", nomination)).status_code == 404
    assert shown(client.get(url("receipt", nomination)))


def test_a_cookie_that_is_old_or_false_is_none(
    cast: Cast, browse: Browse, nomination: Nomination, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browse(cast.mel)
    cookie = client.post(url("vote", nomination), {"choice": "no"}).cookies[COOKIE].value
    seed = keys.seal_factor("seed")
    for false in ("", "x", cookie[:-1], cookie.swapcase(), seed, "é" * 9, keys.seal_session(b"{}")):
        client.cookies[COOKIE] = false
        assert client.get(url("receipt", nomination)).status_code == 302, false
    now = time.time()
    client.cookies[COOKIE] = cookie
    for seconds, status in [(301.5, 302), (299, 200)]:
        monkeypatch.setattr(time, "time", lambda: now + seconds)  # noqa: B023
        assert client.get(url("receipt", nomination)).status_code == status
        client.cookies[COOKIE] = cookie


def test_the_receipt_can_be_saved_as_a_file_without_asking_the_server_again(
    cast: Cast, browse: Browse, nomination: Nomination
) -> None:
    page = browse(cast.mel).post(url("vote", nomination), {"choice": "no"}, follow=True)
    address = page.context["file"]
    assert address.startswith("data:text/plain;charset=utf-8,")
    saved = unquote(address.partition(",")[2])
    assert saved.splitlines()[:3] == [f"Receipt for vote {nomination.reference}", "", shown(page)]
    assert nomination.nominee.name not in saved
    assert f'download="receipt-{nomination.reference}.txt"' in text(page)


def test_the_receipt_is_there_although_the_vote_has_closed_meanwhile(
    cast: Cast, browse: Browse, nomination: Nomination
) -> None:
    client = browse(cast.mel)
    with clock.pretend(nomination.vote.closes_at - timedelta(milliseconds=1)):
        client.post(url("vote", nomination), {"choice": "no"})
    with clock.pretend(nomination.vote.closes_at):
        assert shown(client.get(url("receipt", nomination)))


def test_a_second_ballot_replaces_the_first(cast: Cast, browse: Browse, nomination: Nomination) -> None:
    client = browse(cast.mel)
    pages = [client.post(url("vote", nomination), {"choice": choice}, follow=True) for choice in ("yes", "no")]
    first, second = (shown(page) for page in pages)
    assert [page.context["replaces"] for page in pages] == [False, True]
    factories.close(nomination.vote)
    board = {ballot.receipt_in_groups: ballot.choice for ballot in nomination.vote.board()}
    assert first not in board
    assert (len(board), board[second]) == (5, "no")


@pytest.mark.parametrize("data", [{}, {"choice": ""}, {"choice": "maybe"}, {"choice": "YES"}, {"vote": "yes"}])
def test_no_choice_is_refused_beside_the_choices(
    cast: Cast, browse: Browse, nomination: Nomination, data: dict[str, str]
) -> None:
    response = browse(cast.mel).post(url("vote", nomination), data)
    assert response.status_code == 422
    assert text(response).count("Choose yes, no or abstain. Nothing was recorded.") == 2
    assert revision(cast.mel) == 0


def test_a_person_outside_the_roll_gets_no_voting_page(cast: Cast, browse: Browse, nomination: Nomination) -> None:
    late = make_member("Lena Late")
    give_login(late)
    client = browse(late)
    assert client.get(url("vote", nomination)).status_code == 403
    assert client.post(url("vote", nomination), {"choice": "yes"}).status_code == 403
    assert "You are not on its roll." in text(client.get(url("detail", nomination)))


def test_a_page_left_open_too_long_is_answered_with_a_sentence(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.CLOSING, cast)
    client = browse(cast.mel)
    response = client.post(url("vote", nomination), {"choice": "yes"})
    assert response["Location"] == url("detail", nomination)
    [message] = client.get(response["Location"]).context["messages"]
    assert str(message) == "This is not possible now: voting has ended and the ballots are being counted."
    assert revision(cast.mel) == 0


def test_a_stale_second_factor_keeps_nothing_of_the_ballot(cast: Cast, browse: Browse, nomination: Nomination) -> None:
    client = browse(cast.mel, fresh=False)
    response = client.post(url("vote", nomination), {"choice": "abstain"})
    assert response["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert "abstain" not in response["Location"]
    assert "abstain" not in str(dict(client.session))
    assert revision(cast.mel) == 0


# -- the council -------------------------------------------------------------------------------------


def decision(**changes: str) -> dict[str, str]:
    facts = {
        "kind": "veto",
        "decided_on": clock.now().date().isoformat(),
        "link": "https://example.org/1",
        "reason": "",
        "in_favour": "2",
        "against": "0",
        "abstained": "0",
    }
    return {**facts, **changes}


@pytest.mark.parametrize("member", ["sam", "sara"])
def test_a_council_member_records_a_veto(cast: Cast, browse: Browse, member: str) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    client = browse(getattr(cast, member))
    assert "You record the council’s decision, not your own" in text(client.get(url("decide", nomination)))
    response = client.post(url("decide", nomination), decision(reason="Not *now*."))
    assert "The veto is recorded. Nobody joins; a second member" in text(client.get(response["Location"]))
    assert "<em>now</em>" in text(client.get(response["Location"]))
    assert not Membership.objects.filter(person=cast.nora).exists()


def test_a_council_member_records_that_there_is_no_veto_and_another_word_is_refused_with_what_was_typed(
    cast: Cast, browse: Browse
) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    client = browse(cast.sam)
    first = client.post(url("decide", nomination), decision(kind="no_veto"))
    page = text(client.get(url("detail", nomination)))
    assert "It is recorded that there is no veto. Nora Nominee is on the way in." in page
    second = client.post(url("decide", nomination), decision(kind="veto", reason="Typed late."))
    assert (first["Location"], second.status_code) == (url("detail", nomination), 422)
    assert "This is not possible now: the team has said yes, and the onboarding has begun." in text(second)
    assert second.context["form"]["reason"].value() == "Typed late."
    assert CouncilDecision.objects.get().kind == "no_veto"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("kind", ""),
        ("kind", "later"),
        ("decided_on", ""),
        ("decided_on", "yesterday"),
        ("decided_on", "2026-02-30"),
        ("decided_on", "tomorrow"),
        ("decided_on", "before the close"),
        ("link", ""),
        ("link", "javascript:alert(1)"),
        ("link", "ftp://example.org/x"),
        ("link", "https://example.org/" + "x" * 200),
        ("reason", "x" * 4001),
    ],
)
def test_a_wrong_decision_is_refused_on_its_field_and_kept(cast: Cast, browse: Browse, field: str, typed: str) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    days = {
        "tomorrow": clock.now().date() + timedelta(days=1),
        "before the close": nomination.vote.closes_at.date() - timedelta(days=1),
    }
    typed = days[typed].isoformat() if typed in days else typed
    response = browse(cast.sam).post(url("decide", nomination), decision(**{field: typed}))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert response.context["form"][field].value() == typed
    assert response.context["form"]["kind"].value() == ("veto" if field != "kind" else typed)
    assert not CouncilDecision.objects.exists()


def test_after_its_window_the_council_is_told_so(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.AWAITING_CONFIRMATION, cast)
    client = browse(cast.sam)
    response = client.post(url("decide", nomination), decision())
    assert response.status_code == 422
    assert "the Steering Council&#x27;s time for a veto is over" in text(response)
    assert not CouncilDecision.objects.exists()


def test_every_choice_is_sent_in_the_same_length(cast: Cast, browse: Browse) -> None:
    """Encryption does not hide how long a request is."""
    nomination = factories.make(Phase.OPEN, cast)
    form = browse(cast.mia).get(f"{nomination.get_absolute_url()}vote/").context["form"]
    values = [value for value, _ in form.fields["choice"].choices]
    assert values == ["yes....", "no.....", "abstain"]
    for typed, choice in [("yes....", Choice.YES), ("no", Choice.NO), ("abstain", Choice.ABSTAIN)]:
        bound = BallotForm({"choice": typed})
        assert (bound.is_valid(), bound.cleaned_data["choice"]) == (True, choice)
    for wrong in ("", "maybe", ".......", "yes!..."):
        assert list(BallotForm({"choice": wrong}).errors) == ["choice"]
