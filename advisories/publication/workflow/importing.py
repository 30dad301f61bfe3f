"""Importing advisories that were published before, from their OSV records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from advisories.publication.events import AdvisoryEvent
from advisories.publication.models import Advisory, Credit
from advisories.publication.workflow.publishing import reserve_numbers
from advisories.records.content import AdvisoryContent
from audit import clock
from audit.log import record


@dataclass(frozen=True)
class ImportFault:
    """The reason why one of the records cannot be taken."""

    psf_id: str
    reason: str


class ImportFaults(Exception):  # noqa: N818  it is their collection
    """Some records contradict the portal or one another; nothing was written."""

    def __init__(self, faults: Sequence[ImportFault]) -> None:
        super().__init__("\n".join(f"{fault.psf_id}: {fault.reason}" for fault in faults))
        self.faults = list(faults)


@dataclass
class ImportOutcome:
    """The PSF ids of an import's records, by what became of them."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@transaction.atomic
def import_osv(
    contents: Sequence[AdvisoryContent], *, progress: Callable[[int], None] = lambda count: None
) -> ImportOutcome:
    """Take in what `records.osv.parse` read; compares content, so a second import of the same changes nothing.

    One event for all of them, none when nothing is new. Raises `ImportFaults` with every record that cannot be taken;
    then nothing is written. `progress` is called with the number of records done.
    """
    at = clock.now()
    ids = [content.psf_id for content in contents]
    stored = {
        advisory.psf_id: advisory
        for advisory in Advisory.objects.system("an import compares with what is there").whole().filter(psf_id__in=ids)
    }
    faults = _faults(contents, stored)
    if faults:
        raise ImportFaults(faults)
    outcome, written = ImportOutcome(), []
    for count, content in enumerate(contents, start=1):
        advisory = stored.get(content.psf_id)
        if advisory is not None and advisory.content() == content:
            outcome.unchanged.append(content.psf_id)
        else:
            (outcome.changed if advisory else outcome.created).append(content.psf_id)
            written.append(_write(advisory, content, at).pk)
        progress(count)
    reserve_numbers(ids)
    if written:
        record(AdvisoryEvent.IMPORTED, target="advisories.advisory", by=None, at=at, advisories=written)
    return outcome


def _write(advisory: Advisory | None, content: AdvisoryContent, at: datetime) -> Advisory:
    advisory = advisory or Advisory(created_at=at)
    advisory.fill(content)
    advisory.credits_settled = True
    advisory.save()
    advisory.credits.system("an import replaces the credits of its record").delete()
    Credit.objects.bulk_create(Credit.rows(advisory, content.credits))
    return advisory


def _faults(contents: Iterable[AdvisoryContent], stored: dict[str | None, Advisory]) -> list[ImportFault]:
    faults, ids = [], set()
    own = _own_cve_ids(contents)
    for content in contents:
        advisory = stored.get(content.psf_id)
        is_own = advisory is not None and advisory.report_id is not None
        if content.psf_id in ids:
            faults.append(ImportFault(content.psf_id, "stands twice in what is imported."))
        elif advisory is not None and is_own and advisory.content() != content:
            faults.append(ImportFault(content.psf_id, "was published here; a record of elsewhere does not change it."))
        elif not is_own and content.cve_id in own:
            faults.append(ImportFault(content.psf_id, f"{content.cve_id} belongs to {own[content.cve_id]}."))
        ids.add(content.psf_id)
    return faults


def _own_cve_ids(contents: Iterable[AdvisoryContent]) -> dict[str, str]:
    """Return the CVE IDs of advisories written here. Some pairs of records of elsewhere share one."""
    wanted = {content.cve_id for content in contents if content.cve_id}
    rows = Advisory.objects.system("an import looks for CVE IDs that are taken")
    pairs = rows.filter(cve_id__in=wanted, report__isnull=False).values_list("cve_id", "psf_id")
    return {cve_id: psf_id or "a draft" for cve_id, psf_id in pairs}
