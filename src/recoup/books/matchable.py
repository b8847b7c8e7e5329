"""What cash application reads of the books: lines to apply, open items, known payers."""

from __future__ import annotations

import polars as pl

from recoup.books import advised
from recoup.books.query import Value, any_of, bulk_frame, many
from recoup.books.terms import paid_before
from recoup.engine.matching.frames import ADVICE, ITEMS, PAYERS, RECEIPTS, Given
from recoup.kernel.frames import translated
from recoup.kernel.money import currency_number

_LINES = """
SELECT l.id, l.currency, l.amount_minor, l.booked_date, l.counterparty_name,
    l.counterparty_account, l.counterparty_bic, l.remittance, l.structured_reference,
    l.end_to_end_id, l.mandate_id, l.charges_minor, l.original_currency, l.original_minor
FROM books_statementline l WHERE l.creditor_id = %s AND l.state = 'open' {some}
"""
_LINE = {
    "receipt_id": pl.Int64,
    "code": pl.String,
    "amount_minor": pl.Int64,
    "received_date": pl.Date,
    "payer_name": pl.String,
    "payer_account": pl.String,
    "payer_bic": pl.String,
    "remittance": pl.String,
    "structured_reference": pl.String,
    "end_to_end_id": pl.String,
    "mandate_id": pl.String,
    "charges_minor": pl.Int64,
    "original_code": pl.String,
    "original_minor": pl.Int64,
}
_ITEMS = """
SELECT i.id, i.account_id, a.debtor_id, i.currency, d.number, d.reference, i.issue_date,
    i.due_date, i.open_minor,
    CASE WHEN c.state = 'accrued' THEN c.state ELSE COALESCE(c.kind, d.kind) END,
    t.discount_ppm, t.discount_days, t.later_ppm,
    t.later_days, {paid}
FROM books_openitem i JOIN books_document d ON d.id = i.document_id
JOIN books_account a ON a.id = i.account_id
LEFT JOIN books_documentterms t ON t.document_id = i.document_id
LEFT JOIN books_charge c ON c.document_id = i.document_id
WHERE i.creditor_id = %s AND i.open_minor <> 0
"""
_ITEM = {
    "item_id": pl.Int64,
    "account_id": pl.Int64,
    "debtor_id": pl.Int64,
    "code": pl.String,
    "number": pl.String,
    "reference": pl.String,
    "issue_date": pl.Date,
    "due_date": pl.Date,
    "open_minor": pl.Int64,
    "kind": pl.String,
    "discount_ppm": pl.Int32,
    "discount_days": pl.Int16,
    "later_ppm": pl.Int32,
    "later_days": pl.Int16,
    "paid_minor": pl.Int64,
}
_PAYERS = """
SELECT COALESCE(merged_into_id, id), 'name', name, 1 FROM books_account WHERE creditor_id = %s
UNION ALL
SELECT COALESCE(a.merged_into_id, a.id), l.kind, l.value, l.count
FROM books_alias l JOIN books_account a ON a.id = l.account_id WHERE l.creditor_id = %s
"""
_PAYER = {"account_id": pl.Int64, "kind": pl.String, "value": pl.String, "count": pl.Int32}


def given(creditor_id: int, *, line_ids: list[int] | None = None) -> Given:
    """The open statement lines (all, or some) as receipts, beside everything they may pay."""
    some, more = ("", []) if line_ids is None else (f"AND {any_of('l.id')}", [many(line_ids)])
    parameters: list[Value] = [creditor_id, *more]
    lines = bulk_frame(_LINES.format(some=some), parameters, _LINE)
    items = bulk_frame(_ITEMS.format(paid=paid_before()), [creditor_id], _ITEM)
    payers = bulk_frame(_PAYERS, [creditor_id, creditor_id], _PAYER)
    advice = _advice(creditor_id, lines)
    return Given(
        receipts=RECEIPTS.check(
            lines.with_columns(
                _number(lines, "code").alias("currency"),
                _number(lines, "original_code").alias("original_currency"),
            ).join(_payers_told(advice), on="receipt_id", how="left")
        ),
        items=ITEMS.check(items.with_columns(_number(items, "code").alias("currency"))),
        payers=PAYERS.check(payers),
        advice=advice,
    ).checked()


def _advice(creditor_id: int, lines: pl.DataFrame) -> pl.DataFrame:
    """What payers told of these payments, or of those of their accounts."""
    said = advised.waiting(creditor_id, lines)
    return ADVICE.check(said.with_columns(_number(said, "code").alias("currency")))


def _payers_told(advice: pl.DataFrame) -> pl.DataFrame:
    """Whose a payment is by the advice tied to it, where all of it is one account's."""
    tied = advice.filter(pl.col("receipt_id").is_not_null() & pl.col("account_id").is_not_null())
    told = tied.group_by("receipt_id").agg(
        pl.col("account_id").first(), one=pl.col("account_id").n_unique() == 1
    )
    return told.filter("one").drop("one")


def _number(rows: pl.DataFrame, column: str) -> pl.Expr:
    codes = [code for code in rows[column].unique() if code]
    numbers: dict[str, int | None] = {code: currency_number(code) for code in codes}
    return translated(column, numbers | {"": None}, pl.Int16)
