"""What no linter knows of this house: sizes, clocks, doors, and tests that look away.

Prints one line per finding, `file:line: what, why`, and fails when there is any.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("src", "tests", "tools", "bench", "soak", "conformance")
FILE_LINES = 400
FUNCTION_LINES = 60

# Put together, so that this file does not find itself.
_LEFT_OVER = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
_CLOCKS = {"today", "now", "utcnow", "localdate", "localtime"}
_CLOCK_OWNERS = {"date", "datetime", "timezone", "time"}
_AT_THE_EDGE = (
    "src/recoup/cli/",
    "src/recoup/cli.py",
    "src/recoup/web/",
    "src/recoup/jobs/work.py",
)
_LOOKING_AWAY = {"skip", "skipif", "xfail", "importorskip"}
_BOOKS = "src/recoup/books/"
_WRITES = {"create", "get_or_create", "update_or_create", "update", "delete", "bulk_create"}
_WRITES |= {"bulk_update"}
_SQL_WRITE = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM|COPY)\s+books_", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """One thing to mend."""

    line: int
    what: str


@dataclass(frozen=True)
class Source:
    """A Python file of ours."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The file as Python reads it."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree."""
        return list(ast.walk(self.tree))

    @property
    def is_product(self) -> bool:
        """Whether it ships."""
        return self.name.startswith("src/")

    @property
    def is_migration(self) -> bool:
        """Whether Django wrote it; migrations are for ever and as long as they are."""
        return "/migrations/" in self.name

    @property
    def is_test(self) -> bool:
        """Whether pytest reads it."""
        return self.name.startswith("tests/")


def too_long(source: Source) -> Iterator[Finding]:
    """Files fit a head, functions fit a screen."""
    lines = source.text.count("\n")
    if lines >= FILE_LINES:
        yield Finding(lines, f"{lines} lines in one file; cut it below {FILE_LINES}")
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield Finding(
                    node.lineno, f"{node.name} has {length} lines; at most {FUNCTION_LINES}"
                )


def unfinished(source: Source) -> Iterator[Finding]:
    """Nothing is left for later in the code; later is an issue."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        found = _LEFT_OVER.search(line)
        if found:
            yield Finding(number, f"{found[0]} left over; finish it or open an issue")


def without_opening(source: Source) -> Iterator[Finding]:
    """A file says what it is for, then imports the future."""
    body = source.tree.body
    if not ast.get_docstring(source.tree):
        yield Finding(1, "no docstring; the first line says what the file is for")
    rest = body[1:] if ast.get_docstring(source.tree) else body
    first = rest[0] if rest else None
    if first is not None and not (
        isinstance(first, ast.ImportFrom) and first.module == "__future__"
    ):
        yield Finding(first.lineno, "no `from __future__ import annotations` after the docstring")


def hidden_imports(source: Source) -> Iterator[Finding]:
    """What a file needs stands at its top; a conftest may be read before Django is ready."""
    if source.name.endswith("/conftest.py"):
        return
    for outer in source.nodes:
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(outer):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield Finding(node.lineno, f"import inside {outer.name}; move it to the top")


def clock_reads(source: Source) -> Iterator[Finding]:
    """Only the edges read the clock; all others are told the day or the instant."""
    if not source.is_product or source.name.startswith(_AT_THE_EDGE):
        return
    for node in source.nodes:
        if isinstance(node, ast.Attribute):
            spoken = ast.unparse(node)
            owner = spoken.split(".")[-2]
            if spoken == "time.time" or (node.attr in _CLOCKS and owner in _CLOCK_OWNERS):
                yield Finding(node.lineno, f"{spoken} reads the clock; take `at` or `as_of`")


def tests_that_look_away(source: Source) -> Iterator[Finding]:
    """A test runs, fails or passes, and never waits for luck."""
    if not source.is_test:
        return
    for node in source.nodes:
        if isinstance(node, ast.Attribute):
            spoken = ast.unparse(node)
            if node.attr in _LOOKING_AWAY and spoken.startswith("pytest."):
                yield Finding(node.lineno, f"{spoken}; a test that does not run proves nothing")
            if node.attr in {"sleep", "wait_for_timeout"}:
                yield Finding(node.lineno, f"{spoken}; wait for what must happen, not for time")


def writes_past_the_door(source: Source) -> Iterator[Finding]:
    """Tables of the books are written in `recoup.books` and nowhere else."""
    if not source.is_product or source.name.startswith(_BOOKS):
        return
    models = _models_imported(source)
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _SQL_WRITE.search(node.value):
                yield Finding(node.lineno, "SQL that writes the books; call their door")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            spoken = ast.unparse(node.func)
            root = re.split(r"\W", spoken, maxsplit=1)[0]
            if root in models and ".objects." in spoken and node.func.attr in _WRITES:
                yield Finding(node.lineno, f"{root} is written past its door in recoup.books")
            elif spoken in {"bulk.insert", "bulk.next_ids"}:
                yield Finding(node.lineno, f"{spoken} belongs to the doors in recoup.books")
            elif models and node.func.attr in {"save", "delete"}:
                yield Finding(node.lineno, f"{spoken} writes past the doors of recoup.books")


def _models_imported(source: Source) -> set[str]:
    return {
        alias.asname or alias.name
        for node in source.nodes
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("recoup.books.models")
        for alias in node.names
    }


CHECKS: tuple[Callable[[Source], Iterator[Finding]], ...] = (
    too_long,
    unfinished,
    without_opening,
    hidden_imports,
    clock_reads,
    tests_that_look_away,
    writes_past_the_door,
)


def findings(source: Source) -> list[Finding]:
    """All there is to mend in a file, in the order of its lines."""
    if source.is_migration:
        return []
    return sorted(
        {finding for check in CHECKS for finding in check(source)},
        key=lambda finding: (finding.line, finding.what),
    )


def sources(root: Path) -> Iterator[Source]:
    """Every Python file of ours."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            yield Source(path.relative_to(root).as_posix(), path.read_text())


def main() -> int:
    """The number of findings, each printed."""
    count = 0
    for source in sources(ROOT):
        for finding in findings(source):
            print(f"{source.name}:{finding.line}: {finding.what}")
            count += 1
    print(f"tidy: {count} to mend" if count else "tidy: nothing to mend", file=sys.stderr)
    return count


if __name__ == "__main__":
    sys.exit(min(main(), 1))
