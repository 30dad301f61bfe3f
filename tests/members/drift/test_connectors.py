"""The three connectors at servers that page, complain, fail and mislead."""

from __future__ import annotations

import time
from typing import Any

import pytest
from pytest_django import Settings

from members.channels.connectors import (
    Account,
    Connector,
    ConnectorError,
    base,
    connector_of,
    missing_settings,
    server_of,
)
from members.channels.connectors.base import Api
from psrt_portal.demo.service_server import ServiceServer
from psrt_portal.demo.services import TOKEN, Service, ServiceAnswer
from tests.members.drift.services import Services, services

__all__ = ["services"]

KINDS = ("github", "mailman", "discord")


def connector(kind: str) -> Connector:
    made = connector_of(kind)
    assert made is not None
    return made


@pytest.fixture
def filled(services: Services) -> Services:
    """Five accounts in each of the three, and one more that is nearly in."""
    for number in range(5):
        services.github.join(100 + number, f"Name{number}")
        services.mailman.subscribers[f"person{number}@example.org"] = f"Person {number}"
        services.discord.join(900 + number, f"Person {number}")
    services.github.join(200, "Colleague", team=False)
    services.github.names[201] = "Outsider"
    services.discord.join(990, "Without Role", role=False)
    return services


# -- reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page_limit", [1000, 5, 2, 1])
def test_every_page_is_read(filled: Services, page_limit: int) -> None:
    for kind in KINDS:
        getattr(filled, kind).page_limit = page_limit
    assert connector("github").accounts() == [Account(str(100 + n), f"Name{n}") for n in range(5)]
    assert connector("mailman").accounts() == [Account(f"person{n}@example.org", f"Person {n}") for n in range(5)]
    assert connector("discord").accounts() == [
        Account(str(900 + n), f"Person {n}", also=(f"Person {n}", f"person.{n}")) for n in range(5)
    ]


def test_empty_channels_are_empty(services: Services) -> None:
    assert [connector(kind).accounts() for kind in KINDS] == [[], [], []]


def test_invitations_carry_a_name_or_an_address(services: Services) -> None:
    services.github.invite("Invited")
    services.github.invite(None, "Somebody@Example.org")
    assert connector("github").accounts() == [
        Account("", "Invited", is_pending=True),
        Account("", "somebody@example.org", is_pending=True, also=("somebody@example.org",)),
    ]


def test_a_server_without_a_last_page_is_given_up(filled: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_PAGES", 3)
    for kind in KINDS:
        getattr(filled, kind).page_limit = 1
        with pytest.raises(ConnectorError, match="has more pages than a team can fill"):
            connector(kind).accounts()


# -- changing ----------------------------------------------------------------------------------------------


def test_github_lets_colleagues_in_at_once_and_invites_others(filled: Services) -> None:
    team = connector("github")
    assert (team.add("200", "Colleague"), team.add("", "Outsider"), team.add("100", "Name0")) == (True, False, True)
    assert 200 in filled.github.members
    assert [one["login"] for one in filled.github.invitations] == ["Outsider"]


def test_github_is_asked_by_number_because_a_name_may_be_anothers_by_now(filled: Services) -> None:
    filled.github.names[200], filled.github.names[300] = "Renamed", "Colleague"
    assert connector("github").add("200", "Colleague")
    assert (200 in filled.github.members, 300 in filled.github.members) == (True, False)
    connector("github").remove("200", "Colleague")
    assert 200 not in filled.github.members


def test_an_account_that_is_gone_is_not_added(filled: Services) -> None:
    with pytest.raises(ConnectorError, match=r"has no account with the number of Ghost any more\.$"):
        connector("github").add("404", "Ghost")


def test_an_account_whose_name_cannot_be_read_is_not_changed(filled: Services) -> None:
    filled.github.fault = ServiceAnswer(200, {"id": 200})
    with pytest.raises(ConnectorError, match="cannot be read"):
        connector("github").add("200", "Colleague")


def test_changes_may_be_made_twice(filled: Services) -> None:
    for kind, identifier, name in [
        ("github", "200", "Colleague"),
        ("mailman", "new@example.org", "New"),
        ("discord", "990", "Without Role"),
    ]:
        ours = connector(kind)
        before = len(ours.accounts())
        assert [ours.add(identifier, name) for _ in range(2)] == [True, True]
        assert len(ours.accounts()) == before + 1
        for _ in range(2):
            ours.remove(identifier, name)
        assert len(ours.accounts()) == before


def test_an_invitation_is_taken_back(filled: Services) -> None:
    filled.github.names[301] = "Invited"
    filled.github.invite("Invited")
    connector("github").remove("", "Invited")
    assert filled.github.invitations == []


def test_nobody_outside_the_server_gets_a_role(filled: Services) -> None:
    with pytest.raises(ConnectorError, match="Ghost has not joined the Discord server"):
        connector("discord").add("12345", "Ghost")
    connector("discord").remove("12345", "Ghost")


def test_an_address_with_odd_letters_stays_one_part_of_the_path(filled: Services) -> None:
    odd = "a/b?c#d@example.org"
    connector("mailman").add(odd, "Odd")
    assert odd in filled.mailman.subscribers
    connector("mailman").remove(odd, "Odd")
    assert odd not in filled.mailman.subscribers


# -- too many questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_asks_for_a_short_wait_gets_it(filled: Services, kind: str) -> None:
    getattr(filled, kind).too_many = 2
    assert len(connector(kind).accounts()) == 5


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_wait_is_said_with_its_end(filled: Services, kind: str) -> None:
    getattr(filled, kind).too_many = -1
    started = time.monotonic()
    with pytest.raises(ConnectorError, match=r"allows no more questions until \d{1,2} \w+ \d{4}, \d\d:\d\d UTC\.$"):
        connector(kind).accounts()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, {}),
        (429, {"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}),
        (403, {"Retry-After": "3600"}),
        (429, {"X-RateLimit-Reset-After": "3600.5"}),
        (429, {"X-RateLimit-Reset": "99999999999"}),
    ],
)
def test_every_way_to_say_too_many_is_understood(filled: Services, status: int, headers: dict[str, str]) -> None:
    filled.mailman.fault = ServiceAnswer(status, None, headers)
    with pytest.raises(ConnectorError, match="allows no more questions until"):
        connector("mailman").accounts()


def test_a_refusal_is_no_request_to_wait(filled: Services) -> None:
    filled.github.fault = ServiceAnswer(
        403, None, {"X-RateLimit-Remaining": "4999", "X-RateLimit-Reset": "99999999999"}
    )
    with pytest.raises(
        ConnectorError, match=r"refused: the token may not do this, or it has asked too often for now\.$"
    ):
        connector("github").accounts()


ELSEWHERE = "sent us on to another server, so nothing was asked there."

# -- what goes wrong ---------------------------------------------------------------------------------------


def fault(service: Service, said: ServiceAnswer) -> str:
    """The message of a connector's error."""
    service.fault = said
    with pytest.raises(ConnectorError) as raised:
        connector(type(service).__name__.lower()).accounts()
    assert TOKEN not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None or raised.value.__suppress_context__
    return str(raised.value).split(" ", 1)[1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("said", "name"),
    [
        (ServiceAnswer(500, {"you": TOKEN}), "answered with error 500."),
        (ServiceAnswer(418), "answered with error 418."),
        (ServiceAnswer(401), "refused the token."),
        (ServiceAnswer(403), "refused: the token may not do this, or it has asked too often for now."),
        (ServiceAnswer(404), "does not know it: a wrong name in the settings, or an account that is gone."),
        (ServiceAnswer(200, "{"), "answered something that cannot be read."),
        (ServiceAnswer(200, "[" * 100_000), "answered something that cannot be read."),
        (ServiceAnswer(200, "17"), "answered something that cannot be read."),
        (ServiceAnswer(200, "null"), "answered something that cannot be read."),
        (ServiceAnswer(200, '[{"id": "x"}]'), "answered something that cannot be read."),
        (ServiceAnswer(200), "answered something that cannot be read."),
        (ServiceAnswer(302, None, {"Location": "https://elsewhere.example.net/"}), ELSEWHERE),
        (ServiceAnswer(302, None, {"Location": "http://["}), "answered something that cannot be read."),
        (ServiceAnswer(302, None, {"Location": "again"}), "sent us on without end."),
    ],
)  # fmt: skip
def test_every_fault_is_a_sentence_without_what_the_server_said(
    filled: Services, kind: str, said: ServiceAnswer, name: str
) -> None:
    assert fault(getattr(filled, kind), said) == name


def test_the_token_follows_no_link_to_another_host(filled: Services) -> None:
    link = '<http://elsewhere.example.net/next>; rel="next"'
    assert "another server" in fault(filled.github, ServiceAnswer(200, [], {"Link": link}))


def test_a_link_that_leads_nowhere_is_said(filled: Services) -> None:
    assert "cannot be read" in fault(filled.github, ServiceAnswer(200, [], {"Link": '<http://[>; rel="next"'}))


def test_a_redirect_within_the_host_is_followed_without_its_parameters_twice(filled: Services) -> None:
    class Moved(Service):
        prefix = "/old"

        def answer(self, asked: Any) -> ServiceAnswer:
            return ServiceAnswer(301, None, {"Location": f"/github{asked.path}?per_page=100"})

    with ServiceServer(Moved(), filled.github).running() as server:
        api = Api(f"http://localhost:{server.server_port}/old", f"Bearer {TOKEN}")
        answer = api.ask("GET", "orgs/psrt/teams/team/members", params={"per_page": 1})
    assert len(answer.data) == 5


def test_a_change_follows_no_redirect(filled: Services) -> None:
    filled.discord.fault = ServiceAnswer(307, None, {"Location": "http://["})
    with pytest.raises(ConnectorError, match="cannot be read"):
        connector("discord").add("990", "Without Role")
    filled.discord.fault = ServiceAnswer(307, None, {"Location": filled.servers["discord"].url(filled.discord)})
    with pytest.raises(ConnectorError, match="sent us on without end"):
        connector("discord").add("990", "Without Role")


def test_a_server_that_hangs_is_given_up(filled: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "TIMEOUTS", (0.2, 0.2))
    filled.discord.hangs_for = 1
    with pytest.raises(ConnectorError, match=r"did not answer in time\.$"):
        connector("discord").accounts()


def test_patience_is_for_all_questions_together(filled: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "PATIENCE_SECONDS", 0.5)
    filled.mailman.page_limit, filled.mailman.hangs_for = 1, 0.3
    with pytest.raises(ConnectorError, match=r"took too long altogether|did not answer in time"):
        connector("mailman").accounts()
    monkeypatch.setattr(base, "PATIENCE_SECONDS", 0.0)
    with pytest.raises(ConnectorError, match="took too long altogether"):
        connector("github").accounts()


def test_an_endless_answer_is_not_read_to_its_end(filled: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_BYTES", 1000)
    assert fault(filled.mailman, ServiceAnswer(200, " " * 2000 + "{}")) == "sent too much, or too slowly."


def test_a_connection_that_is_refused_is_said(filled: Services) -> None:
    filled.down("github")
    with pytest.raises(ConnectorError, match=r"^localhost:\d+ cannot be reached, or broke off\.$"):
        connector("github").accounts()


def test_no_log_holds_a_token_or_an_address(filled: Services, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for kind in KINDS:
        connector(kind).accounts()
    connector("mailman").remove("person1@example.org", "Person 1")
    assert (TOKEN in caplog.text, "person1" in caplog.text) == (False, False)


def test_a_netrc_on_the_machine_does_not_replace_the_token(
    filled: Services, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login wrong password wrong\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    assert [len(connector(kind).accounts()) for kind in KINDS] == [5, 5, 5]


# -- what is connected -------------------------------------------------------------------------------------


def test_a_channel_without_all_of_its_settings_is_not_connected(services: Services, settings: Settings) -> None:
    settings.GITHUB_API_TOKEN, settings.MAILMAN_LIST = "", ""
    assert (connector_of("github"), server_of("github"), missing_settings("github")) == (
        None, "", ["GITHUB_API_TOKEN"],
    )  # fmt: skip
    assert missing_settings("mailman") == ["MAILMAN_LIST"]
    assert [(connector_of(kind), server_of(kind), missing_settings(kind)) for kind in ("list", "login")] == [
        (None, "", [])
    ] * 2


@pytest.mark.parametrize(
    ("url", "development", "name"),
    [
        ("https://api.github.com", True, "psrt/team at api.github.com"),
        ("http://localhost:8001/3.1", False, "psrt/team at localhost:8001"),
        ("http://localhost:8001/3.1", True, "psrt/team at the demo server on localhost:8001"),
    ],
)
def test_the_server_is_named(services: Services, settings: Settings, url: str, development: bool, name: str) -> None:
    settings.GITHUB_API_URL, settings.DEVELOPMENT = url, development
    assert server_of("github") == name
