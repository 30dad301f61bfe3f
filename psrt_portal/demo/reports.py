"""The demo's reports: one in each phase, made by the real verbs at pretended moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from advisories.publication import workflow as publication
from advisories.publication.drafting import Draft
from advisories.reports import workflow as reports
from advisories.reports.doors import LinkHolder
from advisories.reports.enums import Determination
from advisories.reports.models import UNDO, Facts, Report, SplitPart
from audit import clock
from members.people.models import Person
from members.people.policy import Actor, actor_of
from psrt_portal.demo import texts

_DAY = timedelta(days=1)
_ISSUE = "https://github.com/python/cpython/issues/0"
_VULNERABILITY = Determination.VULNERABILITY
_HIGH = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N"
_CRITICAL = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
_MEDIUM = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N"
_LOW = "CVSS:4.0/AV:L/AC:H/AT:P/PR:L/UI:P/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N"

#: Published long enough ago to fill the chart: days ago, title, CVE ID, vector, project, weakness.
_PUBLISHED = (
    (30, "Endless loop while reading tar archives with negative offsets", "CVE-2099-1001", _HIGH, "cpython", "CWE-835"),
    (75, "Links in archives can leave the target folder", "CVE-2099-1002", _MEDIUM, "pip", "CWE-22"),
    (230, "Header folding is not checked in e-mail messages", "CVE-2099-1003", _LOW, "cpython", "CWE-93"),
    (400, "Quadratic work on nested brackets in addresses", "CVE-2098-1004", _MEDIUM, "cpython", "CWE-407"),
    (610, "Certificates with an empty name are accepted", "CVE-2098-1005", _HIGH, "cpython", "CWE-295"),
    (700, "A wheel's scripts can overwrite other files", "CVE-2097-1006", _CRITICAL, "pip", "CWE-22"),
    (880, "Long chains of redirects exhaust memory", "CVE-2097-1007", _MEDIUM, "cpython", "CWE-400"),
    (1010, "A host name with a line break splits the request", "CVE-2096-1008", _MEDIUM, "cpython", "CWE-93"),
)


class ReportHistory:
    """Play the reports and advisories; every method takes how many days ago it was."""

    def __init__(self, people: Mapping[str, Person], now: datetime) -> None:
        self.people = people
        self.now = now

    def play(self) -> None:
        """Make a report in each phase, and a few published advisories."""
        for days, title, cve_id, vector, project, weakness in reversed(_PUBLISHED):
            self._publish(days, texts.draft(title, cve_id, vector, project=project, weakness=weakness))
        self._hand_in(1, "A crafted certificate crashes the handshake")
        self._hand_in(4, "A wheel with two metadata files installs the wrong one", project="pip")
        self._triage(12, "Cookies with a NUL are sent to the wrong host", "dario")
        self._remedy(78, "Reading a crafted archive never returns", "cleo")
        self._remedy(45, "Temporary files are readable by others for a moment", "cleo", drafted=True)
        self._close(33, "Pickle runs code from untrusted input", Determination.NOT_A_BUG)
        self._close(60, "The debug build asserts on an empty label", Determination.ORDINARY_BUG, public_issue=_ISSUE)
        self._close(48, "Names of temporary folders can be guessed", Determination.HARDENING, public_issue=_ISSUE)
        self._close(26, "The new parser accepts two roots", Determination.PRERELEASE, public_issue=_ISSUE)
        self._close(21, "Comparing two equal strings takes the same time twice", Determination.INVALID)
        self._close(17, "Please fill in our supplier questionnaire", Determination.DISCARDED)
        self._offer(8, "A header of 2 GB is read into memory at once", "dario", "enid")
        self._forward(14, "An image library crashes on a short file", "cleo")
        self._repeat(10, "The archive reader hangs on one crafted member", self._oldest_open())
        self._split(9, "Two flaws in the zip reader: sizes and names", "cleo")
        self._undoable("The answer of the shell depends on the shell", "cleo")

    def _actor(self, name: str) -> Actor:
        return actor_of(self.people[name], self.now.date())

    def _hand_in(self, days: float, summary: str, *, project: str = "cpython") -> Report:
        with clock.pretend(self.now - days * _DAY):
            return reports.hand_in(texts.submission(summary, project=project), once=summary)

    def _triage(self, days: float, summary: str, by: str, *, project: str = "cpython") -> Report:
        report = self._hand_in(days, summary, project=project)
        with clock.pretend(self.now - (days - 0.4) * _DAY):
            reports.coordinate(report, by=self._actor(by))
        with clock.pretend(self.now - (days - 0.5) * _DAY):
            reports.write_message(
                report,
                "Thank you for this report; we have it and read it now. Does it also happen on the main branch?",
                by=self._actor(by),
                once="thanks",
            )
        with clock.pretend(self.now - (days - 0.8) * _DAY):
            reports.reply(
                report,
                "The script exits with 1 on 3.13.5 and on the main branch of today.",
                by=LinkHolder(report.pk, report.link_nonce),
                once="answer",
            )
        with clock.pretend(self.now - (days - 0.9) * _DAY):
            reports.write_note(
                report,
                "Same root as the report of last year; the guard belongs in the header parser, not in the loop.",
                by=self._actor("enid"),
                once="note",
            )
        return report

    def _determine(
        self,
        days: float,
        summary: str,
        by: str,
        determination: Determination,
        *,
        project: str = "cpython",
        **details: Any,
    ) -> Report:
        report = self._triage(days, summary, by, project=project)
        at = self.now - (days - 2) * _DAY
        with clock.pretend(at):
            report = reports.determine(report, determination, by=self._actor(by), **details)
        with clock.pretend(at + UNDO):
            return reports.tell_outcome(report)

    def _close(self, days: float, summary: str, determination: Determination, **details: Any) -> Report:
        return self._determine(days, summary, "dario", determination, **details)

    def _offer(self, days: float, summary: str, by: str, to: str) -> None:
        """Leave a report that somebody is asked to take over."""
        report = self._triage(days, summary, by)
        with clock.pretend(self.now - 1 * _DAY):
            reports.offer(report, self.people[to], by=self._actor(by))

    def _forward(self, days: float, summary: str, by: str) -> None:
        """Leave a report that waits for the maintainers of another project."""
        self._determine(
            days, summary, by, Determination.FORWARDED, forwarded_to="The maintainers of an invented image library"
        )

    def _oldest_open(self) -> Report:
        rows = Report.objects.system("the demo makes a duplicate").open().filter(determination=_VULNERABILITY)
        return rows.order_by("received_at")[0]

    def _repeat(self, days: float, summary: str, original: Report) -> None:
        self._close(days, summary, Determination.DUPLICATE, duplicate_of=original)

    def _split(self, days: float, summary: str, by: str) -> None:
        """Leave two reports that were one, with corrected facts."""
        report = self._triage(days, summary, by)
        with clock.pretend(self.now - (days - 1) * _DAY):
            part = SplitPart(
                "cpython",
                "Names in a zip archive can leave the target folder",
                "A name with a drive letter is taken as it is.",
                "Somebody who can hand in an archive overwrites files.",
            )
            reports.split(report, part, by=self._actor(by), once="split")
            newest = Report.objects.system("the demo corrects a report").get(pk=report.pk)
            facts = replace(Facts.of(newest), summary="The zip reader trusts the size in the directory")
            reports.correct(newest, facts, revision=newest.facts_revision, by=self._actor("enid"))

    def _undoable(self, summary: str, by: str) -> None:
        """Leave a report that was closed a moment ago."""
        report = self._triage(2, summary, by)
        with clock.pretend(self.now):
            reports.determine(
                report, Determination.NOT_A_BUG, by=self._actor(by), message="This is how a shell works.",
                reason="The documentation says so.",
            )  # fmt: skip

    def _remedy(self, days: float, summary: str, by: str, *, drafted: bool = False) -> None:
        report = self._determine(days, summary, by, Determination.VULNERABILITY)
        with clock.pretend(self.now - (days - 5) * _DAY):
            reports.set_embargo(report, self.now + 9 * _DAY, by=self._actor(by))
            if drafted:
                publication.start_draft(report, texts.draft(summary, "CVE-2099-1010", _MEDIUM), by=self._actor(by))

    def _publish(self, days: float, draft: Draft) -> None:
        project = "pip" if "pypa/pip" in draft.references[0].url else "cpython"
        received = days + 40
        report = self._determine(received, draft.title, "cleo", Determination.VULNERABILITY, project=project)
        with clock.pretend(self.now - (days + 6) * _DAY):
            advisory = publication.start_draft(report, draft, by=self._actor("cleo"))
        with clock.pretend(self.now - (days + 2) * _DAY):
            publication.approve(report, revision=advisory.revision, by=self._actor("dario"))
        with clock.pretend(self.now - days * _DAY):
            publication.publish(report, revision=advisory.revision, by=self._actor("cleo"))
