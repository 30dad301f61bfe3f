"""The admins' pages in a browser: by keyboard alone, on a phone, in the dark, without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from members.people.models import Person, Suspension
from tests.browser.people import NewContext, age_sessions, code_of_now, give_app, give_session
from tests.cast import assemble
from tests.members.boarding.pages import accepted, begin

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_TABS = 80


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} cannot be reached by keyboard")


@pytest.fixture
def phone(live: str, browser_context: NewContext) -> Page:
    """Ada's phone in the dark, with scripts turned off."""
    context = browser_context(viewport={"width": 360, "height": 780}, color_scheme="dark", java_script_enabled=False)
    give_session(context, live, assemble().ada)
    return context.new_page()


def test_an_admin_suspends_somebody_by_keyboard_alone(live: str, phone: Page) -> None:
    phone.goto(f"{live}/manage/people/mel-member/")
    tab_to(phone, phone.get_by_role("link", name="Suspend", exact=True))
    phone.keyboard.press("Enter")
    tab_to(phone, phone.get_by_label("Reason"))
    phone.keyboard.type("A lost laptop.")
    tab_to(phone, phone.get_by_role("button", name="Suspend them now"))
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("The access of Mel Member is closed")).to_be_visible()
    assert Suspension.objects.get().reason == "A lost laptop."


def test_an_admin_ticks_a_channel_off_by_keyboard_alone(live: str, phone: Page) -> None:
    onboarding = accepted(begin(Person.objects.get(github="nora")))
    phone.goto(f"{live}{onboarding.get_absolute_url()}")
    tab_to(phone, phone.get_by_role("button", name=re.compile("^I have added them.*GitHub team")))
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Correct this: GitHub team")).to_be_visible()


def test_somebody_reads_the_team_of_a_day_by_keyboard_alone(live: str, phone: Page) -> None:
    phone.goto(f"{live}/members/")
    tab_to(phone, phone.get_by_label("Team on"))
    phone.keyboard.type("01012022")
    tab_to(phone, phone.get_by_role("button", name="Show"))
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1, name="Team on 1 January 2022")).to_be_visible()


def test_typed_text_stays_in_its_tab_while_another_tab_shows_the_second_factor(live: str, phone: Page) -> None:
    typed = "A lost laptop.\n\n  <b>Seen</b> at the station."
    give_app(Person.objects.get(github="ada"))
    phone.goto(f"{live}/manage/people/mel-member/suspend/")
    phone.get_by_label("Reason").fill(typed)
    age_sessions()
    phone.get_by_role("button", name="Suspend them now").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Confirm that it is you, then send it again")
    with phone.context.expect_page() as opened:
        phone.get_by_role("link", name="Show your second factor").click()
    tab = opened.value
    tab.locator("[name=code]").fill(code_of_now())
    tab.get_by_role("button", name="Continue").click()
    tab.wait_for_url("**/suspend/")
    phone.get_by_role("button", name="Send it again").click()
    expect(phone.get_by_text("The access of Mel Member is closed")).to_be_visible()
    assert Suspension.objects.get().reason.replace("\r\n", "\n") == typed
