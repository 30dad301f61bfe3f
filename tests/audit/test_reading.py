"""Who reads the log is in it, once a day."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from audit import clock, workflow
from audit.events import LOG, AuditEvent
from audit.models import Event, label
from members.people.models import Person
from tests.factories import make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server_versions]


def readings(person: Person) -> int:
    return Event.objects.filter(kind=AuditEvent.LOG_READ, target=LOG, actor=label(person)).count()


def test_the_first_reading_of_a_day_is_recorded() -> None:
    ada, abel = make_person("Ada Admin"), make_person("Abel Admin")
    assert workflow.note_reading(ada) is not None
    assert workflow.note_reading(ada) is None
    workflow.note_reading(abel)
    with clock.pretend(clock.now() + timedelta(days=1)):
        workflow.note_reading(ada)
    assert (readings(ada), readings(abel)) == (2, 1)


def test_windows_opened_at_once_are_one_reading() -> None:
    ada = make_person("Ada Admin")
    barrier = threading.Barrier(6)

    def read() -> None:
        barrier.wait()
        workflow.note_reading(ada)
        connection.close()

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert readings(ada) == 1
