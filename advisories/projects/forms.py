"""What admins type about projects, branches and the security policy."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from advisories.projects import rules_text
from advisories.projects.enums import BranchStatus, LeadsTo
from advisories.projects.models import Branch, PolicyVersion, Project
from advisories.projects.models.projects import BRANCH_NAME, PACKAGE_URL, REPOSITORY
from advisories.projects.queries import PROJECT_FIELDS
from advisories.records.projects import SLUG
from members.people.models import Person, RoleKind
from web.forms import LineField, WebAddressField

TEXT_LENGTH = 40_000
#: A PEP has at most five digits.
PEP_MOST = 99_999


class ProjectField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """One project: of those that the public form offers, or with `of_all` of all, as a member chooses."""

    def __init__(self, help_text: str, *, of_all: bool = False) -> None:
        super().__init__(
            Project.objects.all() if of_all else Project.objects.offered(),
            label="Project",
            empty_label=None if of_all else "Choose one",
            error_messages={"invalid_choice": "This is none of the projects; choose one from the list."},
            help_text=help_text,
        )


class ProjectForm(forms.Form):
    """What is known of a project."""

    name = LineField(max_length=80, help_text="As people call it, such as CPython.")
    repository = LineField(
        max_length=140,
        required=False,
        help_text="Owner and name on GitHub, such as python/cpython. Records are made from its commits.",
        validators=[RegexValidator(f"^{REPOSITORY}$", "Write owner and name, such as python/cpython.")],
    )
    vendor = LineField(max_length=200, required=False, help_text="As CVE records name it.")
    product = LineField(max_length=200, required=False, help_text="As CVE records name it.")
    purl = LineField(
        label="Package URL",
        max_length=200,
        required=False,
        help_text="Such as pkg:pypi/pip. Empty: it is not installed from PyPI.",
        validators=[RegexValidator(f"^{PACKAGE_URL}$", "Write pkg:pypi/ and the package’s name in lower case.")],
    )
    platforms = forms.CharField(
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line, for CVE records. Empty: all platforms.",
    )
    is_covered = forms.BooleanField(
        label="The PSF’s CNA covers it",
        required=False,
        help_text="Only then does the portal write CVE records about it, and the policy page promise CVE IDs.",
    )
    cna_name = LineField(
        label="The CNA that covers it instead", max_length=120, required=False, help_text="Empty: none is known."
    )
    cna_url = WebAddressField(
        label="The page of that CNA", max_length=300, required=False, assume_scheme="https", help_text="For reporters."
    )
    contact = LineField(
        max_length=200, required=False, help_text="Where its maintainers are reached about security, for reporters."
    )
    policy_url = WebAddressField(
        label="Its own security policy",
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text="The page of its policy, if it has one of its own.",
    )
    advisory_form = WebAddressField(
        label="Form of its GitHub Security Advisories",
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text="Reporters are sent there first. Empty: it takes no reports that way.",
    )
    is_offered = forms.BooleanField(
        label="The report form offers it", required=False, help_text="Reporters can choose it there."
    )
    position = forms.IntegerField(
        min_value=0, max_value=9_999, help_text="Lists show projects in this order, small numbers first."
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=1_000_000_000)

    @classmethod
    def initial_of(cls, project: Project) -> dict[str, Any]:
        """Return what the boxes begin with."""
        return {"revision": project.revision, **{name: getattr(project, name) for name in PROJECT_FIELDS}}

    def clean_platforms(self) -> str:
        """Return one platform a line."""
        lines = (line.strip() for line in self.cleaned_data["platforms"].splitlines())
        return "\n".join(dict.fromkeys(line for line in lines if line))

    def clean_repository(self) -> str:
        """Refuse names that GitHub has no repository of."""
        repository: str = self.cleaned_data["repository"]
        if repository.rpartition("/")[2] in {".", ".."}:
            raise ValidationError("Write owner and name, such as python/cpython.")
        return repository

    def clean(self) -> dict[str, Any]:
        """Refuse another CNA for a project that the PSF's covers, and a link without its name."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("is_covered") and cleaned.get("cna_name"):
            self.add_error("cna_name", "The PSF’s CNA covers it, so no other does. Leave one of the two out.")
        if cleaned.get("cna_url") and not cleaned.get("cna_name") and "cna_name" not in self.errors:
            self.add_error("cna_name", "Write the name of the CNA that the page belongs to.")
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """Return what was typed, once it is valid."""
        return {name: self.cleaned_data[name] for name in PROJECT_FIELDS}


class NewProjectForm(ProjectForm):
    """What is known of a new project, and its short name."""

    slug = LineField(
        label="Short name",
        max_length=40,
        help_text="Lower-case letters, digits and hyphens, such as cpython. It stands in addresses and never changes.",
        validators=[RegexValidator(f"^{SLUG.pattern}$", "Lower-case letters, digits and hyphens, a letter first.")],
    )
    field_order = ("slug",)


def release_managers() -> Any:
    """Return everybody who holds or held the role of a release manager, by name."""
    return Person.objects.filter(roles__kind=RoleKind.RELEASE_MANAGER).distinct().order_by("sort_key", "pk")


class BranchForm(forms.Form):
    """A branch of a project."""

    name = LineField(
        max_length=20,
        help_text="The series, such as 3.13. It never changes.",
        validators=[RegexValidator(f"^{BRANCH_NAME}$", "Letters, digits, dots, hyphens and underscores.")],
    )
    git_branch = LineField(
        label="Branch in the repository", max_length=100, required=False, help_text="Such as 3.13 or main."
    )
    status = forms.ChoiceField(
        choices=BranchStatus.choices, help_text="CVE IDs are for branches with bug fixes or security fixes."
    )
    first_release = forms.DateField(required=False, help_text="Day of the first stable release, such as 2024-10-07.")
    end_of_life = forms.DateField(required=False, help_text="The last day on which it gets fixes, such as 2029-10-31.")
    end_of_life_is_month = forms.BooleanField(
        label="Only the month of the end is known", required=False, help_text="Pages then show the month."
    )
    pep = forms.IntegerField(
        label="PEP", required=False, min_value=1, max_value=PEP_MOST, help_text="Of its release schedule."
    )
    release_manager = LineField(max_length=200, required=False, help_text="The name, as the release schedule has it.")
    release_person = forms.ModelChoiceField(
        Person.objects.none(),
        label="Release manager in the portal",
        required=False,
        empty_label="Nobody, or not known here",
        help_text="Those who hold or held the role.",
    )

    def __init__(self, *args: Any, branch: Branch | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["release_person"]
        people.queryset = release_managers()
        if branch:
            del self.fields["name"]

    @classmethod
    def initial_of(cls, branch: Branch) -> dict[str, Any]:
        """Return what the boxes begin with."""
        return {name: getattr(branch, name) for name in cls.base_fields}

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_release"), cleaned.get("end_of_life")
        if first and last and first > last:
            self.add_error("end_of_life", "This is before the first release.")
        return cleaned


class PolicyDraftForm(forms.Form):
    """The text of the next version of the policy, and what changes."""

    text = forms.CharField(
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "true"}),
        help_text="Markdown. A section begins with “## Heading”, a rule with “### Heading {code: outcome}”. "
        f"Outcomes: {', '.join(LeadsTo.values)}. A rule keeps its code from version to version.",
        error_messages={"required": "The policy cannot be empty."},
    )
    change = LineField(
        label="What changes, and why",
        max_length=300,
        required=False,
        help_text="One sentence, which everybody can read beside the version. Needed before it is published.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000_000)

    def clean_text(self) -> str:
        """Return the text with the line ends of the database; its faults are named by their lines."""
        text = "\n".join(line.rstrip() for line in self.cleaned_data["text"].splitlines()).strip() + "\n"
        try:
            rules_text.read(text)
        except rules_text.PolicyTextError as error:
            raise ValidationError(error.sentences) from error
        return text

    @classmethod
    def initial_of(cls, draft: PolicyVersion | None, newest: PolicyVersion) -> dict[str, Any]:
        """Return what the boxes begin with: the draft, or the version published last."""
        if draft is None:
            return {"text": newest.text, "change": "", "revision": 0}
        return {"text": draft.text, "change": draft.change, "revision": draft.revision}


class PolicyPublishForm(forms.Form):
    """The day from which the next version holds."""

    in_force_from = forms.DateField(
        label="In force from",
        required=False,
        help_text="A day in UTC, such as 2027-01-15. Empty: from now on. Reports that are there keep their version.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000_000)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_in_force_from(self) -> date | None:
        """Refuse a day that has begun."""
        day: date | None = self.cleaned_data["in_force_from"]
        if day and day <= self.today:
            raise ValidationError("Choose a day to come, or leave it empty: it then holds from now on.")
        return day


class PolicyRevisionForm(forms.Form):
    """The revision of the draft that was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000_000)
