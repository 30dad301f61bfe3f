"""Texts of the demo's invented reports and advisories. None of it is a real vulnerability."""

from __future__ import annotations

from advisories.publication.drafting import Draft
from advisories.records.parts import CreditPart, Reference, VersionRange
from advisories.records.vocabulary import CreditRole, ReferenceKind
from advisories.reports.enums import FixedOnMain
from advisories.reports.models import Submission

_COMMIT = "https://github.com/python/cpython/commit/"


def submission(summary: str, *, project: str = "cpython", reporter: str = "Robin Reporter") -> Submission:
    """Return the report form as an invented reporter filled it in."""
    return Submission(
        project_id=project,
        summary=summary,
        description=f"{summary}. The attached lines show it on a fresh build; nothing else is needed to reproduce it.",
        versions_tested="3.11.13, 3.12.9, 3.13.5 and the main branch of this week",
        versions_affected="3.12.9, 3.13.5, main",
        fixed_on_main=FixedOnMain.NO,
        platform="Linux on x86-64; nothing in it depends on the platform",
        threat_model="The documentation says that this may read files from strangers.",
        found_with="A fuzzer, and by reading the code.",
        impact="Somebody who can hand a file to the program makes it stop answering. The file comes from outside.",
        proof_of_concept="python3 -c 'print(\"an invented proof\")'  # exits with 1 where affected, else with 0",
        known_elsewhere="Not public, and told to nobody else.",
        checked_by_person=True,
        reporter_name=reporter,
        reporter_email=f"{reporter.split()[0].lower()}@example.org",
        credit_as=reporter,
    )


def draft(title: str, cve_id: str, vector: str, *, project: str = "cpython", weakness: str = "CWE-835") -> Draft:
    """Return a complete invented advisory; the commit is made from the CVE ID."""
    commit = cve_id.removeprefix("CVE-").replace("-", "").ljust(40, "a")
    repo = _COMMIT if project == "cpython" else "https://github.com/pypa/pip/commit/"
    ranges = (
        (VersionRange("0", "3.11.14"), VersionRange("3.12.0", "3.12.12"), VersionRange("3.13.0", "3.13.6"))
        if project == "cpython"
        else (VersionRange("0", "25.3"),)
    )
    return Draft(
        title=title,
        description=f"{title}.\n\nA program that reads input it did not make can be stopped this way. "
        "Update to a version with the fix; there is no other remedy.\n\nThis advisory is invented.",
        cve_id=cve_id,
        vector=vector,
        weaknesses=(weakness,),
        modules=("tarfile",) if project == "cpython" else (),
        version_ranges=ranges,
        references=(
            Reference(ReferenceKind.FIX, f"{repo}{commit}"),
            Reference(ReferenceKind.REPORT, "https://example.org/issues/1"),
            Reference(ReferenceKind.ADVISORY, "https://example.org/announcements/1"),
        ),
        credits=(
            CreditPart("Robin Reporter", CreditRole.REPORTER),
            CreditPart("Cleo Dolor", CreditRole.COORDINATOR),
            CreditPart("Dario Amet", CreditRole.REMEDIATION_DEVELOPER),
            CreditPart("Enid Tempor", CreditRole.REMEDIATION_REVIEWER),
        ),
        credits_settled=True,
    )
