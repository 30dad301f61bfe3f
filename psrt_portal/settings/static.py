"""Language, time zone and static files."""

from psrt_portal.settings.base import DEVELOPMENT
from psrt_portal.settings.environment import BASE_DIR, env

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
#: No other site needs them (Cross-Origin-Resource-Policy).
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = DEVELOPMENT
WHITENOISE_AUTOREFRESH = DEVELOPMENT
SILENCED_SYSTEM_CHECKS: list[str] = []
