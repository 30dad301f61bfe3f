"""Random words in every confidential field: none may reach an outsider on any page, mail, log or row."""

from __future__ import annotations

import logging
import re
import secrets
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from advisories.records.parts import CreditPart, Reference
from advisories.records.vocabulary import CreditRole, ReferenceKind
from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination
from advisories.reports.models import UNDO, Facts, Report
from audit import clock
from audit.models import Event
from members.accounts.sessions import contents_of
from members.people.models import Person
from nominations.models import Comment, DecisionKind, Endorsement, Interest, Phase
from notifications.models import Notice
from tests.advisories import factories as reports
from tests.advisories.inbox import world as inbox
from tests.architecture.matrix import path_of, read
from tests.architecture.world import World, build_world, kept, undone
from tests.cast import Cast, act_as, sign_in
from tests.factories import make_person
from tests.nominations import factories as nominations
from tests.notifications.mailroom import deliver, everything_in

#: Thousands of requests: once is enough, on the database that production has.
pytestmark = pytest.mark.django_db
LINK = re.compile(rb'(?:href|action|src)="(/[^"#]*)"')
#: Pages that open by a secret in their address; the canaries are behind other secrets.
BY_SECRET = {"intake:follow", "intake:reply", "accounts:accept", "nominations:nominee"}
#: Answers whose bytes are the same for every thing.
TURNED_AWAY = {"404", "login", "factor"}
CRAWLED_AT_MOST = 1000
#: Of the reports that have a draft.
CVE_IDS = {"drafted": "CVE-2099-1002", "approved": "CVE-2099-1003", "published": "CVE-2099-1001"}
PREFIX = "canary"


class Canaries:
    """Words that occur nowhere else, each with the place it was put."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def word(self, place: str) -> str:
        """Return a new word for `place`; letters only, so that every field takes it."""
        word = PREFIX + "".join(secrets.choice("abcdefghijklmnop") for _ in range(16))
        self.places[word] = place
        return word

    def found_in(self, *texts: str, typed: str = "") -> list[str]:
        """Return the places of the planted words that occur in `texts` and were not in what the visitor typed."""
        everything = "\n".join(texts).lower()
        # Most pages have none of them: one look for how they begin, instead of one for each.
        has_one = PREFIX in everything
        return sorted({
            place
            for word, place in self.places.items()
            if (has_one or not word.startswith(PREFIX)) and word in everything and word not in typed.lower()
        })  # fmt: skip

    def __or__(self, other: Canaries) -> Canaries:
        """Return the words of both."""
        both = Canaries()
        both.places = self.places | other.places
        return both


@dataclass(frozen=True)
class Planted:
    """A world with canaries in it, by what they are about."""

    world: World
    reports: Canaries
    """In everything about reports that nobody outside the team may know."""
    votes: Canaries
    """In everything about nominations that only members may know."""


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Planted]:
    """Build the world once for all tests of this module; each test is rolled back."""
    with kept(django_db_blocker, _plant) as planted:
        yield planted


@pytest.fixture
def planted(site: Planted) -> Iterator[Planted]:
    """The world with its canaries, as they were put."""
    with undone():
        yield site


def _plant() -> Planted:
    """Build the world with the words in its own nominations and reports, so that its addresses are theirs."""
    about_reports, about_votes = Canaries(), Canaries()

    def name_of(phase: Phase) -> str:
        """Whoever was accepted is on public pages."""
        return "Joined Nominee" if phase == Phase.JOINED else about_votes.word(f"{phase}: nominee")

    def make_reports(cast: Cast) -> dict[str, Report]:
        return {state: _plant_report(state, cast.mel, cast.mia, about_reports) for state in reports.STATES}

    def make_inbox(cast: Cast) -> inbox.Addresses:
        return inbox.addresses(cast, about_reports.word)

    world = build_world(name_of=name_of, make_reports=make_reports, make_inbox=make_inbox)
    for phase in Phase:
        if phase != Phase.JOINED:
            _plant_nomination(phase, world, about_votes)
    return Planted(world, about_reports, about_votes)


def _plant_nomination(phase: Phase, world: World, canaries: Canaries) -> None:
    """Make every word of a nomination a canary; what members say is written by the rows, in any phase."""
    cast, at, nomination = world.cast, clock.now(), world.nominations[phase]
    nomination.statement = canaries.word(f"{phase}: statement")
    nomination.nominee_email = f"{canaries.word(f'{phase}: email')}@example.net"
    nomination.save()
    Comment.objects.create(
        nomination=nomination, author=cast.mia, written_at=at, text=canaries.word(f"{phase}: comment")
    )
    Endorsement.objects.create(
        nomination=nomination, person=cast.mia, endorsed_at=at, text=canaries.word(f"{phase}: endorsement")
    )
    Interest.objects.create(
        nomination=nomination, person=cast.mia, declared_at=at, kind="other", text=canaries.word(f"{phase}: interest")
    )
    if nomination.stop_or_none:
        nomination.stop.reason = canaries.word(f"{phase}: stop")
        nomination.stop.save()


#: What somebody who hands in a report may type into it.
TYPED_BY_REPORTERS = (
    "summary", "description", "versions_tested", "versions_affected", "platform", "impact", "threat_model",
    "proof_of_concept", "minimal_patch", "known_elsewhere", "found_with", "asked_cna", "origin_id",
)  # fmt: skip


def _told(author: Person, determination: Determination, fields: dict[str, Any], canaries: Canaries) -> Report:
    """A closed or forwarded report whose reporter knows, with words in the message and the reason of the closing."""
    report = reports.coordinated(author, **fields)
    extra: dict[str, Any] = {
        Determination.FORWARDED: {"forwarded_to": canaries.word("closing: forwarded to")},
        Determination.ORDINARY_BUG: {"public_issue": f"https://example.org/{canaries.word('closing: issue')}"},
    }[determination]
    with clock.pretend(clock.now() - UNDO):
        reports_workflow.determine(
            report, determination, by=act_as(author), message=canaries.word("closing: message"),
            reason=canaries.word("closing: reason"), **extra,
        )  # fmt: skip
    return reports.fresh(reports_workflow.tell_outcome(report))


def _plant_report(state: str, author: Person, approver: Person, canaries: Canaries) -> Report:
    fields: dict[str, Any] = {name: canaries.word(f"{state}: {name}") for name in TYPED_BY_REPORTERS}
    fields |= {
        "reporter_name": canaries.word(f"{state}: reporter_name"),
        "reporter_email": f"{canaries.word(f'{state}: reporter_email')}@example.net",
        "credit_as": canaries.word(f"{state}: credit_as"),
    }
    hidden = state in {"drafted", "approved"}
    draft = replace(reports.DRAFT, cve_id=CVE_IDS.get(state, ""))
    if hidden:
        draft = replace(
            draft,
            title=canaries.word(f"{state}: title"),
            description=canaries.word(f"{state}: draft"),
            references=(Reference(ReferenceKind.FIX, f"https://example.org/{canaries.word(f'{state}: reference')}"),),
            credits=(CreditPart(canaries.word(f"{state}: credit"), CreditRole.REPORTER),),
        )
    makers = {
        "received": lambda: reports.received(**fields),
        "triage": lambda: reports.coordinated(author, **fields),
        "vulnerability": lambda: reports.determined(author, **fields),
        "drafted": lambda: reports.drafted(author, draft=draft, **fields),
        "approved": lambda: reports.approved(author, approver, draft=draft, **fields),
        "published": lambda: reports.published(author, approver, draft=draft, **fields),
        "offered": lambda: reports.offered(author, approver, **fields),
        "forwarded": lambda: _told(author, Determination.FORWARDED, fields, canaries),
        "undoable": lambda: reports.determined(author, Determination.NOT_A_BUG, **fields),
        "closed": lambda: _told(author, Determination.ORDINARY_BUG, fields, canaries),
    }
    report = makers[state]()
    canaries.places[report.reference.lower()] = f"{state}: reference"
    canaries.places[report.link_nonce.lower()] = f"{state}: link"
    note = reports_workflow.write_note(report, canaries.word(f"{state}: earlier note"), by=act_as(author))
    new, old = canaries.word(f"{state}: note"), note.body
    reports_workflow.edit_message(report, note, new, before=old, by=act_as(author))
    facts = replace(Facts.of(report), platform=canaries.word(f"{state}: corrected platform"))
    reports_workflow.correct(report, facts, revision=1, by=act_as(author))
    reports_workflow.write_message(report, canaries.word(f"{state}: message"), by=act_as(author))
    reports_workflow.reply(report, canaries.word(f"{state}: reply"), by=reports.holder_of(report))
    reports_workflow.note_reading(report, by=act_as(approver))
    return report


def _addresses(world: World, principal: str) -> Iterator[str]:
    """Yield every address for GET; of those that turn this principal away, one of each route.

    `test_matrix` asks for each of them, and compares what is hidden with what is missing byte by byte.
    """
    turned_away = set()
    for line in read():
        if line.method == "GET" and line.route not in {*BY_SECRET, "account_logout"}:
            answer = line.answers[principal]
            if not (line.is_ours and answer in TURNED_AWAY):
                yield path_of(line, world)
            elif (line.route, answer) not in turned_away:
                turned_away.add((line.route, answer))
                yield path_of(line, world)


def pages(world: World, principal: str, terms: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield every page that this principal can reach: all addresses we know, what they link to, and searches."""
    person = world.person(principal)
    client = Client() if person is None else sign_in(Client(), person)
    queue = deque(_addresses(world, principal))
    queue += [f"/advisories/?q={word}" for word in terms] + [f"/advisories/?q={word[:9]}" for word in terms[:3]]
    visited: set[str] = set()
    while queue and len(visited) < CRAWLED_AT_MOST:
        path = queue.popleft()
        if path in visited or path.startswith(("/static/", "/accounts/logout")):
            continue
        visited.add(path)
        response = client.get(path)
        yield path, response
        queue += [link.decode().replace("&amp;", "&") for link in LINK.findall(response.content)]


def meetings(world: World, principal: str, *kinds: Canaries) -> Iterator[tuple[str, list[str]]]:
    """Yield every address whose answer contains a planted word, with the places of the words."""
    canaries = reduce(or_, kinds)
    # One word of each field, of the last report or nomination that has it.
    terms = list({place.partition(": ")[2]: word for word, place in canaries.places.items()}.values())
    for path, response in pages(world, principal, terms):
        # A search and a redirect to the sign-in show again what was typed; anything beyond that would be a leak.
        body = response.content.decode(errors="replace")
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        if met := canaries.found_in(body, headers, typed=path):
            yield path, met


@pytest.mark.rule("POLICY-36", "ISO29147-10")
@pytest.mark.parametrize("principal", ["anonymous", "outsider", "former", "nofactor"])
def test_outsiders_find_no_planted_word_of_a_report_or_a_nomination(
    principal: str, planted: Planted, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        met = meetings(planted.world, principal, planted.reports, planted.votes)
        assert dict(met) == {}
    assert (planted.reports | planted.votes).found_in(caplog.text) == []


def test_the_council_finds_no_planted_word_of_a_report(planted: Planted, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert dict(meetings(planted.world, "council", planted.reports)) == {}
    assert planted.reports.found_in(caplog.text) == []


def test_the_crawl_of_a_member_finds_planted_words(planted: Planted) -> None:
    missed = {"received: summary", "triage: note", "open: statement", "declined: comment"}
    for _, places in meetings(planted.world, "member", planted.reports, planted.votes):
        missed -= set(places)
        if not missed:
            break
    assert missed == set()


def test_mail_about_a_report_contains_no_planted_word(planted: Planted) -> None:
    canaries, met = planted.reports, {}
    Notice.objects.filter(event__target__startswith="nominations.", deliveries=None).delete()
    messages = deliver()
    assert len(messages) > 50
    for message in messages:
        # What a mail to a reporter must say: where it goes, and their own private link.
        text = everything_in(message).replace(message.to[0], "")
        to_reporter = message.to[0].endswith("@example.net")
        places = [place for place in canaries.found_in(text) if not (to_reporter and place.endswith(": link"))]
        if places:
            met[message.subject] = places
    assert met == {}


def test_the_audit_log_and_the_sessions_contain_no_planted_word(planted: Planted) -> None:
    sign_in(Client(), planted.world.cast.mia).get("/dashboard/")
    rows = [f"{event.kind} {event.actor} {event.target} {event.data}".lower() for event in Event.objects.all()]
    sessions = [str(contents_of(session)).lower() for session in Session.objects.all()]
    met = [*planted.reports.found_in(*rows, *sessions), *planted.votes.found_in(*rows, *sessions)]
    assert (bool(rows), bool(sessions), met) == (True, True, [])


def test_the_page_of_the_audit_log_names_reports_by_number_and_nominees_by_name_and_says_no_more(
    planted: Planted,
) -> None:
    client, texts = sign_in(Client(), planted.world.cast.abel), list[str]()
    while not texts or 'rel="next"' in texts[-1]:
        texts.append(client.get(f"/manage/audit/?page={len(texts) + 1}").content.decode())
    # Everybody on record can be chosen in the filter as well.
    lines = [text.partition('class="log"')[2] for text in texts]
    assert len(texts) > 5
    for canaries, what in ((planted.reports, ": reference"), (planted.votes, ": nominee")):
        places = canaries.found_in(*lines)
        assert len(places) > 5
        assert [place for place in canaries.found_in(*texts) if not place.endswith(what)] == []


def test_public_pages_are_the_same_bytes_with_and_without_fifty_hidden_reports(planted: Planted) -> None:
    world = planted.world
    paths = [path_of(line, world) for line in read() if line.method == "GET" and line.answers["anonymous"] == "200"]
    public = [path for path in paths if "/accept/" not in path]

    def look() -> dict[str, tuple[int, bytes, dict[str, str]]]:
        answers = {}
        for path in public:
            response = Client().get(path)
            token = re.compile(rb'name="(csrfmiddlewaretoken|once)" value="[^"]+"')
            headers = {name: value for name, value in response.headers.items() if name not in {"ETag", "Expires"}}
            answers[path] = (response.status_code, token.sub(b"", response.content), headers)
        return answers

    at = clock.now()
    with time_machine.travel(at, tick=False), clock.pretend(at):
        without = look()
        for number in range(50):
            reports.received(summary=f"Hidden {number}")
        reports.drafted(world.cast.mel, draft=replace(reports.DRAFT, cve_id="CVE-2098-7777"))
        nominations.decided(world.cast, DecisionKind.VETO, nominee=make_person("Hidden Nominee", github=""))
        assert look() == without
