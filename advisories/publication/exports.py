"""Addresses, records as bytes and announcement of one advisory: what leaves the portal about it.

Pure functions of an advisory's content; only addresses and the CNA's name come from the settings.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from advisories.records import cve, mail, osv
from advisories.records.content import AdvisoryContent
from advisories.records.reading import JsonObject, RecordError
from advisories.records.vocabulary import ReferenceKind

#: cve.org's page of one record.
_CVE_PAGE = "https://www.cve.org/CVERecord?id={}"

#: ZIP cannot say "no time", and the archive of the same records must be the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def as_published(content: AdvisoryContent, at: datetime, number: int) -> AdvisoryContent:
    """Return the content of a draft as publishing it at `at`, to the second, with this number would make it."""
    moment = at.replace(microsecond=0)
    return replace(content, psf_id=f"PSF-{moment.year}-{number}", published=moment, modified=moment)


def page_url(content: AdvisoryContent) -> str:
    """Return the address of the public page, with scheme and host."""
    return settings.SITE_URL + reverse("advisories:detail", args=[content.psf_id])


def cve_url(cve_id: str) -> str:
    """Return the address of the CVE record's own page."""
    return _CVE_PAGE.format(cve_id)


def as_json(document: JsonObject) -> bytes:
    """Return a record as it is served: UTF-8, indented, one line feed at the end."""
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


def osv_record(content: AdvisoryContent) -> bytes:
    """Return the OSV record; raises RecordError where the content makes none."""
    return as_json(osv.build(content))


def cve_record(content: AdvisoryContent) -> bytes:
    """Return the CVE record; raises RecordError where there is not enough for one, as in some imported advisories."""
    document = cve.build(
        content,
        org_id=settings.CVE_ORG_ID,
        short_name=settings.CVE_SHORT_NAME,
        generator=f"psrt-portal {settings.PORTAL_VERSION}",
    )
    return as_json(document)


def has_cve_record(content: AdvisoryContent) -> bool:
    """Return whether there is enough for a CVE record."""
    try:
        cve_record(content)
    except RecordError:
        return False
    return True


def announcement(content: AdvisoryContent) -> tuple[str, str]:
    """Return subject and body of the mail to the announcement list; raises RecordError."""
    fixes = [reference.url for reference in content.references if reference.kind is ReferenceKind.FIX]
    # A pull request says more than its commits.
    fixes.sort(key=lambda url: "/pull/" not in url)
    others = [reference.url for reference in content.references]
    if not others:
        raise RecordError("references", "at least one is needed, to show where the fix is")
    return mail.announcement(
        content,
        record_url=cve_url(content.cve_id or ""),
        fix_url=next(iter(fixes), others[0]),
        page_url=page_url(content),
    )


def archive(contents: Iterable[AdvisoryContent]) -> bytes:
    """Return all OSV records in one ZIP; the same records give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        for content in contents:
            entry = zipfile.ZipInfo(f"{content.psf_id}.json", _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            file.writestr(entry, osv_record(content))
    return buffer.getvalue()


@dataclass(frozen=True)
class Output:
    """One of the things that publishing makes; `fault` says why it cannot be made yet."""

    name: str
    text: str
    fault: str = ""


def outputs(content: AdvisoryContent) -> list[Output]:
    """Return what would be published besides the page, exactly as it would be."""

    def mail_text() -> str:
        subject, body = announcement(content)
        return f"Subject: {subject}\n\n{body}"

    makers = {
        "OSV record": lambda: osv_record(content).decode(),
        "CVE record": lambda: cve_record(content).decode(),
        "Announcement": mail_text,
    }
    results = []
    for name, make in makers.items():
        try:
            results.append(Output(name, make()))
        except RecordError as error:
            results.append(Output(name, "", f"{error}."))
    return results
