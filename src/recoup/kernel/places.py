"""YAML with places: plain values, and the line and column each one stands on.

YAML 1.2, read event by event so that nothing is built before it is found harmless: no
aliases, tags, directives or second documents; size, depth and number of values limited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

LENGTH_MAX = 100_000
DEPTH_MAX = 12
VALUES_MAX = 10_000
DIGITS_MAX = 15

_NULL = re.compile(r"|~|null|Null|NULL")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?\d+")
_DECIMAL = re.compile(r"[-+]?(\d+\.\d*|\.\d+)")
_ODD_NUMBER = re.compile(r"[-+]?(0o[0-7]+|0x[\da-fA-F]+|\.inf|\.nan|\d[\d.]*[eE][-+]?\d+)", re.I)

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """Where something stands in a file; lines and columns count from 1."""

    line: int
    column: int


class Unreadable(Exception):
    """The text is no document of ours; says where and what to do."""

    def __init__(self, place: Place, sentence: str) -> None:
        super().__init__(sentence)
        self.place = place
        self.sentence = sentence


@dataclass
class Placed:
    """The values of a document, the place of each, and the place of each key."""

    value: object
    places: dict[Path, Place] = field(default_factory=dict)
    key_places: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """The place of a path, or of the nearest part around it that exists."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(1, 1))


def read(text: str) -> Placed:
    """The text as plain values with places; Unreadable for anything but one plain document."""
    if len(text) > LENGTH_MAX:
        raise Unreadable(Place(1, 1), f"The document is longer than {LENGTH_MAX} characters.")
    reader = _Reader()
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            reader.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        raise Unreadable(place, f"This is not YAML: {error.problem or error.context}.") from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise Unreadable(Place(1, 1), f"This is not YAML: {str(error).splitlines()[0]}.") from error
    return reader.placed


class _Reader:
    """Builds values from events, one container deep at a time, without recursion."""

    def __init__(self) -> None:
        self.placed = Placed(None)
        # Open containers, each with its path and, for a mapping, the key that waits.
        self._open: list[tuple[dict[str, object] | list[object], Path]] = []
        self._key: list[str | None] = []
        self._values = 0
        self._documents = 0

    def take(self, event: Event) -> None:
        """Take the next event; Unreadable when it is of a kind that has no place here."""
        place = Place(event.start_mark.line + 1, event.start_mark.column + 1)
        self._refuse_odd(event, place)
        match event:
            case ScalarEvent():
                self._scalar(event, place)
            case MappingStartEvent():
                self._start({}, place)
            case SequenceStartEvent():
                self._start([], place)
            case MappingEndEvent() | SequenceEndEvent():
                self._open.pop()
                self._key.pop()

    def _refuse_odd(self, event: Event, place: Place) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(place, "Anchors (&) and aliases (*) are not used here; write it out.")
        if getattr(event, "tag", None) not in (None, "!"):
            raise Unreadable(place, "Tags (!) are not used here; leave it out.")
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if event.version or event.tags:
                raise Unreadable(place, "Directives (%) are not used here; leave the line out.")
            if self._documents > 1:
                raise Unreadable(place, "There is a second document after ---; use another file.")

    def _start(self, container: dict[str, object] | list[object], place: Place) -> None:
        path = self._put(container, place)
        if len(self._open) >= DEPTH_MAX:
            raise Unreadable(place, f"This is nested more than {DEPTH_MAX} deep.")
        self._open.append((container, path))
        self._key.append(None)

    def _scalar(self, event: ScalarEvent, place: Place) -> None:
        if self._open and isinstance(self._open[-1][0], dict) and self._key[-1] is None:
            self._take_key(event.value, place)
            return
        is_plain = bool(event.implicit[0])
        if event.style in ("'", '"'):
            place = Place(place.line, place.column + 1)
        self._put(_value(event.value, place) if is_plain else event.value, place)

    def _take_key(self, key: str, place: Place) -> None:
        container, path = self._open[-1]
        if key in container:
            raise Unreadable(place, f"{key} is given twice; keep one.")
        self._key[-1] = key
        self.placed.key_places[(*path, key)] = place

    def _put(self, value: object, place: Place) -> Path:
        self._values += 1
        if self._values > VALUES_MAX:
            raise Unreadable(place, f"The document has more than {VALUES_MAX} values.")
        if not self._open:
            self.placed.value = value
            self.placed.places[()] = place
            return ()
        container, path = self._open[-1]
        if isinstance(container, list):
            path = (*path, len(container))
            container.append(value)
        else:
            key = self._key[-1]
            if key is None:
                raise Unreadable(place, "A key must be one word, not a list or a mapping.")
            path = (*path, key)
            container[key] = value
            self._key[-1] = None
        self.placed.places[path] = place
        return path


def _value(text: str, place: Place) -> str | int | Decimal | bool | None:
    """A plain scalar by the core schema of YAML 1.2: `NO`, `on` and `12:30` are text."""
    if _NULL.fullmatch(text):
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
        if len(text) > DIGITS_MAX:
            raise Unreadable(place, f"A number here has at most {DIGITS_MAX} digits.")
        return Decimal(text) if "." in text else int(text)
    if _ODD_NUMBER.fullmatch(text):
        raise Unreadable(place, f"Write {text} as a plain decimal number, or quote it as text.")
    return text
