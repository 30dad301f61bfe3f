"""The portal's address, name and keys, and the folders it writes to."""

import hashlib
import hmac

from django.core.exceptions import ImproperlyConfigured

from psrt_portal import __version__
from psrt_portal.settings.environment import BASE_DIR, env

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
ALLOWED_HOSTS = [SITE_HOST.rsplit(":", 1)[0], *env.strings("EXTRA_HOSTS")]
if DEVELOPMENT:
    ALLOWED_HOSTS += env.own_addresses() if HOST == "0.0.0.0" else ["127.0.0.1", "[::1]"]  # noqa: S104
CSRF_TRUSTED_ORIGINS = [SITE_URL]
PORTAL_NAME = env.text("PORTAL_NAME", "Python Security Response Team", wanted="the team's name")
PORTAL_VERSION = __version__

_RANDOM = "at least 50 random characters"
#: Sessions, cookies, forms and the links that reset a password.
SECRET_KEY = env.text("SECRET_KEY", wanted=_RANDOM, least=50)
SECRET_KEY_FALLBACKS = env.strings("SECRET_KEY_FALLBACKS")


def _made_here(name: str) -> str:
    """Return a key that development makes from SECRET_KEY; production has to be given each."""
    return hmac.digest(SECRET_KEY.encode(), name.encode(), hashlib.sha256).hex() if DEVELOPMENT else env.REQUIRED


#: Private links: of reporters, nominees, invitations, notices and calendars.
LINK_KEY = env.text("LINK_KEY", _made_here("LINK_KEY"), wanted=_RANDOM, least=50)
LINK_KEY_FALLBACKS = env.strings("LINK_KEY_FALLBACKS")
#: The seeds of authenticator apps and recovery codes.
FACTOR_KEY = env.text("FACTOR_KEY", _made_here("FACTOR_KEY"), wanted=_RANDOM, least=50)
FACTOR_KEY_FALLBACKS = env.strings("FACTOR_KEY_FALLBACKS")
if len({SECRET_KEY, LINK_KEY, FACTOR_KEY}) < 3:
    raise ImproperlyConfigured(
        "Two of SECRET_KEY, LINK_KEY and FACTOR_KEY are equal, so a leak of one would be a leak of both: "
        "set each to random characters of its own."
    )

#: Everything the portal writes that is not in the database.
VAR_DIR = env.path("VAR_DIR", BASE_DIR / "var")
VAR_DIR.mkdir(parents=True, exist_ok=True)
#: Private keys of running votes. Must not be on a volume that is backed up (docs/operations.md).
VOTE_KEY_DIR = env.path("VOTE_KEY_DIR", VAR_DIR / "vote-keys")
#: Where the schedule keeps the checkpoints of the audit log; a copy of each is mailed (docs/operations.md).
CHECKPOINT_FILE = env.path("CHECKPOINT_FILE", VAR_DIR / "checkpoints.jsonl")
