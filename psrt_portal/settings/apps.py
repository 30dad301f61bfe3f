"""The apps, the middleware and the templates that the portal is made of."""

from typing import Any

from psrt_portal.settings.accounts import GITHUB_CLIENT_ID
from psrt_portal.settings.base import DEVELOPMENT
from psrt_portal.settings.environment import BASE_DIR

INSTALLED_APPS = [
    "psrt_portal",
    "notifications",
    "nominations",
    "advisories.publication",
    "advisories.inbox",
    "advisories.reports",
    "advisories.projects",
    "members.inactivity",
    "members.drift",
    "members.boarding",
    "members.bring_in",
    "members.channels",
    "members.documents",
    "members.github_accounts",
    "members.importing",
    "members.resets",
    "members.profile",
    "members.roster",
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
# The pages of GitHub sign-in exist only where it is configured.
if GITHUB_CLIENT_ID:
    INSTALLED_APPS.append("allauth.socialaccount.providers.github")

MIDDLEWARE = [
    "psrt_portal.middleware.RequestLog",
    "psrt_portal.middleware.RequestMetrics",
    "psrt_portal.middleware.DatabaseDeadline",
    # The next four set headers on every answer, those of each middleware below included.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "psrt_portal.middleware.AnswerHeaders",
    "django.middleware.security.SecurityMiddleware",
    "psrt_portal.middleware.BrowserIsolation",
    "psrt_portal.middleware.PlainInput",
    "psrt_portal.middleware.StaticFiles",
    "psrt_portal.middleware.CacheRules",
    "members.accounts.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.accounts.middleware.PrivateByDefault",
    "allauth.account.middleware.AccountMiddleware",
    "members.accounts.middleware.ActorMiddleware",
    "members.accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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
                "psrt_portal.navigation.navigation",
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
