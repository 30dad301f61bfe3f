"""Fixtures for every test: a clean audit log, a worker, a mail server, a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.test import TransactionTestCase
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests import browsers
from tests.cast import browse, cast
from tests.databases import copied, reset
from tests.mail import SmtpSink
from tests.workers import Worker, empty_broker

__all__ = ["browse", "cast"]

# -- the database ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """In the place of pytest-django's, which migrates in every process anew: half a minute each, with coverage."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(copied())
        yield
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture(scope="session", autouse=True)
def _audit_log_can_be_flushed() -> Iterator[None]:
    """The log refuses DELETE and TRUNCATE, so a test that commits could not be tidied up after by Django's flush."""

    def teardown(_self: TransactionTestCase) -> None:
        reset()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


# -- work in the background and mail -------------------------------------------------------------------


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[Worker]:
    """A Celery worker, not yet started; whatever it started is ended after the test."""
    empty_broker()
    worker = Worker(tmp_path)
    yield worker
    worker.stop()


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A mail server that is up."""
    sink = SmtpSink()
    sink.up()
    yield sink
    sink.down()


# -- browsers ------------------------------------------------------------------------------------------


@pytest.fixture
def live(live_server: LiveServer, settings: Settings) -> str:
    """The address of a portal on the test database; links in its mails point there."""
    settings.SITE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """For pytest-playwright: this machine's Chromium, and nothing beyond this machine."""
    return {**browser_type_launch_args, "executable_path": browsers.executable(), "args": browsers.arguments()}


def _complaint(message: ConsoleMessage) -> list[str]:
    """The complaints of a page; that it was answered 404 or 409 itself is the test's business."""
    about_itself = message.page is not None and message.location["url"] == message.page.url
    if message.type not in {"error", "warning"} or (about_itself and message.text.startswith("Failed to load")):
        return []
    return [message.text]


@pytest.fixture
def browser_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser with cookies of its own: ``browser_context(color_scheme="dark")``.

    Ends the test with an error when a page complained in the console: a blocked script or
    style is a complaint there.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"locale": "en-GB", "timezone_id": "UTC", **options})
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda message: complaints.extend(_complaint(message)))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert complaints == []
