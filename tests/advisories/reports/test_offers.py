"""Handing a report over: the other has to agree, and until then nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from advisories.reports import tasks
from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination
from advisories.reports.models import Report
from advisories.reports.pages.waiting import open_work_of
from members.accounts import workflow as accounts_workflow
from tests.advisories import factories
from tests.advisories.factories import fresh
from tests.cast import Browse, Cast, act_as
from tests.events import kinds, recorded
from tests.factories import make_member
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.django_db


def standing(report: Report) -> tuple[str, str]:
    """Return who coordinates the report and who is asked to."""
    report = fresh(report)
    return (
        report.coordinator.github if report.coordinator else "",
        report.offered_to.github if report.offered_to else "",
    )


@pytest.mark.rule("PEP811-47", "PSRT-28")
def test_the_coordinator_stays_until_the_other_agrees(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    with recorded() as events:
        reports_workflow.offer(report, cast.mia, by=act_as(cast.mel))
        assert standing(report) == (cast.mel.github, cast.mia.github)
        reports_workflow.accept_offer(report, by=act_as(cast.mia))
    assert standing(report) == (cast.mia.github, "")
    assert [(event.kind, event.actor, event.data) for event in events] == [
        ("report:handover_offered", f"people.person:{cast.mel.pk}", {"to": str(cast.mia.pk)}),
        (
            "report:handed_over",
            f"people.person:{cast.mia.pk}",
            {"before": str(cast.mel.pk), "after": str(cast.mia.pk)},
        ),
    ]


def test_an_admin_offers_a_report_that_nobody_coordinates(cast: Cast) -> None:
    report = factories.received()
    with recorded() as events:
        reports_workflow.offer(report, cast.mia, by=act_as(cast.ada))
        reports_workflow.accept_offer(report, by=act_as(cast.mia))
    assert (standing(report), kinds(events)) == (
        (cast.mia.github, ""),
        ["report:handover_offered", "report:coordinated"],
    )


def test_an_admin_who_takes_a_report_over_has_agreed(cast: Cast) -> None:
    report = factories.coordinated(cast.mel)
    with recorded() as events:
        reports_workflow.offer(report, cast.ada, by=act_as(cast.ada))
    assert (standing(report), kinds(events)) == ((cast.ada.github, ""), ["report:handed_over"])


def test_whoever_declines_names_somebody_who_is_asked_next(cast: Cast) -> None:
    report = factories.offered(cast.mel, cast.mia)
    with recorded() as events:
        reports_workflow.decline_offer(report, cast.rita, by=act_as(cast.mia))
    assert standing(report) == (cast.mel.github, cast.rita.github)
    assert [(event.kind, event.data) for event in events] == [("report:handover_declined", {"to": str(cast.rita.pk)})]
    with pytest.raises(NotAllowed):
        reports_workflow.accept_offer(report, by=act_as(cast.mia))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("mia", "Name somebody else, or accept"),
        ("mel", "coordinates this report already"),
        ("sam", "is not a member now"),
        ("emil", "is not a member now"),
    ],
)
def test_a_replacement_has_to_be_able_to(cast: Cast, name: str, sentence: str) -> None:
    report = factories.offered(cast.mel, cast.mia)
    with pytest.raises(Conflict, match=sentence):
        reports_workflow.decline_offer(report, getattr(cast, name), by=act_as(cast.mia))
    assert standing(report) == (cast.mel.github, cast.mia.github)


@pytest.mark.rule("PEP811-47", "PSRT-28")
@pytest.mark.parametrize("name", ["sam", "emil", "olga"])
def test_only_members_are_asked(cast: Cast, name: str) -> None:
    report = factories.coordinated(cast.mel)
    with pytest.raises(Conflict, match="is not a member now"):
        reports_workflow.offer(report, getattr(cast, name), by=act_as(cast.mel))
    assert standing(report) == (cast.mel.github, "")


def test_nobody_without_a_login_is_asked(cast: Cast) -> None:
    with pytest.raises(Conflict, match="Nell Nologin cannot sign in yet"):
        reports_workflow.offer(factories.coordinated(cast.mel), make_member("Nell Nologin"), by=act_as(cast.mel))


def test_an_offer_to_the_coordinator_or_made_twice_is_refused(cast: Cast) -> None:
    report = factories.offered(cast.mel, cast.mia)
    with pytest.raises(Conflict, match="Mel Member coordinates this report already"):
        reports_workflow.offer(report, cast.mel, by=act_as(cast.ada))
    with pytest.raises(Conflict, match="It is offered to Mia Member already"):
        reports_workflow.offer(report, cast.mia, by=act_as(cast.mel))


def test_a_new_offer_takes_the_place_of_the_one_before(cast: Cast) -> None:
    report = factories.offered(cast.mel, cast.mia)
    reports_workflow.offer(report, cast.rita, by=act_as(cast.mel))
    assert standing(report) == (cast.mel.github, cast.rita.github)


def test_another_member_offers_and_takes_back_nothing(cast: Cast) -> None:
    report = factories.offered(cast.mel, cast.mia)
    verbs: list[Callable[[], object]] = [
        lambda: reports_workflow.offer(report, cast.rita, by=act_as(cast.mia)),
        lambda: reports_workflow.take_offer_back(report, by=act_as(cast.mia)),
        lambda: reports_workflow.accept_offer(report, by=act_as(cast.rita)),
        lambda: reports_workflow.decline_offer(report, cast.sara, by=act_as(cast.rita)),
    ]
    for verb in verbs:
        with pytest.raises(NotAllowed):
            verb()


def test_an_offer_is_taken_back(cast: Cast) -> None:
    report = factories.offered(cast.mel, cast.mia)
    with recorded() as events:
        reports_workflow.take_offer_back(report, by=act_as(cast.mel))
    assert (standing(report), kinds(events)) == ((cast.mel.github, ""), ["report:offer_taken_back"])
    with pytest.raises(Conflict, match="The offer has ended"):
        reports_workflow.take_offer_back(report, by=act_as(cast.mel))


def test_an_offer_ends_when_the_report_is_finished(cast: Cast) -> None:
    closed, accepted = factories.offered(cast.mel, cast.mia), factories.offered(cast.mel, cast.mia)
    reports_workflow.determine(closed, Determination.INVALID, by=act_as(cast.mel))
    reports_workflow.determine(accepted, Determination.VULNERABILITY, by=act_as(cast.mel))
    assert [standing(report)[1] for report in (closed, accepted)] == ["", cast.mia.github]


def test_an_offer_ends_when_somebody_takes_the_report(cast: Cast) -> None:
    report = factories.received()
    reports_workflow.offer(report, cast.mia, by=act_as(cast.ada))
    reports_workflow.coordinate(report, by=act_as(cast.rita))
    assert standing(report) == (cast.rita.github, "")


def test_the_sweep_ends_offers_to_people_who_left_and_no_others(cast: Cast) -> None:
    gone, stays = factories.offered(cast.mel, cast.mia), factories.offered(cast.mel, cast.rita)
    accounts_workflow.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    with recorded() as events:
        tasks.settle_reports()
        tasks.settle_reports()
    assert (standing(gone)[1], standing(stays)[1]) == ("", cast.rita.github)
    assert [(event.kind, event.actor) for event in events] == [("report:offer_ended", "system")]


def test_a_sweep_that_came_late_ends_nothing(cast: Cast) -> None:
    """Between its query and its lock, the person may have come back."""
    report = factories.offered(cast.mel, cast.mia)
    with recorded() as events:
        reports_workflow.end_offer(report)
        reports_workflow.end_offer(factories.coordinated(cast.mel))
    assert standing(report)[1] == cast.mia.github
    assert "report:offer_ended" not in kinds(events)


# -- pages -------------------------------------------------------------------------------------------


def test_an_offer_is_accepted_and_declined_from_the_page(cast: Cast, browse: Browse) -> None:
    report = factories.coordinated(cast.mel)
    address = report.get_absolute_url()
    browse(cast.mel).post(f"{address}hand-over/", {"person": cast.mia.pk})
    mia = browse(cast.mia)
    assert "You are asked to coordinate this report" in mia.get(address).content.decode()
    assert mia.post(f"{address}hand-over/decline/", {"person": cast.rita.pk}).status_code == 302
    rita = browse(cast.rita)
    assert rita.post(f"{address}hand-over/accept/").status_code == 302
    assert standing(report) == (cast.rita.github, "")


@pytest.mark.parametrize("name", ["mel", "sam", "emil", "mia", ""])
def test_a_replacement_who_cannot_is_refused_at_the_field(cast: Cast, browse: Browse, name: str) -> None:
    report = factories.offered(cast.mel, cast.mia)
    person = getattr(cast, name).pk if name else "7a1b"
    response = browse(cast.mia).post(f"{report.get_absolute_url()}hand-over/decline/", {"person": person})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["person"])
    assert standing(report) == (cast.mel.github, cast.mia.github)


def test_the_coordinator_takes_an_offer_back_from_the_page(cast: Cast, browse: Browse) -> None:
    report = factories.offered(cast.mel, cast.mia)
    assert browse(cast.mel).post(f"{report.get_absolute_url()}hand-over/take-back/").status_code == 302
    assert standing(report) == (cast.mel.github, "")


def test_what_is_offered_waits_on_the_dashboard_of_whoever_is_asked(cast: Cast, browse: Browse) -> None:
    report = factories.offered(cast.mel, cast.mia)
    waiting = [
        item for item in browse(cast.mia).get("/dashboard/").context["waiting"] if report.reference in item.detail
    ]
    assert [(item.urgency, item.action) for item in waiting] == [("Asked", "Answer")]
    assert report.offered_at is not None
    assert waiting[0].due == report.offered_at + timedelta(days=3)
    own = [item for item in browse(cast.mel).get("/dashboard/").context["waiting"] if report.reference in item.detail]
    assert [item.detail for item in own] == [
        f"{report.reference} · yours · triage · offered to Mia Member, who has not answered yet"
    ]


@pytest.mark.rule("PSRT-28")
def test_a_leavers_report_stays_theirs_until_somebody_agreed(cast: Cast) -> None:
    """Nothing is lost in between: the offboarding cannot finish, and says whom it waits for."""
    report = factories.coordinated(cast.mel)
    reports_workflow.offer(report, cast.mia, by=act_as(cast.ada))
    assert [work.detail for work in open_work_of(cast.mel.pk)] == [
        "CPython · triage · offered to Mia Member, who has not answered yet"
    ]
    reports_workflow.accept_offer(report, by=act_as(cast.mia))
    assert open_work_of(cast.mel.pk) == []
