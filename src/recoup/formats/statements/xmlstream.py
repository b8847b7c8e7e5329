"""XML from strangers: streamed, without document types or entities, bounded in every direction."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import BinaryIO
from xml.parsers import expat

from recoup.kernel.errors import Refusal

CHUNK_BYTES = 1 << 16
DEPTH_MAX = 40
TEXT_CHARACTERS_MAX = 20_000
ATTRIBUTES_MAX = 40
# Expat before 2.6 reads an unfinished token again with every chunk: the square of its length.
TOKEN_BYTES_MAX = 4 * CHUNK_BYTES
CHILDREN_MAX = 200_000
ELEMENTS_MAX = 15_000_000
_NAMES_MAX = 10_000
ENCODINGS = frozenset(
    {"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-2", "iso-8859-15", "windows-1250",
     "windows-1252"}
)  # fmt: skip
_WIDE_STARTS = (b"\xff\xfe", b"\xfe\xff", b"\x00", b"+/v", b"<\x00")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_XINCLUDE = "http://www.w3.org/2001/XInclude"
_NOTHING: tuple[Node, ...] = ()


@cache
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


class Node:
    """An element that is finished: its name without prefix, its text, its children."""

    __slots__ = ("attributes", "children", "name", "text", "value")

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.text = ""
        self.children: list[Node] | None = None
        self.value: object = None  # what a reducer made of it instead of children

    def all(self, name: str) -> Iterator[Node]:
        """The children of a name."""
        return (each for each in self.children or _NOTHING if each.name == name)

    def at(self, path: str) -> Node | None:
        """The first descendant on a path such as `Acct/Id/IBAN`."""
        node: Node | None = self
        for name in _steps(path):
            if node is None or node.children is None:
                return None
            for each in node.children:
                if each.name == name:
                    node = each
                    break
            else:
                return None
        return node

    def words(self, *paths: str) -> str | None:
        """The text at the first of the paths that has any."""
        for path in paths:
            node = self.at(path)
            if node is not None and (text := node.text.strip()):
                return text
        return None


def unsafe(code: str, why: str, place: str) -> Refusal:
    """Refusal of XML that no bank writes."""
    return Refusal(
        code, f"The XML is not read: at {place} {why}. Ask the bank for the file without it."
    )


@dataclass
class XmlStream:
    """Hands over finished subtrees; what was handed over is forgotten.

    `is_wanted(namespace)` says whose elements count; others are skipped with what they hold.
    `roots` name the elements whose children are handed over one by one, with their path;
    `reducers` shrink what may repeat without end.
    """

    stream: BinaryIO
    is_wanted: Callable[[str], bool]
    roots: frozenset[str]
    reducers: Mapping[str, Callable[[Node], object]] = field(default_factory=dict)
    allowed_instructions: frozenset[str] = frozenset()
    _ready: list[tuple[str, Node | None, str]] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)
    _open: list[Node] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)
    _length: int = 0
    _foreign: int = 0
    _depth: int = 0
    _elements: int = 0
    _names: dict[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[str, Node | None, str]]:
        """`start`, `node` or `end`; the node (its name alone for the others); the place.

        Refusal with line and column for all that is unsafe, broken or cut short.
        """
        check_encoding(self.stream)
        parser = self._parser()
        self.stream.seek(0)
        fed = 0
        try:
            for chunk in iter(partial(self.stream.read, CHUNK_BYTES), b""):
                parser.Parse(chunk, False)
                fed += len(chunk)
                yield from self._handed()
                if fed - parser.CurrentByteIndex > TOKEN_BYTES_MAX:
                    raise unsafe("xml-token-too-long", "one token has no end", self._place())
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise _broken(error) from error
        yield from self._handed()

    def _handed(self) -> Iterator[tuple[str, Node | None, str]]:
        ready, self._ready = self._ready, []
        yield from ready

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._words
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.ExternalEntityRefHandler = self._external
        parser.ProcessingInstructionHandler = self._instruction
        self._expat = parser
        return parser

    def _place(self) -> str:
        return f"line {self._expat.CurrentLineNumber}, column {self._expat.CurrentColumnNumber + 1}"

    def _doctype(self, *_: object) -> None:
        raise unsafe("xml-doctype", "it declares a document type or entities", self._place())

    def _external(self, *_: object) -> int:
        self._doctype()
        return 0

    def _instruction(self, target: str, _: str) -> None:
        if target not in self.allowed_instructions:
            raise unsafe(
                "xml-instruction", f"it holds the instruction {target[:40]!r}", self._place()
            )

    def _start(self, full: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEPTH_MAX or len(attributes) > ATTRIBUTES_MAX:
            raise unsafe(
                "xml-too-deep",
                f"it is deeper than {DEPTH_MAX} elements or has too many attributes",
                self._place(),
            )
        name = self._names.get(full) or self._name(full)
        if self._foreign or not name:
            self._foreign += bool(self._foreign) or bool(self._open or self._path)
            return
        self._texts.clear()
        self._length = 0
        if self._open:
            self._nest(Node(name, attributes))
        else:
            self._begin(name, attributes)

    def _name(self, full: str) -> str:
        """The local name of a wanted element, empty for any other."""
        namespace, _, name = full.rpartition(" ")
        if namespace == _XINCLUDE:
            raise unsafe("xml-include", "it includes another file", self._place())
        if not self.is_wanted(namespace):
            return ""
        if len(self._names) < _NAMES_MAX:
            self._names[full] = name
        return name

    def _nest(self, node: Node) -> None:
        parent = self._open[-1]
        if parent.children is None:
            parent.children = []
        elif len(parent.children) >= CHILDREN_MAX:
            raise unsafe("xml-too-many", "an element has too many children", self._place())
        parent.children.append(node)
        self._open.append(node)

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element outside of any that is collected."""
        if self._elements > ELEMENTS_MAX:
            raise unsafe("xml-too-many", "it has too many elements", self._place())
        if name in self.roots:
            self._path.append(name)
            self._ready.append(("start", Node(name, {}), self._place()))
        elif self._is_in_root:
            self._open.append(Node(name, attributes))
        elif not self._path:
            self._ready.append(("root", Node(name, {}), self._place()))
            self._path.append("")

    @property
    def _is_in_root(self) -> bool:
        return bool(self._path and self._path[-1] in self.roots)

    def _end(self, full: str) -> None:
        self._depth -= 1
        if self._foreign:
            self._foreign -= 1
            return
        name = self._names.get(full) or full.rpartition(" ")[2]
        if self._open and self._open[-1].name == name:
            self._finish(self._open.pop())
        elif self._is_in_root and self._path[-1] == name:
            self._path.pop()
            self._ready.append(("end", Node(name, {}), self._place()))

    def _finish(self, node: Node) -> None:
        if node.children is None:
            node.text = "".join(self._texts)
        self._texts.clear()
        self._length = 0
        reduce = self.reducers.get(node.name)
        if reduce is not None:
            node.value = reduce(node)
            node.children = None
        if not self._open:
            self._ready.append(("node", node, self._place()))

    def _words(self, text: str) -> None:
        if not self._open or self._foreign:
            return
        self._length += len(text)
        if self._length > TEXT_CHARACTERS_MAX:
            raise unsafe("xml-text-too-long", "a text has no end", self._place())
        self._texts.append(text)


def check_encoding(stream: BinaryIO) -> str:
    """The declared encoding; Refusal for wide ones and for a declaration that the bytes belie."""
    stream.seek(0)
    start = stream.read(1024)
    if start.startswith(_WIDE_STARTS):
        raise unsafe("xml-encoding", "it is UTF-16, UTF-32 or UTF-7", "its first byte")
    found = _DECLARED.match(start.removeprefix(codecs.BOM_UTF8))
    declared = found[1].decode("ascii").lower() if found else "utf-8"
    if declared not in ENCODINGS:
        raise unsafe("xml-encoding", f"it declares the encoding {declared}", "line 1")
    if declared not in ("utf-8", "us-ascii", "ascii") and _is_utf8_with_accents(stream):
        raise unsafe("xml-encoding", f"it declares {declared} and is UTF-8", "line 1")
    return declared


def _is_utf8_with_accents(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    has_accents = False
    stream.seek(0)
    try:
        for chunk in iter(partial(stream.read, CHUNK_BYTES), b""):
            has_accents = not decoder.decode(chunk).isascii() or has_accents
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return has_accents


_CUT = frozenset({"no element found", "unclosed token", "unclosed CDATA section"})


def _broken(error: expat.ExpatError) -> Refusal:
    what = expat.ErrorString(error.code)
    place = f"line {error.lineno}, column {error.offset + 1}"
    if what in _CUT:
        return Refusal(
            "file-cut-short",
            f"The XML ends at {place} before it is complete. Ask the bank for the file again.",
        )
    return Refusal(
        "xml-broken",
        f"The XML is broken at {place} ({what}). Ask the bank for the file again.",
    )
