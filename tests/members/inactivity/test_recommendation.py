"""What a review recommends to the Steering Council and what it rests on: on the page, in the file and in the mail."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.core import mail
from django.test import Client

from audit import clock
from members.inactivity.enums import LISTED, ReviewGroup, ReviewVerdict
from members.inactivity.models import InactivityReview, ReviewEntry
from members.inactivity.pages.review import review_page
from members.inactivity.pages.statements import basis, recommendation, recommended_for, what_counts
from members.inactivity.placing import is_own_rule, year_before
from members.people.models import Person, RoleKind
from members.people.tally import CouncilTally
from nominations.models import Resolution, ResolutionKind
from tests.cast import Browse, Cast, act_as
from tests.factories import give_login, give_roles, make_member
from tests.members.inactivity.reviews import (
    DAY,
    LINK,
    NOTICE_AT,
    announced,
    answered,
    credited,
    decided,
    entry_of,
    generated,
    lists,
    noted,
    sent,
    work,
)
from tests.members.inactivity.test_views import LIST, page_of
from tests.nominations.council import fill_seats, resolve
from tests.notifications.mailroom import deliver, everything_in
from web.conflicts import Conflict

REMOVE, NONE = "Remove (PEP 811)", "None (the portal’s own rule)"


def of_every_group(cast: Cast) -> InactivityReview:
    """Return a review before the council: Mel inactive, Mia answered, Newt noted, Nell too new, the others active."""
    at = clock.now() - 20 * DAY
    nell = make_member("Nell New", since=(at - 90 * DAY).date())
    give_login(nell)
    work(cast.ada, cast.abel, at=at - DAY)
    noted(cast.newt, cast.ada, at=at - DAY)
    review = announced(cast.ada, at=at)
    answered(review, cast.mia, "I review.")
    return sent(generated(review), cast.ada)


def rows_of(client: Client, review: InactivityReview) -> list[dict[str, str]]:
    response = client.get(f"{review.get_absolute_url()}review.csv")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


# -- what is recommended --------------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-24", "PEP811-25", "PSRT-08")
def test_the_inactive_are_recommended_for_removal_on_page_and_file(cast: Cast, browse: Browse) -> None:
    review = of_every_group(cast)
    page = review_page(review, act_as(cast.sam), clock.now())
    assert page.recommendation == (
        "The Steering Council is recommended to remove this inactive member from the team (PEP 811): Mel Member. "
        "3 members are listed apart by the portal’s own rules, without a recommendation."
    )
    assert page.recommendation in page_of(browse(cast.sam), review.get_absolute_url())
    assert {row["review recommends"] for row in rows_of(browse(cast.sam), review)} == {page.recommendation}
    found = {row["name"]: (row["list"], row["recommendation"]) for row in rows_of(browse(cast.sam), review)}
    assert found == {
        "Mel Member": ("Inactive", REMOVE),
        "Newt Nofactor": ("Active by a note", NONE),
        "Nell New": ("Too new", NONE),
        "Mia Member": ("Answered the notice", NONE),
        "Rita Release": ("Exempt by role", "None (PEP 811 exempts the role)"),
        "Sara Steering": ("Exempt by role", "None (PEP 811 exempts the role)"),
    }


@pytest.mark.rule("PEP811-24", "PSRT-08")
def test_the_mail_to_the_council_carries_the_recommendation_and_no_name(cast: Cast) -> None:
    of_every_group(cast)
    deliver()
    messages = [message for message in mail.outbox if "The inactivity review" in message.subject]
    assert {message.to[0] for message in messages} == {"sara@example.org", "sam@example.org"}
    for message in messages:
        content = " ".join(everything_in(message).split())
        assert content.count("recommends to remove the members whom it lists as inactive (PEP 811)") >= 2
        assert [name for name in ("Mel", "Mia", "Newt", "Nell") if name in content] == []


@pytest.mark.rule("PEP811-25")
def test_those_set_apart_have_the_same_decisions(cast: Cast, browse: Browse) -> None:
    review = of_every_group(cast)
    page = page_of(browse(cast.sam), review.get_absolute_url())
    listed = review.entries.filter(group__in=LISTED)
    assert listed.count() == 4
    for entry in listed.select_related("person"):
        path = f"{LIST}entries/{entry.pk}/decide/"
        assert path in page
        form = page_of(browse(cast.sam), path)
        assert ('value="keep"' in form, 'value="later"' in form) == (True, True)
        assert f"kind=remove_member&amp;person={entry.person_id}" in form
    newt, nell = (listed.get(person__name__startswith=name) for name in ("Newt", "Nell"))
    decided(newt, ReviewVerdict.LATER, cast.sam)
    decided(nell, ReviewVerdict.KEEP, cast.sam)
    found = review_page(InactivityReview.objects.get(pk=review.pk), act_as(cast.sam), clock.now())
    assert (found.decided, found.listed) == (1, 4)
    assert "Decided 1 of 4" in page_of(browse(cast.sam), review.get_absolute_url())
    resolve(ResolutionKind.REMOVE_MEMBER, cast.mia, by=cast.sam)
    assert not act_as(cast.mia).is_member
    assert ReviewEntry.objects.to_decide().filter(review=review).count() == 2


def test_members_who_are_new_get_the_notice_and_can_answer_it(cast: Cast) -> None:
    nell = make_member("Nell New", since=(NOTICE_AT - 90 * DAY).date())
    give_login(nell)
    review = announced(cast.ada)
    assert entry_of(review, nell).noticed
    answered(review, nell, "I am learning.")
    entry = entry_of(generated(review), nell)
    assert (entry.group, entry.answer_text) == (ReviewGroup.NEW, "I am learning.")


@pytest.mark.parametrize(
    ("names", "apart", "sentence"),
    [
        (
            [],
            0,
            "PEP 811 asks to recommend the removal of inactive members. This review recommends nobody for removal.",
        ),
        (
            ["A", "B", "C"],
            1,
            (
                "The Steering Council is recommended to remove these 3 inactive members from the team (PEP 811): "
                "A, B and C. One member is listed apart by the portal’s own rules, without a recommendation."
            ),
        ),
    ],
)
def test_the_recommendation_is_a_sentence(names: list[str], apart: int, sentence: str) -> None:
    assert recommendation(names, apart) == sentence


def test_every_group_has_one_recommendation() -> None:
    found = {group: (recommended_for(group), is_own_rule(group)) for group in (*ReviewGroup, "")}
    assert found == {
        ReviewGroup.INACTIVE: (REMOVE, False),
        ReviewGroup.NOTED: (NONE, True),
        ReviewGroup.NEW: (NONE, True),
        ReviewGroup.ANSWERED: (NONE, True),
        ReviewGroup.EXEMPT: ("None (PEP 811 exempts the role)", False),
        ReviewGroup.ACTIVE: ("", False),
        ReviewGroup.GONE: ("", False),
        "": ("", False),
    }


def test_the_answer_is_read_by_the_council_beside_the_name_and_where_it_decides(cast: Cast, browse: Browse) -> None:
    review = of_every_group(cast)
    for path in (review.get_absolute_url(), f"{LIST}entries/{entry_of(review, cast.mia).pk}/decide/"):
        assert "I review." in page_of(browse(cast.sam), path)
    assert [row["answer"] for row in rows_of(browse(cast.sam), review) if row["name"] == "Mia Member"] == ["I review."]


# -- what it rests on ---------------------------------------------------------------------------------------------


def test_the_basis_is_said_while_the_records_do_not_cover_the_period() -> None:
    first, read = date(2026, 3, 3), NOTICE_AT
    assert basis(None, read) == basis(None, None) == ""
    assert basis(first, read) == (
        "The portal’s records begin on 3 March 2026. For the time before, this list rests on coordinator credits on "
        "GitHub and on notes of the admins only."
    )
    assert "notes of the admins only, for no coordinator credits were read" in basis(first, None)
    assert "coordinator credits on GitHub as of 2 March 2026" in what_counts(read)
    assert "Coordinator credits on GitHub were not read." in what_counts(None)


@pytest.mark.rule("PEP811-49", "PSRT-13")
@pytest.mark.parametrize("with_credits", [True, False])
def test_a_list_from_credits_and_notes_says_so_everywhere(
    cast: Cast, browse: Browse, settings: object, with_credits: bool
) -> None:
    settings.GITHUB_ADVISORIES = ["psrt/cpython"]  # type: ignore[attr-defined]
    at = clock.now() - 20 * DAY
    Person.objects.update(added_at=at - 30 * DAY)
    if with_credits:
        credited(cast.mel, day=(at - 200 * DAY).date())
    noted(cast.mia, cast.ada, at=at - DAY)
    rests_on = basis((at - 30 * DAY).date(), at if with_credits else None)
    assert rests_on in page_of(browse(cast.ada), f"{LIST}announce/")
    review = announced(cast.ada, at=at)
    assert review.recorded_from == (at - 30 * DAY).date()
    for _ in range(2):
        assert rests_on in page_of(browse(cast.ada), review.get_absolute_url())
        review = review if review.generated_at else generated(review)
    made = lists(review)
    assert ("Mel" in made["inactive"], made["noted"]) == (not with_credits, {"Mia"})
    sent(review, cast.ada)
    sam = browse(cast.sam)
    assert rests_on in page_of(sam, f"{LIST}entries/{entry_of(review, cast.newt).pk}/decide/")
    assert {row["rests on"].startswith(rests_on) for row in rows_of(sam, review)} == {True}
    deliver()
    (message,) = [
        one for one in mail.outbox if "The inactivity review" in one.subject and one.to == ["sam@example.org"]
    ]
    content = " ".join(everything_in(message).split())
    said = "credits on GitHub and notes of the admins only" if with_credits else "no coordinator credits were read"
    assert content.count(said) >= 2


def test_a_review_within_the_records_rests_on_them(cast: Cast, browse: Browse) -> None:
    Person.objects.update(added_at=year_before(clock.now()) - 100 * DAY)
    review = announced(cast.ada, at=clock.now() - 20 * DAY)
    assert review.recorded_from is None
    sent(generated(review), cast.ada)
    page = review_page(InactivityReview.objects.get(), act_as(cast.sam), clock.now())
    assert page.basis == ""
    assert "What this list rests on" not in page_of(browse(cast.sam), review.get_absolute_url())
    deliver()
    assert not any("records begin" in everything_in(message) for message in mail.outbox)


# -- tallies ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("PEP13-04")
@pytest.mark.attack
def test_a_concerned_seat_has_abstained(cast: Cast, browse: Browse) -> None:
    """Who sits on the council on the day of a decision on themselves must abstain; a tally without that is refused."""
    review = of_every_group(cast)
    give_roles(cast.mel, RoleKind.STEERING_COUNCIL)
    today = clock.now().date()
    entry = entry_of(review, cast.mel)
    with pytest.raises(Conflict, match="Mel Member sat on the council on"):
        decided(entry, ReviewVerdict.KEEP, cast.sam, at=clock.now(), tally=CouncilTally(3, 0, 0))
    said = {"decided_on": today.isoformat(), "link": LINK, "in_favour": "2", "against": "1", "abstained": "0"}
    sam = browse(cast.sam)
    answer = sam.post(f"{LIST}entries/{entry.pk}/decide/", {**said, "verdict": "keep"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["abstained"])
    removal = {**said, "kind": "remove_member", "person": str(cast.mel.pk)}
    answer = sam.post("/nominations/council/record/", removal)
    assert list(answer.context["form"].errors) == ["abstained"]
    assert Resolution.objects.count() == 0
    decision = decided(entry, ReviewVerdict.KEEP, cast.sam, at=clock.now(), tally=CouncilTally(2, 0, 1))
    assert decision.abstained == 1


@pytest.mark.attack
@pytest.mark.parametrize(
    ("counts", "field"),
    [
        (("3", "0", "0"), "in_favour"),
        (("0", "0", "2"), "in_favour"),
        (("1", "1", "0"), "in_favour"),
        (("0", "2", "0"), "in_favour"),
        (("-1", "2", "1"), "in_favour"),
        (("2", "-1", "1"), "against"),
        (("100", "0", "0"), "in_favour"),
        (("2", "0", "x"), "abstained"),
    ],
)
def test_an_impossible_tally_is_refused_at_its_field(
    cast: Cast, browse: Browse, counts: tuple[str, str, str], field: str
) -> None:
    entry = entry_of(of_every_group(cast), cast.mel)
    names = ("in_favour", "against", "abstained")
    said = {
        "verdict": "keep",
        "decided_on": clock.now().date().isoformat(),
        "link": LINK,
        **dict(zip(names, counts, strict=False)),
    }
    answer = browse(cast.sam).post(f"{LIST}entries/{entry.pk}/decide/", said)
    assert list(answer.context["form"].errors) == [field]
    assert entry.decisions.count() == 0
    assert answer.context["form"]["link"].value() == LINK


def test_all_five_seats_can_carry_a_decision_by_one_vote(cast: Cast) -> None:
    entry = entry_of(of_every_group(cast), cast.mel)
    fill_seats()
    assert decided(entry, ReviewVerdict.KEEP, cast.sam, tally=CouncilTally(1, 0, 4)).is_final
