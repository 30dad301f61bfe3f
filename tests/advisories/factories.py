"""Reports in every phase and advisories, by the verbs that make real ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from advisories.publication import workflow as publication_workflow
from advisories.publication.drafting import Draft, read_credits, read_ranges, read_references
from advisories.publication.models import Advisory
from advisories.records.content import AdvisoryContent
from advisories.records.parts import CreditPart, Reference, SeverityEntry
from advisories.records.vocabulary import CreditRole, ReferenceKind, SeverityType
from advisories.reports import links
from advisories.reports import workflow as reports_workflow
from advisories.reports.doors import LinkHolder
from advisories.reports.enums import PUBLIC_ISSUE, Determination
from advisories.reports.models import UNDO, Report, Submission
from audit import clock
from members.people.models import Person
from tests.cast import Cast, act_as
from tests.formats.projects import CPYTHON

#: 6.9, medium.
VECTOR = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N"
#: 8.7, high.
HIGH_VECTOR = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N"

SUBMISSION = Submission(
    project_id="cpython",
    summary="Reading a crafted archive never returns",
    description="A member with a negative size makes the reader step back.",
    versions_tested="3.13.5, 3.12.11",
    versions_affected="3.13.5",
    impact="Anybody who can upload an archive stops the service.",
    proof_of_concept="import tarfile",
    reporter_name="Remy Reporter",
    reporter_email="remy@example.net",
    credit_as="R. Reporter",
)

DRAFT = Draft(
    title="Endless loop while reading tar archives",
    description="Reading a crafted archive with `tarfile` never returns.",
    cve_id="CVE-2099-1001",
    vector=HIGH_VECTOR,
    weaknesses=("CWE-835",),
    modules=("tarfile",),
    version_ranges=read_ranges("before 3.12.12\n3.13.0 before 3.13.6"),
    references=read_references("FIX https://github.com/python/cpython/pull/1"),
    credits=read_credits("R. Reporter, reporter\nMel Member, coordinator"),
    credits_settled=True,
)

_counter = iter(range(1, 1_000_000))


def holder_of(report: Report) -> LinkHolder:
    """Return the holder of this report's private link."""
    return LinkHolder(report.pk, report.link_nonce)


def follow_path(report: Report) -> str:
    """The reporter's page."""
    return links.path_of(report)


def fresh(report: Report) -> Report:
    """The report as it is in the database now."""
    return Report.objects.system("a test looks").whole().get(pk=report.pk)


def fresh_advisory(report: Report) -> Advisory:
    """Its advisory as it is in the database now, with its credits."""
    return Advisory.objects.system("a test looks").whole().get(report=report)


def original_of(report: Report) -> Report:
    """The report that a duplicate repeats."""
    return Report.objects.system("a test looks").select_related("duplicate_of").get(pk=report.pk).duplicate_of  # type: ignore[return-value]


def received(*, days_ago: float = 1, **fields: Any) -> Report:
    """A report that nobody has taken."""
    with clock.pretend(clock.now() - timedelta(days=days_ago)):
        return fresh(reports_workflow.hand_in(replace(SUBMISSION, **fields), once=f"factory-{next(_counter)}"))


def coordinated(by: Person, **fields: Any) -> Report:
    """A report in triage."""
    return fresh(reports_workflow.coordinate(received(**fields), by=act_as(by)))


def determined(by: Person, determination: Determination = Determination.VULNERABILITY, **fields: Any) -> Report:
    """A report that somebody coordinates and has determined."""
    extra: dict[str, Any] = {}
    if determination is Determination.DUPLICATE:
        extra = {"duplicate_of": received()}
    if determination is Determination.FORWARDED:
        extra = {"forwarded_to": "the maintainers of Example"}
    if determination in PUBLIC_ISSUE:
        extra = {"public_issue": "https://github.com/python/cpython/issues/1"}
    report = coordinated(by, **fields)
    return fresh(reports_workflow.determine(report, determination, by=act_as(by), **extra))


def settled(by: Person, determination: Determination = Determination.VULNERABILITY, **fields: Any) -> Report:
    """A report whose determination cannot be undone any more, and whose reporter was told."""
    with clock.pretend(clock.now() - UNDO):
        report = determined(by, determination, **fields)
    return fresh(reports_workflow.tell_outcome(report))


def offered(by: Person, to: Person, **fields: Any) -> Report:
    """A report in triage that somebody else is asked to coordinate."""
    return fresh(reports_workflow.offer(coordinated(by, **fields), to, by=act_as(by)))


def handed_over(report: Report, to: Person, by: Person) -> Report:
    """The report with another coordinator, who was asked and has agreed."""
    asked = reports_workflow.offer(report, to, by=act_as(by))
    return fresh(reports_workflow.accept_offer(asked, by=act_as(to)) if to != by else asked)


def reopened(report: Report, by: Person) -> Report:
    """The report, open again."""
    return fresh(reports_workflow.reopen(report, "Somebody looked again.", by=act_as(by)))


def forwarded(by: Person) -> Report:
    """A report that waits for the maintainers of another project; its reporter knows."""
    return settled(by, Determination.FORWARDED)


def drafted(by: Person, *, draft: Draft = DRAFT, **fields: Any) -> Report:
    """A vulnerability with a draft that has everything but the approval."""
    report = settled(by, **fields)
    publication_workflow.start_draft(report, draft, by=act_as(by))
    return fresh(report)


def approved(by: Person, approver: Person, *, draft: Draft = DRAFT, **fields: Any) -> Report:
    """A vulnerability whose draft a second member has approved."""
    report = drafted(by, draft=draft, **fields)
    publication_workflow.approve(report, revision=1, by=act_as(approver))
    return fresh(report)


def published(by: Person, approver: Person, *, draft: Draft = DRAFT, **fields: Any) -> Report:
    """A vulnerability whose advisory is public."""
    report = approved(by, approver, draft=draft, **fields)
    publication_workflow.publish(report, revision=1, by=act_as(by))
    return fresh(report)


def _draft(number: int) -> Draft:
    return replace(DRAFT, cve_id=f"CVE-2099-{number}")


#: Each state that a page or a rule tells apart; all of them are mel's.
STATES: dict[str, Callable[[Cast], Report]] = {
    "received": lambda cast: received(),
    "triage": lambda cast: coordinated(cast.mel),
    "offered": lambda cast: offered(cast.mel, cast.rita),
    "vulnerability": lambda cast: settled(cast.mel),
    "drafted": lambda cast: drafted(cast.mel, draft=_draft(1002)),
    "approved": lambda cast: approved(cast.mel, cast.mia, draft=_draft(1003)),
    "published": lambda cast: published(cast.mel, cast.mia),
    "forwarded": lambda cast: forwarded(cast.mel),
    "undoable": lambda cast: determined(cast.mel, Determination.NOT_A_BUG),
    "closed": lambda cast: settled(cast.mel, Determination.NOT_A_BUG),
}


def in_state(cast: Cast, state: str) -> Report:
    """One report in one of `STATES`."""
    return STATES[state](cast)


def every_state(cast: Cast) -> dict[str, Report]:
    """One report in each."""
    return {state: in_state(cast, state) for state in STATES}


def content(number: int = 1, *, year: int = 2024, **fields: Any) -> AdvisoryContent:
    """A published advisory of elsewhere, as an OSV record has it."""
    moment = datetime(year, 3, 1, 12, tzinfo=UTC) + timedelta(days=number % 300)
    return replace(
        AdvisoryContent(
            psf_id=f"PSF-{year}-{number}",
            project=CPYTHON,
            modified=moment,
            published=moment,
            aliases=(f"CVE-{year}-{10_000 + number}",),
            title=f"Old advisory {number}",
            description="Something *old*.",
            severity=(SeverityEntry(SeverityType.CVSS_V4, VECTOR),),
            weaknesses=("CWE-835",),
            references=(Reference(ReferenceKind.WEB, f"https://example.org/{number}"),),
            credits=(CreditPart("Old Finder", CreditRole.FINDER),),
        ),
        **fields,
    )


def imported(*contents: AdvisoryContent) -> list[Advisory]:
    """Published advisories without a report."""
    publication_workflow.import_osv(contents)
    ids = [content.psf_id for content in contents]
    rows = Advisory.objects.published().whole().in_bulk(ids, field_name="psf_id")
    return [rows[psf_id] for psf_id in ids]
