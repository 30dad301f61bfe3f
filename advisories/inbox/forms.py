"""Forms of the inbox: what an admin types about mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from advisories.inbox.models import IncomingMail
from advisories.projects.forms import ProjectField
from advisories.reports.forms.fields import box, line
from advisories.reports.models import Report
from members.people.policy import Actor

#: More mail than this is not handled in one act.
MOST_AT_ONCE = 100
#: Characters of an answer.
ANSWER_MOST = 10_000


def keys_of(texts: list[str]) -> frozenset[UUID]:
    """Return the ids among `texts`. Raises `LookupError` if one is none, or if there are too many or none at all."""
    try:
        keys = frozenset(UUID(text) for text in texts)
    except ValueError as error:
        raise LookupError("no id of a mail") from error
    if not 0 < len(keys) <= MOST_AT_ONCE:
        raise LookupError("no mail, or too many at once")
    return keys


class FileForm(forms.Form):
    """What a mail becomes as a report."""

    project = ProjectField("Which project it is about. Nothing is guessed from the text.")
    summary = line("Summary", "One line, as the team will find the report. Begins with the subject of the mail.")
    tells_sender = forms.BooleanField(
        label="Tell the sender the number of the report",
        required=False,
        help_text="They get a mail with the number and nothing else. The mail does not prove who wrote it.",
    )

    def __init__(self, *args: Any, mail: IncomingMail, **kwargs: Any) -> None:
        is_told = bool(mail.from_address) and mail.nature == "written"
        super().__init__(*args, **kwargs)
        self.initial = {**self.initial, "summary": mail.subject[:200], "tells_sender": is_told}
        if not is_told:
            del self.fields["tells_sender"]


class AddForm(forms.Form):
    """The report that a mail belongs to."""

    reference = line("Report", "Its number, such as R-K4VQ2M.", most=20)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_reference(self) -> Report:
        """Return the report, as far as the actor may see it."""
        reference = self.cleaned_data["reference"].upper()
        report = Report.objects.visible_to(self.actor).filter(reference=reference).first()
        if report is None:
            raise ValidationError("There is no report with this number.")
        return report


class MailAnswerForm(forms.Form):
    """The answer to one mail or several."""

    text = box(
        "Answer",
        "Each sender gets it by mail as it stands here. Anybody may have written the mail, so write nothing that is "
        "not public.",
        most=ANSWER_MOST,
        rows=16,
    )
