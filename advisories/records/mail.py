"""The announcement on security-announce (developer's guide, "Python Security Response Team"), as plain text."""

from advisories.records.content import AdvisoryContent
from advisories.records.cvss import Severity, score
from advisories.records.reading import RecordError
from advisories.records.vocabulary import SeverityType


def announcement(content: AdvisoryContent, *, record_url: str, fix_url: str, page_url: str) -> tuple[str, str]:
    """Return subject and body, byte for byte as they are sent; lines end in a line feed and are not wrapped.

    `record_url` is the CVE record's address, `fix_url` the pull request's, `page_url` the advisory's own. RecordError
    where the advisory has no CVE ID, title or description, or no severity of at least low.
    """
    content.check()
    if content.cve_id is None:
        raise RecordError("aliases", "there is no CVE ID, with which the subject begins")
    title = " ".join(content.title.split())
    if not title:
        raise RecordError("title", "is missing")
    description = "\n".join(content.description.strip().splitlines())
    if not description:
        raise RecordError("description", "is missing")
    body = f"""\
There is a {_severity(content).upper()} severity vulnerability affecting {content.facts.label}.

{description}

Please see the CVE record for the latest information on affected versions:

* CVE record: {record_url}
* Fix: {fix_url}
* Advisory: {page_url}
"""
    return f"[{content.cve_id}] {title}", body


def _severity(content: AdvisoryContent) -> Severity:
    """Return the severity by the version 4 vector, or for an older advisory by the first it has."""
    vectors = [entry.score for entry in content.severities if entry.type is not SeverityType.UBUNTU]
    vector = content.cvss_v4 or next(iter(vectors), None)
    if vector is None:
        raise RecordError("severity", "is missing; a CVSS version 4 vector gives it")
    severity = score(vector).severity
    if severity is Severity.NONE:
        raise RecordError("severity", "is none, and what has no impact is not announced")
    return severity
