"""The documents of the portal: public pages, versions written by admins, and acceptances by members."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from pytest_django import Settings as PortalSettings

from audit import clock
from audit.models import Event
from members.accounts import workflow as accounts_workflow
from members.documents import rendering, workflow
from members.documents.models import Acceptance, DocumentKind, DocumentVersion
from members.documents.rendering import DiffLine
from members.documents.texts import KINDS, first_text
from nominations import links
from tests.architecture.markup import Page
from tests.cast import Browse, Cast, act_as
from tests.factories import make_member
from tests.members.documents.pages import DUTIES, JOIN, TEXT, accept, current, everybody_accepts, publish, waiting_for
from tests.nominations import factories as votes
from web.conflicts import Conflict, NotAllowed

HISTORY = "/manage/documents/responsibilities/"
EDIT = f"{HISTORY}edit/"
ACCEPTANCES = f"{HISTORY}acceptances/"


def text(content: bytes) -> str:
    """Return a page with white space folded."""
    return " ".join(content.decode().split())


def typed(**fields: object) -> dict[str, object]:
    """Return a filled-in form that began with the version in force."""
    return {"text": TEXT, "change": "Plants.", "based_on": current().number, "step": "check", **fields}


# -- what everybody reads ------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-06")
@pytest.mark.parametrize(("path", "kind"), [("/members/responsibilities/", DUTIES), ("/members/join/", JOIN)])
def test_a_public_page_shows_the_version_in_force_in_one_query(
    cast: Cast, path: str, kind: str, django_assert_num_queries: DjangoAssertNumQueries, browse: Browse
) -> None:
    assert "Version 1, <time" in text(Client().get(path).content)
    publish(cast.ada, DocumentKind(kind))
    with django_assert_num_queries(1):
        page = Client().get(path).content
    assert ("Waters the plants." in text(page), "Version 2, <time" in text(page)) == (True, True)
    assert browse(cast.ada).get(path).content == page


@pytest.mark.parametrize("path", ["/members/responsibilities/", "/members/join/"])
def test_the_headings_of_a_public_page_are_in_order(db: None, path: str) -> None:
    levels = headings(Client().get(path).content)
    assert levels[0] == 1
    assert set(levels[1:]) == {2}


def headings(content: bytes) -> list[int]:
    """Return the levels of the headings in their order."""
    elements = Page(content.decode()).all(*(f"h{level}" for level in range(1, 7)))
    return [int(element.name[1]) for element in elements]


def test_the_nominee_reads_the_version_in_force(cast: Cast) -> None:
    publish(cast.ada)
    nomination = votes.asked(cast)
    page = Client().get(links.nominee_path(nomination)).content.decode()
    assert "<h3>Every member</h3>" in page
    assert ("Waters the plants." in page, "Version 2" in page) == (True, True)


def test_how_to_join_has_this_portals_own_rules_in_words(db: None, settings: PortalSettings) -> None:
    page = text(Client().get("/members/join/").content)
    for part in ("open for one week (168 hours),", "Two thirds decide.", "At least two thirds", "within seven days"):
        assert part in page
    settings.VOTING_PERIOD_HOURS, settings.VETO_WINDOW_HOURS, settings.VOTE_THRESHOLD = 36.0, 24.0, (3, 4)
    page = text(Client().get("/members/join/").content)
    for part in ("open for 36 hours,", "Three quarters decide.", "At least three quarters", "within one day"):
        assert part in page


OWN = "The portal’s own rules"
#: Where rules come from that are not the portal's own.
SOURCES = ("https://peps.python.org/pep-", "https://devguide.python.org/")


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_of_a_first_text_links_its_source_or_is_the_portals_own(kind: str) -> None:
    parts = [part.partition("\n")[::2] for part in first_text(kind).split("## ")[1:]]
    sourced = {title for title, body in parts if any(f"]({source}" in body for source in SOURCES)}
    assert OWN not in sourced
    assert {title for title, _ in parts} - sourced == {OWN}


def test_the_duties_are_the_six_and_the_four_of_the_guide() -> None:
    parts = dict(part.partition("\n")[::2] for part in first_text("responsibilities").split("## ")[1:])
    numbered = {title: re.findall(r"^(\d)\. ", body, re.MULTILINE) for title, body in parts.items()}
    assert (numbered["Every member"], numbered["Admins"]) == (list("123456"), list("1234"))
    assert parts["Admins"].partition("1. ")[2].startswith("**Triage the security@python.org mailing list.**")


def test_what_the_sources_do_not_say_stands_under_a_heading_of_its_own() -> None:
    own = {"second factor", "declare", "abstain", "second member reads", "never made public", "tells the reporter"}
    for kind in KINDS:
        others = first_text(kind).partition(f"## {OWN}")[0]
        assert {rule for rule in own if rule in others} == set()


def test_braces_around_anything_else_stay(db: None) -> None:
    assert rendering.filled("{veto_window} {unknown} {} {Veto_Window} {{threshold}}") == (
        "seven days {unknown} {} {Veto_Window} {Two thirds}"
    )


# -- comparing -------------------------------------------------------------------------------------------


def test_a_comparison_shows_what_is_new_and_gone_with_a_line_around_it() -> None:
    old = "one\n\ntwo\nthree\nfour\nfive\nsix\nseven\n"
    new = "one\ntwo\n+three\nfour\nfive\nsix\nSeven\n\neight\n"
    assert rendering.differences(old, new) == [
        DiffLine("", "two"), DiffLine("-", "three"), DiffLine("+", "+three"), DiffLine("", "four"), DiffLine("…"),
        DiffLine("", "six"), DiffLine("-", "seven"), DiffLine("+", "Seven"), DiffLine("+", "eight"),
    ]  # fmt: skip


def test_texts_that_differ_in_empty_lines_do_not_differ() -> None:
    assert rendering.differences("one\n\ntwo", "one\ntwo\n\n") == []


# -- publishing ------------------------------------------------------------------------------------------


def test_publishing_adds_the_next_version_and_records_it_once(cast: Cast) -> None:
    version = publish(cast.ada)
    assert (version.number, version.text, version.change, version.published_by) == (2, TEXT, "Plants.", cast.ada)
    event = Event.objects.get()
    assert (event.kind, event.target, event.data) == (
        "document:published", f"documents.documentversion:{version.pk}", {"document": "responsibilities", "number": 2},
    )  # fmt: skip
    assert [current(DUTIES).number, current(JOIN).number] == [2, 1]


def test_publishing_is_refused_to_everybody_but_admins(cast: Cast) -> None:
    for person in [cast.mel, cast.rita, cast.sara, cast.sam, cast.emil, cast.olga]:
        with pytest.raises(NotAllowed):
            publish(person)
    assert DocumentVersion.objects.count() == 2


def test_a_text_made_from_an_older_version_or_without_a_change_is_refused(cast: Cast) -> None:
    publish(cast.ada)
    with pytest.raises(Conflict, match="Version 2 was published meanwhile"):
        workflow.publish(DUTIES, "## New\n", "New.", based_on=1, by=act_as(cast.abel))
    with pytest.raises(Conflict, match="the text that is published"):
        workflow.publish(DUTIES, TEXT, "Nothing.", based_on=2, by=act_as(cast.abel))
    assert current().number == 2


# -- the pages of members --------------------------------------------------------------------------------


def test_members_read_every_version_and_what_changed(cast: Cast, browse: Browse) -> None:
    publish(cast.ada)
    publish(cast.abel, text=TEXT.replace("Locks", "Opens"))
    client = browse(cast.mel)
    page = text(client.get(HISTORY).content)
    assert [page.index(f">Version {number}<") for number in (3, 2, 1)] == sorted(
        page.index(f">Version {number}<") for number in (3, 2, 1)
    )
    assert ("by Ada Admin" in page, "by the portal" in page, "Write a new version" in page) == (True, True, False)
    page = text(client.get(f"{HISTORY}3/").content)
    assert "+ new</code></span> </td> <td><ins>- Opens the door.</ins>" in page
    assert "- gone</code></span> </td> <td><del>- Locks the door.</del>" in page
    first = text(client.get(f"{HISTORY}1/").content)
    assert ("What differs from" in first, "Keep the embargo." in first) == (False, True)
    missing = [f"{HISTORY}4/", "/manage/documents/rules/", "/manage/documents/rules/1/"]
    assert [client.get(path).status_code for path in missing] == [404] * 3


def test_a_version_that_differs_only_in_empty_lines_says_so(cast: Cast, browse: Browse) -> None:
    publish(cast.ada)
    publish(cast.ada, text=TEXT.replace("\n\n", "\n\n\n"))
    assert "Only empty lines." in text(browse(cast.mel).get(f"{HISTORY}3/").content)


def test_the_history_is_paged(cast: Cast, browse: Browse) -> None:
    for number in range(31):
        publish(cast.ada, text=f"## Version {number}\n")
    pages = [text(browse(cast.mel).get(f"{HISTORY}?page={page}").content) for page in (1, 2)]
    assert [page.count("/manage/documents/responsibilities/") for page in pages] == [30, 2]


def test_the_list_of_documents_leads_an_admin_to_the_form(cast: Cast, browse: Browse) -> None:
    path = "/manage/documents/"
    assert EDIT in browse(cast.ada).get(path).content.decode()
    assert EDIT not in browse(cast.mel).get(path).content.decode()


# -- writing a new version -----------------------------------------------------------------------------------


def test_an_admin_previews_checks_and_publishes(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    form = client.get(EDIT)
    assert (form.status_code, "Coordinate reports" in text(form.content)) == (200, True)
    preview = client.post(EDIT, typed(step="preview", text="## Rules\r\n\r\nVote within {veto_window}.\r\n"))
    assert "<h3>Rules</h3> <p>Vote within seven days.</p>" in text(preview.content)
    assert "Vote within {veto_window}." in text(preview.content)
    check = text(client.post(EDIT, typed()).content)
    assert "All 7 members are asked to accept it, you too" in check
    assert "<ins>- Waters the plants.</ins>" in check
    assert current().number == 1
    again = client.post(EDIT, typed(step="edit"))
    assert ("Waters the plants." in text(again.content), again.status_code) == (True, 200)
    done = client.post(EDIT, typed(step="publish"), follow=True)
    assert "Version 2 of “Responsibilities” is published." in text(done.content)
    assert current().text == TEXT


def test_a_suspended_member_is_not_counted_as_asked_to_accept(cast: Cast, browse: Browse) -> None:
    accounts_workflow.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    assert browse(cast.ada).post(EDIT, typed()).context["check"].members == len(cast.members) - 1


def test_publishing_how_to_join_asks_nobody_to_accept(cast: Cast, browse: Browse) -> None:
    path = "/manage/documents/join/edit/"
    page = text(browse(cast.ada).post(path, typed(based_on=1)).content)
    assert ("Nobody is written to, and nobody has to accept it." in page, "asked to accept" in page) == (True, False)


@pytest.mark.parametrize(
    ("fields", "field", "complaint"),
    [
        ({"text": " \r\n"}, "text", "The page cannot be empty."),
        ({"text": "x" * 40_001}, "text", "at most 40000 characters"),
        ({"change": ""}, "change", "Say in one sentence what changed."),
        ({"change": "x" * 301}, "change", "at most 300 characters"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "check", "publish"])
def test_a_faulty_form_names_its_field_and_publishes_nothing(
    cast: Cast, browse: Browse, step: str, fields: dict[str, str], field: str, complaint: str
) -> None:
    response = browse(cast.ada).post(EDIT, typed(step=step, **fields))
    assert response.status_code == 422
    assert complaint in " ".join(response.context["form"].errors[field])
    assert current().number == 1


def test_a_text_without_a_change_is_refused_whatever_its_line_ends(cast: Cast, browse: Browse) -> None:
    same = current().text.replace("\n", " \r\n") + "\r\n"
    response = browse(cast.ada).post(EDIT, typed(text=same))
    said = response.context["form"].errors["text"]
    assert said == ["This is the text that is published. Change something, or leave it."]


@pytest.mark.parametrize("step", ["preview", "check", "publish"])
def test_the_second_of_two_writers_sees_both_texts_and_loses_nothing(cast: Cast, browse: Browse, step: str) -> None:
    """Ada publishes while Abel writes; both began with version 1."""
    publish(cast.ada)
    client = browse(cast.abel)
    mine = typed(step=step, based_on=1, text="## Every member\n\n- Feeds the cat.\n", change="A cat.")
    response = client.post(EDIT, mine)
    page = text(response.content)
    assert (response.status_code, "Somebody published a version while you were writing" in page) == (409, True)
    assert ("<del>- Waters the plants.</del>" in page, "<ins>- Feeds the cat.</ins>" in page) == (True, True)
    assert ('name="based_on" value="2"' in page, 'value="A cat."' in page) == (True, True)
    assert current().number == 2
    assert client.post(EDIT, {**mine, "based_on": 2, "step": "publish"}).status_code == 302
    assert current().number == 3


@pytest.mark.parametrize("number", ["", "x", "0", "99"])
def test_a_form_without_the_version_it_began_with_publishes_nothing(cast: Cast, browse: Browse, number: str) -> None:
    response = browse(cast.ada).post(EDIT, typed(step="publish", based_on=number))
    assert (response.status_code, current().number) == (409, 1)


def test_writing_begins_with_a_second_factor(cast: Cast, browse: Browse) -> None:
    response = browse(cast.ada, fresh=False).get(EDIT)
    assert response["Location"].startswith("/accounts/2fa/reauthenticate/?next=%2Fmanage%2Fdocuments%2F")


def test_a_text_is_kept_while_the_second_factor_is_asked_for(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada, fresh=False)
    for step in ("check", "publish"):
        response = client.post(EDIT, typed(step=step))
        page = text(response.content)
        assert (response.status_code, "Show your second factor first" in page) == (200, True)
        assert "- Waters the plants." in page
    assert current().number == 1


# -- who has accepted --------------------------------------------------------------------------------------------


def test_admins_see_who_has_accepted_what(cast: Cast, browse: Browse) -> None:
    everybody_accepts(cast)
    Acceptance.objects.filter(person=cast.newt).delete()
    publish(cast.ada)
    accept(cast.mia, cast.rita)
    client = browse(cast.abel)

    def listed(query: str) -> list[str]:
        return [person.name for person in client.get(f"{ACCEPTANCES}?accepted={query}").context["page"]]

    assert listed("current") == ["Mia Member", "Rita Release"]
    assert listed("never") == ["Newt Nofactor"]
    assert listed("earlier") == ["Abel Admin", "Ada Admin", "Mel Member", "Sara Steering"]
    assert listed("") == listed("nonsense") == sorted(person.name for person in cast.members)
    page = text(client.get(ACCEPTANCES).content)
    assert "5 members still have to accept it." in page
    assert ("version 1" in page, "Emil Emeritus" in page) == (True, False)


def test_the_list_of_acceptances_is_paged_in_a_constant_number_of_queries(
    cast: Cast, browse: Browse, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(25):
        make_member(f"Member{number} Person")
    client = browse(cast.ada)
    with django_assert_max_num_queries(12):
        pages = [client.get(f"{ACCEPTANCES}?accepted=never&page={number}") for number in (1,)]
    assert [len(page.context["page"]) for page in pages] == [30]
    assert "accepted=never&amp;page=2" in pages[0].content.decode()


def test_the_list_of_acceptances_says_when_nobody_or_everybody_is_in_it(cast: Cast, browse: Browse) -> None:
    page = text(browse(cast.ada).get(f"{ACCEPTANCES}?accepted=current").content)
    assert "Nobody on the team is in this state now." in page
    everybody_accepts(cast)
    assert "Every member has accepted it." in text(browse(cast.ada).get(ACCEPTANCES).content)


# -- what it costs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [0, 30])
def test_the_item_of_a_member_costs_one_query_and_others_none(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(more):
        publish(cast.ada, text=f"## Version {number}\n")
        accept(cast.mia, make_member(f"Member{number} Person"))
    mel, mia, now = act_as(cast.mel), act_as(cast.mia), clock.now()
    others = [act_as(person) for person in (cast.olga, cast.emil, cast.sam, None)]
    with django_assert_num_queries(1):
        assert len(waiting_for(mel, now)) == 1
    with django_assert_num_queries(1):
        assert len(waiting_for(mia, now)) == (0 if more else 1)
    with django_assert_num_queries(0):
        assert [waiting_for(other, now) for other in others] == [[]] * 4


def test_the_pages_of_documents_cost_the_same_for_one_version_and_for_thirty(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)

    def cost() -> list[int]:
        number = current().number
        pages = ["/manage/documents/", HISTORY, f"{HISTORY}{number}/", EDIT, ACCEPTANCES, "/profile/responsibilities/"]
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            counts.append(len(captured))
        return counts

    publish(cast.ada)
    client.get(HISTORY)
    for_one = cost()
    for number in range(28):
        publish(cast.ada, text=f"## Version {number}\n")
        accept(make_member(f"Member{number} Person"))
    assert cost() == for_one
