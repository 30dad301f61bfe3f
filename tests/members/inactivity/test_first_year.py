"""The first year of the portal: no review is offered, and the pages say from when."""

from __future__ import annotations

import pytest

from audit import clock
from members.inactivity import queries
from members.inactivity.placing import year_after
from members.people.models import Person
from tests.cast import Browse, Cast, act_as
from tests.members.inactivity.reviews import DAY, NOTICE_AT, waiting_for
from tests.members.inactivity.test_views import LIST, page_of
from web.dates import day_in_words


def test_no_review_is_offered_before_the_portal_has_kept_the_records_for_a_year(cast: Cast, browse: Browse) -> None:
    since = clock.now() - 300 * DAY
    Person.objects.update(added_at=since)
    first = year_after(since.date())
    assert queries.first_to_come(queries.records_since(), clock.now().date()) == first
    ada, sam = browse(cast.ada), browse(cast.sam)
    assert waiting_for(act_as(cast.ada), clock.now()) == []
    context = ada.get("/dashboard/").context
    assert [panel.context["first"] for panel in context["panels"] if "first" in panel.context] == [first]
    badges = {area.title: area.urgency for area in context["areas"]}
    assert badges["Inactivity review"] == f"Not before {day_in_words(first)}"
    assert not any("first" in panel.context for panel in sam.get("/dashboard/").context["panels"])
    assert [client.get(LIST).context["first"] for client in (ada, sam)] == [first, first]
    assert "Announce one from credits and notes" in page_of(ada, LIST)
    assert "Announce one from credits and notes" not in page_of(sam, LIST)
    assert ada.get(f"{LIST}announce/").context["first"] == first


def test_after_that_year_the_first_review_is_to_announce(cast: Cast, browse: Browse) -> None:
    Person.objects.update(added_at=clock.now() - 367 * DAY)
    assert [item.title for item in waiting_for(act_as(cast.ada), clock.now())] == ["Announce the inactivity review"]
    ada = browse(cast.ada)
    assert (ada.get(LIST).context["first"], ada.get(f"{LIST}announce/").context["first"]) == (None, None)


@pytest.mark.django_db
def test_a_portal_without_people_has_no_first_review() -> None:
    day = NOTICE_AT.date()
    assert (queries.records_since(), queries.first_to_come(None, day), queries.is_due(None, day)) == (None, None, False)
