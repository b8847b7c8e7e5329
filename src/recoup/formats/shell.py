"""Everything in a file that is not a record: titles, header, headings, totals, footer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from recoup.formats.amounts import NumberFormat, amount
from recoup.formats.base import StatedTotal
from recoup.formats.cells import BadCell, Cell, plain_text
from recoup.formats.days import DateFormat, readings
from recoup.formats.layout import End, Groups, Layout, Report, folded
from recoup.formats.sheets import is_blank
from recoup.kernel.errors import Refusal

_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_STAMP = re.compile(
    rf"(?:(?:Accrual|Cash) Basis )?{_WEEKDAY}, [A-Z][a-z]+ [0-9]{{1,2}}, [0-9]{{4}}.*"
)
_AS_OF = re.compile(r"As of ([A-Z][a-z]+ [0-9]{1,2}, [0-9]{4})")
_TOTAL_WORDS = frozenset({"total", "totals", "grand total", "sum", "gesamt", "summe", "totaux"})
_TOTAL_PREFIXES = ("total for ", "total ")
_SUFFIX = " with sub-customers"
# The column whose sum a total states, in this order of preference.
COUNTED = ("open", "total", "amount")


def find_header(layout: Layout, cells: Sequence[Cell]) -> dict[str, int] | None:
    """Where each label of the row stands, when the row is the header of the layout."""
    places: dict[str, int] = {}
    for column, cell in enumerate(cells):
        label = _label(layout, plain_text(cell))
        if label:
            places.setdefault(label, column)
    is_header = all(_label(layout, label) in places for label in layout.signature)
    return places if is_header else None


def refuse_doubles(layout: Layout, cells: Sequence[Cell]) -> None:
    """Refusal `header-twice` when a column that matters is there twice."""
    counts = Counter(_label(layout, plain_text(cell)) for cell in cells)
    twice = {label for label, count in counts.items() if count > 1}
    doubled = sorted(twice & {_label(layout, label) for label in _labels(layout)})
    if doubled:
        raise Refusal(
            "header-twice",
            f"The header names the column {doubled[0]!r} twice. Rename or remove one of the two.",
        )


def _label(layout: Layout, label: str) -> str:
    return label if layout.is_exact else folded(label)


def _labels(layout: Layout) -> list[str]:
    listed = [[each] if isinstance(each, str) else list(each) for each in layout.columns.values()]
    return [label for labels in listed for label in labels]


def columns_at(layout: Layout, places: dict[str, int]) -> dict[str, tuple[int, ...]]:
    """The columns of every field that the file has."""
    found: dict[str, tuple[int, ...]] = {}
    for name, labels in layout.columns.items():
        wanted = (labels,) if isinstance(labels, str) else labels
        at = tuple(places[key] for label in wanted if (key := _label(layout, label)) in places)
        if at:
            found[name] = at
    return found


@dataclass
class _Group:
    name: str
    counted: int = 0


@dataclass
class Shell:
    """Reads a file from its first row and says of each what it is: None for a record."""

    layout: Layout
    currency: str
    numbers: NumberFormat
    # Called before a total is compared: rows that wait for their document belong above it.
    close_document: Callable[[], None]
    places: dict[str, tuple[int, ...]] = field(default_factory=dict)
    header: Sequence[Cell] = ()
    as_of: date | None = None
    totals: list[StatedTotal] = field(default_factory=list)
    counted: int = 0
    currencies: set[str] = field(default_factory=set)
    _groups: list[_Group] = field(default_factory=list)
    _is_footed: bool = False
    _is_totalled: bool = False

    @property
    def group(self) -> str | None:
        """The account of the heading above, parents first, where headings name accounts."""
        report = self.layout.report
        if report is None or report.groups is not Groups.ACCOUNTS or not self._groups:
            return None
        return ":".join(group.name for group in self._groups)

    def reason(self, line: int, cells: Sequence[Cell]) -> str | None:
        """Why a row is no record (header, title, blank, group, …); None when it is one."""
        if is_blank(cells):
            return "blank"
        if not self.header:
            return self._before(cells)
        if self.layout.report is not None:
            return self._in_report(line, cells, self.layout.report)
        return self._plain_total(line, cells)

    def _before(self, cells: Sequence[Cell]) -> str:
        places = find_header(self.layout, cells)
        first = plain_text(cells[0])
        if places is None:
            stated = _AS_OF.match(first)
            if stated is not None:
                self.as_of = readings(stated[1]).get(DateFormat.NAME_DAY)
            return "separator" if folded(first).startswith("sep=") else "title"
        self.header = tuple(cells)
        self.places = columns_at(self.layout, places)
        return "header"

    def _in_report(self, line: int, cells: Sequence[Cell], report: Report) -> str | None:
        first = plain_text(cells[0]).strip()
        if _STAMP.fullmatch(first):
            self._is_footed = True
            return "footer"
        if not first or report.groups is None:
            # A list without headings has its accounts in the first column.
            return None
        # With an amount it is the total; without, a customer of that name.
        if first.casefold() == "total" and not is_blank(cells[1:]):
            self._state(line, first, cells, self.counted, (report.totals_of,))
            self._is_totalled = True
            self._groups.clear()
            return "total"
        closed = self._closed(first)
        if closed is not None:
            self._close(line, first, cells, closed, report)
            return "subtotal"
        if is_blank(cells[1:]):
            if not report.has_group_totals:
                self._groups.clear()
            self._groups.append(_Group(first))
            return "group"
        return None

    def _closed(self, first: str) -> int | None:
        """Which open group a row closes: a customer may itself be called Total Fitness."""
        for prefix in _TOTAL_PREFIXES:
            if not first.casefold().startswith(prefix):
                continue
            name = first[len(prefix) :]
            for depth in range(len(self._groups) - 1, -1, -1):
                if self._groups[depth].name in (name, name.removesuffix(_SUFFIX)):
                    return depth
        return None

    def _close(
        self, line: int, label: str, cells: Sequence[Cell], depth: int, report: Report
    ) -> None:
        counted = sum(group.counted for group in self._groups[depth:])
        self._state(line, label, cells, counted, (report.totals_of,))
        del self._groups[depth:]
        if self._groups:
            self._groups[-1].counted += counted

    def _plain_total(self, line: int, cells: Sequence[Cell]) -> str | None:
        """A total under a plain table: a total's word, and no day or number in the row."""
        first = next((plain_text(cell) for cell in cells if cell != ""), "")
        if folded(first.rstrip(": ")) not in _TOTAL_WORDS:
            return None
        for name in ("issue_date", "date", "number"):
            at = self.places.get(name)
            if at and at[0] < len(cells) and plain_text(cells[at[0]]).strip() not in ("", first):
                return None
        self.close_document()
        self._state(line, first, cells, self.counted, COUNTED)
        return "total"

    def _state(
        self, line: int, label: str, cells: Sequence[Cell], computed: int, names: Sequence[str]
    ) -> None:
        """Note what the first of the named columns that is filled states."""
        places = [self.places[name][0] for name in names if name in self.places]
        filled = [cells[at] for at in places if at < len(cells) and cells[at] != ""]
        # Currencies are never added together; such a total says nothing.
        if not filled or len(self.currencies) > 1:
            return
        currency = next(iter(self.currencies), self.currency)
        try:
            stated = amount(filled[0], currency=currency, numbers=self.numbers)
        except BadCell as problem:
            raise Refusal(
                "total-unreadable",
                f"Line {line}, {label[:40]!r}: {problem.reason} "
                "Declare the number format of the file, or export it again.",
            ) from problem
        if stated is not None:
            self.totals.append(StatedTotal(line, label, currency, stated, computed))

    def count(self, minor: int, currency: str) -> None:
        """Add an accepted record's amount, as the file writes it, to the totals above it."""
        self.currencies.add(currency)
        self.counted += minor
        if self._groups:
            self._groups[-1].counted += minor

    def missing(self) -> tuple[str, ...]:
        """What the end of a whole file would have shown."""
        report = self.layout.report
        if report is None or report.ends is None:
            return ()
        is_there = {
            End.TOTAL: self._is_totalled,
            End.FOOTER: self._is_footed,
            End.GROUP_TOTAL: not self._groups,
        }
        return () if is_there[report.ends] else (report.ends.value,)
