"""Any other table, by a saved column map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from recoup.formats.base import Declared, Format, Kind, Opened
from recoup.formats.cells import Row
from recoup.formats.columnmap import Brings, ColumnMap
from recoup.formats.layout import Layout
from recoup.formats.record import Record
from recoup.formats.settle import PARTY
from recoup.formats.sheets import Sheet
from recoup.formats.table import read_table
from recoup.kernel.errors import Refusal

_KINDS = {
    Brings.INVOICES: frozenset({Kind.DOCUMENTS, Kind.PAYMENTS}),
    Brings.CUSTOMERS: frozenset({Kind.CUSTOMERS}),
    Brings.PAYMENTS: frozenset({Kind.PAYMENTS}),
}
_DEFAULT_KIND = {
    Brings.INVOICES: "invoice",
    Brings.CUSTOMERS: PARTY,
    Brings.PAYMENTS: "payment",
}


def layout_of(column_map: ColumnMap) -> Layout:
    """The layout that a column map describes."""
    default = _DEFAULT_KIND[column_map.brings]
    kinds = {theirs.casefold(): ours for theirs, ours in column_map.kinds.items()}

    def judge(record: Record) -> str | None:
        return _judge(record, default, kinds)

    return Layout(
        code="mapped",
        title="Column map",
        kinds=_KINDS[column_map.brings],
        signature=tuple(column_map.columns.values()),
        columns=column_map.columns,
        required=() if column_map.brings is not Brings.INVOICES else ("issue_date",),
        dates=column_map.dates,
        numbers=column_map.numbers,
        currency=column_map.currency,
        judge=judge,
        is_exact=True,
        is_number_per_account=column_map.is_number_per_account,
    )


def _judge(record: Record, default: str, kinds: Mapping[str, str]) -> str | None:
    """The kind that the map gives to the source's word; money in a list of invoices is money."""
    type_ = (record.type or "").casefold()
    record.kind = kinds.get(type_) if kinds else (type_ or default)
    if not type_:
        record.kind = default
    if record.kind in ("payment", "refund") and default == "invoice":
        stated = record.total if record.total is not None else record.open
        record.date, record.amount = record.issue_date, abs(stated) if stated is not None else None
        record.reference, record.number = record.reference or record.number, None
        record.document_number = None
    return None


def recognises(rows: Iterable[Row]) -> int:
    """Never by itself: somebody says which column is what."""
    return 0


def read(sheet: Sheet, declared: Declared) -> Opened:
    """The reading by the declared column map; Refusal when there is none."""
    if declared.column_map is None:
        raise Refusal(
            "column-map-missing",
            "The layout of the file is not known. Say which column is what in a column map.",
        )
    return read_table(layout_of(declared.column_map), sheet, declared)


FORMAT = Format(
    code="mapped",
    title="Column map",
    kinds=frozenset(Kind),
    recognises=recognises,
    read=read,
)
