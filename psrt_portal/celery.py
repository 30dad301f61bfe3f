"""The Celery application; `settings/celery.py` holds its configuration under ``CELERY_``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psrt_portal.settings")

app = Celery("psrt_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
