"""Reports of vulnerabilities, and advisories."""

from __future__ import annotations

from advisories.publication.events import AdvisoryEvent
from advisories.reports.events import ReportEvent
from notifications import audiences as who
from notifications import contents as what
from notifications import targets
from notifications.enums import Mail
from notifications.mails import Route, direct
from notifications.recipients import Audience


def _of_report(audience: Audience, *, is_from_outside: bool = False) -> Route:
    """Return a route that leads members to the report."""
    return Route(
        Mail.ATTENTION,
        audience,
        what.advisories.report_page,
        opens_for=targets.REPORTS,
        is_from_outside=is_from_outside,
    )


_TO_REPORTER = direct(Mail.PRIVATE_NEWS, who.advisories.reporter, what.advisories.reporters_page)
_TO_READERS = _of_report(who.advisories.second_readers)

ROUTES: dict[str, tuple[Route, ...]] = {
    ReportEvent.REPORT_RECEIVED: (
        _of_report(who.advisories.members_for_triage, is_from_outside=True),
        direct(Mail.REPORT_RECEIVED, who.advisories.reporter, what.advisories.reporters_page),
    ),
    ReportEvent.COORDINATOR_TOOK: (_TO_REPORTER,),
    ReportEvent.HANDOVER_OFFERED: (_of_report(who.advisories.offered),),
    ReportEvent.HANDOVER_DECLINED: (_of_report(who.advisories.offered),),
    ReportEvent.OFFER_ENDED: (_of_report(who.advisories.coordinator),),
    ReportEvent.HANDED_OVER: (_of_report(who.advisories.coordinator_before),),
    ReportEvent.FACTS_CORRECTED: (_of_report(who.people.others(who.advisories.coordinator)),),
    ReportEvent.SPLIT: (_TO_REPORTER,),
    ReportEvent.REPORTER_WROTE: (_of_report(who.advisories.coordinator_or_members, is_from_outside=True),),
    ReportEvent.MESSAGE_SENT: (_TO_REPORTER,),
    ReportEvent.NOTE_WRITTEN: (_of_report(who.people.others(who.advisories.coordinator)),),
    ReportEvent.DETERMINED: (_of_report(who.people.others(who.advisories.coordinator)),),
    ReportEvent.FORWARD_ENDED: (_of_report(who.people.others(who.advisories.coordinator)),),
    ReportEvent.UNDONE: (_of_report(who.people.others(who.advisories.coordinator)),),
    ReportEvent.OUTCOME_TOLD: (_TO_REPORTER,),
    ReportEvent.RELEASED: (_TO_REPORTER,),
    ReportEvent.REOPENED: (
        direct(Mail.PRIVATE_NEWS, who.advisories.reporter_who_was_told, what.advisories.reporters_page),
    ),
    AdvisoryEvent.DRAFT_STARTED: (_TO_READERS,),
    AdvisoryEvent.DRAFT_EDITED: (_TO_READERS,),
    AdvisoryEvent.APPROVED: (_of_report(who.people.others(who.advisories.coordinator)),),
    AdvisoryEvent.PUBLISHED: (
        Route(
            Mail.ANNOUNCEMENT,
            who.advisories.announce_list,
            what.advisories.advisory_page,
            what.advisories.announcement_facts,
            is_direct=True,
            is_plain=True,
        ),
        direct(
            Mail.ADVISORY_PUBLISHED, who.people.members, what.advisories.advisory_page, what.advisories.advisory_facts
        ),
        _TO_REPORTER,
    ),
}
