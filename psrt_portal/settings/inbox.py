"""Mail to the team's public address: where its files lie, and how long what waits."""

from psrt_portal.settings.base import VAR_DIR
from psrt_portal.settings.environment import env

#: The files of attachments. No web server serves this folder, and web, worker and `receive_mail` share it.
INBOX_DIR = env.path("INBOX_DIR", VAR_DIR / "inbox")
#: The largest mail that is taken.
INBOX_MESSAGE_BYTES = env.whole(
    "INBOX_MESSAGE_BYTES", 30 * 1024 * 1024, wanted="bytes, 100000 to 100000000", least=100_000, most=100_000_000
)
#: How long an act on a mail can be taken back; nothing is sent before.
INBOX_UNDO_MINUTES = env.whole("INBOX_UNDO_MINUTES", 10, wanted="minutes, 0 to 1440", least=0, most=1440)
#: Admins are reminded, once a day, of mail that has waited longer.
INBOX_REMIND_HOURS = env.hours("INBOX_REMIND_HOURS", 24)
#: Discarded mail, bounces and loops are deleted after so many days.
INBOX_KEEP_DAYS = env.days("INBOX_KEEP_DAYS", 30)
