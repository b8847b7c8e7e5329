"""Records become batches: lines become documents, keys become natural, every row is counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import polars as pl

from recoup.formats.base import DOCUMENTS, PARTIES, RECEIPTS, SET_ASIDE, Batch, Kind, Sum
from recoup.formats.cells import BadCell
from recoup.formats.layout import Layout, Lines
from recoup.formats.record import Record
from recoup.formats.settle import DOCUMENT_KINDS, PARTY, is_zero, settle
from recoup.kernel.frames import Frame
from recoup.kernel.ids import content_key, natural_key

_SAME_ON_EVERY_LINE = (
    "account_number", "account_name", "kind", "issue_date", "due_date", "currency", "disputed",
)  # fmt: skip
_REPEATED_AMOUNTS = ("total", "paid", "open")
_PARTY_FACTS = (
    "account_number", "account_name", "contact_name", "email", "phone", "address", "city", "region",
    "postal_code", "country", "language", "legal_kind", "tier", "tax_number", "currency", "terms",
    "terms_days", "credit_limit", "hold",
)  # fmt: skip
_LINE_BITS = 32
_DIGEST_MASK = 0x7FFFFFFF
_Row = tuple[object, ...]


@dataclass
class Collector:
    """Takes the records of one file in their order; gives them back in batches."""

    layout: Layout
    count: Callable[[int, str], None]
    used: int = 0
    set_aside: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    sums: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _unread_line: int | None = None
    _pending: list[Record] = field(default_factory=list)
    _parties: list[_Row] = field(default_factory=list)
    _documents: list[_Row] = field(default_factory=list)
    _receipts: list[_Row] = field(default_factory=list)
    _set_aside: list[_Row] = field(default_factory=list)
    # Digest of a key to the line it was first on and a digest of what it said there: one
    # number each, because a file may have a million.
    _seen: dict[int, int] = field(default_factory=dict)
    _occurrences: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def size(self) -> int:
        """Rows that wait to be given away."""
        return (
            len(self._parties) + len(self._documents) + len(self._receipts) + len(self._set_aside)
        )

    def add(self, record: Record) -> None:
        """Take the next record; nothing is given away while its document may go on."""
        ignored = self.layout.judge(record) if not record.mistakes else None
        if ignored is not None:
            self.ignored[ignored] += 1
            return
        if self.layout.lines is not Lines.ONE and record.number is not None:
            if self._pending and _document_of(self._pending[0]) != _document_of(record):
                self.flush()
            self._pending.append(record)
            return
        if self._pending and record.mistakes:
            # Nobody can say whose line this is; the document above may lack it.
            self._pending.append(record)
            return
        self.flush()
        self._unread_line = record.line if record.mistakes else None
        self._take(record, [record])

    def flush(self) -> None:
        """Close the document whose lines are being gathered."""
        lines, self._pending = self._pending, []
        if not lines:
            return
        first = lines[0]
        wrong = self._contradiction(lines)
        if wrong is not None:
            for line in lines:
                if not line.mistakes:
                    line.complain(wrong.field, wrong)
                self._put_aside(line)
            return
        if self.layout.lines is Lines.SUMMED:
            for name in ("total", "net", "tax", "paid", "open", "counted"):
                parts = [getattr(line, name) for line in lines]
                known = [part for part in parts if part is not None]
                setattr(first, name, sum(known) if known else None)
        self._take(first, lines)

    def _contradiction(self, lines: list[Record]) -> BadCell | None:
        """Why the lines cannot be one document."""
        bad = next((line.line for line in lines if line.mistakes), self._unread_line)
        last = lines[-1]
        self._unread_line = last.line if last.mistakes and last.number is None else None
        if bad is not None:
            return BadCell(
                "document-incomplete",
                f"Line {bad} may belong to this document and is set aside, so all of it is.",
                f"Correct line {bad} and bring all lines again.",
            )
        is_repeated = self.layout.lines is Lines.REPEATED
        same = (*_SAME_ON_EVERY_LINE, *(_REPEATED_AMOUNTS if is_repeated else ()))
        first = lines[0]
        for name in same:
            if any(getattr(line, name) != getattr(first, name) for line in lines[1:]):
                words = name.replace("_", " ")
                return BadCell(
                    "lines-contradict",
                    f"The lines {first.line} to {lines[-1].line} of document {first.number} "
                    f"differ in {words}.",
                    "Correct the lines, or give different documents different numbers.",
                    field=name,
                )
        return None

    def _take(self, record: Record, lines: list[Record]) -> None:
        """Settle one document, receipt or party and put it where it belongs."""
        if not record.mistakes:
            settle(record, self.layout.required)
        if not record.mistakes and is_zero(record):
            self.ignored["zero"] += len(lines)
            return
        if not record.mistakes and not self._is_new(record, lines):
            return
        if record.mistakes:
            for line in lines:
                if not line.mistakes:
                    line.mistakes.extend(record.mistakes)
                self._put_aside(line)
            return
        self.used += len(lines)
        if record.counted is not None:
            self.count(record.counted, record.currency or "")

    def _is_new(self, record: Record, lines: list[Record]) -> bool:
        """Emit what was not there before; False when it was ignored as a mere repetition."""
        if record.kind == PARTY:
            return self._emit_party(record)
        document_ref = self._reference(record)
        ref = document_ref
        if record.position is not None:
            ref = f"{document_ref}/{record.position}"
        facts = [getattr(record, name) for name in _SAME_ON_EVERY_LINE + _REPEATED_AMOUNTS]
        before = self._before(ref, facts, record.line)
        if before is not None:
            earlier, is_same = before
            if is_same and self.layout.lines is Lines.REPEATED:
                return self._repeat(lines)
            record.complain("number", _twice(record, earlier), record.number or "")
            return True
        if record.kind in DOCUMENT_KINDS:
            self._emit_document(record, (ref, document_ref), lines[-1].line)
        else:
            self._emit_receipt(record, ref)
        return True

    def _repeat(self, lines: list[Record]) -> bool:
        """More lines of a document that was complete: nothing new, and nothing lost."""
        self.used += len(lines)
        return False

    def _before(self, ref: str, facts: Sequence[object], line: int) -> tuple[int, bool] | None:
        """The line on which the key was before, and whether it said the same there."""
        key, digest = hash(ref), hash(tuple(facts)) & _DIGEST_MASK
        stored = self._seen.setdefault(key, digest << _LINE_BITS | line)
        earlier = stored & (1 << _LINE_BITS) - 1
        return None if earlier == line else (earlier, stored >> _LINE_BITS == digest)

    def _reference(self, record: Record) -> str:
        kind = record.kind
        if record.number is not None:
            account = record.account_number or record.account_name
            own = (account,) if self.layout.is_number_per_account else ()
            return natural_key((kind, *own, record.number))
        is_document = kind in DOCUMENT_KINDS
        identity = self.layout.identity if is_document else self.layout.receipt_identity
        digest = content_key([getattr(record, name) for name in identity])
        key = hash((kind, digest))
        self._occurrences[key] += 1
        return natural_key((kind, f"~{digest}", self._occurrences[key]))

    def _emit_party(self, record: Record) -> bool:
        ref = record.account_number or record.account_name or ""
        facts = [getattr(record, name) for name in _PARTY_FACTS]
        before = self._before(f"{PARTY}/{ref}", facts, record.line)
        if before is not None:
            earlier, is_same = before
            if is_same:
                self.ignored["repeated"] += 1
                return False
            record.complain("account_number", _twice(record, earlier), ref)
            return True
        self._parties.append((record.line, ref, *facts, _flags(record)))
        return True

    def _emit_document(self, record: Record, refs: tuple[str, str], last_line: int) -> None:
        self._documents.append(
            (
                record.line, last_line, *refs, record.account_number, record.account_name,
                record.email, record.kind, record.number, record.position or 1,
                record.issue_date, record.due_date, record.terms, record.currency, record.total,
                record.paid, record.open, record.paid_date, record.disputed, record.hold,
                record.reference, record.note, _flags(record),
            )
        )  # fmt: skip
        self._sum(record, record.total or 0, record.open)
        self._emit_party_of(record)

    def _emit_party_of(self, record: Record) -> None:
        """The account of a document, once, where the layout says more of it than its name."""
        if Kind.CUSTOMERS not in self.layout.kinds:
            return
        ref = record.account_number or record.account_name or ""
        if self._before(f"{PARTY}/{ref}", (), record.line) is None:
            facts = [getattr(record, name) for name in _PARTY_FACTS]
            self._parties.append((record.line, ref, *facts, None))

    def _emit_receipt(self, record: Record, ref: str) -> None:
        self._receipts.append(
            (
                record.line, ref, record.account_number, record.account_name,
                record.document_number, record.date, record.currency, record.amount,
                record.unapplied, record.kind, record.reference, record.note, _flags(record),
            )
        )  # fmt: skip
        self._sum(record, record.amount or 0, record.unapplied)

    def _sum(self, record: Record, total: int, opened: int | None) -> None:
        sums = self.sums.setdefault((record.kind or "", record.currency or ""), [0, 0, 0])
        sums[0] += 1
        sums[1] += total
        sums[2] += opened or 0

    def _put_aside(self, record: Record) -> None:
        self.set_aside += 1
        raw = record.raw()
        self._set_aside.extend(
            (
                record.line, mistake.field, mistake.value, mistake.code, mistake.reason,
                mistake.remedy, record.group, raw,
            )
            for mistake in record.mistakes
        )  # fmt: skip

    def give(self) -> Batch:
        """Everything gathered since the last time."""
        batch = Batch(
            parties=_frame(PARTIES, self._parties),
            documents=_frame(DOCUMENTS, self._documents),
            receipts=_frame(RECEIPTS, self._receipts),
            set_aside=_frame(SET_ASIDE, self._set_aside),
        )
        for rows in (self._parties, self._documents, self._receipts, self._set_aside):
            rows.clear()
        return batch

    def summed(self) -> tuple[Sum, ...]:
        """Counts and sums of what was given, by kind and currency."""
        return tuple(
            Sum(kind, currency, *numbers) for (kind, currency), numbers in sorted(self.sums.items())
        )


def _document_of(record: Record) -> _Row:
    return (record.type, record.account_number, record.account_name, record.number)


def _twice(record: Record, earlier: int) -> BadCell:
    named = record.number or record.account_number or record.account_name
    return BadCell(
        "number-twice",
        f"{named} was already on line {earlier}.",
        "Remove one of the two, or give it the number it should have. "
        "Lines of one document must stand together.",
    )


def _flags(record: Record) -> str | None:
    return ",".join(dict.fromkeys(record.flags)) if record.flags else None


def _frame(frame: Frame, rows: list[_Row]) -> pl.DataFrame:
    if not rows:
        return frame.empty()
    columns = zip(*rows, strict=True)
    return pl.DataFrame(
        [
            pl.Series(name, values, dtype=dtype, strict=True)
            for (name, dtype), values in zip(frame.columns.items(), columns, strict=True)
        ]
    )
