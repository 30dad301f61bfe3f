"""Answers of people without an address, recorded by an admin who asked them."""

from __future__ import annotations

import pytest

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.inactivity import queries
from members.inactivity import workflow as inactivity_workflow
from members.inactivity.models import InactivityReview, ReviewEntry
from members.inactivity.policy import ENTRIES, EntryAction
from members.people.models import Person
from members.profile.queries.own_data import own_data
from tests.cast import Browse, Cast, act_as
from tests.factories import make_member
from tests.members.inactivity.reviews import DAY, NOTICE_AT, announced, entry_of, generated
from tests.members.inactivity.test_views import LIST, page_of
from web.conflicts import Conflict, NotAllowed
from web.dates import day_in_words


def why_not_answered(review: InactivityReview, person: Person) -> str:
    now = clock.now()
    entry = queries.entries(now.date()).get(review=review, person=person)
    return ENTRIES.obstacle(EntryAction.ANSWER_FOR, entry, now)


def test_an_admin_writes_down_what_somebody_without_an_address_said(cast: Cast, browse: Browse) -> None:
    ned = make_member("Ned Nologin", github="")
    review, ada = announced(cast.ada, at=clock.now() - DAY), browse(cast.ada)
    path = f"{LIST}entries/{entry_of(review, ned).pk}/answer/"
    page = page_of(ada, review.get_absolute_url())
    assert (page.count("Write down their answer"), f'href="{path}"' in page) == (1, True)
    assert "Write down their answer" not in page_of(browse(cast.sam), review.get_absolute_url())
    assert ada.post(path, {"text": " "}).status_code == 422
    assert ada.post(path, {"text": "He fixes builds; a call of today."}).status_code == 302
    entry = entry_of(review, ned)
    assert (entry.answer, entry.answer_text, entry.answer_taken_by) == (
        "active", "He fixes builds; a call of today.", cast.ada,
    )  # fmt: skip
    shown = page_of(ada, review.get_absolute_url())
    assert ("Written down by Ada Admin" in shown, "Write down their answer" in shown) == (True, False)
    generated(review)
    assert entry_of(review, ned).group == "answered"
    because = f"Said to Ada Admin on {day_in_words(clock.now().date())}: still active."
    assert because in page_of(browse(cast.sam), review.get_absolute_url())
    assert because in browse(cast.ada).get(f"{review.get_absolute_url()}review.csv").content.decode()
    assert own_data(ned, clock.now())["inactivity_reviews"][0]["answer_written_down_by"] == "Ada Admin"
    late = ada.get(path)
    assert late["Location"] == review.get_absolute_url()


def test_no_admin_writes_down_an_answer_of_their_own_or_of_somebody_suspended(cast: Cast, browse: Browse) -> None:
    ned = make_member("Ned Nologin", github="")
    review = announced(cast.ada, at=clock.now() - DAY)
    own = entry_of(review, cast.abel)
    ReviewEntry.objects.filter(pk=own.pk).update(noticed=False)
    with pytest.raises(NotAllowed):
        inactivity_workflow.answer_for(own, "I review.", by=act_as(cast.abel))
    assert browse(cast.abel).get(f"{LIST}entries/{own.pk}/answer/").status_code == 403
    accounts_workflow.suspend(ned, "A lost laptop.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="The access of Ned Nologin is suspended"):
        inactivity_workflow.answer_for(entry_of(review, ned), "He reviews.", by=act_as(cast.ada))


def test_nobody_answers_for_people_who_were_mailed_have_answered_or_left_or_after_the_notice(cast: Cast) -> None:
    ned, nan, nil = (make_member(f"{name} Nologin", github="") for name in ("Ned", "Nan", "Nil"))
    review = announced(cast.ada, at=NOTICE_AT)
    ada = act_as(cast.ada)
    with clock.pretend(NOTICE_AT + DAY):
        inactivity_workflow.answer_for(entry_of(review, ned), "He fixes builds.", by=ada)
        boarding_workflow.offboard(nan, authority="a mail", reason="", by=ada)
        sentences = [why_not_answered(review, person) for person in (cast.mel, ned, nan, nil)]
    with clock.pretend(review.due_at):
        sentences.append(why_not_answered(review, nil))
        with pytest.raises(Conflict, match="The time for an answer is over"):
            inactivity_workflow.answer_for(entry_of(review, nil), "Late.", by=ada)
    assert sentences == [
        "Mel Member got the notice by mail, and answers it by its links.",
        "The answer of Ned Nologin is written down already.",
        "Nan Nologin is not a member any more, so there is nothing to answer.",
        "",
        "The time for an answer is over.",
    ]
    with clock.pretend(NOTICE_AT + DAY), pytest.raises(NotAllowed):
        inactivity_workflow.answer_for(entry_of(review, nil), "Me too.", by=act_as(cast.mel))
