"""The page behind the two private links of a notice."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.inactivity import links, workflow
from members.inactivity.enums import NoticeAnswer
from members.inactivity.models import InactivityReview, ReviewEntry
from members.people.models import Person
from tests.cast import Cast, act_as
from tests.members.inactivity.reviews import DAY, DUE_AT, NOTICE_AT, announced, entry_of, token
from tests.members.inactivity.test_views import page_of
from tests.members.people.test_public_views import text
from web.conflicts import NotAllowed


def path_to(review: InactivityReview, person: Person, answer: NoticeAnswer) -> str:
    """Return the path that is in the mail."""
    return links.path_of(entry_of(review, person), answer)


def test_opening_a_link_changes_nothing_and_its_button_answers(cast: Cast) -> None:
    review = announced(cast.ada, at=clock.now() - DAY)
    path = path_to(review, cast.mel, NoticeAnswer.ACTIVE)
    client = Client()
    assert "Still active, Mel Member?" in page_of(client, path)
    assert client.head(path).status_code == 200
    assert entry_of(review, cast.mel).answer == ""
    empty = client.post(path, {"text": " "})
    assert (empty.status_code, entry_of(review, cast.mel).answer) == (422, "")
    assert client.post(path, {"text": "I review."}).headers["Location"] == path
    assert "Thank you, you are still active" in page_of(client, path)
    assert client.post(path, {"text": "Again."}).status_code == 409
    assert entry_of(review, cast.mel).answer_text == "I review."


def test_the_retire_page_says_what_happens_before_its_button(cast: Cast) -> None:
    review = announced(cast.ada, at=clock.now() - DAY)
    path, other = path_to(review, cast.mel, NoticeAnswer.RETIRE), path_to(review, cast.mel, NoticeAnswer.ACTIVE)
    client = Client()
    assert "Your membership ends today." in page_of(client, path)
    assert act_as(cast.mel).is_member
    assert client.post(path).headers["Location"] == path
    assert not act_as(cast.mel).is_member
    for link in (path, other):
        assert "You have retired to emeritus" in page_of(client, link)
        assert client.post(link, {"text": "Still here."}).status_code == 409


def test_the_second_admin_is_told_why_they_cannot_retire(cast: Cast) -> None:
    review = announced(cast.ada, at=clock.now() - DAY)
    response = Client().post(path_to(review, cast.abel, NoticeAnswer.RETIRE))
    assert response.status_code == 409
    assert "fewer than 2 admins" in text(response.content)
    assert act_as(cast.abel).is_admin


def test_a_link_whose_time_is_over_says_so(cast: Cast) -> None:
    review = announced(cast.ada, at=NOTICE_AT)
    path = path_to(review, cast.mel, NoticeAnswer.RETIRE)
    with clock.pretend(DUE_AT):
        assert "The time for an answer is over" in page_of(Client(), path)
        assert Client().post(path).status_code == 409
    assert act_as(cast.mel).is_member


def test_who_has_left_or_is_suspended_is_told_so_without_a_form(cast: Cast) -> None:
    review = announced(cast.ada, at=clock.now() - DAY)
    boarding_workflow.resign(by=act_as(cast.mel))
    accounts_workflow.suspend(cast.mia, "A stolen laptop.", by=act_as(cast.ada))
    for person, answer, sentence in (
        (cast.mel, NoticeAnswer.ACTIVE, "Your membership has ended, so there is nothing to answer."),
        (cast.mia, NoticeAnswer.RETIRE, "Your access is suspended. An admin answers your questions."),
    ):
        path = path_to(review, person, answer)
        page = page_of(Client(), path)
        assert (page.count(sentence), "<form" in page) == (1, False)
        refused = Client().post(path, {"text": "I review."})
        assert (refused.status_code, text(refused.content).count(sentence)) == (409, 1)


def test_a_false_link_is_a_404_that_helps(cast: Cast) -> None:
    good = token(announced(cast.ada, at=clock.now() - DAY), cast.mel, NoticeAnswer.RETIRE)
    for bad in ("wrong", good[:-1]):
        for response in (Client().get(f"/members/activity/{bad}/"), Client().post(f"/members/activity/{bad}/")):
            assert response.status_code == 404
            assert "Check that the whole address was copied" in text(response.content)


def test_answers_are_limited_by_address(cast: Cast) -> None:
    path = path_to(announced(cast.ada, at=clock.now() - DAY), cast.mel, NoticeAnswer.ACTIVE)
    statuses = {Client().post(path, {"text": ""}).status_code for _ in range(20)}
    assert (statuses, Client().post(path, {"text": "I review."}).status_code) == ({422}, 429)


def test_links_cannot_be_swapped_between_people_or_reviews(cast: Cast) -> None:
    """The nonce of one entry with the id of another makes no link, even under a good signature."""
    review = announced(cast.ada)
    mel, mia = entry_of(review, cast.mel), entry_of(review, cast.mia)

    def signed(pk: int, nonce: str, salt: str = "members.inactivity.answer") -> str:
        return signing.Signer(key=settings.LINK_KEY, salt=salt, sep=".").sign(f"{pk}-{nonce}-retire")

    for swapped in [signed(mia.pk, mel.link_nonce), signed(mel.pk, mia.link_nonce), signed(mel.pk, "")]:
        assert links.find(swapped) is None
        with pytest.raises(NotAllowed):
            workflow.answer_retire(swapped)
    assert links.find(signed(mel.pk, mel.link_nonce)) is not None
    assert links.find(signed(mel.pk, mel.link_nonce, salt="members.invitation")) is None
    assert len({entry.link_nonce for entry in ReviewEntry.objects.all()}) == 5


def test_a_link_that_was_changed_is_none(cast: Cast) -> None:
    good = token(announced(cast.ada), cast.mel, NoticeAnswer.RETIRE)
    other_answer, other_separator = good.replace("retire", "active"), good.replace(".", ":", 1)
    for bad in ["", "wrong", good[:-1], good[1:], other_separator, other_answer, good + "x"]:
        assert links.find(bad) is None
    link = links.find(good)
    assert link is not None
    assert (link.entry.person, link.answer) == (cast.mel, NoticeAnswer.RETIRE)
