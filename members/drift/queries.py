"""What the last readings of the channels say: of one person, for checklists, and of everybody, for the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from members.boarding.models import OffboardingStep, OnboardingStep
from members.channels.models import Channel, ChannelKind
from members.drift.connectors import server_of
from members.drift.models import DriftCheck, Finding, FindingKind, FindingQuerySet, Reading
from members.people.models import Person


@dataclass(frozen=True)
class Sighting:
    """One channel, read at `at`."""

    check: DriftCheck
    at: datetime
    error: str
    """Why the channel could never be read, in words; then nothing else is known."""
    finding: Finding | None
    """What stands out about the person there; None when nothing does."""

    @property
    def is_still_in(self) -> bool:
        """Somebody who has left the team was seen there."""
        return self.finding is not None and self.finding.kind == FindingKind.LEFT

    def contradicts(self, step: OffboardingStep) -> bool:
        """Whether they were seen there although the step had been ticked off before."""
        return self.is_still_in and step.done_at is not None and self.at > step.done_at

    def misses(self, step: OnboardingStep) -> bool:
        """Whether they were not seen there although the step had been ticked off before."""
        is_ticked = step.done_at is not None and self.at > step.done_at
        return is_ticked and not (self.error or step.not_needed or step.confirmed_at)


def sightings(person: Person) -> Mapping[int, Sighting]:
    """By the key of the channel; channels that were never read are not in it. Four queries."""
    findings = Prefetch("findings", Finding.objects.filter(person=person))
    both = (Reading.objects.newest(), Reading.objects.newest_that_was_read())  # an outage hides nothing that was seen
    readings = [reading for some in both for reading in some.select_related("check_run").prefetch_related(findings)]
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


def standing_findings() -> FindingQuerySet:
    """Everything that stands out in the channels that are read today: by a server, or as a pasted list."""
    channels = Channel.objects.in_use()
    read = [one.pk for one in channels if one.kind == ChannelKind.LIST or server_of(one.kind)]
    return Finding.objects.standing().filter(reading__channel__in=read)
