"""The projects that the team answers for, and their branches."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from advisories.projects.enums import BranchStatus
from advisories.records.projects import SLUG, ProjectFacts
from members.people.models import Person

#: GitHub's own: an account, a slash, and a repository.
REPOSITORY = r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}"
#: A package on PyPI by its normalised name; purl-spec, type `pypi`.
PACKAGE_URL = r"pkg:pypi/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
BRANCH_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}"

_PYPI = "pkg:pypi/"


class ProjectQuerySet(models.QuerySet["Project"]):
    """Sets of projects."""

    def offered(self) -> Self:
        """Return the projects that the public form offers."""
        return self.filter(is_offered=True)

    def facts(self) -> list[ProjectFacts]:
        """Return what records state about each. One query."""
        return [project.facts for project in self]


class Project(models.Model):
    """A project that the team answers for. Everything here is public."""

    slug = models.CharField(
        "short name",
        max_length=40,
        primary_key=True,
        validators=[RegexValidator(f"^{SLUG.pattern}$", "Lower-case letters, digits and hyphens, such as cpython.")],
        help_text="In addresses and filters; it never changes.",
    )
    name = models.CharField(max_length=80, unique=True)
    repository = models.CharField(max_length=140, blank=True, help_text="Owner and name on GitHub; empty: none.")
    purl = models.CharField("package URL", max_length=200, blank=True, help_text="Empty: not installed from PyPI.")
    vendor = models.CharField(max_length=200, blank=True, help_text="As CVE records name it.")
    product = models.CharField(max_length=200, blank=True, help_text="As CVE records name it.")
    platforms = models.TextField(blank=True, help_text="One a line, for CVE records; empty: all.")
    is_covered = models.BooleanField(default=False, help_text="The PSF's CNA gives its CVE IDs.")
    cna_name = models.CharField(max_length=120, blank=True, help_text="The CNA that covers it instead.")
    cna_url = models.URLField(max_length=300, blank=True)
    contact = models.CharField(max_length=200, blank=True, help_text="An address, or where to write.")
    policy_url = models.URLField(max_length=300, blank=True, help_text="Its own security policy.")
    advisory_form = models.URLField(
        max_length=300, blank=True, help_text="The form of its GitHub Security Advisories; empty: it takes none."
    )
    is_offered = models.BooleanField(default=False, help_text="The public form offers it.")
    position = models.PositiveSmallIntegerField(default=100)
    revision = models.PositiveIntegerField(default=1, help_text="Counts changes, so that none overwrites another.")

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "slug"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(slug__regex=f"^{SLUG.pattern}$"), name="a_project_has_a_short_name"),
            models.CheckConstraint(condition=~Q(name=""), name="a_project_has_a_name"),
            models.CheckConstraint(
                condition=Q(repository="") | Q(repository__regex=f"^{REPOSITORY}$"),
                name="a_repository_is_an_owner_and_a_name",
            ),
            models.CheckConstraint(
                condition=Q(purl="") | Q(purl__regex=f"^{PACKAGE_URL}$"), name="a_package_url_is_one_of_pypi"
            ),
            models.CheckConstraint(
                condition=Q(is_covered=False) | Q(cna_name="", cna_url=""),
                name="a_covered_project_has_no_other_cna",
            ),
            models.CheckConstraint(
                condition=Q(cna_url="") | ~Q(cna_name=""), name="the_link_of_a_cna_comes_with_its_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the path of its page for the team."""
        return reverse("projects:detail", args=[self.slug])

    @property
    def repository_url(self) -> str:
        """Return the address of its repository; "" without one."""
        return f"https://github.com/{self.repository}" if self.repository else ""

    @property
    def platform_list(self) -> tuple[str, ...]:
        """Return its platforms, each once."""
        return tuple(dict.fromkeys(line.strip() for line in self.platforms.splitlines() if line.strip()))

    @property
    def facts(self) -> ProjectFacts:
        """Return what records state about it."""
        package = self.purl.removeprefix(_PYPI)
        return ProjectFacts(
            slug=self.slug,
            label=self.name,
            vendor=self.vendor,
            product=self.product,
            repo=self.repository_url,
            platforms=self.platform_list,
            # CVE JSON 5.x, `affected[].collectionURL`: the collection that gives `packageName` its meaning.
            collection_url="https://pypi.org" if package else "",
            ecosystem="PyPI" if package else "",
            package=package,
            purl=self.purl,
        )

    @property
    def obstacle_to_records(self) -> str:
        """Return why no record can be made about it, as a sentence; "" when one can."""
        missing = [name for name in ("repository", "vendor", "product") if not getattr(self, name)]
        if missing:
            return f"Records about {self.name} need its {' and '.join(missing)}. An admin adds that to the project."
        return ""

    @property
    def obstacle_to_cve_id(self) -> str:
        """Return why the PSF's CNA gives no CVE ID for it, as a sentence; "" when it does."""
        if self.is_covered:
            return ""
        instead = f" Its CVE IDs come from {self.cna_name}." if self.cna_name else ""
        return f"The PSF’s CNA does not cover {self.name} and gives it no CVE IDs.{instead}"


class Branch(models.Model):
    """A maintained line of a project, such as 3.13. Everything here is public."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="branches")
    name = models.CharField(max_length=20, help_text="The series, such as 3.13.")
    git_branch = models.CharField(max_length=100, blank=True, help_text="In the repository, such as main.")
    status = models.CharField(max_length=11, choices=BranchStatus.choices)
    first_release = models.DateField(null=True, blank=True)
    end_of_life = models.DateField(null=True, blank=True, help_text="The last day on which it is maintained.")
    end_of_life_is_month = models.BooleanField(default=False, help_text="Only the month is known.")
    pep = models.PositiveIntegerField("PEP", null=True, blank=True, help_text="Of its release schedule.")
    release_manager = models.CharField(max_length=200, blank=True)
    release_person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "branches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "name"], name="a_project_has_one_branch_of_a_name"),
            models.CheckConstraint(condition=Q(name__regex=f"^{BRANCH_NAME}$"), name="a_branch_has_a_name"),
            models.CheckConstraint(condition=Q(status__in=BranchStatus.values), name="a_branch_has_a_status"),
            models.CheckConstraint(
                condition=Q(first_release=None) | Q(end_of_life=None) | Q(first_release__lte=models.F("end_of_life")),
                name="a_branch_is_released_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(end_of_life_is_month=False) | Q(end_of_life__isnull=False),
                name="only_an_end_of_life_is_a_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project.name} {self.name}"

    @property
    def sort_key(self) -> tuple[int, ...]:
        """Return the numbers of its name: 3.10 comes after 3.9."""
        return tuple(int(part) for part in self.name.split(".") if part.isdigit())

    def is_supported(self, day: date) -> bool:
        """Return whether a vulnerability in it gets a CVE ID on `day` (UTC)."""
        return BranchStatus(self.status).gets_cve_ids and (self.end_of_life is None or day <= self.end_of_life)


class BranchSource(models.Model):
    """Where the branches of a project were taken from, each time that it was done."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="branch_sources")
    source = models.CharField(max_length=300, help_text="An address, a file, or what was shipped with the portal.")
    as_of = models.DateField(help_text="The day on which the data was fetched or made.")
    taken_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-taken_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(source=""), name="branches_come_from_somewhere"),
        ]

    def __str__(self) -> str:
        return f"branches of {self.project_id} from {self.source}"
