"""The portal's settings, read from the environment; `.env.example` explains every variable.

``DEPLOYMENT=production`` is the default, so that a forgotten variable leaves the strict
settings in force. ``make run`` and ``make test`` say ``development``.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from nominations import defaults as rules
from psrt_portal import __version__, env
from psrt_portal.embedded.places import OWNER, RUNTIME, Places

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_file(env.path("ENV_FILE", BASE_DIR / ".env"))

# -- where and how -------------------------------------------------------------------------

DEPLOYMENT = env.choice("DEPLOYMENT", "production", ("production", "development"))
#: Relaxes what needs HTTPS and adds the mail page and the demo page. Never shows tracebacks.
DEVELOPMENT = DEPLOYMENT == "development"
DEBUG = env.flag("DEBUG", default=False)
if DEBUG and not DEVELOPMENT:
    raise ImproperlyConfigured("DEBUG shows secrets on error pages: leave it out, or set DEPLOYMENT to development.")

HOST = env.text("HOST", "localhost" if DEVELOPMENT else "127.0.0.1", wanted="the address to listen on")
PORT = env.port("PORT", 8000)
SITE_URL = env.origin("SITE_URL", f"http://localhost:{PORT}" if DEVELOPMENT else env.REQUIRED)
SITE_HOST = SITE_URL.split("://", 1)[1]
ALLOWED_HOSTS = [SITE_HOST.rsplit(":", 1)[0], *env.words("EXTRA_HOSTS")]
if DEVELOPMENT:
    ALLOWED_HOSTS += env.own_addresses() if HOST == "0.0.0.0" else ["127.0.0.1", "[::1]"]  # noqa: S104
CSRF_TRUSTED_ORIGINS = [SITE_URL]
PORTAL_NAME = env.text("PORTAL_NAME", "Python Security Response Team", wanted="the team's name")
PORTAL_VERSION = __version__

SECRET_KEY = env.text("SECRET_KEY", wanted="at least 50 random characters", least=50)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")

#: Everything the portal writes that is not in the database.
VAR_DIR = env.path("VAR_DIR", BASE_DIR / "var")
VAR_DIR.mkdir(parents=True, exist_ok=True)
#: Private keys of running votes. Must not be on a volume that is backed up (docs/operations.md).
VOTE_KEY_DIR = env.path("VOTE_KEY_DIR", VAR_DIR / "vote-keys")

# -- what the portal is made of --------------------------------------------------------------

INSTALLED_APPS = [
    "psrt_portal",
    "notifications",
    "nominations",
    "advisories.publication",
    "advisories.reports",
    "members.inactivity",
    "members.drift",
    "members.boarding",
    "members.channels",
    "members.documents",
    "members.accounts",
    "members.people",
    "audit",
    "web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "crispy_forms",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "psrt_portal.middleware.PlainInput",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "psrt_portal.middleware.BrowserIsolation",
    "psrt_portal.middleware.CacheRules",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.accounts.middleware.PrivateByDefault",
    "allauth.account.middleware.AccountMiddleware",
    "members.accounts.middleware.ActorMiddleware",
    "members.accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "psrt_portal.urls_development" if DEVELOPMENT else "psrt_portal.urls"
WSGI_APPLICATION = "psrt_portal.wsgi.application"

_TEMPLATE_LOADERS: list[Any] = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": [
                "web.templatetags.portal",
                "advisories.publication.templatetags.severities",
                "nominations.templatetags.votes",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "psrt_portal.context.portal",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "loaders": _TEMPLATE_LOADERS
            if DEVELOPMENT
            else [("django.template.loaders.cached.Loader", _TEMPLATE_LOADERS)],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_TEMPLATE_PACK = "psrt"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("psrt",)

# -- data -----------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_places = Places(VAR_DIR)
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database("DATABASE_URL", _places.database_url(RUNTIME) if DEVELOPMENT else env.REQUIRED)
}
DATABASES["default"] |= {
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        # Values travel apart from the statements, so no log of statements can hold them.
        "server_side_binding": True,
        "connect_timeout": 3,
        # A path that is lost is noticed after 30 seconds, not after the system's two hours.
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        "options": "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s",
        **DATABASES["default"].get("OPTIONS", {}),
    },
}
#: The role that owns the tables: `migrate` is this one, and nothing else is. Empty: this process cannot migrate.
DATABASE_OWNER = env.database(
    "DATABASE_OWNER_URL", _places.database_url(OWNER) if DEVELOPMENT and not env.is_set("DATABASE_URL") else ""
)
#: What `manage.py` starts by itself (psrt_portal/embedded): in development, what no address is given for.
EMBEDDED_SERVERS = [
    name for name, url in (("postgresql", "DATABASE_URL"), ("valkey", "REDIS_URL")) if not env.is_set(url)
]
# Limits are counted in the database: they hold across processes and do not wait for Redis.
# Django keeps 300 entries unless told otherwise, and forgets the others: limits with them.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# -- people and sessions ----------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["members.accounts.adapters.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
ACCOUNT_ADAPTER = "members.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.split("://", 1)[0]
#: How long a second factor counts as fresh for a vote, a veto or a publication.
FRESH_FACTOR_SECONDS = 15 * 60
ACCOUNT_REAUTHENTICATION_TIMEOUT = FRESH_FACTOR_SECONDS
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("TRUSTED_PROXIES", 0, wanted="how many proxies stand in front of the portal")
MFA_FORMS = {"login_webauthn": "members.accounts.forms.inviting.PasskeyLoginForm"}
MFA_ADAPTER = "members.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = PORTAL_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT
SOCIALACCOUNT_ADAPTER = "members.accounts.adapters.ProviderAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
GITHUB_CLIENT_ID = env.text("GITHUB_CLIENT_ID", "", wanted="the OAuth application's id")
#: The pages of GitHub sign-in exist only where it is configured.
INSTALLED_APPS += ["allauth.socialaccount.providers.github"] if GITHUB_CLIENT_ID else []
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"github": {"OAUTH_PKCE_ENABLED": True, "SCOPE": ["read:user"], "APPS": []}}
if GITHUB_CLIENT_ID:
    SOCIALACCOUNT_PROVIDERS["github"]["APPS"] = [
        {
            "client_id": GITHUB_CLIENT_ID,
            "secret": env.text("GITHUB_CLIENT_SECRET", wanted="the OAuth application's secret"),
        }
    ]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_NAME = "psrt-session" if DEVELOPMENT else "__Host-session"
SESSION_COOKIE_SECURE = not DEVELOPMENT
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "psrt-csrf" if DEVELOPMENT else "__Host-csrf"
CSRF_COOKIE_SECURE = not DEVELOPMENT
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "psrt_portal.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# -- what browsers are told ---------------------------------------------------------------------

SECURE_SSL_REDIRECT = not DEVELOPMENT
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else int(timedelta(days=730).total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEVELOPMENT
SECURE_HSTS_PRELOAD = not DEVELOPMENT
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

# -- words, time, files -------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "staticfiles")
if DEVELOPMENT:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # stays empty: files come from where they lie
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEVELOPMENT
WHITENOISE_AUTOREFRESH = DEVELOPMENT
SILENCED_SYSTEM_CHECKS: list[str] = []

# -- mail -----------------------------------------------------------------------------------------

_mail = env.mail("EMAIL_URL", f"filemail:///{str(VAR_DIR / 'mail').lstrip('/')}" if DEVELOPMENT else env.REQUIRED)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = "/" + str(_mail.get("EMAIL_FILE_PATH", "")).lstrip("/")
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text(
    "MAIL_FROM", "PSRT portal <portal@psrt.example.org>" if DEVELOPMENT else env.REQUIRED, wanted="the sender's address"
)
#: Where published advisories are announced.
ANNOUNCE_ADDRESS = env.text(
    "ANNOUNCE_ADDRESS",
    "security-announce@lists.example.org" if DEVELOPMENT else env.REQUIRED,
    wanted="the announcement list's address",
)
#: Where somebody writes who cannot use the report form; printed on public pages.
SECURITY_ADDRESS = env.text(
    "SECURITY_ADDRESS", "security@psrt.example.org" if DEVELOPMENT else env.REQUIRED, wanted="the team's public address"
)
#: A worker that claimed a notice and died is taken for dead after this time.
NOTICE_LEASE_SECONDS = env.number("NOTICE_LEASE_SECONDS", 120, wanted="seconds, at least 1", least=1)
#: The wait after the first failed try; it doubles with each further one.
NOTICE_RETRY_SECONDS = env.number("NOTICE_RETRY_SECONDS", 60, wanted="seconds, at least 0.1", least=0.1)

# -- the channels that drift checks read (members/connectors); one that is not set is not connected -------

GITHUB_API_URL = env.service("GITHUB_API_URL")
GITHUB_API_TOKEN = env.text("GITHUB_API_TOKEN", "", wanted="a token that may read and change the team")
GITHUB_ORG = env.text("GITHUB_ORG", "", wanted="the organisation's name")
GITHUB_TEAM = env.text("GITHUB_TEAM", "", wanted="the team's short name, as in its address")
MAILMAN_API_URL = env.service("MAILMAN_API_URL")
MAILMAN_API_USER = env.text("MAILMAN_API_USER", "", wanted="the user of Mailman's REST interface")
MAILMAN_API_PASSWORD = env.text("MAILMAN_API_PASSWORD", "", wanted="the password of Mailman's REST interface")
MAILMAN_LIST = env.text("MAILMAN_LIST", "", wanted="the list's address or id")
DISCORD_API_URL = env.service("DISCORD_API_URL")
DISCORD_API_TOKEN = env.text("DISCORD_API_TOKEN", "", wanted="a bot's token")
DISCORD_GUILD = env.text("DISCORD_GUILD", "", wanted="the number of the Discord server")
DISCORD_ROLE = env.text("DISCORD_ROLE", "", wanted="the number of the role")

# -- work in the background -------------------------------------------------------------------------

#: How often the schedule looks for votes to close and notices to send.
SWEEP_SECONDS = env.number("SWEEP_SECONDS", 60, wanted="seconds, at least 0.1", least=0.1)
CELERY_BROKER_URL = env.redis("REDIS_URL", _places.broker_url if DEVELOPMENT else env.REQUIRED)
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 120,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    # A frozen Redis hung a request for over 40 seconds without these two.
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    # Publishing tries once. Without it kombu tries again for 6 seconds inside a request.
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 110  # below the broker's visibility timeout, or a long task would run twice
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # A worker that was away finds one sweep, not a pile of them.
    name: {"task": task, "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}}
    for name, task in {
        "close-due-votes": "nominations.tasks.close_due_votes",
        "deliver-due-notices": "notifications.tasks.deliver_due_notices",
        "work-on-drift": "members.drift.tasks.work_on_drift",
    }.items()
}
# At night in UTC, a little past the hour: everybody else's jobs begin at the full one.
CELERY_BEAT_SCHEDULE["check-drift"] = {
    "task": "members.drift.tasks.request_drift_check",
    "schedule": crontab(hour="3", minute="17"),
    "options": {"expires": 3600},
}
CELERY_BEAT_SCHEDULE["remind-of-acceptance"] = {
    "task": "members.documents.tasks.remind_of_acceptance",
    "schedule": crontab(hour="6", minute="7"),
    "options": {"expires": 3600},
}
for _name, _task in {
    "keep-inactivity-review": "members.inactivity.tasks.keep_inactivity_review",
    "remind-of-boarding": "members.boarding.tasks.remind_of_boarding",
}.items():
    CELERY_BEAT_SCHEDULE[_name] = {"task": _task, "schedule": timedelta(hours=1), "options": {"expires": 3600}}

# -- the team's rules: meaning, default and source of each stand in nominations/defaults.py -------------

VOTING_PERIOD_HOURS = env.hours("VOTING_PERIOD_HOURS", rules.VOTING_PERIOD.value)
VOTE_THRESHOLD = env.fraction("VOTE_THRESHOLD", rules.THRESHOLD.value)
VOTE_BASE = env.choice("VOTE_BASE", rules.BASE.value, ["yes_no", "cast", "entitled"])
LOW_TURNOUT = env.fraction("LOW_TURNOUT", rules.LOW_TURNOUT.value)
EXTENSION_MAX_HOURS = env.hours("EXTENSION_MAX_HOURS", rules.EXTENSION.value)
VETO_WINDOW_HOURS = env.hours("VETO_WINDOW_HOURS", rules.VETO_WINDOW.value)
CONSENT_DAYS = env.days("CONSENT_DAYS", rules.CONSENT.value)
RENOMINATION_WAIT_DAYS = env.days("RENOMINATION_WAIT_DAYS", rules.RENOMINATION.value, least=0)
RETURN_BY_DECISION = env.flag("RETURN_BY_DECISION", rules.RETURN.value)
#: Ours: how long an invitation by mail stays valid.
INVITATION_DAYS = env.days("INVITATION_DAYS", 14)
#: Ours; PEP 811 is silent: how long before the inactivity review those concerned are told.
YEARLY_NOTICE_DAYS = env.days("YEARLY_NOTICE_DAYS", 14)
#: Who the team is as a CVE Numbering Authority; the PSF's own id and short name (cve.org, "List of Partners").
CVE_ORG_ID = env.text("CVE_ORG_ID", "28c92f92-d60d-412d-b760-e73465c3df22", wanted="the CNA's id, a UUID")
CVE_SHORT_NAME = env.text("CVE_SHORT_NAME", "PSF", wanted="the CNA's short name")
