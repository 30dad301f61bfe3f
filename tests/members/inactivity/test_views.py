"""The pages of the inactivity review, as admins and the Steering Council use them."""

from __future__ import annotations

import codecs
import csv
import io
from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from audit import clock
from members.boarding import workflow
from members.inactivity.enums import ReviewVerdict
from members.inactivity.models import InactivityReview, ReviewDecision, ReviewEntry
from members.inactivity.pages.review import review_page, since_in_words
from members.people.models import Membership, Person, Precision, RoleKind
from tests.cast import Browse, Cast, act_as
from tests.factories import give_login, give_roles, make_emeritus, make_member
from tests.members.inactivity.reviews import (
    DAY,
    DUE_AT,
    LINK,
    NOTICE_AT,
    announced,
    answered,
    before_the_council,
    decided,
    entry_of,
    generated,
    made_a_year_ago,
    retired,
    sent,
    waiting_for,
    work,
)
from tests.members.people.test_public_views import text

LIST = "/manage/inactivity/"
ANNOUNCE = "/manage/inactivity/announce/"
SAID = {"verdict": "keep", "decided_on": "2026-11-20", "link": LINK, "in_favour": "2", "against": "0", "abstained": "0"}


def page_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return text(response.content)


# -- the list, and announcing ---------------------------------------------------------------------------


def test_the_empty_list_explains_the_review_and_offers_the_first_one(cast: Cast, browse: Browse) -> None:
    for_admin, for_council = page_of(browse(cast.ada), LIST), page_of(browse(cast.sam), LIST)
    assert "Announce the first review" in for_admin
    assert "Announce the first review" not in for_council
    for page in (for_admin, for_council):
        assert "No inactivity review yet" in page
        assert "After 14 days the portal makes the lists." in page


def test_announcing_asks_first_and_names_who_is_told(cast: Cast, browse: Browse) -> None:
    make_member("Lou Loginless")
    work(cast.mel, at=clock.now() - DAY)
    client = browse(cast.ada)
    page = page_of(client, ANNOUNCE)
    assert "4 members get a mail with two private links" in page
    assert {name for name in ("Ada Admin", "Mia Member", "Lou Loginless") if name in page} == {
        "Ada Admin",
        "Mia Member",
        "Lou Loginless",
    }
    sentence = "No address because they have no open login. Tell them yourself."
    assert ("Mel Member" in page, sentence in strip_tags(page)) == (False, True)
    assert InactivityReview.objects.count() == 0
    review_url = client.post(ANNOUNCE).headers["Location"]
    review = InactivityReview.objects.get()
    assert review_url == review.get_absolute_url() == f"{LIST}{review.pk}/"
    page = page_of(client, review_url)
    assert "The review is announced; the notices are on their way." in page
    assert "No address because they had no open login. Tell them yourself." in strip_tags(page)


def test_announcing_says_who_is_told_for_none_and_one(cast: Cast, browse: Browse) -> None:
    work(*cast.members, at=clock.now() - DAY)
    page = page_of(browse(cast.ada), ANNOUNCE)
    assert "Nobody gets a mail" in page
    assert "Announce it all the same" in page
    give_login(make_member("Ida Idle"))
    assert "One member gets a mail" in page_of(browse(cast.ada), ANNOUNCE)


def test_a_second_announcement_is_refused_in_words(cast: Cast, browse: Browse) -> None:
    announced(cast.ada, at=clock.now() - DAY)
    client = browse(cast.abel)
    assert "A review is announced already" in page_of(client, ANNOUNCE)
    response = client.post(ANNOUNCE)
    assert (response.status_code, InactivityReview.objects.count()) == (409, 1)
    assert ANNOUNCE not in page_of(client, LIST)


@pytest.mark.rule("PEP811-58")
def test_announcing_soon_after_a_review_warns(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    assert "less than a year old" not in page_of(client, ANNOUNCE)
    generated(announced(cast.ada, at=clock.now() - 30 * DAY))
    assert "less than a year old" in page_of(client, ANNOUNCE)
    made_a_year_ago(days_more=-2)
    assert "less than a year old" in page_of(client, ANNOUNCE)
    made_a_year_ago()
    assert "less than a year old" not in page_of(client, ANNOUNCE)


def test_the_list_says_where_each_review_stands(cast: Cast, browse: Browse) -> None:
    review = announced(cast.ada, at=clock.now() - 3 * DAY)
    answered(review, cast.mel)
    client = browse(cast.sam)
    page = page_of(client, LIST)
    assert "Day 4 of 14" in page
    assert "5 members were told, 1 has answered." in page
    InactivityReview.objects.update(announced_at=clock.now() - 20 * DAY, due_at=clock.now() - 6 * DAY)
    review = generated(InactivityReview.objects.get())
    assert "Not sent yet" in page_of(client, LIST)
    sent(review, cast.ada)
    assert "5 of 5 left to decide" in page_of(client, LIST)
    with clock.pretend(review.due_at + DAY):
        workflow.resign(by=act_as(cast.mia))
    assert "4 of 5 left to decide" in page_of(client, LIST)
    for entry in ReviewEntry.objects.to_decide():
        decided(entry, ReviewVerdict.KEEP, cast.sam)
    assert "Done" in page_of(client, LIST)


# -- the review -----------------------------------------------------------------------------------------


def test_before_the_lists_are_made_the_page_says_who_was_told_and_who_answered(cast: Cast, browse: Browse) -> None:
    review = announced(cast.ada, at=clock.now() - DAY)
    answered(review, cast.mel, "I answer <b>on the list</b>.", at=clock.now())
    for reader in (cast.abel, cast.sam):
        page = page_of(browse(reader), review.get_absolute_url())
        assert "Day 2 of 14" in page
        assert "I answer &lt;b&gt;on the list&lt;/b&gt;." in page
        assert "Nothing to do now." in page
        assert "Download as CSV" not in page


def test_the_page_names_the_next_step_and_offers_it_to_people_who_may_do_it(cast: Cast, browse: Browse) -> None:
    review = announced(cast.ada, at=clock.now() - 15 * DAY)
    path, admin, council = review.get_absolute_url(), browse(cast.ada), browse(cast.sam)
    assert "The notice is over." in page_of(council, path)
    assert [f"{path}generate/" in page_of(client, path) for client in (admin, council)] == [True, False]
    generated(review)
    assert [f"{path}send/" in page_of(client, path) for client in (admin, council)] == [True, False]
    sent(review, cast.ada)
    assert "The Steering Council decides on 5 names" in page_of(admin, path)
    assert ["nothing for an admin to do" in page_of(client, path) for client in (admin, council)] == [True, False]
    assert page_of(admin, path).count("/decide/") == 0
    assert page_of(council, path).count("/decide/") == 5
    for entry in list(ReviewEntry.objects.to_decide())[1:]:
        decided(entry, ReviewVerdict.KEEP, cast.sam)
    assert "The Steering Council decides on one name" in page_of(admin, path)
    decided(ReviewEntry.objects.to_decide().get(), ReviewVerdict.LATER, cast.sam)
    assert page_of(council, path).count("/decide/") == 1
    decided(ReviewEntry.objects.to_decide().get(), ReviewVerdict.KEEP, cast.sam)
    assert "Nothing is left to do here." in page_of(council, path)


def test_the_lists_show_why_and_the_decision_with_its_tally_and_link(cast: Cast, browse: Browse) -> None:
    review = announced(cast.ada, at=clock.now() - 20 * DAY)
    answered(review, cast.mia, "I review.")
    retired(review, cast.newt)
    sent(generated(review), cast.ada)
    decided(entry_of(review, cast.mel), ReviewVerdict.KEEP, cast.sam)
    page = page_of(browse(cast.sara), review.get_absolute_url())
    for heading in ("Inactive (3)", "Exempt by role (2)", "Too new (0)", "Answered the notice (1)"):
        assert heading in page
    assert "I review." in page
    assert "Newt Nofactor: Answered the notice on" in page
    assert "2 in favour, 0 against, 0 abstained" in page
    assert f'href="{LINK}"' in page
    assert "Recorded by Sam Steering" in page
    assert page.count("/decide/") == 3  # whoever answered is decided on, too


def test_a_council_member_is_offered_every_name_but_their_own(cast: Cast, browse: Browse) -> None:
    review = before_the_council(cast, at=clock.now() - 20 * DAY)
    give_roles(cast.mel, RoleKind.STEERING_COUNCIL)
    own = entry_of(review, cast.mel)
    assert f"/entries/{own.pk}/" not in page_of(browse(cast.mel), review.get_absolute_url())
    assert browse(cast.mel).get(f"{LIST}entries/{own.pk}/decide/").status_code == 403
    assert [item.detail for item in waiting_for(act_as(cast.mel), clock.now())] == [
        "Abel Admin, Ada Admin, Mia Member, Newt Nofactor"
    ]


def test_the_page_costs_the_same_queries_whatever_the_number_of_names(cast: Cast, browse: Browse) -> None:
    counts = []
    for round_ in (0, 1):
        for number in range(10 * round_):
            make_member(f"Member{number} More")
        review = before_the_council(cast, at=clock.now() - (60 - 20 * round_) * DAY)
        for entry in list(ReviewEntry.objects.filter(review=review).to_decide())[: 1 + round_ * 8]:
            decided(entry, ReviewVerdict.LATER, cast.sam)
        client = browse(cast.sam)
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(review.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_making_and_sending_ask_first(cast: Cast, browse: Browse) -> None:
    review = announced(cast.ada, at=clock.now() - 15 * DAY)
    client, path = browse(cast.ada), review.get_absolute_url()
    assert "made once and do not change" in page_of(client, f"{path}generate/")
    assert client.post(f"{path}generate/").headers["Location"] == path
    assert "The lists are made." in page_of(client, path)
    assert "5 names are recommended for removal (PEP 811), 0 more are listed apart." in page_of(client, f"{path}send/")
    assert client.post(f"{path}send/").headers["Location"] == path
    assert "on its way to the Steering Council" in page_of(client, path)
    client.post(f"{path}send/")
    assert "has this review already" in page_of(client, path)


@pytest.mark.parametrize(("others", "expected"), [(1, "One name is recommended"), (0, "Nobody is recommended")])
def test_the_page_before_sending_counts_the_names(cast: Cast, browse: Browse, others: int, expected: str) -> None:
    at = clock.now() - 15 * DAY
    work(*cast.members[others:], at=at - DAY)
    review = generated(announced(cast.ada, at=at))
    assert expected in page_of(browse(cast.ada), f"{review.get_absolute_url()}send/")


# -- deciding ---------------------------------------------------------------------------------------------


def test_a_decision_is_recorded_once_and_shown(cast: Cast, browse: Browse) -> None:
    review = before_the_council(cast, at=clock.now() - 20 * DAY)
    form = f"{LIST}entries/{entry_of(review, cast.mel).pk}/decide/"
    client = browse(cast.sam)
    assert "What has the Steering Council decided on Mel Member?" in page_of(client, form)
    typed = {**SAID, "decided_on": clock.now().date().isoformat()}
    assert client.post(form, typed).headers["Location"] == review.get_absolute_url()
    assert "It is recorded that Mel Member stays." in page_of(client, review.get_absolute_url())
    for late in (client.get(form), client.post(form, typed)):
        assert late.headers["Location"] == review.get_absolute_url()
    assert "What the Steering Council decided on Mel Member is recorded already." in page_of(
        client, review.get_absolute_url()
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"verdict": ""}, "Choose what the Steering Council decided."),
        ({"verdict": "remove"}, "remove is not one of the available choices."),
        ({"link": ""}, "Say where the decision is written."),
        (
            {"link": "ftp://example.org/x"},
            "Write a link that begins with https://, or say in words where it is written.",
        ),
        ({"decided_on": "2099-01-01"}, "This day is still to come."),
        ({"decided_on": "2020-01-01"}, "This day is before the review was made."),
        ({"in_favour": "1", "against": "1"}, "That is no majority of those who did not abstain"),
        ({"abstained": ""}, "Write how many; nobody is 0."),
    ],
)
def test_a_faulty_decision_comes_back_with_the_input(
    cast: Cast, browse: Browse, wrong: dict[str, str], sentence: str
) -> None:
    review = before_the_council(cast, at=clock.now() - 20 * DAY)
    form = f"{LIST}entries/{entry_of(review, cast.mel).pk}/decide/"
    response = browse(cast.sam).post(form, {**SAID, "decided_on": clock.now().date().isoformat(), **wrong})
    assert response.status_code == 422
    assert sentence in text(response.content)
    assert LINK in text(response.content) or "link" in wrong
    assert ReviewDecision.objects.count() == 0


# -- the file -----------------------------------------------------------------------------------------------


def test_the_file_has_every_list_and_no_formula(cast: Cast, browse: Browse) -> None:
    make_member("=cmd|' /C calc'!A0", github="", slug="formula")
    review = announced(cast.ada, at=clock.now() - 20 * DAY)
    answered(review, cast.mia, "+1, still here")
    retired(review, cast.newt)
    sent(generated(review), cast.ada)
    decided(entry_of(review, cast.mel), ReviewVerdict.LATER, cast.sam)
    response = browse(cast.sam).get(f"{review.get_absolute_url()}review.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response.content.startswith(codecs.BOM_UTF8)
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [(row["list"], row["name"], row["decision"]) for row in rows] == [
        ("Inactive", "'=cmd|' /C calc'!A0", "none yet"),
        ("Inactive", "Abel Admin", "none yet"),
        ("Inactive", "Ada Admin", "none yet"),
        ("Inactive", "Mel Member", "Decide later"),
        ("Answered the notice", "Mia Member", "none yet"),
        ("Exempt by role", "Rita Release", ""),
        ("Exempt by role", "Sara Steering", ""),
        ("Left since the notice", "Newt Nofactor", ""),
    ]
    assert [row["answer"] for row in rows if row["answer"]] == ["'+1, still here", "retires to emeritus"]
    mel = rows[3]
    assert (mel["in favour"], mel["against"], mel["abstained"], mel["link"]) == ("2", "0", "0", LINK)


def test_a_member_who_came_back_is_listed_with_the_latest_membership(cast: Cast) -> None:
    back = make_emeritus("Bea Back")
    for since, until in ((date(2024, 7, 1), date(2024, 9, 1)), (date(2024, 12, 1), None)):
        ended = "emeritus" if until else ""
        Membership.objects.create(person=back, since=since, until=until, began="decision", ended=ended)
    review = generated(announced(cast.ada))
    for _ in range(2):
        (row,) = [row for row in review_page(review, act_as(cast.ada), DUE_AT).rows if row.entry.person == back]
        assert row.since == "1 December 2024"
        Membership.objects.filter(person=back, ended="").update(until=DUE_AT.date(), ended="emeritus")


def test_there_is_no_file_before_the_lists(cast: Cast, browse: Browse) -> None:
    review = announced(cast.ada, at=clock.now() - DAY)
    assert browse(cast.ada).get(f"{review.get_absolute_url()}review.csv").status_code == 409


def test_the_file_and_every_action_ask_for_the_second_factor_again(cast: Cast, browse: Browse) -> None:
    review = before_the_council(cast, at=clock.now() - 20 * DAY)
    path = review.get_absolute_url()
    for client, pages in (
        (browse(cast.ada, fresh=False), [ANNOUNCE, f"{path}generate/", f"{path}send/", f"{path}review.csv"]),
        (browse(cast.sam, fresh=False), [f"{LIST}entries/{entry_of(review, cast.mel).pk}/decide/"]),
    ):
        for page in pages:
            assert client.get(page).headers["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_a_beginning_is_written_as_well_as_it_is_known() -> None:
    march = Membership(since=NOTICE_AT.date())
    texts = []
    for precision in Precision:
        march.since_precision = precision
        texts.append(since_in_words(march))
    assert texts == ["2 March 2026", "March 2026", "2026", "about 2026"]
    assert since_in_words(Membership(since=None)) == since_in_words(None) == "an unknown day"


# -- what waits ---------------------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-23", "PEP811-49", "PSRT-13")
def test_the_dashboard_names_the_next_step_of_the_year(cast: Cast) -> None:
    def titles(person: Person | None, at: datetime) -> list[str]:
        return [item.title for item in waiting_for(act_as(person), at)]

    assert titles(cast.ada, NOTICE_AT) == ["Announce the inactivity review"]
    review = announced(cast.ada)
    assert titles(cast.ada, NOTICE_AT + DAY) == []
    assert titles(cast.ada, DUE_AT) == ["The notice of the inactivity review is over"]
    generated(review)
    assert titles(cast.ada, DUE_AT) == ["Send the inactivity review to the Steering Council"]
    assert titles(cast.sam, DUE_AT) == []
    sent(review, cast.ada)
    assert titles(cast.ada, DUE_AT + DAY) == []
    assert titles(cast.sam, DUE_AT + DAY) == ["Decide on the names of the inactivity review"]
    for entry in ReviewEntry.objects.to_decide():
        decided(entry, ReviewVerdict.KEEP, cast.sam)
    assert titles(cast.sam, DUE_AT + 3 * DAY) == []
    assert titles(cast.ada, DUE_AT + 364 * DAY) == []
    due_again = waiting_for(act_as(cast.ada), DUE_AT + 365 * DAY)
    assert [item.detail for item in due_again] == [
        "Who is inactive, for the Steering Council. The last one was made on 16 March 2026."
    ]
    assert titles(cast.mel, NOTICE_AT) == titles(cast.olga, NOTICE_AT) == titles(None, NOTICE_AT) == []
