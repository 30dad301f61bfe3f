"""The mails about drift checks; see `tests.notifications.stories`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

from django.test import override_settings

from audit import clock
from members.channels import workflow as channels_workflow
from members.channels.models import Channel
from members.drift import workflow as drift_workflow
from members.drift.events import DriftEvent
from members.drift.models import Change, ChangeAct, DriftCheck, Finding, FindingKind, Reading
from members.people.models import Person
from notifications.enums import Mail
from tests.cast import Cast, act_as

#: Nothing answers there.
NOWHERE = {
    "GITHUB_API_URL": "http://127.0.0.1:9",
    "GITHUB_API_TOKEN": "a token",
    "GITHUB_ORG": "psrt",
    "GITHUB_TEAM": "team",
}


def check_in_vain(_cast: Cast) -> None:
    """The only channel that is connected does not answer."""
    with override_settings(**NOWHERE):
        drift_workflow.run_check(drift_workflow.request_check(by=None).pk)


def made_check() -> DriftCheck:
    """A finished check, written directly."""
    at = clock.now()
    return DriftCheck.objects.create(requested_at=at, finished_at=at)


def order_in_vain(by: Person, missing: Person) -> Change:
    """A change that a worker cannot make, because nothing is connected."""
    reading = Reading.objects.create(
        check_run=made_check(), channel=Channel.objects.get(kind="github"), server="a server", entries=30
    )
    finding = Finding.objects.create(reading=reading, kind=FindingKind.MISSING, person=missing, shown=missing.github)
    change = Change.objects.create(
        finding=finding, act=ChangeAct.ADD, confirmed_by=by, confirmed_at=reading.check_run.requested_at
    )
    drift_workflow.make_change(change.pk)
    change.refresh_from_db()
    return change


STORIES: list[tuple[str, StrEnum, Callable[[Cast], object], dict[str, set[str]]]] = [
    ("the channels have changed", DriftEvent.CHANGED, check_in_vain, {Mail.ATTENTION: {"ada", "abel"}}),
    (
        "a change of a channel failed",
        DriftEvent.CHANGE_FAILED,
        lambda cast: order_in_vain(cast.ada, cast.mel),
        {Mail.ATTENTION: {"ada"}},
    ),
]


# -- for promises about all pages ------------------------------------------------------------------------------


def addresses(cast: Cast) -> dict[tuple[str, str], dict[str, str]]:
    """A list, a check with somebody missing and a stranger, an ordered change that failed, and an older check."""
    by = act_as(cast.ada)
    ours = channels_workflow.save_channel(None, name="Signal group", to_let_in="Ask Ada.", to_let_out="", by=by)
    mailman, github = (Channel.objects.get(kind=kind) for kind in ("mailman", "github"))
    with clock.pretend(clock.now() - timedelta(days=2)):
        old = made_check()
    order_in_vain(cast.ada, cast.mel)
    check = made_check()
    reading = Reading.objects.create(check_run=check, channel=mailman, server="lists.example.org", entries=30)
    Finding.objects.create(reading=reading, kind=FindingKind.UNKNOWN, identifier="stranger@example.net", shown="Who")
    Finding.objects.create(
        reading=reading, kind=FindingKind.OTHER_ADDRESS, person=cast.mia, identifier="mia@example.net", shown="Mia"
    )
    drift_workflow.paste_list(ours, "mel@example.org\nother@example.net", by=by)
    failed = Change.objects.get().finding.reading.check_run
    of_check = {"pk": str(check.pk)}
    return {
        ("channels:edit", ""): {"pk": str(ours.pk)},
        ("channels:edit", "connected"): {"pk": str(github.pk)},
        ("channels:move_up", ""): {"pk": str(ours.pk)},
        ("channels:retire", ""): {"pk": str(ours.pk)},
        ("channels:accounts", ""): {"pk": str(mailman.pk)},
        ("channels:account", ""): {"pk": str(mailman.pk), "person": str(cast.mel.pk)},
        ("drift:paste", ""): {"channel": str(ours.pk)},
        ("drift:detail", ""): of_check,
        ("drift:detail", "old"): {"pk": str(old.pk)},
        ("drift:strangers", ""): {**of_check, "channel": str(mailman.pk)},
        ("drift:apply", ""): of_check,
        ("drift:apply", "old"): {"pk": str(old.pk)},
        ("drift:changes", ""): {"pk": str(failed.pk)},
    }
