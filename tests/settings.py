"""The portal's settings as the tests run them.

Quick where quickness changes no promise, and with the production address list. `tests/plugin.py`
sets the environment first; the few defaults here let mypy and other tools load the settings too.
"""

import os
from typing import Any

os.environ.setdefault("ENV_FILE", os.devnull)
os.environ.setdefault("DEPLOYMENT", "development")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" * 5)

from psrt_portal.settings import *  # noqa: F403
from psrt_portal.settings import TEMPLATES

ROOT_URLCONF = "psrt_portal.urls"
#: Real ones take a tenth of a second a sign-in; what they are is a promise of tests/architecture.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
#: Every test client loads the middleware anew; without this each would read all static files.
WHITENOISE_AUTOREFRESH = True

_options: Any = TEMPLATES[0]["OPTIONS"]
_options["loaders"] = [
    (
        "django.template.loaders.cached.Loader",
        ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
    )
]
