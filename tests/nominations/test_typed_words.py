"""Words that were typed while things changed stay in their form."""

from __future__ import annotations

from typing import Any

import pytest

from audit import clock
from audit.models import Event
from nominations import workflow
from nominations.models import Comment, Nomination, Phase
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories

TYPED = "Words that took an hour to write."
COUNCIL: dict[str, Any] = {"link": "https://example.org/7", "in_favour": "2", "against": "0", "abstained": "0"}
VETO = {"kind": "veto", **COUNCIL}


def path(nomination: Nomination, act: str) -> str:
    return f"{nomination.get_absolute_url()}{act}/"


@pytest.mark.parametrize(
    ("phase", "act", "who", "field", "typed"),
    [
        (Phase.CLOSING, "comment", "mia", "text", {}),
        (Phase.CLOSING, "endorse", "mia", "text", {}),
        (Phase.CLOSING, "interest", "mia", "text", {"kind": "other"}),
        (Phase.CLOSING, "extend", "ada", "reason", {"hours": "24"}),
        (Phase.CLOSING, "cancel", "ada", "reason", {}),
        (Phase.JOINED, "annul", "ada", "reason", {}),
        (Phase.JOINED, "turnout", "ada", "note", {}),
        (Phase.JOINED, "decide", "sam", "reason", VETO),
        (Phase.VETOED, "decide", "ada", "reason", VETO),
    ],
)
def test_words_sent_too_late_stay_in_the_form_with_the_reason(
    cast: Cast, browse: Browse, phase: Phase, act: str, who: str, field: str, typed: dict[str, str]
) -> None:
    nomination = factories.make(phase, cast)
    events = Event.objects.count()
    day = {"decided_on": str(clock.now().date())} if act == "decide" else {}
    sent = browse(getattr(cast, who)).post(path(nomination, act), {field: TYPED, **typed, **day})
    assert (sent.status_code, sent.context["form"][field].value()) == (422, TYPED)
    assert sent.context["form"].non_field_errors()
    assert Event.objects.count() == events


@pytest.mark.parametrize("act", ["comment", "endorse", "interest", "extend", "cancel", "annul", "turnout", "decide"])
def test_the_page_of_an_act_that_is_not_possible_leads_back_to_the_nomination(
    cast: Cast, browse: Browse, act: str
) -> None:
    nomination = factories.make(Phase.DECLINED, cast)
    for client in (browse(cast.ada), browse(cast.rita)):
        answer = client.get(path(nomination, act))
        assert answer.status_code == 403 or answer["Location"] == nomination.get_absolute_url()


@pytest.mark.parametrize(
    ("act", "typed"),
    [("decide", VETO), ("turnout", {"note": TYPED}), ("extend", {"hours": "24", "reason": TYPED})],
)
@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.DECLINED])
def test_an_act_on_a_vote_that_there_is_not_leads_back(
    cast: Cast, browse: Browse, phase: Phase, act: str, typed: dict[str, str]
) -> None:
    nomination = factories.make(phase, cast)
    sent = browse(cast.ada).post(path(nomination, act), {**typed, "decided_on": str(clock.now().date())})
    assert sent["Location"] == nomination.get_absolute_url()


def test_a_reply_to_what_was_taken_back_stays_in_the_form(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    first = workflow.comment(nomination, "First.", by=act_as(cast.mia))
    workflow.take_back(first, by=act_as(cast.mia))
    sent = browse(cast.mel).post(path(nomination, "comment"), {"text": TYPED, "reply_to": first.pk})
    assert (sent.status_code, sent.context["form"]["text"].value()) == (422, TYPED)
    assert Comment.objects.count() == 1
