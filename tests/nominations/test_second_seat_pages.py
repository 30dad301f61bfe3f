"""The pages of a council decision that waits for a second seat, and what the dashboard says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from members.people.models import Person
from members.people.tally import CouncilTally
from nominations import workflow
from nominations.models import Resolution, ResolutionKind, ResolutionPhase
from tests.cast import Browse, Cast, act_as
from tests.nominations.council import (
    LINK,
    NOT_CARRIED,
    blocked,
    confirmed,
    corrected,
    fill_seats,
    in_every_phase,
    record,
)
from tests.nominations.test_views import sentences, text

LIST = "/nominations/council/"
DESIGNATE, RELEASE = ResolutionKind.DESIGNATE_ADMIN, ResolutionKind.RELEASE_ADMIN
REMOVE, RETURN = ResolutionKind.REMOVE_MEMBER, ResolutionKind.RETURN_MEMBER
MOMENT = timedelta(seconds=1)


def phase_of(resolution: Resolution) -> ResolutionPhase:
    return Resolution.objects.whole().get(pk=resolution.pk).phase


# -- the pages ------------------------------------------------------------------------------------------


def page(resolution: Resolution, act: str = "") -> str:
    return f"{LIST}{resolution.pk}/{act}"


def test_the_page_shows_every_seat_and_its_part(cast: Cast, browse: Browse) -> None:
    [fay, *_] = fill_seats()
    five = CouncilTally(4, 0, 1)
    pending = record(DESIGNATE, cast.mel, by=cast.sam, tally=five)
    seats = [(seat.name, seat.part) for seat in browse(cast.sara).get(page(pending)).context["seats"]]
    assert seats == [
        ("Sam Steering", "recorded it"),
        ("Sara Steering", "you are asked"),
        *((f"Seat {number}", "is asked") for number in range(3)),
    ]
    workflow.object_to_resolution(pending, "Never decided.", by=act_as(fay))
    on_sara = confirmed(DESIGNATE, cast.sara, by=cast.sam, second=fay, tally=five)
    client = browse(cast.mel)
    parts = [{s.name: s.part for s in client.get(page(one)).context["seats"]} for one in (pending, on_sara)]
    assert [part["Seat 0"] for part in parts] == ["objected", "confirmed it"]
    assert [part["Sara Steering"] for part in parts] == ["", "concerned: takes no part"]


def test_the_page_says_how_much_time_is_left_and_whom_it_waits_for(cast: Cast, browse: Browse) -> None:
    pending = record(DESIGNATE, cast.mel, by=cast.sam)
    client = browse(cast.mel)
    assert client.get(page(pending)).context["left"] == "1\xa0day"
    workflow.object_to_resolution(pending, "No.", by=act_as(cast.sara))
    assert client.get(page(pending)).context["left"] == ""
    again = record(DESIGNATE, cast.mel, by=cast.sam, link=f"{LINK}/again")
    assert "silence is not enough" in text(client.get(page(again)))


def test_a_second_seat_confirms_on_the_page(cast: Cast, browse: Browse) -> None:
    resolution, client = record(DESIGNATE, cast.mel, by=cast.sam), browse(cast.sara)
    assert page(resolution, "answer/") in text(client.get(page(resolution)))
    answer = client.post(page(resolution, "answer/"), {"answer": "confirm", "objection": ""})
    assert answer["Location"] == page(resolution)
    assert sentences(client, answer) == ["Mel Member became an admin."]


def test_a_second_seat_objects_with_a_reason_for_council_and_admins(cast: Cast, browse: Browse) -> None:
    resolution, client = record(DESIGNATE, cast.mel, by=cast.sam), browse(cast.sara)
    answer = client.post(page(resolution, "answer/"), {"answer": "object", "objection": "Never **decided**."})
    assert sentences(client, answer) == ["A council member objected; nothing changed."]
    readers = {one: "<strong>decided</strong>" in text(browse(one).get(page(resolution))) for one in cast.members}
    readers[cast.sam] = "<strong>decided</strong>" in text(browse(cast.sam).get(page(resolution)))
    assert {one for one, reads in readers.items() if reads} == {cast.ada, cast.abel, cast.sara, cast.sam}


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "answer", "Choose one. Nothing has changed."),
        ({"answer": "perhaps"}, "answer", "Select a valid choice. perhaps is not one of the available choices."),
        ({"answer": "object"}, "objection", "Say why: the others have to be able to judge it."),
        ({"answer": "object", "objection": "  "}, "objection", "Say why: the others have to be able to judge it."),
        (
            {"answer": "confirm", "objection": "Kept words"},
            "objection",
            "Leave this empty to confirm, or choose to object.",
        ),
        (
            {"answer": "object", "objection": "x" * 4001},
            "objection",
            "Ensure this value has at most 4000 characters (it has 4001).",
        ),
    ],
)
def test_a_faulty_answer_changes_nothing_and_keeps_what_was_typed(
    cast: Cast, browse: Browse, typed: dict[str, str], field: str, sentence: str
) -> None:
    resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    answer = browse(cast.sara).post(page(resolution, "answer/"), typed)
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [sentence]})
    assert typed.get("objection", "").strip() in text(answer)
    assert phase_of(resolution) is ResolutionPhase.PENDING


def test_whoever_recorded_it_is_offered_only_to_stop_it(cast: Cast, browse: Browse) -> None:
    resolution, client = record(DESIGNATE, cast.mel, by=cast.sam), browse(cast.sam)
    form = client.get(page(resolution, "answer/")).context["form"]
    assert [value for value, _ in form.fields["answer"].choices] == ["object"]
    assert client.post(page(resolution, "answer/"), {"answer": "confirm"}).status_code == 422
    assert not act_as(cast.mel).is_admin


@pytest.mark.parametrize("act", ["answer/", "correct/"])
def test_an_answer_that_comes_too_late_keeps_what_was_typed_and_its_page_leads_back(
    cast: Cast, browse: Browse, act: str
) -> None:
    resolution, client = confirmed(DESIGNATE, cast.mel, by=cast.sam, second=cast.sara), browse(cast.sara)
    sentence = "This decision has taken effect. A new decision of the council can undo it."
    typed = {"objection": "Typed words.", "reason": "Typed words."}
    sent = client.post(page(resolution, act), {"answer": "object", **typed})
    assert (sent.status_code, sent.context["form"].non_field_errors()) == (422, [sentence])
    assert "Typed words." in text(sent)
    opened = client.get(page(resolution, act))
    assert opened["Location"] == page(resolution)
    assert sentences(client, opened) == [sentence]


def test_confirming_what_is_not_possible_any_more_says_why(cast: Cast, browse: Browse) -> None:
    resolution, client = blocked(cast, cast.newt, by=cast.sam), browse(cast.sara)
    answer = client.post(page(resolution, "answer/"), {"answer": "confirm"})
    assert answer.context["form"].non_field_errors() == ["Newt Nofactor is not a member."]
    assert "Newt Nofactor is not a member." in text(client.get(page(resolution)))


def test_a_correction_begins_with_the_struck_record_and_shows_it(cast: Cast, browse: Browse) -> None:
    mistaken, client = record(DESIGNATE, cast.mel, by=cast.sam, tally=NOT_CARRIED), browse(cast.sara)
    form = client.get(page(mistaken, "correct/")).context["form"]
    assert (form["in_favour"].value(), form["link"].value(), form["kind"].value()) == (1, LINK, DESIGNATE)
    typed = {
        "kind": "designate_admin",
        "person": str(cast.mel.pk),
        "decided_on": mistaken.decided_on.isoformat(),
        "link": LINK,
        "in_favour": "2",
        "against": "0",
        "abstained": "0",
        "reason": "",
    }
    client.post(page(mistaken, "correct/"), typed)
    right = Resolution.objects.get(corrects=mistaken)
    shown = browse(cast.mel).get(page(right))
    assert shown.context["struck"] == mistaken
    assert "<del>Mel Member: Designate an admin, 1 in favour, 1 against, 0 abstained" in text(shown)
    assert page(right) in text(browse(cast.mel).get(page(mistaken)))


def test_every_phase_has_a_page_and_a_row(cast: Cast, browse: Browse) -> None:
    found, client = in_every_phase(cast), browse(cast.mel)
    rows = {resolution.pk: effect for resolution, effect, _ in client.get(LIST).context["rows"]}
    for phase, resolution in found.items():
        assert client.get(page(resolution)).context["effect"] == rows[resolution.pk], phase
    assert rows[found[ResolutionPhase.CORRECTED].pk] == "A later record replaces this one; nothing changed."
    assert rows[found[ResolutionPhase.BLOCKED].pk].startswith("It could not take effect: Newt")


def test_an_unknown_decision_is_missing(cast: Cast, browse: Browse) -> None:
    for act in ("", "answer/", "correct/"):
        assert browse(cast.sam).get(f"{LIST}4711/{act}").status_code == 404
    record(DESIGNATE, cast.mel, by=cast.sam)
    assert browse(cast.emil).get(f"{LIST}4711/").status_code == 403


def test_a_stale_factor_does_not_confirm(cast: Cast, browse: Browse) -> None:
    resolution, stale = record(DESIGNATE, cast.mel, by=cast.sam), browse(cast.sara, fresh=False)
    stale.post(page(resolution, "answer/"), {"answer": "confirm"})
    assert phase_of(resolution) is ResolutionPhase.PENDING


# -- the dashboard --------------------------------------------------------------------------------------


def waiting(browse: Browse, person: Person) -> list[str]:
    items = browse(person).get("/dashboard/").context["waiting"]
    return [item.url for item in items if item.url.startswith(LIST)]


def test_what_waits_for_a_seat_stands_on_its_dashboard(cast: Cast, browse: Browse) -> None:
    assert waiting(browse, cast.sara) == []
    resolution = record(DESIGNATE, cast.mel, by=cast.sam)
    record(DESIGNATE, cast.mia, by=cast.sara, tally=NOT_CARRIED)
    assert [waiting(browse, one) for one in (cast.sara, cast.sam, cast.ada, cast.mel)] == [
        [page(resolution)],
        [],
        [],
        [],
    ]
    record(REMOVE, cast.sara, by=cast.sam, link=f"{LIST}on-her")
    assert waiting(browse, cast.sara) == [page(resolution)]
    record(REMOVE, cast.mia, by=cast.sam, link=f"{LINK}/2")
    assert waiting(browse, cast.sara) == [LIST]
    Resolution.objects.filter(person=cast.mel).update(due_at=None)
    corrected(DESIGNATE, cast.rita, by=cast.sam)
    assert waiting(browse, cast.sara) == [LIST]


def test_more_decisions_cost_the_dashboard_no_more_queries(cast: Cast, browse: Browse) -> None:
    client, counts = browse(cast.sara), []
    for person in (cast.mel, cast.mia, cast.rita):
        with CaptureQueriesContext(connection) as queries:
            client.get("/dashboard/")
        counts.append(len(queries))
        record(DESIGNATE, person, by=cast.sam)
    assert len(set(counts)) == 1


def test_a_return_by_decision_waits_as_well(cast: Cast, settings: Settings) -> None:
    settings.RETURN_BY_DECISION = True
    resolution = record(RETURN, cast.emil, by=cast.sam)
    assert not cast.emil.checklists.exists()
    workflow.confirm_resolution(resolution, by=act_as(cast.sara))
    assert cast.emil.checklists.get().authority == LINK
