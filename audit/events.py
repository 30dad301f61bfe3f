"""Kinds of events about the log itself; the target is ``audit.log``."""

from enum import StrEnum

#: How the log names itself as the target of an event.
LOG = "audit.log"


class AuditEvent(StrEnum):
    """Events about the log itself."""

    CHECKPOINT_FAILED = "audit:checkpoint_failed"  # the log is whole, and the file could not be read or written
    CHECKPOINT_KEPT = "audit:checkpoint_kept"
    LOG_READ = "audit:read"
    RESTORED = "audit:restored"  # log and database came out of a backup; what happened after it is gone
    VERIFICATION_FAILED = "audit:verification_failed"
