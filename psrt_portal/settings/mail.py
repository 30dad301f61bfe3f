"""The mail server, the portal's addresses and how often a mail is tried."""

from psrt_portal.settings.base import DEVELOPMENT, VAR_DIR
from psrt_portal.settings.environment import env

_mail = env.mail("EMAIL_URL", f"filemail:///{str(VAR_DIR / 'mail').lstrip('/')}" if DEVELOPMENT else env.REQUIRED)
_OURS = {"django.core.mail.backends.smtp.EmailBackend": "notifications.smtp.EmailBackend"}
EMAIL_BACKEND = _OURS.get(_mail["EMAIL_BACKEND"], _mail["EMAIL_BACKEND"])
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
#: Where the CVE Numbering Authority is reached, and where the team's OpenPGP key is; on the public policy page.
CNA_ADDRESS = env.text("CNA_ADDRESS", "cna@python.org", wanted="an address")
SECURITY_KEY_URL = env.service("SECURITY_KEY_URL")
#: The Code of Conduct that members follow, and whom to tell of a violation; newcomers read both (developer's guide,
#: core-team/join-team.rst). The defaults are those of the Python Software Foundation.
CODE_OF_CONDUCT_URL = env.text(
    "CODE_OF_CONDUCT_URL", "https://policies.python.org/python.org/code-of-conduct/", wanted="an address of a page"
)
CONDUCT_ADDRESS = env.text("CONDUCT_ADDRESS", "conduct-wg@python.org", wanted="an address")
#: Who gets the daily checkpoint of the audit log; every admin if empty.
CHECKPOINT_ADDRESS = env.text("CHECKPOINT_ADDRESS", "", wanted="an address")
#: A worker that claimed a notice and died is taken for dead after this time.
NOTICE_LEASE_SECONDS = env.number("NOTICE_LEASE_SECONDS", 120, wanted="seconds, at least 1", least=1)
#: The wait after the first failed try; it doubles with each further one.
NOTICE_RETRY_SECONDS = env.number("NOTICE_RETRY_SECONDS", 60, wanted="seconds, at least 0.1", least=0.1)
#: How long a worker waits for the answer to a whole message (RFC 5321, 4.5.3.2.6). It must stay well below the claim,
#: which another worker takes over, and the 110 seconds of a task: a batch of 20 seconds, this, and the steps before it.
EMAIL_DATA_TIMEOUT = max(EMAIL_TIMEOUT, min(60, NOTICE_LEASE_SECONDS / 2))

#: Where a mail server returns what it cannot deliver after it took it: the sender of the envelope, Return-Path.
BOUNCE_ADDRESS = env.text("BOUNCE_ADDRESS", "", wanted="an address without a name")
#: Where answers go that somebody writes all the same.
REPLY_ADDRESS = env.text("REPLY_ADDRESS", "", wanted="an address")
