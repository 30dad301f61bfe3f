"""A page as a list of elements, enough to ask what points where."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True)
class Element:
    """One start tag."""

    name: str
    attributes: dict[str, str]

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")


class Page(HTMLParser):
    """Every start tag of a page, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def all(self, *names: str) -> list[Element]:
        """Return the elements of these names."""
        return [element for element in self.elements if element.name in names]

    @property
    def ids(self) -> list[str]:
        return [element["id"] for element in self.elements if element["id"]]

    @property
    def dangling(self) -> list[str]:
        """Return the targets of labels, descriptions and links within the page that do not exist."""
        wanted = [element["for"] for element in self.all("label")]
        wanted += [word for element in self.elements for word in element["aria-describedby"].split()]
        wanted += [word for element in self.elements for word in element["aria-labelledby"].split()]
        wanted += [element["href"].removeprefix("#") for element in self.all("a") if element["href"].startswith("#")]
        return sorted(set(wanted) - set(self.ids))

    @property
    def nameless(self) -> list[str]:
        """Return the controls that no label names."""
        named = {element["for"] for element in self.all("label")}
        controls = [one for one in self.all("input", "select", "textarea") if one["type"] != "hidden"]
        return [one["name"] for one in controls if one["id"] not in named]

    @property
    def blocked(self) -> list[str]:
        """Return the parts that the content security policy would block."""
        styled = [element.name for element in self.elements if "style" in element.attributes or element.name == "style"]
        handlers = [name for element in self.elements for name in element.attributes if name.startswith("on")]
        scripts = [
            element.name
            for element in self.all("script")
            if not element["src"] and element["type"] != "application/json"
        ]
        return [*styled, *handlers, *scripts]
