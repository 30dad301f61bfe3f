"""What the newest reading of each channel says of one person. Checklists show it, and are held to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from members.models import DriftCheck, Finding, FindingKind, Person, Reading


@dataclass(frozen=True)
class Sighting:
    """One channel, read at `at`."""

    check: DriftCheck
    at: datetime
    error: str
    """Why the channel could not be read, in words; then nothing else is known."""
    finding: Finding | None
    """What stands out about the person there; None when nothing does."""

    @property
    def is_still_in(self) -> bool:
        """Somebody who has left the team was seen there."""
        return self.finding is not None and self.finding.kind == FindingKind.LEFT


def sightings(person: Person) -> Mapping[int, Sighting]:
    """By the key of the channel; channels that were never read are not in it. Two queries."""
    findings = Finding.objects.filter(person=person)
    readings = Reading.objects.newest().select_related("check_run").prefetch_related(Prefetch("findings", findings))
    return {
        reading.channel_id: Sighting(
            check=reading.check_run,
            at=reading.check_run.finished_at,
            error=reading.error,
            finding=next(iter(reading.findings.all()), None),
        )
        for reading in readings
        if reading.check_run.finished_at
    }
