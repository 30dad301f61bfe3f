"""Look up which account a GitHub name belongs to. GitHub is asked by workers only, outside any transaction."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from audit import clock
from audit.log import record
from members.github_accounts.events import GitHubAccountEvent
from members.github_accounts.models import GitHubLookup
from members.github_accounts.registry import FoundAccount, NoAnswerError, account_called
from members.people.models import Person
from members.people.queries.people import corrector_of_github

#: What a number of an account has to stay below to be kept.
_TOO_LARGE = 2**63


def look_up(pk: UUID | str) -> bool:
    """Ask GitHub which account has the name of a person, and note it; return whether GitHub answered.

    Does nothing for somebody without a name, or whose name changes meanwhile.
    """
    name = Person.objects.filter(pk=pk).values_list("github", flat=True).first()
    if not name:
        return True
    try:
        account = account_called(name)
    except NoAnswerError as error:
        _note_failure(pk, name, str(error))
        return False
    _note(pk, name, account)
    return True


@transaction.atomic
def _note(pk: UUID | str, name: str, account: FoundAccount | None) -> None:
    """Write an answer down. The number becomes the person's identity on GitHub if they have none and nobody else it.

    Not under a name that an admin has corrected: one person's word gives nobody's place to another account.
    """
    person = Person.objects.select_for_update().get(pk=pk)
    if person.github != name:
        return
    at = clock.now()
    number = account.number if account is not None and 0 < account.number < _TOO_LARGE else None
    answer = {"name": name, "answered_at": at, "number": number, "failed_at": None, "error": "", "is_stale": False}
    since = account.since if account is not None and number else None
    GitHubLookup.objects.update_or_create(person=person, defaults={**answer, "account_since": since})
    is_free = number is not None and not Person.objects.filter(github_id=number).exists()
    if person.github_id is None and is_free and not corrector_of_github(person):
        person.github_id = number
        person.save(update_fields=["github_id"])
    record(
        GitHubAccountEvent.LOOKED_UP,
        target=person,
        by=None,
        at=at,
        number=number,
        agrees=number is not None and number == person.github_id,
    )


@transaction.atomic
def _note_failure(pk: UUID | str, name: str, error: str) -> None:
    person = Person.objects.select_for_update().get(pk=pk)
    if person.github != name:
        return
    failure = {"failed_at": clock.now(), "error": error[:300]}
    kept = GitHubLookup.objects.filter(person=person, name=name)
    if not kept.update(**failure):
        of_former_name = {"answered_at": None, "number": None, "account_since": None, "is_stale": False}
        GitHubLookup.objects.update_or_create(person=person, defaults={"name": name, **failure, **of_former_name})


def look_up_again(person: Person) -> None:
    """Let the GitHub name of `person` be looked up once more, such as when they consent to be nominated."""
    GitHubLookup.objects.filter(person=person).update(is_stale=True, failed_at=None, error="")
