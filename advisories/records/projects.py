"""The facts that records state about one project."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from advisories.records.reading import Codec, JsonObject, Node

#: The short name of a project in addresses and filters.
SLUG = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class ProjectFacts(Codec):
    """The facts about a project in OSV (schema 1.7, `affected[].package`) and CVE records (5.x, `affected[]`).

    `repo` is an address without a slash at its end. `collection_url` is the collection that gives `package` its
    meaning; that, `ecosystem`, `package` and `purl` are "" for what is not installed from a package index.
    """

    label: str
    vendor: str
    product: str
    repo: str
    slug: str = ""
    platforms: tuple[str, ...] = ()
    collection_url: str = ""
    ecosystem: str = ""
    package: str = ""
    purl: str = ""

    @classmethod
    def read(cls, node: Node) -> Self:
        """Read what `to_json` wrote; raises RecordError."""
        keys = node.fields()
        facts = cls(
            slug=keys.need("slug").matching(SLUG, "a short name such as cpython"),
            platforms=keys.items("platforms", Node.line),
            **{name: keys.need(name).line() for name in _LINES},
        )
        keys.only(frozenset({"platforms"}), "a project")
        return facts

    @classmethod
    def read_or_none(cls, node: Node) -> Self | None:
        """Read one, or null as None."""
        return None if node.value is None else cls.read(node)

    def to_json(self) -> JsonObject:
        """Write it as `read` reads it."""
        lines = {name: getattr(self, name) for name in _LINES}
        return {"slug": self.slug, "platforms": list(self.platforms), **lines}


_LINES = ("label", "vendor", "product", "repo", "collection_url", "ecosystem", "package", "purl")
