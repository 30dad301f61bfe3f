"""Checks while a server is away, slow, wrong or hostile: the error is named, and the other channels are read."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from members.channels.connectors import base
from members.people.models import Person
from psrt_portal.demo.services import TOKEN, ServiceAnswer
from tests.members.drift.disturbed import ISSUE, disturbed, team
from tests.members.drift.services import Services, check_now, errors, found, services

__all__ = ["disturbed", "services", "team"]


def refuse(services: Services) -> None:
    services.down("mailman")


def fail(services: Services) -> None:
    services.mailman.fault = ServiceAnswer(500, {"title": f"500, you sent {TOKEN}"})


def hang(services: Services) -> None:
    services.mailman.hangs_for = 2


def babble(services: Services) -> None:
    services.mailman.fault = ServiceAnswer(200, "<html>Welcome</html>")


def mislead(services: Services) -> None:
    services.mailman.fault = ServiceAnswer(200, {"entries": [{"mail": "a@example.net"}], "total_size": 1})


def deny(services: Services) -> None:
    services.mailman.fault = ServiceAnswer(401, {"title": f"wrong: {TOKEN}"})


def lure(services: Services) -> None:
    services.mailman.fault = ServiceAnswer(302, None, {"Location": "http://elsewhere.example.net/3.1"})


def overwhelm(services: Services) -> None:
    services.mailman.too_many = -1


@pytest.mark.parametrize(
    ("outage", "message"),
    [
        (refuse, "cannot be reached, or broke off."),
        (fail, "answered with error 500."),
        (hang, "did not answer in time."),
        (babble, "answered something that cannot be read."),
        (mislead, "answered something that cannot be read."),
        (deny, "refused the token."),
        (lure, "sent us on to another server, so nothing was asked there."),
        (overwhelm, "allows no more questions until "),
    ],
    ids=lambda part: part.__name__ if callable(part) else "",
)
def test_an_outage_is_said_in_words_and_hides_no_other_channel(
    disturbed: list[Person],
    services: Services,
    outage: object,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    if outage is hang:  # the others answer, be it late on a busy machine
        monkeypatch.setattr(base, "TIMEOUTS", (0.3, 0.3))
    outage(services)  # type: ignore[operator]
    check = check_now()
    assert found(check) == {one for one in ISSUE if one[0] != "mailman"}
    assert list(errors(check)) == ["mailman"]
    assert message in errors(check)["mailman"]
    assert TOKEN not in errors(check)["mailman"] + caplog.text


def test_a_fault_of_our_own_hides_no_other_channel(
    disturbed: list[Person], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DISCORD_GUILD = 700  # not the text that the environment gives
    check = check_now()
    assert errors(check) == {"discord": "The portal could not read its answer. This is a fault of the portal."}
    assert found(check) == {one for one in ISSUE if one[0] != "discord"}
    assert "could not be read, TypeError" in caplog.text
