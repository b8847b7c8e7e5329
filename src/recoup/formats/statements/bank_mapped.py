"""Any other bank table, by a saved map of its columns."""

from __future__ import annotations

from recoup.formats.statements.bankmap import BankMap
from recoup.formats.statements.base import Declared, Opened, StatementFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.source import Source
from recoup.formats.statements.table import read_layout
from recoup.kernel.errors import Refusal


def layout_of(bank_map: BankMap) -> BankLayout:
    """The layout that a map describes."""
    return BankLayout(
        columns=dict(bank_map.columns),
        signature=tuple(each for each in bank_map.columns.values() if isinstance(each, str)),
        begins=None if bank_map.has_header else lambda _: True,
        sign=bank_map.sign,
        marks=bank_map.marks,
        numbers=bank_map.numbers,
        dates=bank_map.dates,
        currency=bank_map.currency,
        account=bank_map.account,
        delimiter=bank_map.delimiter,
        is_reference_unique=bank_map.is_reference_unique,
        ends_with_newline=bank_map.ends_with_newline,
    )


def recognises(source: Source) -> int:
    """Never by itself: somebody says which column is what."""
    return 0


def read(source: Source, declared: Declared) -> Opened:
    """The statements by the declared map; Refusal when there is none."""
    if declared.bank_map is None:
        raise Refusal(
            "bank-map-missing",
            f"The layout of {source.name} is not known. Say which column is what.",
        )
    return read_layout("bank_mapped", layout_of(declared.bank_map), source, declared)


STATEMENT = StatementFormat(
    code="bank_mapped", title="Bank table by column map", recognises=recognises, read=read
)
