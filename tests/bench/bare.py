"""The measure: a bare view behind Django's default middleware. Settings and addresses in one file."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

SECRET_KEY = "only-for-the-bench-" * 4
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.bench.bare"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
# What `django-admin startproject` writes.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
USE_TZ = True


def bare(_request: HttpRequest) -> HttpResponse:
    """As little as a view can do."""
    return HttpResponse("ok")


urlpatterns = [path("bare/", bare)]
