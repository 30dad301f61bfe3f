"""What the page of the audit log says about the last check of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db import transaction

from audit import clock
from audit.events import LOG, AuditEvent
from audit.log import record
from members.people.models import Person
from psrt_portal.audit_log.page import LATE
from tests.cast import Browse, Cast

ADDRESS = "/manage/audit/"


def state(browse: Browse, person: Person) -> str:
    found = re.search(r'<p class="alert-title">(.*?)</p>', browse(person).get(ADDRESS).content.decode())
    assert found
    return found[1]


def checked(kind: AuditEvent, *, ago: timedelta = timedelta(), **data: Any) -> None:
    with transaction.atomic():
        record(kind, target=LOG, by=None, at=clock.now() - ago, **data)


def test_the_page_says_whether_the_log_is_whole(cast: Cast, browse: Browse) -> None:
    assert state(browse, cast.ada) == "Not verified yet"
    checked(AuditEvent.CHECKPOINT_KEPT, ago=LATE * 2, sequence=7, hash="00" * 32)
    assert state(browse, cast.ada) == "The last check is old"
    checked(AuditEvent.CHECKPOINT_KEPT, ago=timedelta(hours=1), sequence=7, hash="00" * 32)
    assert state(browse, cast.ada) == "Log complete and unchanged"
    checked(AuditEvent.CHECKPOINT_FAILED, ago=timedelta(minutes=2), error="OSError")
    assert state(browse, cast.ada) == "No checkpoint could be kept"
    checked(AuditEvent.VERIFICATION_FAILED, ago=timedelta(minutes=1), differences=2)
    assert state(browse, cast.ada) == "The log was changed or is incomplete"
    page = browse(cast.ada).get(ADDRESS).content.decode()
    assert "found 2 differences" in page
    assert "the last one is of" in page


def test_a_failure_before_any_checkpoint_says_so(cast: Cast, browse: Browse) -> None:
    checked(AuditEvent.VERIFICATION_FAILED, differences=1)
    page = browse(cast.ada).get(ADDRESS).content.decode()
    assert "found 1 difference." in page
    assert "the last one is of" not in page
