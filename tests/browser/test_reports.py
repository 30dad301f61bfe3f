"""A report's page in a browser: the box keeps what was typed, and the decision page names what is chosen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from advisories.reports.models import Message
from tests.advisories import factories
from tests.browser.people import NewContext, sign_in_by_pages
from tests.cast import assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TYPED = "Half a thought.\nIts second line."


def box(page: Page) -> str:
    return page.locator("#box textarea").input_value()


def bodies() -> list[str]:
    return [body.replace("\r\n", "\n") for body in Message.objects.system("a test").values_list("body", flat=True)]


def test_a_typed_note_outlives_every_other_button_and_link(live: str, browser_context: NewContext) -> None:
    cast, report = assemble(), factories.received()
    page = sign_in_by_pages(browser_context(), live, cast.ada)
    page.goto(f"{live}{report.get_absolute_url()}")
    page.locator("#box textarea").fill(TYPED)
    page.get_by_role("button", name="Take it on").click()
    expect(page.get_by_text("You coordinate this report now.")).to_be_visible()
    assert box(page) == TYPED
    page.get_by_role("link", name="Hand over", exact=True).click()
    page.get_by_label("New coordinator").select_option(index=1)
    page.get_by_role("button", name="Ask them").click()
    page.get_by_role("button", name="Take the offer back").click()
    assert (box(page), bodies()) == (TYPED, [])
    page.get_by_role("button", name="Save internal note").click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()
    assert (box(page), bodies()) == ("", [TYPED])


def test_without_scripts_a_button_brings_the_note_along(live: str, browser_context: NewContext) -> None:
    cast, report = assemble(), factories.received()
    page = sign_in_by_pages(browser_context(java_script_enabled=False), live, cast.mel)
    page.goto(f"{live}{report.get_absolute_url()}")
    page.locator("#box textarea").fill(TYPED)
    page.get_by_role("button", name="Take it on").click()
    assert (box(page), bodies()) == (TYPED, [])
    expect(page.get_by_role("button", name="Send to the reporter")).to_be_hidden()
    page.get_by_label("Reporter", exact=True).check(force=True)
    expect(page.get_by_role("button", name="Save internal note")).to_be_hidden()
    page.get_by_role("button", name="Send to the reporter").click()
    assert Message.objects.system("a test").get().internal is False


def test_the_decision_page_opens_what_a_kind_needs_without_scripts(live: str, browser_context: NewContext) -> None:
    cast = assemble()
    report = factories.coordinated(cast.mel)
    page = sign_in_by_pages(browser_context(java_script_enabled=False), live, cast.mel)
    page.goto(f"{live}{report.get_absolute_url()}determine/")
    expect(page.get_by_role("button", name="Decide", exact=True)).to_be_visible()
    for kind, label in [("Ordinary bug", "Public issue"), ("Duplicate", "Original")]:
        page.get_by_label(kind, exact=True).check(force=True)
        expect(page.get_by_label(label).locator("visible=true")).to_have_count(1)
    expect(page.get_by_label("Public issue").locator("visible=true")).to_have_count(0)
    page.get_by_label("Discarded without a reply", exact=True).check(force=True)
    expect(page.get_by_label("Message to the reporter")).to_be_hidden()
    expect(page.get_by_text("The report is discarded; nobody outside is told")).to_be_visible()
    page.get_by_role("button", name="Discard without a reply").click()
    page.get_by_role("button", name="Undo, 10 minutes left").click()
    expect(page.get_by_text("Undone. Nobody outside was told.")).to_be_visible()
