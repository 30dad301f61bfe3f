"""The table of routes. The expected recipients are written out, so that nobody is told by accident."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from pytest_django import Settings

from advisories.publication import workflow as publication_workflow
from advisories.publication.events import AdvisoryEvent
from advisories.reports.enums import Determination
from advisories.reports.events import ReportEvent
from audit import clock
from audit.events import AuditEvent
from audit.log import record
from audit.models import Event
from members.people.models import Membership, MembershipEnded
from nominations.events import NominationEvent
from nominations.models import Phase
from notifications.audiences import people as audiences
from notifications.composing import DIGEST, FLOOD
from notifications.enums import Mail
from notifications.recipients import Recipient, resolve_one
from notifications.routes import PARTS, ROUTES
from notifications.silent import SILENT
from tests.advisories import factories as reports
from tests.advisories.stories import reply
from tests.cast import Cast, act_as
from tests.nominations import factories as votes
from tests.notifications.mailroom import deliver, deliver_only, everything_in, told
from tests.notifications.stories import CHECKPOINT, MEMBERS, NOMINEE, REPORTER, STORIES, checked

# -- the table ---------------------------------------------------------------------------------------


def every_event() -> list[str]:
    """Return the members of every enumeration in every app's events.py."""
    found: list[str] = []
    for app in apps.get_app_configs():
        if (Path(app.path) / "events.py").exists() and Path(app.path).is_relative_to(settings.BASE_DIR):
            module = importlib.import_module(f"{app.name}.events")
            kinds = [thing for thing in vars(module).values() if isinstance(thing, type)]
            found += [kind for own in kinds if issubclass(own, StrEnum) and own is not StrEnum for kind in own]
    return found


def test_every_event_is_routed_or_silent_and_never_both() -> None:
    events = every_event()
    assert len(events) == len(set(events))
    assert sorted([*ROUTES, *SILENT]) == sorted(events)
    assert sorted(kind for part in PARTS for kind in part) == sorted(ROUTES)


def test_every_route_has_its_templates_and_every_template_a_route() -> None:
    folders = {path.name for path in (Path(settings.BASE_DIR) / "templates/emails").iterdir() if path.is_dir()}
    used = {route.mail for routes in ROUTES.values() for route in routes}
    assert folders - {DIGEST, FLOOD} == used == set(Mail)
    for route in (route for routes in ROUTES.values() for route in routes):
        files = {path.name for path in (Path(settings.BASE_DIR) / f"templates/emails/{route.mail}").iterdir()}
        assert files - {"subject.txt"} == {"body.txt"} | (set() if route.is_plain else {"body.html"})


def test_no_event_tells_the_same_kind_of_mail_twice() -> None:
    for routes in ROUTES.values():
        assert len({route.mail for route in routes}) == len(routes)


# -- who ---------------------------------------------------------------------------------------------


@pytest.mark.rule(
    "PEP811-45", "JOIN-11", "PSRT-55", "ISO29147-04", "ISO29147-05", "ISO29147-07", "ISO29147-15", "ISO30111-08"
)
@pytest.mark.parametrize(("kind", "happens", "expected"), [story[1:] for story in STORIES], ids=[s[0] for s in STORIES])
def test_an_event_is_mailed_to_exactly_these(
    cast: Cast, kind: StrEnum, happens: Callable[[Cast], object], expected: dict[str, set[str]]
) -> None:
    happens(cast)
    deliver_only(kind)
    assert told(kind) == expected


def test_the_stories_cover_every_routed_event() -> None:
    assert {story[1] for story in STORIES} | {AdvisoryEvent.DRAFT_EDITED} == set(ROUTES)


def test_members_are_asked_for_approval_once_a_day_however_often_a_draft_is_edited(cast: Cast) -> None:
    report = reports.drafted(cast.mel)
    deliver()
    assert told(AdvisoryEvent.DRAFT_STARTED) == {Mail.ATTENTION: MEMBERS - {"mel"}}
    publication_workflow.edit_draft(
        report, replace(reports.DRAFT, title="Another title"), revision=1, by=act_as(cast.mel)
    )
    deliver()
    assert told(AdvisoryEvent.DRAFT_EDITED) == {Mail.ATTENTION: set()}
    with clock.pretend(clock.now() + votes.DAY * 2):
        publication_workflow.edit_draft(
            report, replace(reports.DRAFT, title="A third title"), revision=2, by=act_as(cast.mel)
        )
        deliver()
        assert told(AdvisoryEvent.DRAFT_EDITED) == {Mail.ATTENTION: MEMBERS - {"mel"}}


def test_everybody_hears_from_the_reporter_when_the_coordinator_cannot_sign_in_or_has_left(cast: Cast) -> None:
    report = reports.coordinated(cast.mel)
    cast.mel.user.is_active = False
    cast.mel.user.save()
    reply(report)
    deliver()
    assert told(ReportEvent.REPORTER_WROTE) == {Mail.ATTENTION: MEMBERS - {"mel"}}


def test_voters_who_have_left_the_team_are_not_mailed(cast: Cast) -> None:
    nomination = votes.proposed(cast)
    votes.open_vote(nomination, cast.ada)
    day = clock.now().date()
    Membership.objects.filter(person=cast.mia).update(until=day, ended=MembershipEnded.EMERITUS)
    deliver()
    assert told(NominationEvent.OPENED) == {Mail.VOTE_OPEN: MEMBERS - {"mia"}, Mail.KEY_OFFICE: set()}


def test_nobody_is_asked_for_what_is_over(cast: Cast) -> None:
    """Deliver by a worker that was down for days."""
    nomination = votes.make(Phase.FAILED, cast)
    reports.determined(cast.mel, Determination.NOT_A_BUG)
    deliver()
    assert told(NominationEvent.PROPOSED) == {Mail.NOMINEE_ASKED: set()}
    assert told(NominationEvent.CONSENTED) == {Mail.ATTENTION: set()}
    assert told(NominationEvent.OPENED) == {Mail.VOTE_OPEN: set(), Mail.KEY_OFFICE: set()}
    assert told(ReportEvent.REPORT_RECEIVED) == {Mail.ATTENTION: set(), Mail.REPORT_RECEIVED: REPORTER}
    assert nomination.ended_at is not None


def test_the_council_is_not_asked_after_its_window(cast: Cast) -> None:
    votes.make(Phase.AWAITING_CONFIRMATION, cast)
    deliver()
    assert told(NominationEvent.CLOSED)[Mail.VETO_WINDOW] == set()


def test_a_nominee_on_the_council_is_not_asked_to_veto_themselves(cast: Cast) -> None:
    votes.make(Phase.VETO_WINDOW, cast, cast.sam)
    deliver()
    assert told(NominationEvent.CLOSED)[Mail.VETO_WINDOW] == {"sara"}


# -- events that should not be ---------------------------------------------------------------------------


def test_a_draft_is_never_announced_whatever_the_log_says(cast: Cast) -> None:
    report = reports.drafted(cast.mel)
    deliver()
    with transaction.atomic():
        record(AdvisoryEvent.PUBLISHED, target=reports.fresh_advisory(report), by=cast.mel, report=report.pk)
    messages = deliver()
    assert {message.to[0] for message in messages} <= {"remy@example.net", *(f"{name}@example.org" for name in MEMBERS)}
    assert not any(reports.DRAFT.title in everything_in(message) for message in messages)


def test_nobody_is_left_out_of_what_the_portal_itself_did(cast: Cast) -> None:
    nomination = votes.withdrawn(cast)
    deliver()
    with transaction.atomic():
        record(NominationEvent.ANNULLED, target=nomination, by=None, at=clock.now())
    deliver()
    assert told(NominationEvent.ANNULLED) == {Mail.ATTENTION: MEMBERS, Mail.PRIVATE_NEWS: NOMINEE}


def test_a_key_that_is_no_persons_is_nobody_among_people(cast: Cast) -> None:
    reports.received()
    event = Event.objects.get(kind=ReportEvent.REPORT_RECEIVED)
    assert resolve_one(audiences.members, event, "announce") is None
    assert resolve_one(audiences.members, event, f"people.person:{cast.mia.pk}") == Recipient(
        f"people.person:{cast.mia.pk}", "mia@example.org", "Mia Member"
    )


def test_checkpoints_go_to_the_archive_where_there_is_one(cast: Cast, settings: Settings) -> None:
    settings.CHECKPOINT_ADDRESS = "archive@example.net"
    checked(AuditEvent.CHECKPOINT_KEPT, **CHECKPOINT)(cast)
    [message] = deliver()
    assert message.to == ["archive@example.net"]
    assert f"7:{'5e' * 32}" in str(message.body).splitlines()
    assert "30 November 2026, 02:37:00 UTC" in str(message.body)
