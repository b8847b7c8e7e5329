"""Receipts, items and payers with one word each; everything not said is plain."""

from __future__ import annotations

from datetime import date

import polars as pl

from recoup.engine.matching.confidence import Table, coarser
from recoup.engine.matching.frames import (
    ADVICE,
    ITEMS,
    PAYERS,
    RECEIPTS,
    Answer,
    Given,
    MatchPolicy,
)
from recoup.engine.matching.propose import propose
from recoup.engine.matching.settle import Item
from recoup.kernel.money import currency_number

EUR, USD = currency_number("EUR"), currency_number("USD")
DUE = date(2026, 3, 31)
IBAN = "DE02120300000000202051"


class Sure(Table):
    """A table that is sure of everything: only the hard rules keep a proposal from posting."""

    def confidence_ppm(self, bucket: str) -> int:
        assert len(coarser(bucket)) == 6, bucket
        return 999_000


SURE = Sure({}, {})


def receipt(receipt_id: int = 1, amount_minor: int = 100_00, **more: object) -> dict[str, object]:
    plain: dict[str, object] = dict.fromkeys(RECEIPTS.columns)
    told = {"currency": EUR, "received_date": DUE, "payer_account": IBAN, "remittance": ""}
    return plain | told | {"receipt_id": receipt_id, "amount_minor": amount_minor} | more


def item(item_id: int = 11, open_minor: int = 100_00, **more: object) -> dict[str, object]:
    return {
        "item_id": item_id,
        "account_id": 7,
        "debtor_id": 70,
        "currency": EUR,
        "number": f"INV-2026-{item_id:05d}",
        "reference": None,
        "issue_date": date(2026, 3, 1),
        "due_date": DUE,
        "open_minor": open_minor,
        "discount_ppm": 0,
        "discount_days": 0,
        "kind": "invoice",
        "later_ppm": 0,
        "later_days": 0,
        "paid_minor": 0,
    } | more


def payer(account_id: int = 7, kind: str = "iban", value: str = IBAN) -> dict[str, object]:
    return {"account_id": account_id, "kind": kind, "value": value, "count": 1}


def listed(document: str, amount_minor: int, receipt_id: int | None = 1) -> dict[str, object]:
    return {
        "advice_id": 5,
        "receipt_id": receipt_id,
        "account_id": 7,
        "currency": None,
        "document": document,
        "amount_minor": amount_minor,
        "taken_off_minor": 0,
    }


def given(
    receipts: list[dict[str, object]],
    items: list[dict[str, object]],
    payers: list[dict[str, object]] | None = None,
    advice: list[dict[str, object]] | None = None,
) -> Given:
    known = [payer()] if payers is None else payers
    return Given(RECEIPTS.of(receipts), ITEMS.of(items), PAYERS.of(known), ADVICE.of(advice or []))


def answer(*frames: object, policy: MatchPolicy | None = None, table: Table = SURE) -> Answer:
    return propose(given(*frames), policy or MatchPolicy(), table)  # type: ignore[arg-type]


def best(found: Answer, receipt_id: int = 1) -> dict[str, object] | None:
    rows = found.proposals.filter(pl.col("receipt_id") == receipt_id, pl.col("rank") == 1)
    return rows.row(0, named=True) if rows.height else None


def applied(found: Answer, receipt_id: int = 1, rank: int = 1) -> dict[int, int]:
    mine = found.lines.filter(pl.col("receipt_id") == receipt_id, pl.col("rank") == rank)
    return dict(mine.select("item_id", "applied_minor").iter_rows())


def verdict(found: Answer, receipt_id: int = 1) -> str:
    return str(found.verdicts.filter(pl.col("receipt_id") == receipt_id)["verdict"].item())


def sought(item_id: int, open_minor: int, due: date = DUE, **more: object) -> Item:
    """An item as the search sees it."""
    return Item(item_id, 7, open_minor, date(2026, 3, 1), due, 0, 0, **more)  # type: ignore[arg-type]
