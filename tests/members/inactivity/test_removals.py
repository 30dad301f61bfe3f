"""A removal from the inactivity review: the recorded council decision, which one seat alone never carries out."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client
from django.utils.html import strip_tags

from audit import clock
from members.boarding.models import Checklist
from members.inactivity import queries
from members.inactivity.enums import DecisionObstacle, ReviewVerdict
from members.inactivity.models import InactivityReview, ReviewDecision
from members.inactivity.policy import obstacle_to_decision
from members.people.models import Person
from nominations.models import Resolution, ResolutionKind
from nominations.pages import removals
from nominations.policy import OBJECTION_TIME
from tests.cast import Browse, Cast, act_as
from tests.members.inactivity.reviews import DAY, LINK, before_the_council, decided, entry_of
from tests.members.inactivity.test_pages import decisions_on
from tests.members.inactivity.test_views import LIST, SAID, page_of
from tests.nominations.council import blocked, objected, record, resolve
from tests.nominations.test_resolving_pages import FORM

REMOVE = ResolutionKind.REMOVE_MEMBER


@pytest.fixture
def review(cast: Cast) -> InactivityReview:
    """With Ada, Abel, Mel, Mia and Newt as inactive names, before the council."""
    return before_the_council(cast, at=clock.now() - 20 * DAY)


def page_on(review: InactivityReview, person: Person) -> str:
    """Return the path of the page on which a decision on somebody is recorded."""
    return f"{LIST}entries/{entry_of(review, person).pk}/decide/"


def way_to_record(client: Client, path: str) -> str:
    """Return where the button of the page leads that records a removal; "" when there is none."""
    page = client.get(path).content.decode()
    found = re.search(r'href="([^"]+)">Record a removal<', page)
    return found[1].replace("&amp;", "&") if found else ""


@pytest.mark.rule("PEP811-26")
def test_one_seat_records_a_removal_and_a_second_one_carries_it_out(
    cast: Cast, browse: Browse, review: InactivityReview
) -> None:
    sam, path = browse(cast.sam), page_on(review, cast.mel)
    alone = {**SAID, "verdict": "remove", "decided_on": clock.now().date().isoformat(), "confirmed": "yes"}
    assert sam.post(path, alone).context["form"].errors.keys() == {"verdict"}
    assert act_as(cast.mel).is_member
    form = sam.get(way_to_record(sam, path)).context["form"]
    typed = {
        "kind": form["kind"].value(),
        "person": str(form["person"].value()),
        "decided_on": clock.now().date().isoformat(),
        "link": LINK,
        "in_favour": "2",
        "against": "0",
        "abstained": "0",
    }
    answer = sam.post(FORM, typed)
    resolution = Resolution.objects.get()
    assert answer.headers["Location"] == f"/nominations/council/{resolution.pk}/"
    assert (resolution.kind, resolution.person, resolution.effective_at) == (REMOVE, cast.mel, None)
    assert (act_as(cast.mel).is_member, Checklist.objects.count(), ReviewDecision.objects.count()) == (True, 0, 0)
    for reader in (sam, browse(cast.ada)):
        row = decisions_on(reader, review)["Mel"]
        assert "none yet" not in row
        assert row.startswith("Removal recorded Nothing has changed yet. It takes effect when a second council member")
        assert f"/nominations/council/{resolution.pk}/" in page_of(reader, review.get_absolute_url())
    assert way_to_record(sam, path) == ""
    assert "Removal recorded" in page_of(sam, path)

    browse(cast.sara).post(f"/nominations/council/{resolution.pk}/answer/", {"answer": "confirm"})
    assert not act_as(cast.mel).is_member
    assert Checklist.objects.offboardings().get(person=cast.mel).ending == "removed"
    assert re.fullmatch(r"left the team on [\w ]+; nothing is left to decide", decisions_on(sam, review)["Mel"])
    now = clock.now()
    entry = queries.entries(now.date()).get(review=review, person=cast.mel)
    assert obstacle_to_decision(entry) is DecisionObstacle.LEFT
    assert sam.get(path).headers["Location"] == review.get_absolute_url()


def test_a_removal_takes_effect_after_a_day_without_an_objection(
    cast: Cast, browse: Browse, review: InactivityReview
) -> None:
    resolve(REMOVE, cast.mel, by=cast.sam)
    assert not act_as(cast.mel).is_member
    response = browse(cast.sam).get(f"{review.get_absolute_url()}review.csv")
    rows = {row["name"]: row["decision"] for row in csv.DictReader(io.StringIO(response.content.decode()))}
    assert rows["Mel Member"].startswith("left the team on")
    assert rows["Mia Member"] == "none yet"


def test_no_verdict_ends_a_membership(cast: Cast, review: InactivityReview) -> None:
    for person, verdict in zip((cast.mel, cast.mia), ReviewVerdict, strict=True):
        decided(entry_of(review, person), verdict, cast.sam)
        assert act_as(person).is_member
    assert Checklist.objects.count() == 0


def test_a_removal_that_was_stopped_can_be_recorded_again(cast: Cast, browse: Browse, review: InactivityReview) -> None:
    objected(REMOVE, cast.mel, by=cast.sam, second=cast.sara)
    record(ResolutionKind.DESIGNATE_ADMIN, cast.mia, by=cast.sam)
    sam = browse(cast.sam)
    assert "Removal recorded" not in page_of(sam, review.get_absolute_url())
    for person in (cast.mel, cast.mia):
        assert way_to_record(sam, page_on(review, person)) == f"{FORM}?kind=remove_member&person={person.pk}"


def test_a_removal_that_could_not_take_effect_says_why(cast: Cast, browse: Browse, review: InactivityReview) -> None:
    with clock.pretend(clock.now() - OBJECTION_TIME):
        record(REMOVE, cast.mel, by=cast.sam)
    Resolution.objects.update(blocked_at=clock.now(), obstacle="Too few admins would be left.")
    assert "It could not take effect: Too few admins would be left." in decisions_on(browse(cast.ada), review)["Mel"]


def test_who_left_shows_no_removal_of_another_kind(cast: Cast, browse: Browse, review: InactivityReview) -> None:
    blocked(cast, cast.newt, by=cast.sam)
    assert "Removal recorded" not in strip_tags(page_of(browse(cast.sam), review.get_absolute_url()))


def test_the_sections_are_for_people_who_read_council_decisions(cast: Cast, review: InactivityReview) -> None:
    record(REMOVE, cast.mel, by=cast.sam)
    now = clock.now()
    entries = queries.entries_of(review, now.date())
    of_mel, of_mia = (queries.entries(now.date()).get(review=review, person=one) for one in (cast.mel, cast.mia))
    found = {
        person.name: (
            [section.place for section in removals.on_review(entries, act_as(person), now)],
            [len(list(removals.on_decision(entry, act_as(person), now))) for entry in (of_mel, of_mia)],
        )
        for person in (cast.sam, cast.ada, cast.olga)
    }
    assert found == {
        "Sam Steering": ([str(of_mel.pk)], [1, 1]),
        "Ada Admin": ([str(of_mel.pk)], [1, 0]),
        "Olga Outsider": ([], [0, 0]),
    }
    assert list(removals.on_review([], act_as(cast.sam), now)) == []
