"""A passkey as it is first offered signs in by itself, and a browser without one says what to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.people import NewContext, sign_in_by_pages
from tests.cast import assemble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Of a laptop: it keeps passkeys, and asks for a fingerprint, which is right.
LAPTOP = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def page_with_authenticator(context: BrowserContext) -> Page:
    """Return a page of a browser that has an authenticator without any passkey."""
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": LAPTOP})
    return page


def test_a_passkey_as_first_offered_signs_in_by_itself(live: str, browser_context: NewContext) -> None:
    cast, context = assemble(), browser_context()
    sign_in_by_pages(context, live, cast.mel).close()
    page = page_with_authenticator(context)
    # Password and code were typed just now: nothing asks for them again.
    page.goto(f"{live}/accounts/2fa/webauthn/add/")
    page.get_by_role("button", name="Add passkey").click()
    page.wait_for_url("**/accounts/2fa/**codes/")
    page.goto(f"{live}/accounts/2fa/webauthn/")
    expect(page.get_by_text("Signs in without a password")).to_be_visible()
    context.clear_cookies()
    page.goto(f"{live}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/dashboard/")


def test_a_browser_without_a_passkey_says_what_to_do(live: str, browser_context: NewContext) -> None:
    page = page_with_authenticator(browser_context())
    page.goto(f"{live}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-failure]")).to_contain_text("sign in with email address and password")
    expect(page.locator("[data-passkey-hint]")).to_be_hidden()


def test_a_time_zone_is_preset_under_its_present_name(live: str, browser_context: NewContext) -> None:
    """Chromium calls this zone Asia/Calcutta."""
    cast, context = assemble(), browser_context(timezone_id="Asia/Kolkata")
    page = sign_in_by_pages(context, live, cast.mel)
    page.goto(f"{live}/profile/edit/")
    expect(page.locator("select[name=time_zone]")).to_have_value("Asia/Kolkata")
    expect(page.get_by_text("Preset from your browser.")).to_be_visible()
