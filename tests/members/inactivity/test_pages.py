"""The words beside each name of an inactivity review, and about the next one."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils.html import strip_tags

from audit import clock
from members.boarding import workflow
from members.inactivity.enums import ReviewVerdict
from members.inactivity.models import InactivityReview
from members.inactivity.pages.review import review_page
from members.people.models import Membership, Precision, RoleKind
from members.people.tally import CouncilTally
from tests.cast import Browse, Cast, act_as
from tests.factories import give_roles
from tests.members.inactivity.reviews import (
    DAY,
    announced,
    before_the_council,
    decided,
    entry_of,
    generated,
    made_a_year_ago,
    sent,
    waiting_for,
    work,
)
from tests.members.inactivity.test_views import page_of
from tests.members.people.test_public_views import text
from tests.nominations.council import fill_seats

LIST = "/manage/inactivity/"
JUNE = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEFT = "left the team on 20 June 2026; nothing is left to decide"


def decisions_on(client: Client, review: InactivityReview) -> dict[str, str]:
    """Return the text in the column of decisions by first name."""
    page = client.get(review.get_absolute_url()).content.decode()
    rows = re.findall(r'data-label="Name">\s*(\w+).*?data-label="Decision">(.*?)</td>', page, re.DOTALL)
    return {name: text(strip_tags(cell).encode()) for name, cell in rows}


def leave(cast: Cast) -> None:
    """Let Mel leave while the council decides."""
    with clock.pretend(datetime(2026, 6, 20, 12, tzinfo=UTC)):
        workflow.resign(by=act_as(cast.mel))


def test_a_name_without_a_decision_shows_the_reason(cast: Cast, browse: Browse) -> None:
    work(cast.mia, cast.newt, at=JUNE - DAY)
    review = generated(announced(cast.ada, at=JUNE))
    client = browse(cast.ada)
    assert decisions_on(client, review) == dict.fromkeys(("Abel", "Ada", "Mel"), "after the review is sent")
    sent(review, cast.ada)
    assert decisions_on(client, review) == dict.fromkeys(("Abel", "Ada", "Mel"), "none yet")
    leave(cast)
    assert decisions_on(client, review) == {"Abel": "none yet", "Ada": "none yet", "Mel": LEFT}
    Membership.objects.filter(person=cast.mel).update(until_precision=Precision.MONTH)
    assert decisions_on(client, review)["Mel"] == "left the team; nothing is left to decide"


def test_a_name_that_was_put_off_and_left_shows_both(cast: Cast, browse: Browse) -> None:
    review = before_the_council(cast, at=JUNE)
    fill_seats()
    decided(entry_of(review, cast.mel), ReviewVerdict.LATER, cast.sam, tally=CouncilTally(3, 1, 1))
    put_off = "Later 3 in favour, 1 against, 1 abstained, 17 June 2026: example.org/council/yearly"
    put_off += " Recorded by Sam Steering"
    assert decisions_on(browse(cast.ada), review)["Mel"] == put_off
    leave(cast)
    assert decisions_on(browse(cast.ada), review)["Mel"] == f"{put_off} {LEFT}"


def test_names_of_an_older_review_refer_to_the_newer_one(cast: Cast, browse: Browse) -> None:
    older = before_the_council(cast, at=clock.now() - 60 * DAY)
    decided(entry_of(older, cast.mia), ReviewVerdict.KEEP, cast.sam)
    newer = before_the_council(cast, at=clock.now() - 20 * DAY)
    beside = decisions_on(browse(cast.sam), older)
    assert beside.pop("Mia").startswith("Keep")
    sentence = "a newer review was sent since; the name is decided on there"
    assert beside == dict.fromkeys(("Abel", "Ada", "Mel", "Newt"), sentence)
    assert [item.url for item in waiting_for(act_as(cast.sam), clock.now())] == [newer.get_absolute_url()]


@pytest.mark.rule("PEP811-58")
def test_the_list_says_when_the_next_review_is_due_and_urges_nobody_before(cast: Cast, browse: Browse) -> None:
    admin, council = browse(cast.ada), browse(cast.sam)
    generated(announced(cast.ada, at=clock.now() - 15 * DAY))
    buttons = []
    for days_more, sentence in ((-2, "The next review is due on"), (0, "The next review is due:"), (9, "is due:")):
        made_a_year_ago(days_more=days_more)
        page = page_of(admin, LIST)
        assert (sentence in page, sentence in page_of(council, LIST)) == (True, True)
        buttons += re.findall(rf'<a class="([a-z -]+)" href="{LIST}announce/">Announce the next one', page)
    assert buttons == ["button button-secondary", "button", "button"]
    announced(cast.ada, at=clock.now())
    assert "The next review is due" not in page_of(admin, LIST)


def test_an_admin_on_the_council_is_not_told_to_do_nothing(cast: Cast) -> None:
    review = before_the_council(cast)

    def told(at: datetime) -> bool:
        return "nothing for an admin to do" in review_page(review, act_as(cast.ada), at).next_step.text

    assert told(review.due_at)
    give_roles(cast.ada, RoleKind.STEERING_COUNCIL)
    assert not told(review.due_at)
