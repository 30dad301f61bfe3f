"""Each act of members on a report: one address each, for whom, and what bad input does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from advisories.reports import workflow as reports_workflow
from advisories.reports.models import Message
from audit import clock
from audit.models import Event
from members.accounts import workflow as accounts_workflow
from tests.advisories import factories
from tests.advisories.factories import SUBMISSION, fresh
from tests.advisories.reports.test_report_views import GET_ROUTES, POST_ROUTES, path, told
from tests.cast import Browse, Cast, act_as
from tests.events import kinds, recorded

pytestmark = pytest.mark.django_db


def test_a_note_and_a_message_go_to_different_places(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    client = browse(cast.mel)
    with recorded() as events:
        client.post(path("note", report), {"body": "for us", "once": "a"})
        client.post(path("message", report), {"body": "for them", "once": "a"})
    rows = Message.objects.system("a test").values_list("body", "internal")
    assert set(rows) == {("for us", True), ("for them", False)}
    assert kinds(events) == ["report:read", "note:written", "message:sent"]


@pytest.mark.parametrize("body", ["", " ", "x" * 20_001, "bell \x07"])
@pytest.mark.parametrize("name", ["note", "message"])
def test_a_bad_text_is_kept_and_named(cast: Cast, browse: Browse, name: str, body: str) -> None:
    report = factories.received()
    response = browse(cast.mel).post(path(name, report), {"body": body})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["body"]
    assert not Message.objects.system("a test").exists()


@pytest.mark.parametrize(
    ("state", "name", "who"),
    [
        ("received", "coordinate", "mel"),
        ("offered", "accept", "rita"),
        ("offered", "take_back", "mel"),
        ("undoable", "undo", "mel"),
    ],
)
def test_a_typed_note_stays_in_the_box_when_another_button_is_pressed(
    cast: Cast, browse: Browse, state: str, name: str, who: str
) -> None:
    """Every button of the page belongs to the box, so what was typed comes along."""
    report = factories.in_state(cast, state)
    client = browse(getattr(cast, who))
    page = client.get(path("detail", report)).content.decode()
    assert page.count("<form") - page.count('action="/accounts/logout/"') - page.count('role="search"') == 1
    (button,) = (
        one for one in page.split("<button")[1:] if f'formaction="{path(name, report)}"' in one.partition(">")[0]
    )
    assert 'form="box"' in button
    response = client.post(path(name, report), {"body": "half a thought", "once": "x"})
    assert response.status_code == 200
    assert response.context["form"]["body"].value() == "half a thought"
    assert not Message.objects.system("a test").exists()


@pytest.mark.rule("PSRT-29")
def test_taking_a_report(cast: Cast, browse: Browse) -> None:
    report = factories.received()
    client = browse(cast.mel)
    response = client.post(path("coordinate", report))
    assert (response.status_code, response["Location"]) == (302, path("detail", report))
    assert fresh(report).coordinator == cast.mel
    assert told(client, response["Location"]) == ["You coordinate this report now."]


def test_taking_a_report_that_somebody_took_says_so(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    client = browse(cast.mia)
    response = client.post(path("coordinate", report))
    assert (response.status_code, fresh(report).coordinator) == (302, cast.mel)
    assert told(client, response["Location"]) == ["Mel Member coordinates this report already; it can be handed over."]


@pytest.mark.rule("PEP811-47", "PSRT-28")
def test_handing_over(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    response = browse(cast.mel).post(path("hand_over", report), {"person": cast.mia.pk})
    assert (response.status_code, fresh(report).coordinator, fresh(report).offered_to) == (302, cast.mel, cast.mia)


@pytest.mark.parametrize("name", ["mel", "sam", "emil", "olga", ""])
def test_handing_over_to_somebody_who_cannot_is_refused_at_the_field(cast: Cast, browse: Browse, name: str) -> None:
    report = factories.coordinated(cast.mel)
    person = getattr(cast, name).pk if name else "7a1b"
    response = browse(cast.mel).post(path("hand_over", report), {"person": person})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["person"])
    assert fresh(report).coordinator == cast.mel


def test_a_report_is_offered_to_members_who_can_see_it(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    accounts_workflow.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    client = browse(cast.mel)
    form = client.post(path("hand_over", report), {"person": ""}).context["form"]
    assert set(form.fields["person"].queryset) == set(cast.members) - {cast.mel, cast.mia}
    assert client.post(path("hand_over", report), {"person": cast.mia.pk}).status_code == 422


@pytest.mark.parametrize("who", ["mia", "rita", "sara"])
@pytest.mark.parametrize(
    ("name", "typed"),
    [("hand_over", {"person": "mia"}), ("embargo", {}), ("determine", {"determination": "invalid"})],
)
def test_other_members_may_not_do_what_is_the_coordinators(
    cast: Cast, browse: Browse, who: str, name: str, typed: dict[str, Any]
) -> None:
    report = factories.coordinated(cast.mel)
    typed = {"person": cast.mia.pk} if "person" in typed else typed
    with recorded() as events:
        response = browse(getattr(cast, who)).post(path(name, report), typed)
    assert response.status_code == 403
    assert kinds(events) == ["report:read"]


def test_an_embargo_is_set_in_utc(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    until = (clock.now() + timedelta(days=30)).replace(second=0, microsecond=0)
    browse(cast.mel).post(path("embargo", report), {"until": f"{until:%Y-%m-%dT%H:%M}"})
    assert fresh(report).embargo_until == until
    browse(cast.mel).post(path("embargo", report), {"until": ""})
    assert fresh(report).embargo_until is None


@pytest.mark.parametrize("until", ["tomorrow", "2026-13-01T10:00", "99999-01-01T00:00"])
def test_an_invalid_time_is_refused_at_the_field(cast: Cast, browse: Browse, until: str) -> None:
    report = factories.coordinated(cast.mel)
    response = browse(cast.mel).post(path("embargo", report), {"until": until})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["until"])


def test_an_embargo_in_the_past_is_refused_in_words(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    response = browse(cast.mel).post(path("embargo", report), {"until": "2020-01-01T00:00"})
    errors = {"until": ["An embargo ends in the future; to end it now, publish."]}
    assert (response.status_code, response.context["form"].errors) == (422, errors)


@pytest.mark.parametrize("name", sorted(set(POST_ROUTES) - set(GET_ROUTES)))
def test_a_get_request_does_no_action(cast: Cast, browse: Browse, name: str) -> None:
    report = factories.in_state(cast, "drafted")
    with recorded() as events:
        assert browse(cast.mel).get(path(name, report)).status_code == 405
    assert events == []


@pytest.mark.parametrize("name", POST_ROUTES)
def test_an_action_needs_its_csrf_token(cast: Cast, browse: Browse, name: str) -> None:
    report = factories.received()
    client = Client(enforce_csrf_checks=True)
    client.cookies = browse(cast.mel).cookies
    with recorded() as events:
        assert client.post(path(name, report)).status_code == 403
    assert events == []


def test_a_race_for_a_report_is_told_to_the_second(cast: Cast, browse: Browse) -> None:
    report = reports_workflow.hand_in(SUBMISSION)
    pages = [browse(person) for person in (cast.mel, cast.mia)]
    for client in pages:
        assert "Take it on" in client.get(path("detail", report)).content.decode()
        client.post(path("coordinate", report))
    assert fresh(report).coordinator == cast.mel
    reports_workflow.note_reading(report, by=act_as(cast.mia))
    assert Event.objects.filter(kind="report:coordinated").count() == 1
