"""Work in the background: the broker, the workers and the schedule."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

from psrt_portal.embedded.places import Places
from psrt_portal.settings.base import DEVELOPMENT, VAR_DIR
from psrt_portal.settings.environment import env

#: How often the schedule looks for votes to close and notices to send.
SWEEP_SECONDS = env.number("SWEEP_SECONDS", 60, wanted="seconds, at least 0.1", least=0.1)
CELERY_BROKER_URL = env.redis("REDIS_URL", Places(VAR_DIR).broker_url if DEVELOPMENT else env.REQUIRED)
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
# The log is `psrt_portal.logs`; what is printed stays what it is.
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BEAT_SCHEDULER = "psrt_portal.schedule:Schedule"  # Celery's, which goes on when the clock is set back
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # A worker that was away finds one sweep, not a pile of them.
    name: {"task": task, "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}}
    for name, task in {
        "settle-handled-mail": "advisories.inbox.tasks.settle_handled_mail",
        "settle-reports": "advisories.reports.tasks.settle_reports",
        "close-due-votes": "nominations.tasks.close_due_votes",
        "let-due-resolutions-lapse": "nominations.tasks.let_due_resolutions_lapse",
        "deliver-due-notices": "notifications.tasks.deliver_due_notices",
        "work-on-drift": "members.drift.tasks.work_on_drift",
        "look-up-github-names": "members.github_accounts.tasks.look_up_github_names",
    }.items()
}
# At night in UTC, a little past the hour: everybody else's jobs begin at the full one.
CELERY_BEAT_SCHEDULE["check-drift"] = {
    "task": "members.drift.tasks.request_drift_check",
    "schedule": crontab(hour="3", minute="17"),
    "options": {"expires": 3600},
}
CELERY_BEAT_SCHEDULE["keep-checkpoint"] = {
    "task": "audit.tasks.keep_checkpoint",
    "schedule": crontab(hour="2", minute="37"),
    "options": {"expires": 3600},
}
CELERY_BEAT_SCHEDULE["remind-of-acceptance"] = {
    "task": "members.documents.tasks.remind_of_acceptance",
    "schedule": crontab(hour="6", minute="7"),
    "options": {"expires": 3600},
}
CELERY_BEAT_SCHEDULE["remind-of-inbox"] = {
    "task": "advisories.inbox.tasks.remind_of_inbox",
    "schedule": crontab(hour="7", minute="7"),
    "options": {"expires": 3600},
}
for _name, _task, _minute in [
    ("delete-old-mail", "advisories.inbox.tasks.delete_old_mail", "47"),
    ("delete-expired", "members.accounts.tasks.delete_expired", "27"),
    ("delete-old-notices", "notifications.tasks.delete_old_notices", "37"),
]:
    CELERY_BEAT_SCHEDULE[_name] = {
        "task": _task,
        "schedule": crontab(hour="4", minute=_minute),
        "options": {"expires": 3600},
    }
for _name, _task in {
    "read-coordinator-credits": "members.inactivity.tasks.read_coordinator_credits",
    "keep-inactivity-review": "members.inactivity.tasks.keep_inactivity_review",
    "remind-of-boarding": "members.boarding.tasks.remind_of_boarding",
}.items():
    CELERY_BEAT_SCHEDULE[_name] = {"task": _task, "schedule": timedelta(hours=1), "options": {"expires": 3600}}
