"""An admin's dated note on work outside the portal: who writes it, who reads it, what it does, and how it ends."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from audit import clock
from members.inactivity import queries, workflow
from members.inactivity.enums import ReviewVerdict
from members.inactivity.models import ActivityNote
from members.inactivity.policy import NOTES, NOTING, NoteAction
from members.people.registry import own_data_of
from tests.cast import Browse, Cast, act_as
from tests.factories import make_emeritus
from tests.members.inactivity.reviews import (
    DAY,
    DUE_AT,
    NOTICE_AT,
    announced,
    before_the_council,
    decided,
    entry_of,
    generated,
    lists,
    noted,
    sent,
    withdrawn,
)
from tests.members.inactivity.test_views import LIST, page_of
from web.conflicts import Conflict, NotAllowed

NEW = f"{LIST}notes/new/"
WORK = f"{LIST}work/"


def typed(person: object, **changes: str) -> dict[str, str]:
    day = (clock.now() - DAY).date().isoformat()
    return {"person": str(person), "day": day, "text": "Answered mail to the security address.", **changes}


# -- writing ------------------------------------------------------------------------------------------------


def test_only_admins_write_and_never_about_themselves(cast: Cast) -> None:
    for person in (cast.mel, cast.sam, cast.sara, cast.emil, cast.olga):
        with pytest.raises(NotAllowed):
            noted(cast.mia, person)
    with pytest.raises(NotAllowed):
        noted(cast.ada, cast.ada)
    assert ActivityNote.objects.count() == 0
    assert noted(cast.ada, cast.abel).written_by == cast.abel
    assert set(NOTING.people_who(NoteAction.WRITE, cast.ada)) == {cast.abel}


def test_the_database_keeps_no_note_about_its_author(cast: Cast) -> None:
    note = noted(cast.mel, cast.ada)
    for wrong in ({"person": cast.ada}, {"withdrawn_at": clock.now()}, {"text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ActivityNote.objects.filter(pk=note.pk).update(**wrong)


def test_a_note_is_about_a_member_and_about_a_day_of_the_period(cast: Cast) -> None:
    now = clock.now()
    first = queries.first_day_to_note(now)
    assert first == queries.period_of_next(now).since.date()
    with pytest.raises(Conflict, match="still to come"):
        noted(cast.mel, cast.ada, day=(now + DAY).date())
    with pytest.raises(Conflict, match="before the period of the review"):
        noted(cast.mel, cast.ada, day=first - timedelta(days=1))
    with pytest.raises(Conflict, match="Bea Back is not a member"):
        noted(make_emeritus("Bea Back"), cast.ada)
    assert {noted(cast.mel, cast.ada, day=day).day for day in (first, now.date())} == {first, now.date()}
    with pytest.raises(Conflict, match="noted already"):
        noted(cast.mel, cast.abel, day=first)


def test_the_period_is_that_of_the_review_under_way(cast: Cast) -> None:
    assert queries.first_day_to_note(NOTICE_AT) == date(2025, 3, 2)
    review = announced(cast.ada)
    assert queries.first_day_to_note(NOTICE_AT + DAY) == date(2025, 3, 2)
    sent(generated(review), cast.ada)
    assert queries.first_day_to_note(DUE_AT + DAY) == date(2025, 3, 2)
    for person in (cast.ada, cast.abel, cast.mel, cast.mia, cast.newt):
        decided(entry_of(review, person), ReviewVerdict.KEEP, cast.sam)
    assert queries.first_day_to_note(DUE_AT + 3 * DAY) == DUE_AT.date()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"person": ""}, "person", "Choose who it is about."),
        ({"person": str(uuid4())}, "person", "Choose somebody from the list"),
        ({"day": ""}, "day", "Write the day of the work."),
        ({"day": "3 March"}, "day", "Write the day as year-month-day"),
        ({"day": "2099-01-01"}, "day", "This day is still to come."),
        ({"day": "2001-01-01"}, "day", "This day is before the period of the review"),
        ({"text": "  "}, "text", "Say in a few words what they did."),
        ({"text": "x" * 301}, "text", "at most 300 characters"),
    ],
)
def test_a_faulty_note_comes_back_with_the_input(
    cast: Cast, browse: Browse, changes: dict[str, str], field: str, sentence: str
) -> None:
    response = browse(cast.ada).post(NEW, {**typed(cast.mel.pk), **changes})
    errors = response.context["form"].errors
    assert (response.status_code, list(errors)) == (422, [field])
    assert sentence in errors[field][0]
    assert response.context["form"]["text"].value() == changes.get("text", typed("")["text"])
    assert ActivityNote.objects.count() == 0


@pytest.mark.attack
def test_the_form_offers_members_and_not_oneself(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    offered = set(ada.get(NEW).context["form"].fields["person"].queryset)
    assert offered == {person for person in cast.members if person != cast.ada}
    response = ada.post(NEW, typed(cast.ada.pk))
    assert list(response.context["form"].errors) == ["person"]
    for suggested, expected in ((str(cast.mel.pk), cast.mel.pk), ("nonsense", None), ("", None)):
        assert ada.get(NEW, {"person": suggested}).context["form"]["person"].value() == expected


def test_a_note_is_written_from_the_line_of_a_name(cast: Cast, browse: Browse) -> None:
    review = announced(cast.ada, at=clock.now() - DAY)
    ada = browse(cast.ada)
    page = page_of(ada, review.get_absolute_url())
    assert f"{NEW}?person={cast.mel.pk}" in page
    assert f"{NEW}?person={cast.ada.pk}" not in page
    assert NEW not in page_of(browse(cast.sam), review.get_absolute_url())
    answer = ada.post(NEW, typed(cast.mel.pk, text="Answered <b>mail</b>."))
    note = ActivityNote.objects.get()
    assert answer.headers["Location"] == f"/members/activity/notes/{note.pk}/"
    for page in (review.get_absolute_url(), WORK, f"/members/activity/notes/{note.pk}/"):
        shown = page_of(browse(cast.sam), page)
        assert ("Answered &lt;b&gt;mail&lt;/b&gt;." in shown, "Ada Admin" in shown) == (True, True)


# -- what it does ---------------------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-25")
@pytest.mark.attack
def test_a_note_hides_nobody_from_the_council(cast: Cast, browse: Browse) -> None:
    """One admin's word takes a name out of the recommendation; it stands apart with its author, to be decided on."""
    noted(cast.mel, cast.abel, at=NOTICE_AT - DAY, text="Triaged three mails.")
    review = announced(cast.ada)
    assert entry_of(review, cast.mel).noticed  # who is noted gets the notice all the same
    review = sent(generated(review), cast.ada)
    assert lists(review)["noted"] == {"Mel"}
    assert entry_of(review, cast.mel).because == "By a note of Abel Admin: work on 28 February 2026."
    page = page_of(browse(cast.sam), review.get_absolute_url())
    assert f"/entries/{entry_of(review, cast.mel).pk}/decide/" in page
    assert ("Triaged three mails." in page, "Written by Abel Admin" in page) == (True, True)
    decide = page_of(browse(cast.sam), f"{LIST}entries/{entry_of(review, cast.mel).pk}/decide/")
    assert ("Triaged three mails." in decide, "None (the portal’s own rule)" in decide) == (True, True)
    assert decided(entry_of(review, cast.mel), ReviewVerdict.KEEP, cast.sam).is_final


def test_a_withdrawn_note_counts_no_more_and_stays_to_be_read(cast: Cast, browse: Browse) -> None:
    note = noted(cast.mel, cast.abel, at=NOTICE_AT - DAY, text="Triaged three mails.")
    review = announced(cast.ada)
    withdrawn(note, cast.ada, at=NOTICE_AT + DAY)
    review = sent(generated(review), cast.ada)
    assert "Mel" in lists(review)["inactive"]
    page = page_of(browse(cast.sam), review.get_absolute_url())
    assert ("Triaged three mails." in page, "withdrawn by Ada Admin" in page) == (True, True)
    with pytest.raises(Conflict, match="withdrawn already"):
        withdrawn(note, cast.ada)
    assert noted(cast.mel, cast.abel, at=DUE_AT + DAY, day=note.day, text=note.text).pk != note.pk


def test_a_note_after_the_lists_moves_nobody_and_is_shown_beside_the_name(cast: Cast, browse: Browse) -> None:
    review = before_the_council(cast)
    noted(cast.mel, cast.ada, at=DUE_AT + DAY, day=NOTICE_AT.date(), text="Late, but true.")
    noted(cast.mia, cast.ada, at=DUE_AT + 2 * DAY, day=(DUE_AT + DAY).date(), text="After the period.")
    assert "Mel" in lists(review)["inactive"]
    page = page_of(browse(cast.sam), review.get_absolute_url())
    assert ("Late, but true." in page, "After the period." in page) == (True, False)


# -- withdrawing, and reading -----------------------------------------------------------------------------------


def test_the_author_or_another_admin_withdraws_and_nobody_about_themselves(cast: Cast, browse: Browse) -> None:
    note = noted(cast.abel, cast.ada)
    for person in (cast.abel, cast.mel, cast.sam, cast.olga):
        with pytest.raises(NotAllowed):
            withdrawn(note, person)
    assert set(NOTES.people_who(NoteAction.WITHDRAW, note)) == {cast.ada}
    path = f"{LIST}notes/{note.pk}/withdraw/"
    ada = browse(cast.ada)
    assert "Withdraw the note on Abel Admin?" in page_of(ada, path)
    assert ada.post(path).headers["Location"] == f"/members/activity/notes/{note.pk}/"
    note.refresh_from_db()
    assert (note.withdrawn_by, note.withdrawn_at is not None) == (cast.ada, True)
    assert ada.post(path).status_code == 302
    assert "This note is withdrawn already." in page_of(ada, f"/members/activity/notes/{note.pk}/")


def test_the_person_the_admins_and_the_council_read_a_note_and_nobody_else(cast: Cast, browse: Browse) -> None:
    note = noted(cast.mel, cast.ada)
    path = f"/members/activity/notes/{note.pk}/"
    answers = {
        person.name: browse(person).get(path).status_code for person in (cast.mel, cast.abel, cast.sam, cast.mia)
    }
    assert answers == {"Mel Member": 200, "Abel Admin": 200, "Sam Steering": 200, "Mia Member": 404}
    assert [WORK in page_of(browse(person), path) for person in (cast.mel, cast.abel)] == [False, True]
    assert browse(cast.mia).get(f"/members/activity/notes/{uuid4()}/").status_code == 404


def test_own_data_has_the_notes_about_oneself_and_no_others(cast: Cast) -> None:
    note = withdrawn(noted(cast.mel, cast.ada, text="Triaged."), cast.abel)
    noted(cast.mia, cast.ada)
    (told,) = [part.value for part in own_data_of(cast.mel) if part.key == "activity_notes"]
    assert [(one["text"], one["day"], one["written_by"], one["withdrawn_by"]) for one in told] == [
        ("Triaged.", note.day.isoformat(), "Ada Admin", "Abel Admin")
    ]


def test_notes_are_listed_in_pages_the_newest_day_first(cast: Cast, browse: Browse) -> None:
    today = clock.now().date()
    for number in range(35):
        noted(cast.mel, cast.ada, day=today - timedelta(days=number))
    client = browse(cast.sam)
    pages = [[note.day for note in client.get(WORK, {"page": page}).context["page"]] for page in ("1", "2", "x")]
    assert [len(days) for days in pages] == [30, 5, 30]
    assert pages[0][0] == today
    assert pages[0] + pages[1] == sorted(pages[0] + pages[1], reverse=True)


def test_a_former_admin_withdraws_nothing(cast: Cast) -> None:
    note = noted(cast.mel, cast.ada)
    cast.ada.roles.all().delete()
    with pytest.raises(NotAllowed):
        workflow.withdraw_note(note, by=act_as(cast.ada))
