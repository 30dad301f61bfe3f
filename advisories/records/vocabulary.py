"""The words of the published records, each with its spelling in the formats."""

from enum import StrEnum


class CreditRole(StrEnum):
    """OSV schema 1.7, `credits[].type`; the same ten words in CVE and GitHub records, spelled otherwise."""

    REPORTER = "REPORTER"
    COORDINATOR = "COORDINATOR"
    REMEDIATION_DEVELOPER = "REMEDIATION_DEVELOPER"
    REMEDIATION_REVIEWER = "REMEDIATION_REVIEWER"
    FINDER = "FINDER"
    ANALYST = "ANALYST"
    REMEDIATION_VERIFIER = "REMEDIATION_VERIFIER"
    TOOL = "TOOL"
    SPONSOR = "SPONSOR"
    OTHER = "OTHER"

    @property
    def label(self) -> str:
        """Return the role for people."""
        return self.value.replace("_", " ").capitalize()

    @property
    def in_cve(self) -> str:
        """Return the spelling of CVE JSON 5.x, `credits[].type`: lower case with a space."""
        return self.value.replace("_", " ").lower()

    @property
    def in_ghsa(self) -> str:
        """Return the spelling of GitHub's REST API: lower case with an underscore."""
        return self.value.lower()


class ReferenceKind(StrEnum):
    """OSV schema 1.7, `references[].type`."""

    ADVISORY = "ADVISORY"
    ARTICLE = "ARTICLE"
    DETECTION = "DETECTION"
    DISCUSSION = "DISCUSSION"
    REPORT = "REPORT"
    FIX = "FIX"
    INTRODUCED = "INTRODUCED"
    GIT = "GIT"
    PACKAGE = "PACKAGE"
    EVIDENCE = "EVIDENCE"
    WEB = "WEB"

    @property
    def label(self) -> str:
        """Return the label of a list on a page."""
        return _REFERENCE_LABELS[self]

    @property
    def cve_tag(self) -> str | None:
        """Return the tag of CVE JSON 5.x, `references[].tags`, if one fits; an advisory's depends on its owner."""
        return _CVE_TAGS.get(self)


_REFERENCE_LABELS = {
    ReferenceKind.ADVISORY: "Advisory",
    ReferenceKind.ARTICLE: "Article",
    ReferenceKind.DETECTION: "How to detect it",
    ReferenceKind.DISCUSSION: "Discussion",
    ReferenceKind.REPORT: "Issue",
    ReferenceKind.FIX: "Fix",
    ReferenceKind.INTRODUCED: "Where it came in",
    ReferenceKind.GIT: "Repository",
    ReferenceKind.PACKAGE: "Package",
    ReferenceKind.EVIDENCE: "Evidence",
    ReferenceKind.WEB: "Web page",
}

_CVE_TAGS = {
    ReferenceKind.ARTICLE: "technical-description",
    ReferenceKind.REPORT: "issue-tracking",
    ReferenceKind.FIX: "patch",
    ReferenceKind.INTRODUCED: "related",
    ReferenceKind.PACKAGE: "product",
    ReferenceKind.EVIDENCE: "exploit",
}


class SeverityType(StrEnum):
    """OSV schema 1.7, `severity[].type`."""

    CVSS_V2 = "CVSS_V2"
    CVSS_V3 = "CVSS_V3"
    CVSS_V4 = "CVSS_V4"
    UBUNTU = "Ubuntu"


class RangeType(StrEnum):
    """OSV schema 1.7, `affected[].ranges[].type`."""

    GIT = "GIT"
    SEMVER = "SEMVER"
    ECOSYSTEM = "ECOSYSTEM"


class EventKind(StrEnum):
    """OSV schema 1.7, the one key of an entry of `affected[].ranges[].events`."""

    INTRODUCED = "introduced"
    FIXED = "fixed"
    LAST_AFFECTED = "last_affected"
    LIMIT = "limit"


#: OSV schema 1.7, `$defs.ecosystemWithSuffix`; any of them may carry a suffix after a colon ("Debian:12").
ECOSYSTEMS = frozenset(
    """AlmaLinux|Alpaquita|Alpine|Android|Azure Linux|BellSoft Hardened Containers|Bioconductor|Bitnami|Chainguard
    CleanStart|ConanCenter|CRAN|crates.io|Debian|Docker Hardened Images|Echo|FreeBSD|GHC|GitHub Actions|Go|Hackage|Hex
    Julia|Kubernetes|Linux|Mageia|Maven|MinimOS|npm|NuGet|opam|openEuler|openSUSE|OSS-Fuzz|Packagist|Photon OS|Pub|PyPI
    Red Hat|Rocky Linux|Root|RubyGems|SUSE|SwiftURL|TuxCare|Ubuntu|VSCode|Wolfi|GIT""".replace("\n    ", "|").split("|")
)
