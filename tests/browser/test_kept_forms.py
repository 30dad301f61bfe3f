"""Forms in a browser: sent once by a double click, and again after the session has ended, without scripts' help."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import expect

from members.people.models import Suspension
from tests.browser.people import NewContext, sign_in_by_pages
from tests.cast import assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TYPED = "A lost laptop.\n\n  The second line."


def test_a_typed_form_survives_the_end_of_the_session(live: str, browser_context: NewContext) -> None:
    cast, context = assemble(), browser_context()
    page = sign_in_by_pages(context, live, cast.ada)
    page.goto(f"{live}/manage/people/mel-member/suspend/")
    page.locator("[name=reason]").fill(TYPED)
    Session.objects.all().delete()
    page.get_by_role("button", name="Suspend them now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in again, then send it")
    cache.clear()  # the code of this half minute is used
    sign_in_by_pages(context, live, cast.ada)
    page.get_by_role("button", name="I have signed in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Send it again")
    assert Suspension.objects.count() == 0
    page.get_by_role("button", name="Send it again").click()
    page.wait_for_url("**/manage/suspensions/")
    assert Suspension.objects.get().reason.replace("\r\n", "\n") == TYPED


#: Counts in place of sending, so that no answer comes between two clicks.
COUNT_SENDINGS = """() => {
  window.sendings = 0;
  window.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) window.sendings += 1;
    event.preventDefault();
  });
}"""


def test_a_double_click_sends_a_form_once_and_a_later_click_sends_it_again(
    live: str, browser_context: NewContext
) -> None:
    cast, context = assemble(), browser_context()
    page = sign_in_by_pages(context, live, cast.ada)
    page.goto(f"{live}/manage/people/new/")
    page.evaluate(COUNT_SENDINGS)
    button = page.get_by_role("button", name="Add them")
    button.dblclick()
    button.click()
    assert page.evaluate("window.sendings") == 1
    page.wait_for_timeout(2100)  # longer than the script's moment
    button.click()
    assert page.evaluate("window.sendings") == 2
