"""The discussion of a nomination, each contribution with a name."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from audit.models import Event
from nominations import workflow
from nominations.events import NominationEvent
from nominations.models import Comment, Endorsement, Interest, InterestKind, Nomination, Phase
from nominations.pages.discussion import QUOTE_MOST, quoted
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories
from tests.nominations.factories import recorded
from web.conflicts import Conflict, NotAllowed

TALK = [Phase.CONSENT, Phase.PROPOSED, Phase.OPEN]


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def path(nomination: Nomination, act: str = "") -> str:
    return f"{nomination.get_absolute_url()}{act}"


@pytest.mark.parametrize("phase", TALK)
def test_members_talk_until_the_close(cast: Cast, phase: Phase) -> None:
    nomination = factories.make(phase, cast)
    events = recorded(lambda: workflow.comment(nomination, "Canary.", by=act_as(cast.mia)))
    written = Comment.objects.get()
    assert events == [(NominationEvent.COMMENTED, str(cast.mia.pk), {"comment": written.pk})]
    workflow.endorse(nomination, "", by=act_as(cast.rita))
    workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=act_as(cast.mel))
    assert (Endorsement.objects.count(), Interest.objects.count()) == (1, 1)


@pytest.mark.parametrize("phase", sorted(set(Phase) - set(TALK)))
def test_after_the_close_nobody_adds_anything(cast: Cast, phase: Phase) -> None:
    nomination = factories.make(phase, cast)
    for say in (
        lambda: workflow.comment(nomination, "x", by=act_as(cast.mia)),
        lambda: workflow.endorse(nomination, "x", by=act_as(cast.mia)),
        lambda: workflow.unendorse(nomination, by=act_as(cast.mia)),
        lambda: workflow.declare_interest(nomination, InterestKind.OTHER, "x", by=act_as(cast.mia)),
    ):
        with pytest.raises(Conflict, match="This is not possible now"):
            say()


@pytest.mark.parametrize("who", ["sam", "emil", "olga", "nominee"])
def test_nobody_but_the_nominees_future_colleagues_talks(cast: Cast, who: str) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    actor = act_as(cast.nora if who == "nominee" else getattr(cast, who))
    for say in (
        lambda: workflow.comment(nomination, "x", by=actor),
        lambda: workflow.endorse(nomination, "x", by=actor),
        lambda: workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=actor),
    ):
        with pytest.raises(NotAllowed):
            say()


def test_words_taken_back_are_gone_and_that_there_were_some_stays(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    written = workflow.comment(nomination, "Canary.", by=act_as(cast.mia))
    with pytest.raises(NotAllowed):
        workflow.take_back(written, by=act_as(cast.ada))
    client = browse(cast.mia)
    assert client.post(path(nomination, "comment/take-back/"), {"comment": written.pk}).status_code == 302
    page = text(client.get(path(nomination)))
    assert ("Canary" in page, "Taken back" in page) == (False, True)
    with pytest.raises(Conflict, match="already"):
        workflow.take_back(written, by=act_as(cast.mia))


def test_the_comment_of_one_nomination_cannot_be_taken_back_through_another(cast: Cast, browse: Browse) -> None:
    here, there = factories.make(Phase.OPEN, cast), factories.make(Phase.OPEN, cast, cast.olga)
    written = workflow.comment(there, "Canary.", by=act_as(cast.mia))
    client = browse(cast.mia)
    for number in (str(written.pk), "0", "x", ""):
        assert client.post(path(here, "comment/take-back/"), {"comment": number}).status_code == 404
    assert Comment.objects.get().text == "Canary."


def test_one_endorses_once_may_change_the_words_and_take_it_back(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    client = browse(cast.mia)
    for comment in ("First.", "Second."):
        client.post(path(nomination, "endorse/"), {"text": comment})
    assert [row.text for row in Endorsement.objects.all()] == ["Second."]
    assert "Second." in text(client.get(path(nomination, "endorse/")))
    page = text(client.get(path(nomination)))
    assert ("Second." in page, "Change your endorsement" in page) == (True, True)
    assert client.post(path(nomination, "endorse/take-back/")).status_code == 302
    assert not Endorsement.objects.exists()
    with pytest.raises(Conflict, match="You have not endorsed"):
        workflow.unendorse(nomination, by=act_as(cast.mia))


def test_the_nominator_does_not_endorse_what_they_proposed(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    with pytest.raises(NotAllowed):
        workflow.endorse(nomination, "", by=act_as(cast.mel))
    assert browse(cast.mel).get(path(nomination, "endorse/")).status_code == 403


def test_a_declared_interest_stands_on_the_voting_page(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    client = browse(cast.rita)
    other = client.post(path(nomination, "interest/"), {"kind": "other", "text": ""})
    assert (other.status_code, "Say what it is." in text(other)) == (422, True)
    client.post(path(nomination, "interest/"), {"kind": "other", "text": "We share a flat."})
    client.post(path(nomination, "interest/"), {"kind": "employer", "text": "And an employer."})
    assert Interest.objects.count() == 1
    page = text(browse(cast.mia).get(path(nomination, "vote/")))
    assert "<strong>Rita Release</strong>: same employer, “And an employer.”" in page
    assert "And an employer." in text(client.get(path(nomination, "interest/")))


def test_the_nominator_declares_a_tie_with_the_nomination(cast: Cast, browse: Browse) -> None:
    facts = {"person": str(cast.olga.pk), "category": "core", "statement": "Because."}
    browse(cast.mel).post("/nominations/propose/", {**facts, "interest_kind": "employer"})
    assert [(row.person, row.kind) for row in Interest.objects.all()] == [(cast.mel, "employer")]
    lonely = browse(cast.mia).post(
        "/nominations/propose/", {**facts, "person": str(cast.emil.pk), "interest_text": "We share a flat."}
    )
    assert lonely.context["form"].errors == {"interest_text": ["Choose above what kind of tie this is."]}


def test_a_preview_shows_the_statement_and_keeps_everything_typed(cast: Cast, browse: Browse) -> None:
    typed = {
        "person": str(cast.nora.pk),
        "recorded_email": "nora@example.net",
        "statement": "She **reads**.",
        "preview": "1",
    }
    response = browse(cast.mel).post("/nominations/propose/", typed)
    page = text(response)
    assert response.status_code == 200
    assert "<strong>reads</strong>" in page
    assert "nora@example.net" in page
    assert f'value="{cast.nora.pk}" selected' in page
    assert not Nomination.objects.exists()


def test_an_empty_comment_is_refused_and_a_long_one_kept(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    client = browse(cast.mia)
    empty = client.post(path(nomination, "comment/"), {"text": " "})
    assert (empty.status_code, empty.context["form"].errors) == (422, {"text": ["Write something first."]})
    long = client.post(path(nomination, "comment/"), {"text": "canary " * 1000})
    assert (long.status_code, "canary canary" in text(long)) == (422, True)


def test_a_long_discussion_is_paged(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    for number in range(60):
        workflow.comment(nomination, f"Comment number {number}.", by=act_as(cast.mia))
    client = browse(cast.mel)
    first, rest = text(client.get(path(nomination))), text(client.get(path(nomination), {"page": "2"}))
    assert ("number 0." in first, "number 59." in first) == (True, False)
    assert ("number 0." in rest, "number 59." in rest) == (False, True)
    assert 'href="?page=2#discussion"' in first


# -- threads ---------------------------------------------------------------------------------------------


def shown(client: Client, nomination: Nomination, **query: Any) -> list[tuple[str, bool]]:
    """The comments on the page in its order: the text, and whether it is indented."""
    rows = client.get(path(nomination), query).context["comments"]
    return [(row.comment.text, row.comment.reply_to_id is not None) for row in rows]


def test_replies_stand_below_what_began_their_thread_and_are_indented_once(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    first = workflow.comment(nomination, "First.", by=act_as(cast.mia))
    workflow.comment(nomination, "Second.", by=act_as(cast.ada))
    reply = workflow.comment(nomination, "To the first.", reply_to=first, by=act_as(cast.mel))
    deeper = workflow.comment(nomination, "To the reply.", reply_to=reply, by=act_as(cast.mia))
    assert (reply.reply_to, deeper.reply_to) == (first, first)
    assert shown(browse(cast.rita), nomination) == [
        ("First.", False),
        ("To the first.", True),
        ("To the reply.", True),
        ("Second.", False),
    ]


def test_comments_of_one_moment_stay_in_their_threads(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    with clock.pretend(clock.now()):
        one, two = (workflow.comment(nomination, word, by=act_as(cast.mia)) for word in ("one", "two"))
        for answered in (two, one):
            workflow.comment(nomination, f"to {answered.text}", reply_to=answered, by=act_as(cast.ada))
    assert [one.text for one in nomination.comments.in_threads()] == ["one", "to one", "two", "to two"]


def test_a_reply_by_the_page_leads_to_itself(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    first = workflow.comment(nomination, "First.", by=act_as(cast.mia))
    client = browse(cast.mel)
    asked = client.get(path(nomination), {"reply": first.pk})
    assert [row.is_answered for row in asked.context["comments"]] == [True]
    assert asked.context["comment_form"].initial == {"reply_to": first.pk, "text": ""}
    assert text(asked).count('name="text"') == 1
    sent = client.post(path(nomination, "comment/"), {"text": "Indeed.", "reply_to": first.pk})
    reply = Comment.objects.get(text="Indeed.")
    assert (reply.reply_to, sent["Location"]) == (
        first,
        f"{path(nomination)}?comment={reply.pk}#comment-{reply.pk}",
    )
    assert f'id="comment-{reply.pk}"' in text(client.get(sent["Location"]))


def test_a_quote_begins_with_the_words_of_the_other_and_not_with_what_they_quoted(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    first = workflow.comment(nomination, "> Quoted before.\n\nOwn words.\nTwo lines.", by=act_as(cast.mia))
    asked = browse(cast.mel).get(path(nomination), {"reply": str(first.pk), "quote": "1"})
    assert asked.context["comment_form"].initial["text"] == "> Own words.\n> Two lines.\n\n"
    long = quoted("word " * 500)
    assert (len(long) < QUOTE_MOST + 10, long.endswith(" …\n\n")) == (True, True)


@pytest.mark.parametrize("wanted", ["comment", "reply"])
def test_a_link_to_a_comment_opens_the_page_that_it_is_on(cast: Cast, browse: Browse, wanted: str) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    comments = [workflow.comment(nomination, f"Comment {number}.", by=act_as(cast.mia)) for number in range(31)]
    reply = workflow.comment(nomination, "Late reply.", reply_to=comments[29], by=act_as(cast.ada))
    client = browse(cast.mel)
    assert shown(client, nomination, **{wanted: comments[0].pk})[0] == ("Comment 0.", False)
    assert shown(client, nomination, **{wanted: comments[30].pk}) == [("Late reply.", True), ("Comment 30.", False)]
    rows = client.get(path(nomination), {wanted: reply.pk}).context["comments"]
    assert [row.follows_other_page for row in rows] == [True, False]
    assert f"?comment={comments[29].pk}#comment-{comments[29].pk}" in text(client.get(path(nomination), {"page": "2"}))


@pytest.mark.parametrize("nonsense", ["0", "-1", "x", "", "9" * 30, "٣"])
def test_a_link_to_no_comment_opens_the_first_page(cast: Cast, browse: Browse, nonsense: str) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    workflow.comment(nomination, "First.", by=act_as(cast.mia))
    page = browse(cast.mel).get(path(nomination), {"comment": nonsense, "reply": nonsense})
    assert (page.status_code, len(page.context["comments"]), page.context["comment_form"].initial) == (200, 1, {})


def test_nobody_replies_through_another_nomination_or_to_what_was_taken_back(cast: Cast, browse: Browse) -> None:
    here, there = factories.make(Phase.OPEN, cast), factories.make(Phase.OPEN, cast, cast.olga)
    canary = workflow.comment(there, "Canary.", by=act_as(cast.mia))
    client = browse(cast.mel)
    assert client.post(path(here, "comment/"), {"text": "x", "reply_to": canary.pk}).status_code == 404
    assert client.get(path(here), {"reply": str(canary.pk), "quote": "1"}).context["comment_form"].initial == {}
    with pytest.raises(Comment.DoesNotExist):
        workflow.comment(here, "x", reply_to=canary, by=act_as(cast.mel))
    workflow.take_back(canary, by=act_as(cast.mia))
    refused = client.post(path(there, "comment/"), {"text": "x", "reply_to": canary.pk})
    assert (refused.status_code, refused.context["form"]["text"].value()) == (422, "x")
    assert client.get(path(there), {"reply": canary.pk}).context["comment_form"].initial == {}
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("typed", ["0", "x", "9" * 30])
def test_a_reply_to_no_number_is_refused_and_keeps_the_text(cast: Cast, browse: Browse, typed: str) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    sent = browse(cast.mel).post(path(nomination, "comment/"), {"text": "My words.", "reply_to": typed})
    assert (sent.status_code, list(sent.context["form"].errors)) == (422, ["reply_to"])
    assert "My words." in text(sent)


def test_a_closed_discussion_offers_neither_reply_nor_quote(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    first = workflow.comment(nomination, "First.", by=act_as(cast.mia))
    with clock.pretend(nomination.vote.closes_at):
        workflow.close_vote(nomination.vote)
    page = browse(cast.mia).get(path(nomination), {"reply": first.pk})
    [row] = page.context["comments"]
    assert (row.may_reply, row.may_take_back, page.context["comment_form"].initial) == (False, False, {})
    assert "?reply=" not in text(page)


def test_a_discussion_costs_the_same_queries_for_one_comment_and_for_thirty(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    client = browse(cast.mel)
    first = workflow.comment(nomination, "First.", by=act_as(cast.mia))
    with CaptureQueriesContext(connection) as one:
        client.get(path(nomination))
    for number in range(29):
        workflow.comment(nomination, f"{number}", reply_to=first if number % 2 else None, by=act_as(cast.ada))
    with CaptureQueriesContext(connection) as thirty:
        client.get(path(nomination))
    assert len(one) == len(thirty)


def test_the_council_reads_no_discussion(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    workflow.comment(nomination, "Canary comment.", by=act_as(cast.mia))
    workflow.endorse(nomination, "Canary endorsement.", by=act_as(cast.mia))
    with clock.pretend(nomination.vote.closes_at):
        workflow.close_vote(nomination.vote)
    page = browse(cast.sam).get(path(nomination))
    assert (page.status_code, "Canary" in text(page)) == (200, False)
    assert "Canary comment." in text(browse(cast.mel).get(path(nomination)))


def test_the_log_holds_no_words(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    workflow.comment(nomination, "Canary", by=act_as(cast.mia))
    workflow.endorse(nomination, "Canary", by=act_as(cast.mia))
    workflow.declare_interest(nomination, InterestKind.OTHER, "Canary", by=act_as(cast.mia))
    assert not any("Canary" in str(event.data) for event in Event.objects.all())
