"""Sessions, cookies, and what browsers and proxies are told."""

from datetime import timedelta

from csp.constants import NONE, SELF

from psrt_portal.settings.accounts import ALLAUTH_TRUSTED_PROXY_COUNT, GITHUB_CLIENT_ID
from psrt_portal.settings.base import DEVELOPMENT
from psrt_portal.settings.environment import env

SESSION_ENGINE = "members.accounts.sessions"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_NAME = "psrt-session" if DEVELOPMENT else "__Host-session"
SESSION_COOKIE_SECURE = not DEVELOPMENT
SESSION_COOKIE_SAMESITE = "Lax"
#: Says that somebody has signed in in this browser before (`members.accounts.familiar`).
FAMILIAR_COOKIE_NAME = "psrt-familiar" if DEVELOPMENT else "__Host-familiar"
#: Ties a form that was kept while its sender signed in to this browser (`web.kept`).
KEPT_COOKIE_NAME = "psrt-kept" if DEVELOPMENT else "__Host-kept"
#: Carries a voter's receipt over the redirect to its page (`nominations.views.receipts`). Goes to that page only, which
#: the prefix `__Host-` would not allow.
RECEIPT_COOKIE_NAME = "psrt-receipt" if DEVELOPMENT else "__Secure-receipt"
CSRF_COOKIE_NAME = "psrt-csrf" if DEVELOPMENT else "__Host-csrf"
CSRF_COOKIE_SECURE = not DEVELOPMENT
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "psrt_portal.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = not DEVELOPMENT
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
_TWO_YEARS, _YEAR = (int(timedelta(days=days).total_seconds()) for days in (730, 365))
_HSTS_SECONDS = env.whole("HSTS_SECONDS", _TWO_YEARS, wanted="seconds, 0 to 63072000", most=_TWO_YEARS)
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else _HSTS_SECONDS
# Who begins with less than a year is still trying: other names below this one and browsers' lists come after that.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS >= _YEAR
# Not "no-referrer": browsers would then send "Origin: null" and Django refuses the POST.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *(["https://github.com"] if GITHUB_CLIENT_ID else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
#: How long a proxy may keep a public page.
PUBLIC_MAX_AGE_SECONDS = 60
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
