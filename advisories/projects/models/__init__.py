"""Projects, their branches, and the versions of the security policy with their rules."""

from advisories.projects.models.policy_versions import PolicyRule, PolicyVersion
from advisories.projects.models.projects import Branch, BranchSource, Project

__all__ = ["Branch", "BranchSource", "PolicyRule", "PolicyVersion", "Project"]
