"""The audit log, restored backups, and pauses of mail."""

from __future__ import annotations

from audit.events import AuditEvent
from notifications import audiences as who
from notifications import contents as what
from notifications.enums import Mail
from notifications.events import NotificationEvent
from notifications.mails import Route, direct

#: Admins see the log; the council, which does not, is told because admins may be the cause.
_AUDIT_ALARM = direct(Mail.AUDIT_ALARM, who.people.admins_and_council, what.audit.log_page)

ROUTES: dict[str, tuple[Route, ...]] = {
    AuditEvent.CHECKPOINT_KEPT: (
        direct(Mail.CHECKPOINT, who.audit.keepers_of_checkpoints, what.audit.log_page, what.audit.checkpoint_facts),
    ),
    AuditEvent.CHECKPOINT_FAILED: (_AUDIT_ALARM,),
    AuditEvent.RESTORED: (
        direct(Mail.RESTORED, who.people.admins_and_council, what.audit.log_page, what.audit.restore_facts),
    ),
    AuditEvent.VERIFICATION_FAILED: (_AUDIT_ALARM,),
    # A pause hides every act of power from those who watch, so they learn how long it was.
    NotificationEvent.RESUMED: (
        direct(Mail.MAIL_RESUMED, who.people.admins_and_council, what.mail.dashboard_page, what.mail.pause_facts),
    ),
}
