"""Strict reading of JSON that came from outside: every refusal names the place and says in a sentence what is wrong.

What is accepted can be stored in PostgreSQL (no NUL, no lone surrogate), written into an Atom feed (no
character that XML 1.0 forbids) and sent as JSON (no infinite number), so no reader has to check again.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self, TypeAlias, TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

JsonObject: TypeAlias = dict[str, Any]

#: Characters in one text. The longest field of a GitHub advisory holds 65,535; a CVE description 4,096.
TEXT_MOST = 100_000
#: Characters where a line is meant: an id, an address, a version. A CVE reference may have 2,048.
LINE_MOST = 2_048
#: Entries in one list. A CVE record may have 512 references.
LIST_MOST = 5_000
#: Objects inside objects inside keys that the portal only carries along.
DEPTH_MOST = 32

#: What XML 1.0 does not allow (section 2.2); includes NUL and every lone surrogate.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: RFC 3339 as the OSV schema narrows it: UTC, written Z.
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]+))?Z")

_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
}


class RecordError(ValueError):
    """A record, or a part of one, is not what its format asks for; `str()` is a sentence for people.

    `path` says where ("affected[0].ranges[0].repo"), `reason` what is wrong; "" is the whole record.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else f"the record {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True)
class Node:
    """A value and the path that leads to it; each method reads it as one kind or raises RecordError."""

    value: object
    path: str = ""

    def refuse(self, reason: str) -> RecordError:
        """Return the error that names this place."""
        return RecordError(self.path, reason)

    def text(self, most: int = TEXT_MOST) -> str:
        """Read text of any number of lines, at most `most` characters, with nothing that XML or a database refuses."""
        if not isinstance(self.value, str):
            raise self._wrong_kind("text")
        if len(self.value) > most:
            raise self.refuse(f"has {len(self.value):,} characters, at most {most:,} are allowed")
        if forbidden := _FORBIDDEN.search(self.value):
            raise self.refuse(f"holds the character U+{ord(forbidden[0]):04X}, which is not allowed in text")
        return self.value

    def line(self, most: int = LINE_MOST) -> str:
        """Read a text without a line break, at most `most` characters."""
        text = self.text(most)
        if "\n" in text or "\r" in text:
            raise self.refuse("must be a single line")
        return text

    def matching(self, pattern: re.Pattern[str], wanted: str) -> str:
        """Read a line that `pattern` matches from end to end; `wanted` finishes the sentence "must be ..."."""
        text = self.line()
        if not pattern.fullmatch(text):
            raise self.refuse(f"must be {wanted}")
        return text

    def member(self, vocabulary: type[E]) -> E:
        """Read one of the words of `vocabulary`."""
        text = self.line()
        try:
            return vocabulary(text)
        except ValueError:
            raise self.refuse(f"must be one of {', '.join(vocabulary)}") from None

    def moment(self) -> datetime:
        """Read an aware time in UTC; digits beyond the microsecond are cut off."""
        match = _MOMENT.fullmatch(self.line())
        wanted = "must be a time in UTC such as 2026-09-03T09:12:00Z"
        if not match:
            raise self.refuse(wanted)
        try:
            whole = datetime.fromisoformat(match[1])
        except ValueError:
            raise self.refuse(f"{wanted}; there is no such day or hour") from None
        microseconds = int((match[2] or "")[:6].ljust(6, "0"))
        return whole.replace(microsecond=microseconds, tzinfo=UTC)

    def moment_or_none(self) -> datetime | None:
        """Read a time, or null as None."""
        return None if self.value is None else self.moment()

    def items(self) -> "list[Node]":
        """Read a list, as its entries with their paths."""
        if not isinstance(self.value, list):
            raise self._wrong_kind("a list")
        if len(self.value) > LIST_MOST:
            raise self.refuse(f"has {len(self.value):,} entries, at most {LIST_MOST:,} are allowed")
        return [Node(item, f"{self.path}[{position}]") for position, item in enumerate(self.value)]

    def fields(self) -> "Fields":
        """Read an object, as its keys to be taken one by one."""
        if not isinstance(self.value, dict):
            raise self._wrong_kind("an object")
        for key in self.value:
            Node(key, f"a key of {self.path}" if self.path else "a key").line()
        prefix = f"{self.path}." if self.path else ""
        return Fields(self, {key: Node(item, f"{prefix}{key}") for key, item in self.value.items()})

    def json(self, depth: int = DEPTH_MOST) -> Any:
        """Return a deep copy of any JSON, each text in it checked."""
        if depth == 0:
            raise self.refuse(f"is nested more than {DEPTH_MOST} levels deep")
        match self.value:
            case str():
                return self.text()
            case list():
                return [item.json(depth - 1) for item in self.items()]
            case dict():
                return self.fields().rest(depth - 1)
            case float() if not math.isfinite(self.value):
                raise self.refuse("must be a finite number")
            case None | bool() | int() | float():
                return self.value
        raise self._wrong_kind("JSON")

    def object(self) -> JsonObject:
        """Return a checked copy of an object whose keys are free."""
        return self.fields().rest()

    def _wrong_kind(self, wanted: str) -> RecordError:
        return self.refuse(f"must be {wanted}, not {_KINDS.get(type(self.value), type(self.value).__name__)}")


class Fields:
    """The keys of one object, taken one by one; what is not taken stays and is carried along by `rest`.

    A key whose value is empty (null, "", []) stays as well: its typed value is just empty, and writing the record
    again has to tell an empty key from an absent one.
    """

    def __init__(self, node: Node, keys: dict[str, Node]) -> None:
        self._node = node
        self._keys = keys

    def need(self, key: str) -> Node:
        """Take a key that must be there."""
        if key not in self._keys:
            raise Node(None, f"{self._node.path}.{key}" if self._node.path else key).refuse("is missing")
        return self._keys.pop(key)

    def optional(self, key: str, read: Callable[[Node], T]) -> T | None:
        """Take a key if it is there, as `read` reads it; None where it is absent."""
        return read(self._keys.pop(key)) if key in self._keys else None

    def has(self, key: str) -> bool:
        """Return whether the key is there and not taken yet."""
        return key in self._keys

    def text(self, key: str, most: int = TEXT_MOST) -> str:
        """Take the text under a key that may be absent: ""."""
        text = self._keys[key].text(most) if key in self._keys else ""
        if text:
            del self._keys[key]
        return text

    def items(self, key: str, read: Callable[[Node], T], *, nullable: bool = False) -> tuple[T, ...]:
        """Take the list under a key that may be absent, or null where the format says so: ()."""
        if key not in self._keys or (nullable and self._keys[key].value is None):
            return ()
        items = tuple(read(item) for item in self._keys[key].items())
        if items:
            del self._keys[key]
        return items

    def check(self, key: str, read: Callable[[Node], object]) -> None:
        """Read a key, if it is there, only to refuse what is wrong; it is not taken."""
        if key in self._keys:
            read(self._keys[key])

    def only(self, allowed: frozenset[str], where: str) -> None:
        """Refuse keys that are left besides `allowed`; `where` finishes the sentence "is not a key of ..."."""
        for key, node in self._keys.items():
            if key not in allowed:
                raise node.refuse(f"is not a key of {where}")

    def rest(self, depth: int = DEPTH_MOST) -> JsonObject:
        """Take everything that is left, checked and copied."""
        return {key: node.json(depth) for key, node in self._keys.items()}


class Codec:
    """A frozen dataclass with a JSON form; the subclass says how to `read` it and how to write it `to_json`."""

    @classmethod
    def read(cls, node: Node) -> Self:
        """Read one from a value; raises RecordError."""
        raise NotImplementedError

    def to_json(self) -> JsonObject:
        """Write it as `read` reads it."""
        raise NotImplementedError

    @classmethod
    def from_json(cls, value: object, path: str = "") -> Self:
        """Read what `to_json` wrote; RecordError names the bad part, `path` first."""
        return cls.read(Node(value, path))

    @classmethod
    def list_from_json(cls, value: object, path: str = "") -> tuple[Self, ...]:
        """Read what `[item.to_json() for item in items]` wrote."""
        return tuple(cls.read(item) for item in Node(value, path).items())

    def check(self) -> None:
        """Raise RecordError where something in it could not have been read, such as a control character in a title."""
        self.from_json(self.to_json())


def rfc3339(moment: datetime) -> str:
    """Return RFC 3339 in UTC as the records write it: no fraction, milliseconds or microseconds, whichever is enough.

    Raises ValueError for a time without a zone: it would silently be taken for the machine's own.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    utc = moment.astimezone(UTC)
    finest = "microseconds" if utc.microsecond % 1000 else "milliseconds"
    digits = finest if utc.microsecond else "seconds"
    return utc.isoformat(timespec=digits).removesuffix("+00:00") + "Z"


def filled(values: Mapping[str, object]) -> JsonObject:
    """Return the keys whose value is not empty: null, "", [], {}."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
