"""What was typed when the session ended is sent by its sender after signing in again, without scripts' help."""

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
