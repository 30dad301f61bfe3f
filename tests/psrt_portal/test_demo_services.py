"""The services behind the demo's channels differ from the roster as intended, and run with the demo only."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from audit import clock
from members.drift.queries import plans
from psrt_portal.demo import channels, people
from psrt_portal.demo.service_server import ServiceServer
from psrt_portal.management.commands.run import needs_demo_services
from tests.members.drift.services import check_now, errors, found

DIFFERENCES = {
    ("github", "missing", "Dario"),
    ("github", "pending", "Hana"),
    ("github", "renamed", "Cleo"),
    ("github", "left", "Karl"),
    ("mailman", "left", "Karl"),
    ("mailman", "other_address", "Enid"),
    ("mailman", "other_address", "Ivo"),
    ("mailman", "no_account", "Juno"),
    ("mailman", "unknown", "stranger@example.net"),
    ("discord", "missing", "Farid"),
    ("discord", "other_address", "Juno"),
    ("discord", "unknown", "9001"),
}


def test_a_check_of_the_demo_finds_something_of_every_kind(db: None, settings: Settings) -> None:
    channels.note_accounts(people.assemble())
    with ServiceServer(*channels.services()).running() as server:
        for name, value in channels.environment(server.server_port).items():
            setattr(settings, name, value)
        check = check_now()
    assert (found(check), errors(check)) == (DIFFERENCES, {})
    assert [part.refusal for part in plans.plan(check, clock.now())] == ["", "", ""]


def test_the_services_are_started_for_the_demo_only(db: None, settings: Settings) -> None:
    assert needs_demo_services() is False
    people.assemble()
    assert needs_demo_services() is True
    settings.MAILMAN_API_URL = "http://localhost:8001/3.1"
    assert needs_demo_services() is False
    settings.MAILMAN_API_URL, settings.DEVELOPMENT = "", False
    assert needs_demo_services() is False


def test_production_has_no_such_services(settings: Settings) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="set DEPLOYMENT to development"):
        call_command("demo_services", "1")
