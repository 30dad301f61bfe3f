"""Coordinator credits on GitHub's security advisories: read by number, counted, and nothing of an advisory kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import Settings

from audit import clock
from audit.models import Event
from members.channels.connectors import ConnectorError, CoordinatorCredited, github_advisories
from members.inactivity import queries, tasks, workflow
from members.inactivity.events import InactivityEvent
from members.inactivity.models import CoordinatorCredit, CreditSource
from members.people import workflow as people_workflow
from members.people.events import PeopleEvent
from members.people.models import Person
from members.people.registry import last_activity_of, own_data_of
from psrt_portal.demo.service_server import ServiceServer
from psrt_portal.demo.services import TOKEN, GitHub, ServiceAnswer
from tests.cast import Browse, Cast, act_as
from tests.members.inactivity.reviews import (
    DAY,
    DUE_AT,
    NOTICE_AT,
    announced,
    credited,
    entry_of,
    generated,
    lists,
    noted,
)
from tests.members.inactivity.test_views import LIST, page_of
from web.conflicts import Conflict, NotAllowed

WORK = f"{LIST}work/"
READ = f"{WORK}read/"
CPYTHON, PIP = "psrt/cpython", "psrt/pip"
SPRING = datetime(2026, 2, 3, 23, 30, tzinfo=UTC)
SECRET = "GHSA-9999-8888-7777"


@pytest.fixture
def github(settings: Settings) -> Iterator[GitHub]:
    """A local GitHub with two repositories; advisories are added by the tests."""
    service = GitHub()
    service.advisories = {CPYTHON: [], PIP: []}
    with ServiceServer(service).running() as server:
        settings.GITHUB_API_URL = server.url(service)
        settings.GITHUB_ADVISORIES_TOKEN = TOKEN
        settings.GITHUB_ADVISORIES = [CPYTHON, PIP]
        yield service


def number(person: Person, account: int) -> None:
    """Note the number of an account on GitHub."""
    person.github_id = account
    person.save(update_fields=["github_id"])


def kept() -> set[tuple[int, str, date]]:
    return set(CoordinatorCredit.objects.values_list("account", "advisory", "day"))


def source(name: str = CPYTHON) -> CreditSource:
    return CreditSource.objects.get(name=name)


# -- the client ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page_limit", [100, 2, 1])
def test_every_page_is_read_and_only_accepted_coordinators_are_returned(github: GitHub, page_limit: int) -> None:
    github.page_limit = page_limit
    for account in range(5):
        github.names[100 + account] = f"name{account}"
        github.advise(
            CPYTHON, f"GHSA-2222-3333-444{account}", changed=SPRING, published=True, coordinator=100 + account
        )
    github.names[200] = "finder"
    github.advise(CPYTHON, "GHSA-aaaa-bbbb-cccc", changed=SPRING, published=True, finder=200, reporter=200)
    for state in ("pending", "declined"):
        github.advise(CPYTHON, "GHSA-aaaa-bbbb-cccd", changed=SPRING, published=True, coordinator=200)
        github.advisories[CPYTHON][-1]["credits_detailed"][0]["state"] = state
    connector = github_advisories()
    assert connector is not None
    assert connector.coordinators(CPYTHON) == {
        CoordinatorCredited(100 + n, f"GHSA-2222-3333-444{n}", date(2026, 2, 3)) for n in range(5)
    }
    assert connector.coordinators(PIP) == set()


def test_an_organization_is_read_whole(github: GitHub) -> None:
    github.names[7] = "ghost"
    github.advise("psrt", "GHSA-2222-3333-4444", changed=SPRING, published=False, coordinator=7)
    connector = github_advisories()
    assert connector is not None
    assert connector.coordinators("psrt") == {CoordinatorCredited(7, "", date(2026, 2, 3))}
    assert github.log[-1].path == "/orgs/psrt/security-advisories"


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "published", "ghsa_id": "javascript:alert(1)"},
        {"published_at": "yesterday"},
        {"published_at": "2026-02-03T10:00:00"},
        {"published_at": 5},
        {"credits_detailed": "all"},
        {"credits_detailed": [{"type": "coordinator", "state": "accepted", "user": {"id": "7"}}]},
        {"credits_detailed": [{"type": "coordinator", "state": "accepted", "user": {"id": True}}]},
        {"credits_detailed": [{"type": "coordinator", "state": "accepted", "user": {"id": 2**63}}]},
        {"credits_detailed": [{"type": "coordinator", "state": "accepted", "user": {"id": -1}}]},
        {"credits_detailed": [{}]},
    ],
)
def test_nonsense_is_refused_in_words_that_repeat_nothing(github: GitHub, changes: dict[str, object]) -> None:
    github.names[7] = "ghost"
    github.advise(CPYTHON, SECRET, changed=SPRING, published=True, coordinator=7)
    github.advisories[CPYTHON][0] |= changes
    connector = github_advisories()
    assert connector is not None
    with pytest.raises(ConnectorError, match="answered something that cannot be read") as refused:
        connector.coordinators(CPYTHON)
    assert SECRET not in str(refused.value)


def test_a_credit_without_an_account_and_an_advisory_without_credits_are_passed_over(github: GitHub) -> None:
    github.names[7] = "ghost"
    nothing: list[list[object] | None] = [None, []]
    for credits in nothing:
        github.advise(CPYTHON, SECRET, changed=SPRING, published=True, coordinator=7)
        github.advisories[CPYTHON][-1]["credits_detailed"] = credits
    github.advise(CPYTHON, SECRET, changed=SPRING, published=True, coordinator=7)
    github.advisories[CPYTHON][-1]["credits_detailed"][0]["user"] = None
    connector = github_advisories()
    assert connector is not None
    assert connector.coordinators(CPYTHON) == set()


# -- keeping ------------------------------------------------------------------------------------------------


@pytest.mark.rule("PSRT-25", "PEP811-25")
def test_credits_are_kept_for_people_on_record_by_the_number_and_replaced_by_the_next_reading(
    cast: Cast, github: GitHub
) -> None:
    number(cast.mel, 501)
    github.names |= {501: "somebody-else", 502: "mia"}  # the name of Mia, and not her account
    github.advise(CPYTHON, "GHSA-2222-3333-4444", changed=SPRING, published=True, coordinator=501)
    github.advise(CPYTHON, "GHSA-2222-3333-5555", changed=SPRING, published=True, coordinator=502)
    assert workflow.read_credits(CPYTHON) is True
    assert kept() == {(501, "GHSA-2222-3333-4444", date(2026, 2, 3))}
    assert last_activity_of([cast.mel.pk, cast.mia.pk], SPRING - DAY, SPRING + DAY) == {cast.mel.pk: date(2026, 2, 3)}
    event = Event.objects.get(kind=InactivityEvent.CREDITS_READ)
    assert (event.actor, event.data) == ("system", {"credits": 1})
    github.advisories[CPYTHON] = []
    workflow.read_credits(CPYTHON)
    assert kept() == set()


@pytest.mark.attack
def test_nothing_of_an_unpublished_advisory_is_kept_logged_or_shown(
    cast: Cast, browse: Browse, github: GitHub, caplog: pytest.LogCaptureFixture
) -> None:
    number(cast.mel, 501)
    github.names[501] = "mel"
    at = clock.now() - DAY
    github.advise(CPYTHON, SECRET, changed=at, published=False, coordinator=501)
    github.advisories[CPYTHON][0] |= {"cve_id": "CVE-2026-77777", "html_url": f"https://github.com/x/{SECRET}"}
    assert workflow.read_credits(CPYTHON) is True
    assert kept() == {(501, "", at.date())}
    assert cast.mel.pk in queries.credited_days([cast.mel.pk], at - DAY, clock.now())
    secrets = (SECRET, "CVE-2026-77777", f"What {SECRET}", "is exploited")
    told = " ".join(
        [
            caplog.text,
            str(list(CoordinatorCredit.objects.values())),
            str(list(CreditSource.objects.values())),
            str(list(Event.objects.values_list("data", "target"))),
            *(page_of(browse(cast.ada), page) for page in (WORK, f"{LIST}announce/")),
        ]
    )
    assert [secret for secret in secrets if secret in told] == []
    github.advisories[CPYTHON][0] |= {"published_at": "broken", "state": "published"}
    assert workflow.read_credits(CPYTHON) is False
    assert [secret for secret in secrets if secret in caplog.text + source().error] == []


def test_a_failed_reading_says_why_and_keeps_what_was_read(cast: Cast, github: GitHub) -> None:
    number(cast.mel, 501)
    github.names[501] = "mel"
    github.advise(CPYTHON, "GHSA-2222-3333-4444", changed=SPRING, published=True, coordinator=501)
    workflow.read_credits(CPYTHON)
    github.fault = ServiceAnswer(403, {"message": f"not {SECRET}"})
    assert workflow.read_credits(CPYTHON) is False
    found = source()
    assert found.read_at is not None
    assert found.failed_at is not None
    assert "refused: the token may not do this" in found.error
    assert len(kept()) == 1
    github.fault = None
    workflow.read_credits(CPYTHON)
    assert (source().failed_at, source().error) == (None, "")


def test_without_a_connection_nothing_is_read(cast: Cast) -> None:
    assert workflow.read_credits(CPYTHON) is False
    tasks.read_coordinator_credits()
    assert CreditSource.objects.count() == 0


# -- asking, and the schedule ---------------------------------------------------------------------------------


def test_only_an_admin_asks_and_only_where_it_is_connected(cast: Cast, settings: Settings) -> None:
    with pytest.raises(Conflict, match="not connected"):
        workflow.ask_for_credits(by=act_as(cast.ada))
    settings.GITHUB_API_URL, settings.GITHUB_ADVISORIES_TOKEN = "http://127.0.0.1:9", TOKEN
    settings.GITHUB_ADVISORIES = [CPYTHON]
    for person in (cast.mel, cast.sam, cast.olga):
        with pytest.raises(NotAllowed):
            workflow.ask_for_credits(by=act_as(person))
    workflow.ask_for_credits(by=act_as(cast.ada))
    assert [one.name for one in CreditSource.objects.exclude(asked_at=None)] == [CPYTHON]


def test_the_schedule_reads_each_source_once_a_day_and_when_an_admin_asks(cast: Cast, github: GitHub) -> None:
    def asked() -> list[str]:
        found = [request.path for request in github.log]
        github.log.clear()
        return [path.split("/")[3] for path in found]

    tasks.read_coordinator_credits()
    assert asked() == ["cpython", "pip"]
    tasks.read_coordinator_credits()
    assert asked() == []
    CreditSource.objects.filter(name=PIP).update(read_at=clock.now() - DAY)
    tasks.read_coordinator_credits()
    assert asked() == ["pip"]
    workflow.ask_for_credits(by=act_as(cast.ada))
    tasks.read_coordinator_credits()
    assert asked() == ["cpython", "pip"]


def test_lists_are_made_after_the_credits_were_read_and_wait_while_github_does_not_answer(
    cast: Cast, github: GitHub
) -> None:
    number(cast.mel, 501)
    github.names[501] = "mel"
    review = announced(cast.ada, at=clock.now() - 15 * DAY)
    github.fault = ServiceAnswer(500)
    tasks.keep_inactivity_review()
    review.refresh_from_db()
    assert review.generated_at is None
    github.fault = None
    github.advise(CPYTHON, "GHSA-2222-3333-4444", changed=clock.now() - 20 * DAY, published=True, coordinator=501)
    tasks.keep_inactivity_review()
    review.refresh_from_db()
    assert review.generated_at is not None
    assert review.credits_read_at == min(source(CPYTHON).read_at, source(PIP).read_at)
    assert lists(review)["active"] == {"Mel"}
    assert entry_of(review, cast.mel).because.startswith("Credited as coordinator on GitHub on")


def test_an_admin_makes_the_lists_without_the_credits_and_the_review_says_so(cast: Cast, github: GitHub) -> None:
    review = generated(announced(cast.ada, at=clock.now() - 15 * DAY), by=cast.ada)
    assert review.credits_read_at is None


# -- counting -------------------------------------------------------------------------------------------------


@pytest.mark.rule("PSRT-25", "PEP811-25")
def test_a_credit_within_the_period_makes_active_and_one_before_it_does_not(cast: Cast) -> None:
    credited(cast.mel, day=NOTICE_AT.date())
    credited(cast.mia, day=date(2025, 3, 1), source=PIP)  # the period begins on 2 March 2025
    review = announced(cast.ada)
    concerned = {entry.person.name.split()[0] for entry in review.entries.select_related("person")}
    assert concerned == {"Ada", "Abel", "Mia", "Newt"}
    assert entry_of(generated(review), cast.mia).last_active_on == date(2025, 3, 1)


def test_who_has_a_credit_is_not_reminded(cast: Cast) -> None:
    review = announced(cast.ada)
    credited(cast.mel, day=(NOTICE_AT + 3 * DAY).date())
    with clock.pretend(NOTICE_AT + 8 * DAY):
        assert workflow.remind_of_notice(entry_of(review, cast.mel)) is False
        assert workflow.remind_of_notice(entry_of(review, cast.mia)) is True


def test_a_name_without_a_number_says_that_no_credit_could_be_found(cast: Cast, settings: Settings) -> None:
    settings.GITHUB_ADVISORIES = [CPYTHON]
    number(cast.mia, 502)
    credited(cast.abel, day=date(2020, 1, 1))
    review = generated(announced(cast.ada))
    said = "No number of an account on GitHub is on record"
    assert [said in entry_of(review, person).because for person in (cast.mel, cast.mia)] == [True, False]


def test_the_age_of_the_credits_is_that_of_the_oldest_source(cast: Cast, settings: Settings) -> None:
    settings.GITHUB_ADVISORIES = [CPYTHON, PIP]
    assert queries.credits_read_at() is None
    with clock.pretend(DUE_AT):
        workflow.keep_credits(CPYTHON, [])
    assert queries.credits_read_at() is None
    with clock.pretend(DUE_AT - DAY):
        workflow.keep_credits(PIP, [])
    assert queries.credits_read_at() == DUE_AT - DAY
    settings.GITHUB_ADVISORIES = []
    assert queries.credits_read_at() is None


@pytest.mark.attack
def test_no_page_takes_a_credit_that_somebody_typed(cast: Cast, browse: Browse, github: GitHub) -> None:
    """Neither the button nor a note makes one, and an admin's correction of a GitHub name takes none over."""
    typed = {"account": "501", "day": "2026-02-03", "person": str(cast.abel.pk), "credits": "1", "advisory": "x"}
    ada = browse(cast.ada)
    for path in (READ, WORK, f"{LIST}notes/new/"):
        ada.post(path, typed)
    assert CoordinatorCredit.objects.count() == 0
    noted(cast.mel, cast.ada)
    assert CoordinatorCredit.objects.count() == 0


@pytest.mark.attack
def test_an_admin_who_corrects_a_name_hides_no_credit_unseen(cast: Cast, settings: Settings) -> None:
    """The number goes with the corrected name, and with it the credit; the council reads that none could be found."""
    settings.GITHUB_ADVISORIES = [CPYTHON]
    credited(cast.mel, day=(NOTICE_AT - DAY).date())
    people_workflow.correct_person(cast.mel, name=cast.mel.name, github="another", by=act_as(cast.ada))
    review = generated(announced(cast.ada))
    entry = entry_of(review, cast.mel)
    assert entry.group == "inactive"
    assert "No number of an account on GitHub is on record" in entry.because
    assert Event.objects.filter(kind=PeopleEvent.PERSON_CORRECTED, target=f"people.person:{cast.mel.pk}").exists()


def test_own_data_has_the_credits_and_no_id_of_an_unpublished_advisory(cast: Cast) -> None:
    credited(cast.mel, day=date(2026, 2, 3))
    credited(cast.mel, day=date(2026, 2, 4), advisory="GHSA-2222-3333-4444", source=PIP)
    credited(cast.mia, day=date(2026, 2, 5), source="psrt/other")
    (told,) = [part.value for part in own_data_of(cast.mel) if part.key == "coordinator_credits"]
    assert told == [
        {"source": PIP, "advisory": "GHSA-2222-3333-4444", "day": "2026-02-04"},
        {"source": CPYTHON, "advisory": None, "day": "2026-02-03"},
    ]
    assert [part.value for part in own_data_of(cast.newt) if part.key == "coordinator_credits"] == [[]]


# -- the page -------------------------------------------------------------------------------------------------


def test_the_page_says_whether_it_is_connected_when_it_was_read_and_what_failed(
    cast: Cast, browse: Browse, settings: Settings
) -> None:
    sam = browse(cast.sam)
    page = page_of(sam, WORK)
    assert ("Not connected" in page, "GITHUB_ADVISORIES_TOKEN" in page, READ in page) == (True, True, False)
    settings.GITHUB_API_URL, settings.GITHUB_ADVISORIES_TOKEN = "http://127.0.0.1:9", TOKEN
    settings.GITHUB_ADVISORIES = [CPYTHON, PIP]
    workflow.keep_credits(CPYTHON, [])
    workflow.read_credits(PIP)
    found = [(one.name, bool(one.read_at), one.error) for one in sam.get(WORK).context["sources"]]
    assert found == [(CPYTHON, True, ""), (PIP, False, "127.0.0.1:9 cannot be reached, or broke off.")]
    page = page_of(sam, WORK)
    assert ("127.0.0.1:9 cannot be reached, or broke off." in page, READ in page) == (True, False)
    assert READ in page_of(browse(cast.ada), WORK)


def test_the_page_names_members_of_whom_no_number_is_known(cast: Cast, browse: Browse) -> None:
    number(cast.mel, 501)
    context = browse(cast.ada).get(WORK).context
    assert context["without_number"] == sorted(person.name for person in cast.members if person != cast.mel)
    assert context["more_without"] == 0


def test_the_button_asks_the_worker_and_comes_back(cast: Cast, browse: Browse, github: GitHub) -> None:
    client: Client = browse(cast.ada)
    assert client.post(READ).headers["Location"] == WORK
    assert {one.name for one in CreditSource.objects.exclude(asked_at=None)} == {CPYTHON, PIP}
    assert github.log == []


def test_the_button_without_a_connection_says_so(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    assert client.post(READ).headers["Location"] == WORK
    assert "GitHub’s security advisories are not connected." in page_of(client, WORK)


def test_a_double_credit_is_kept_once(cast: Cast) -> None:
    number(cast.mel, 501)
    one = CoordinatorCredited(501, "", date(2026, 2, 3))
    workflow.keep_credits(CPYTHON, {one, replace(one)})
    assert CoordinatorCredit.objects.count() == 1
