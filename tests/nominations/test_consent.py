"""The nominee is asked first, by a private link, and learns the outcome and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from audit import clock
from nominations import links, workflow
from nominations.events import NominationEvent
from nominations.models import Category, InterestKind, Nomination, Phase, SealedBallot
from tests.architecture.markup import Page
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories
from tests.nominations.factories import fresh, phase_of, recorded
from tests.notifications.mailroom import deliver, everything_in, html_of
from web.conflicts import Conflict, NotAllowed
from web.dates import moment_in_words

SECOND = timedelta(seconds=1)


def page_of(nomination: Nomination) -> str:
    return links.nominee_path(fresh(nomination))


def answer(nomination: Nomination, choice: str) -> Any:
    return Client().post(page_of(nomination), {"answer": choice})


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


# -- the verbs ------------------------------------------------------------------------------------------


def test_without_consent_no_vote_is_opened(cast: Cast) -> None:
    nomination = factories.ask(cast.nora, cast.mel)
    with pytest.raises(Conflict, match="the person proposed has not answered yet"):
        factories.open_vote(nomination, cast.ada)
    events = recorded(lambda: workflow.accept(nomination))
    assert events == [(NominationEvent.CONSENTED, str(cast.nora.pk), {})]
    assert factories.open_vote(nomination, cast.ada).entitled == 7


def test_declining_ends_it_and_nobody_can_accept_any_more(cast: Cast) -> None:
    nomination = factories.ask(cast.nora, cast.mel)
    events = recorded(lambda: workflow.decline(nomination))
    assert events == [(NominationEvent.DECLINED, str(cast.nora.pk), {})]
    assert phase_of(nomination) == Phase.DECLINED
    for verb in (workflow.accept, workflow.decline, workflow.withdraw_as_nominee):
        with pytest.raises(Conflict, match="not possible any more"):
            verb(nomination)


def test_consent_runs_out_after_fourteen_days_to_the_second(cast: Cast) -> None:
    nomination = factories.ask(cast.nora, cast.mel)
    until = nomination.proposed_at + timedelta(days=14)
    assert nomination.consent_until == until
    with clock.pretend(until), pytest.raises(Conflict, match="The time for an answer is over"):
        workflow.accept(nomination)
    with clock.pretend(until - SECOND):
        assert workflow.accept(nomination).consented_at == until - SECOND


def test_the_nominator_asks_again_and_the_old_link_is_void(cast: Cast) -> None:
    nomination = factories.ask(cast.nora, cast.mel, at=clock.now() - timedelta(days=20))
    old = page_of(nomination)
    with pytest.raises(NotAllowed):
        workflow.ask_again(nomination, email="n@example.net", by=act_as(cast.mia))
    with pytest.raises(Conflict, match="has no login here, so an e-mail address is needed"):
        workflow.ask_again(nomination, email="", by=act_as(cast.mel))
    events = recorded(lambda: workflow.ask_again(nomination, email="n@example.net", by=act_as(cast.mel)))
    assert events == [(NominationEvent.ASKED_AGAIN, str(cast.mel.pk), {})]
    assert (Client().get(old).status_code, Client().get(page_of(nomination)).status_code) == (404, 200)
    assert workflow.accept(fresh(nomination)).consented_at is not None
    with pytest.raises(Conflict):
        workflow.ask_again(nomination, email="n@example.net", by=act_as(cast.mel))


def test_somebody_without_a_login_needs_an_address(cast: Cast) -> None:
    with pytest.raises(Conflict, match="Nora Nominee has no login here"):
        workflow.propose(cast.nora, statement="x", category=Category.CORE, by=act_as(cast.mel))
    nomination = workflow.propose(cast.olga, statement="x", category=Category.CORE, by=act_as(cast.mel))
    assert nomination.nominee_email == ""


def test_the_nominator_cannot_answer_for_the_nominee(cast: Cast) -> None:
    facts: dict[str, Any] = {"statement": "x", "category": Category.CORE, "by": act_as(cast.mel)}
    with pytest.raises(Conflict, match="This is your own address"):
        workflow.propose(cast.nora, email="MEL@example.org", **facts)
    with pytest.raises(Conflict, match="This is your own address"):
        workflow.propose(cast.nora, email="mel+nora@example.org", **facts)
    with_login = workflow.propose(cast.olga, email="mel@example.org", **facts)
    assert with_login.nominee_email == ""  # it goes to the address of her login


def test_the_nominee_withdraws_during_the_vote_and_every_ballot_is_destroyed(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    workflow.withdraw_as_nominee(nomination)
    ended = fresh(nomination)
    assert (ended.phase(clock.now()), ended.withdrawn_by) == (Phase.WITHDRAWN, cast.nora)
    assert not SealedBallot.objects.filter(entry__vote=ended.vote).exists()


# -- the page -------------------------------------------------------------------------------------------


def test_the_page_asks_with_the_statement_the_duties_and_the_way_ahead(cast: Cast) -> None:
    nomination = factories.ask(cast.nora, cast.mel)
    workflow.comment(nomination, "Canary comment", by=act_as(cast.mia))
    workflow.endorse(nomination, "Canary endorsement", by=act_as(cast.rita))
    workflow.declare_interest(nomination, InterestKind.OTHER, "Canary tie", by=act_as(cast.mia))
    response = Client().get(page_of(nomination))
    page = text(response)
    for part in (
        "Mel Member would like to nominate you",
        "She reads tarballs <strong>for fun</strong>.",
        f'<a href="{reverse("roster:person", args=[cast.mel.slug])}">Mel Member</a>',
        "Keep the embargo.",
        f'href="{reverse("documents:responsibilities")}"',
        "The members vote in secret for 7 days",
        "It passes with at least two thirds of the yes and no votes.",
        "If you decline, no vote takes place, and nobody outside the team learns of it.",
    ):
        assert part in page
    buttons = [(tag["name"], tag["value"]) for tag in Page(page).all("button")]
    assert buttons == [("answer", "consent:accept"), ("answer", "consent:decline")]
    for secret in ("Canary", "Rita", "Mia"):
        assert secret not in page
    assert response["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("phase", set(Phase) - {Phase.CONSENT})
def test_once_answered_the_page_has_no_statement_any_more(cast: Cast, phase: Phase) -> None:
    assert "tarballs" not in text(Client().get(page_of(factories.make(phase, cast))))


# -- the mail -------------------------------------------------------------------------------------------


def test_the_mail_says_who_asks_what_until_when_and_how_to_check_it(cast: Cast, settings: Settings) -> None:
    nomination = factories.ask(cast.nora, cast.mel)
    [message] = [one for one in deliver() if one.to == ["nominee@example.net"]]
    assert message.subject == f"Mel Member would like to nominate you to the {settings.PORTAL_NAME}"
    lines = str(message.body).splitlines()
    assert lines.count(settings.SITE_URL + page_of(nomination)) == 1
    assert lines.count(settings.SITE_URL + reverse("roster:person", args=[cast.mel.slug])) == 1
    body = " ".join(str(message.body).split())
    for part in (
        f"answer by {moment_in_words(nomination.consent_until)}:",
        f"write to {settings.SECURITY_ADDRESS}.",
        "If you do nothing, no vote takes place",
    ):
        assert part in body
    assert max(len(line) for line in lines if "://" not in line) <= 66
    # Of the nominee it says nothing: somebody else may read the mailbox.
    for secret in (cast.nora.name, "tarballs"):
        assert secret not in everything_in(message)


def test_a_name_is_never_a_header_of_its_own_and_never_html(cast: Cast) -> None:
    cast.mel.name = 'Mel <b>&"Member"'
    cast.mel.save()
    factories.ask(cast.nora, cast.mel)
    [message] = [one for one in deliver() if one.to == ["nominee@example.net"]]
    assert message.subject.startswith('Mel <b>&"Member" would like to nominate you')
    assert "<b>" not in html_of(message)


def test_false_and_old_links_look_like_what_never_was(cast: Cast) -> None:
    token = links.nominee_token(factories.ask(cast.nora, cast.mel))
    never = Client().get("/nominations/nominee/never/")
    other = links.nominee_token(factories.ask(cast.emil, cast.mel))
    swapped = token.split(".")[0] + "." + other.split(".")[1]
    for wrong in ("x" * 60, token[:-1], swapped):
        response = Client().get(f"/nominations/nominee/{wrong}/")
        assert (response.status_code, response.content) == (404, never.content)


def test_accepting_on_the_page_leads_back_to_it(cast: Cast) -> None:
    nomination = factories.ask(cast.nora, cast.mel)
    assert answer(nomination, "consent:accept")["Location"] == page_of(nomination)
    assert phase_of(nomination) == Phase.PROPOSED
    page = text(Client().get(page_of(nomination)))
    assert "You have accepted. Next an admin opens the vote" in page
    assert "Changed your mind?" in page
    again = answer(nomination, "consent:accept")
    assert (again.status_code, "This is not possible any more" in text(again)) == (409, True)


def test_a_link_that_is_replaced_while_somebody_answers_is_void(cast: Cast) -> None:
    found = links.find_nomination(links.nominee_token(factories.ask(cast.nora, cast.mel)))
    assert found is not None
    workflow.ask_again(found, email="right@example.net", by=act_as(cast.mel))
    for verb in (workflow.accept, workflow.decline, workflow.withdraw_as_nominee):
        with pytest.raises(Conflict, match="replaced by a newer one"):
            verb(found)


def test_an_admin_ends_what_the_nominator_has_forgotten(cast: Cast) -> None:
    nomination = factories.ask(cast.nora, cast.mel, at=clock.now() - timedelta(days=30))
    workflow.withdraw(nomination, by=act_as(cast.ada))
    assert phase_of(nomination) == Phase.WITHDRAWN


def test_the_admin_who_opens_the_vote_sees_where_the_nominee_was_asked(cast: Cast, browse: Browse) -> None:
    nomination = factories.propose(cast.nora, cast.mel)
    second = workflow.accept(workflow.propose(cast.olga, statement="x", category=Category.CORE, by=act_as(cast.mel)))
    client = browse(cast.ada)
    page = text(client.get(f"{nomination.get_absolute_url()}open/"))
    assert "<code>nominee@example.net</code>, which Mel Member gave" in page
    assert "the address of their login" in text(client.get(f"{second.get_absolute_url()}open/"))
    assert "nominee@example.net" not in text(client.get(nomination.get_absolute_url()))


def test_declining_and_withdrawing_work_on_the_page(cast: Cast) -> None:
    declined, withdrawn = factories.ask(cast.nora, cast.mel), factories.ask(cast.emil, cast.mel)
    answer(declined, "consent:decline")
    answer(withdrawn, "consent:accept")
    answer(withdrawn, "consent:withdraw")
    assert (phase_of(declined), phase_of(withdrawn)) == (Phase.DECLINED, Phase.WITHDRAWN)


def test_withdrawing_speaks_of_ballots_only_once_there_are_some(cast: Cast) -> None:
    made = [factories.make(phase, cast, factories.someone(str(phase.label))) for phase in (Phase.PROPOSED, Phase.OPEN)]
    pages = [text(Client().get(page_of(nomination))) for nomination in made]
    assert [("no vote takes place" in page, "ballots are destroyed" in page) for page in pages] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize("typed", ["", "consent", "ballot:cast"])
def test_an_answer_of_no_button_is_refused_with_a_sentence(cast: Cast, typed: str) -> None:
    nomination = factories.ask(cast.nora, cast.mel)
    response = answer(nomination, typed)
    assert (response.status_code, "Choose one of the answers below." in text(response)) == (422, True)
    assert phase_of(nomination) == Phase.CONSENT


def test_looking_at_the_page_answers_nothing(cast: Cast) -> None:
    """Mail programs follow links."""
    nomination = factories.ask(cast.nora, cast.mel)
    Client().get(page_of(nomination), {"answer": "consent:accept"})
    assert phase_of(nomination) == Phase.CONSENT


def test_the_nominee_learns_the_outcome_and_never_a_count(cast: Cast) -> None:
    told = {}
    for phase in Phase:
        page = text(Client().get(page_of(factories.make(phase, cast, factories.someone(phase.label)))))
        told[phase] = next(line for line in SENTENCES if line in page)
        assert "2 yes" not in page
        assert "1 no" not in page
    assert told[Phase.FAILED] == told[Phase.VETOED]
    assert told[Phase.CLOSING] == told[Phase.VETO_WINDOW] == told[Phase.AWAITING_CONFIRMATION]
    assert told[Phase.CANCELLED] == told[Phase.ANNULLED]


SENTENCES = (
    "Please answer by",
    "You have accepted.",
    "The members are voting, until",
    "Voting has ended.",
    "The team has said yes.",
    "You have not been accepted this time.",
    "You have declined.",
    "The nomination was withdrawn.",
    "The vote was stopped for a reason that lies in the procedure",
)


def test_a_flood_of_answers_is_stopped(cast: Cast) -> None:
    nomination = factories.ask(cast.nora, cast.mel)
    codes = [answer(nomination, "x").status_code for _ in range(21)]
    assert (set(codes[:20]), codes[20]) == ({422}, 429)


# -- the pages of the nominator ---------------------------------------------------------------------------


def test_asking_again_is_a_page_that_keeps_what_was_typed(cast: Cast, browse: Browse) -> None:
    nomination = factories.ask(cast.nora, cast.mel)
    path = f"{nomination.get_absolute_url()}ask-again/"
    client = browse(cast.mel)
    assert "14 days from now" in text(client.get(path))
    wrong = client.post(path, {"email": "no address"})
    assert (wrong.status_code, "no address" in text(wrong)) == (422, True)
    assert client.post(path, {"email": "new@example.net"}).status_code == 302
    assert fresh(nomination).nominee_email == "new@example.net"
    assert [browse(person).get(path).status_code for person in (cast.mia, cast.sam)] == [403, 404]
