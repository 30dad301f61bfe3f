"""Random words in every confidential field; whatever an outsider can reach is searched for them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest
from django.core import mail
from django.db import models
from django.test import Client

from advisories.publication import workflow as publication_workflow
from advisories.publication.drafting import Draft
from advisories.publication.models import Advisory, Credit
from advisories.records.parts import CreditPart, Reference
from advisories.records.vocabulary import CreditRole, ReferenceKind
from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination
from advisories.reports.models import UNDO, Correction, Facts, Look, Message, MessageVersion, Report
from audit import clock
from audit.models import Event
from tests.advisories import factories
from tests.advisories.factories import DRAFT, SUBMISSION, follow_path
from tests.cast import Browse, Cast, act_as

# What is crawled is not tested here, and counting its lines costs as much again.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

#: Fields that hold no words of anybody: ids, moments, numbers, words of a vocabulary, hashes.
WORDLESS = {
    "Report": {
        "id", "determination", "fingerprint", "link_nonce", "reference", "fixed_on_main", "origin", "forward_outcome",
    },
    "Message": {"id", "fingerprint"},
    "MessageVersion": {"id"},
    "Correction": {"id"},
    "Look": set(),
    "Advisory": {
        "id", "psf_id", "project_facts", "schema_version", "spelling", "extras", "severity", "affected",
        "version_ranges", "rating", "cve_id", "aliases", "weaknesses",
    },
    "Credit": {"role", "contacts", "extras"},
}  # fmt: skip

#: Parts of a submission that hold no words of anybody.
UNTYPED = {"project_id", "checked_by_person", "fixed_on_main", "origin"}
#: What the team keeps of a report, and its reporter does not see.
HIDDEN = {"reporter_email", "origin_id", "origin_link"}


def word() -> str:
    return "canary" + secrets.token_hex(6)


@dataclass(frozen=True)
class World:
    """A report with a word in each of its fields, in its conversation and in its draft."""

    report: Report
    submitted: dict[str, str]
    note: str
    message: str
    draft: dict[str, str]
    before: tuple[str, str]
    """What a fact and a note said before they were changed."""

    @property
    def texts(self) -> set[str]:
        return {*self.submitted.values(), self.note, self.message, *self.draft.values(), *self.before}

    @property
    def secrets(self) -> set[str]:
        """Ids count as well: they would say that there is something."""
        advisory = self.report.advisory.pk
        ids = {self.report.reference, str(self.report.pk), self.report.pk.hex, str(advisory), advisory.hex}
        return self.texts | ids | {self.report.link_nonce, "CVE-2099-7777"}


@pytest.fixture
def world(cast: Cast) -> World:
    text_fields = [field.name for field in fields(SUBMISSION) if field.name not in UNTYPED]
    submitted = {name: word() for name in text_fields}
    before = word()
    typed = {**submitted, "reporter_email": f"{submitted['reporter_email']}@example.net"}
    report = factories.coordinated(cast.mel, **{**typed, "platform": before})
    note, message, earlier = word(), word(), word()
    typed_note = reports_workflow.write_note(report, f"a {earlier} b", by=act_as(cast.mel))
    reports_workflow.edit_message(report, typed_note, f"a {note} b", before=f"a {earlier} b", by=act_as(cast.mel))
    facts = replace(Facts.of(report), platform=submitted["platform"])
    reports_workflow.correct(report, facts, revision=1, by=act_as(cast.mel))
    reports_workflow.look(report, by=act_as(cast.mel), at=clock.now())
    reports_workflow.write_message(report, message, by=act_as(cast.mel))
    reports_workflow.determine(report, Determination.VULNERABILITY, by=act_as(cast.mel))
    report = factories.fresh(report)
    draft = {name: word() for name in ("title", "description", "credit", "reference", "module")}
    publication_workflow.start_draft(report, _draft(draft), by=act_as(cast.mel))
    with clock.pretend(clock.now() + UNDO):
        reports_workflow.tell_outcome(report)
    return World(factories.fresh(report), submitted, note, message, draft, (before, earlier))


def _draft(texts: dict[str, str]) -> Draft:
    return replace(
        DRAFT,
        cve_id="CVE-2099-7777",
        title=texts["title"],
        description=texts["description"],
        credits=(CreditPart(texts["credit"], CreditRole.REPORTER),),
        references=(Reference(ReferenceKind.FIX, f"https://example.org/{texts['reference']}"),),
        modules=(texts["module"],),
    )


def texts(row: models.Model) -> dict[str, str]:
    kinds = (models.CharField, models.TextField, models.JSONField)
    return {field.name: str(getattr(row, field.name)) for field in row._meta.fields if isinstance(field, kinds)}


def test_every_text_field_holds_a_canary(world: World) -> None:
    """A new field without one fails here, and so comes into the search below."""
    advisory = factories.fresh_advisory(world.report)
    rows: list[models.Model] = [world.report, advisory, *advisory.credits.all()]
    rows += world.report.messages.system("a test looks")
    for model in (MessageVersion, Correction, Look):
        rows += model.objects.system("a test looks")
    bare = {
        f"{type(row).__name__}.{name}"
        for row in rows
        for name, text in texts(row).items()
        if "canary" not in text and name not in WORDLESS[type(row).__name__]
    }
    assert bare - {"Report.forwarded_to", "Report.public_issue"} == set()
    assert {type(row) for row in rows} == {Report, Advisory, Credit, Message, MessageVersion, Correction, Look}


def addresses(world: World) -> Iterator[str]:
    yield from (
        "/", "/members/", "/members/members.json", "/members/psrt.csv", "/members/mel-member/", "/members/join/",
        "/members/responsibilities/", "/nominations/", "/advisories/", "/advisories/feed.atom", "/advisories/osv.zip",
        "/report/", "/reports/", "/reports/?show=all", "/dashboard/", "/readyz", "/nowhere/",
        "/.well-secret/security.txt",
    )  # fmt: skip
    for secret in sorted(world.secrets):
        yield f"/advisories/?q={secret}"
        yield f"/advisories/?q={secret[:9]}"
        yield f"/advisories/{secret}/"
        yield f"/advisories/{secret}/osv.json"
        yield f"/reports/{secret}/"
        yield f"/report/{secret}/"
    for page in ("advisory/", "advisory/preview/", "advisory/publish/"):
        yield f"/reports/{world.report.reference}/{page}"


def canaries_in(content: bytes, address: str, world: World) -> set[str]:
    """Canaries on a page, except those that its own address brought."""
    return {secret for secret in world.secrets if secret.encode() in content and secret[:9] not in address}


@pytest.mark.rule("POLICY-36", "ISO29147-10")
@pytest.mark.parametrize("who", ["", "sam", "emil", "olga"])
def test_nothing_confidential_reaches_an_outsider(cast: Cast, browse: Browse, world: World, who: str) -> None:
    client = browse(getattr(cast, who) if who else None)
    leaks = {}
    for address in addresses(world):
        response = client.get(address)
        headers = "".join(f"{name}: {value}" for name, value in response.headers.items())
        if leaked := canaries_in(response.content + headers.encode(), address, world):
            leaks[address] = leaked
    assert leaks == {}


def test_the_reporter_of_another_report_reaches_nothing_of_this_one(client: Client, world: World) -> None:
    other = factories.received()
    page = client.get(follow_path(other)).content
    answer = client.post(f"{follow_path(other)}reply/", {"body": ""}).content
    assert canaries_in(page + answer, "", world) == set()


def test_the_reporter_sees_their_words_and_none_of_the_teams(client: Client, world: World) -> None:
    page = client.get(follow_path(world.report)).content
    shown = canaries_in(page, "", world)
    own = {text for name, text in world.submitted.items() if name not in HIDDEN}
    assert shown - {world.report.link_nonce} == {*own, world.message, world.report.reference, world.report.pk.hex}


def test_publication_shows_the_draft_and_nothing_of_the_report(cast: Cast, client: Client, world: World) -> None:
    publication_workflow.approve(world.report, revision=1, by=act_as(cast.mia))
    advisory = publication_workflow.publish(world.report, revision=1, by=act_as(cast.mel))
    pages = b"".join(
        client.get(f"/advisories/{rest}").content
        for rest in (
            "",
            "feed.atom",
            f"{advisory.psf_id}/",
            f"{advisory.psf_id}/osv.json",
            f"{advisory.psf_id}/cve.json",
        )
    )
    assert canaries_in(pages, "", world) == {*world.draft.values(), "CVE-2099-7777"}


def test_the_log_holds_ids_and_no_words(world: World) -> None:
    rows = repr(list(Event.objects.values()))
    assert [text for text in world.texts if text in rows] == []


def test_mail_and_cookies_hold_no_words(cast: Cast, browse: Browse, world: World) -> None:
    client = browse(cast.mel)
    client.post(f"/reports/{world.report.reference}/note/", {"body": world.note})
    held = "".join(f"{message.subject}{message.body}{message.extra_headers}" for message in mail.outbox)
    held += client.cookies.output()
    assert [text for text in world.texts if text in held] == []


def test_fifty_hidden_reports_change_no_byte_for_an_outsider(cast: Cast, browse: Browse) -> None:
    public = ["/", "/members/", "/advisories/", "/advisories/osv.zip", "/members/members.json"]
    private = ["/reports/", "/dashboard/", "/nominations/"]
    clients: list[tuple[Client, list[str]]] = [(Client(), public), (browse(cast.olga), public + private)]
    clients += [(browse(cast.emil), public + private)]

    def world() -> list[Any]:
        with clock.pretend(clock.now().replace(minute=0, second=0, microsecond=0)):
            return [_steady(client.get(address).content) for client, paths in clients for address in paths]

    before = world()
    for number in range(10):
        factories.drafted(cast.mel, draft=replace(DRAFT, cve_id=f"CVE-2099-8{number:03}"))
        for _ in range(4):
            factories.received()
    assert world() == before


def _steady(content: bytes) -> bytes:
    """Without the form tokens, which differ each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)
