"""Forms of a reporter, who has no account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from advisories.projects.forms import ProjectField
from advisories.projects.models import Project
from advisories.reports.enums import FixedOnMain
from advisories.reports.forms.fields import Fieldset, OnceField, box, fieldsets_of, line
from advisories.reports.models import Submission
from web.forms import AddressField


class ReportForm(forms.Form):
    """A report. Each help text says why the team asks."""

    project = ProjectField(
        "So that it reaches those who know the code. A vulnerability in a package goes to its maintainers. "
        "Another project of the Python Software Foundation, or not sure? The address is beside this form.",
    )
    summary = line("Summary", "One line, so that the team can tell your report from others.")
    versions_tested = box("Versions tested", "Every version you tried, also where nothing happened.", rows=2)
    versions_affected = box(
        "Versions affected", "Those of them that are vulnerable. Only supported versions get security fixes.", rows=2
    )
    fixed_on_main = forms.ChoiceField(
        choices=[("", "I did not check"), *FixedOnMain.choices],
        required=False,
        label="Fixed on the main branch already?",
        help_text="Then only a backport is missing, and the team asks for that.",
    )
    platform = line("Platform", "Operating system and architecture, if it depends on them.", required=False)
    description = box("What happens", "What goes wrong, and where in the code. Plain text, please.", rows=8)
    impact = box(
        "What an attacker gains",
        "Who the attacker is, what they control, and what they can do in the end. This decides whether a bug is a "
        "vulnerability. Leave the severity score to the team.",
        rows=4,
    )
    threat_model = box(
        "Threat model",
        "The documentation or policy that says this has to be safe.",
        rows=2,
        required=False,
    )
    proof_of_concept = box(
        "How to see it",
        "The shortest script or steps that show it, and what you see. The team has to be able to repeat it.",
        rows=8,
        required=False,
        code=True,
    )
    minimal_patch = box("A minimal patch", "If you have one.", rows=4, required=False, code=True)
    known_elsewhere = box(
        "Is it known elsewhere?",
        "A public issue, a talk, another security team, a date on which you will publish. Leave it empty if nobody "
        "else knows. The team plans by it.",
        most=2_000,
        rows=2,
        required=False,
    )
    asked_cna = box(
        "Was another CNA asked for a CVE ID?",
        "Which one, and what it said. Leave it empty if not.",
        rows=2,
        required=False,
    )
    found_with = box(
        "Found with", "The tools and language models that had a part in it, if any.", rows=2, required=False
    )
    checked_by_person = forms.BooleanField(
        label="A person has checked what this report says",
        help_text="What a program or a language model wrote is welcome once a person has tried what it claims.",
        error_messages={"required": "Please try what the report claims yourself, then tick this."},
    )
    reporter_name = line(
        "Your name",
        "How the team may address you. A pseudonym is fine.",
        required=False,
        autocomplete="name",
    )
    reporter_email = AddressField(
        label="Your e-mail address",
        max_length=254,
        required=False,
        help_text="You then get a mail when the team writes to you; it says only that there is something to read. "
        "Without it, look at your private page now and then.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    credit_as = line(
        "Name in the credits",
        "If an advisory is published: how it should name you. Leave it empty to stay unnamed. You can decide later.",
        required=False,
    )
    once = OnceField()

    def __init__(self, *args: Any, offered: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choose one"), *((project.pk, project.name) for project in offered)]
        self.fields["project"].choices = choices  # type: ignore[attr-defined]

    @property
    def fieldsets(self) -> Sequence[Fieldset]:
        """Return the page's fieldsets."""
        return fieldsets_of(
            self,
            {
                "What is affected": (
                    "project",
                    "summary",
                    "versions_tested",
                    "versions_affected",
                    "fixed_on_main",
                    "platform",
                ),
                "What you found": ("description", "impact", "threat_model", "proof_of_concept", "minimal_patch"),
                "What the team should know": ("known_elsewhere", "asked_cna", "found_with", "checked_by_person"),
                "About you": ("reporter_name", "reporter_email", "credit_as"),
            },
        )

    @property
    def submission(self) -> Submission:
        """Return what was typed, once it is valid."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in {"once", "project"}}
        return Submission(project_id=self.cleaned_data["project"].pk, **typed)


class ReplyForm(forms.Form):
    """The reporter's answer."""

    body = box("Your answer", "The team’s members can read it, and nobody else.")
    once = OnceField()
