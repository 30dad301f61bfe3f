"""Views without a login are one pinned list; every other view is private."""

from __future__ import annotations

import pytest

from tests.architecture.routes import Route, routes
from web.access import CacheRule

#: Pages for everyone: the same bytes for all, no cookie, kept by proxies.
PUBLIC_PAGES = {
    "home",
    "security_txt",
    "roster:team",
    "roster:csv",
    "roster:emeritus_csv",
    "roster:json",
    "roster:person",
    "documents:responsibilities",
    "documents:join",
    "boarding:goodbye",
    "projects:security_policy",
    "advisories:list",
    "advisories:detail",
    "advisories:osv",
    "advisories:cve",
    "advisories:osv_zip",
    "advisories:feed",
}
#: Pages whose authority is a private link, or nobody's; kept nowhere.
PUBLIC_FORMS = {
    "healthz",
    "readyz",
    "metrics",
    "intake:new",
    "intake:follow",
    "intake:reply",
    "accounts:accept",
    "accounts:stop_address",
    "resets:stop",
    "inactivity:answer",
    "nominations:calendar_feed",
    "nominations:nominee",
}
#: Pages before a sign-in: django-allauth's, and the one for who has a password and no second factor.
SIGN_IN = {
    "resets:lost",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "socialaccount_login_cancelled",
    "socialaccount_signup",
}


@pytest.mark.rule("PEP811-06", "PEP811-21", "SEED-02", "ISO29147-01")
def test_the_views_open_without_a_login_are_exactly_the_pinned_ones() -> None:
    assert {route.name for route in routes() if route.is_public} == PUBLIC_PAGES | PUBLIC_FORMS | SIGN_IN


def test_the_views_a_proxy_may_cache_are_exactly_the_public_pages() -> None:
    kept = {route.name for route in routes() if getattr(route.view, "cache_rule", None) == CacheRule.PUBLIC}
    assert kept == PUBLIC_PAGES


def test_every_view_without_a_csrf_token_is_a_public_form() -> None:
    exempt = {route.name for route in routes() if getattr(route.view, "csrf_exempt", False) and route.is_ours}
    assert exempt == PUBLIC_FORMS


@pytest.mark.parametrize("route", [route for route in routes() if route.is_ours], ids=lambda route: route.name)
def test_every_address_has_a_name_and_a_function_of_ours(route: Route) -> None:
    assert not route.name.endswith(("None", ":"))
    assert callable(route.view)
    assert not hasattr(route.view, "view_class"), "views are functions: one address, one act"


def test_no_two_addresses_share_a_name() -> None:
    names = [route.name for route in routes() if route.is_ours]
    assert sorted(names) == sorted(set(names))
