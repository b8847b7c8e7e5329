"""Promises that hold whatever comes in: random books, hostile text, many receipts at once."""

from __future__ import annotations

import time
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recoup.engine.matching.frames import POST, MatchPolicy
from tests.matching.making import EUR, USD, answer, item, payer, receipt

AMOUNTS = st.integers(1, 12).map(lambda n: n * 10_00)
TEXTS = st.sampled_from(["", "INV-2026-00001", "2 und 3", "INV-2026-00002 INV-2026-00004", "99999"])
BOOKS = st.tuples(
    st.lists(st.tuples(AMOUNTS, TEXTS, st.sampled_from([EUR, USD])), min_size=1, max_size=5),
    st.lists(
        st.tuples(AMOUNTS | st.just(-10_00), st.sampled_from([7, 7, 8])), min_size=1, max_size=7
    ),
)
Books = tuple[list[tuple[int, str, int]], list[tuple[int, int]]]


def frames(books: Books) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    receipts = [
        receipt(n, amount, remittance=text, currency=currency, received_date=date(2026, 3, n))
        for n, (amount, text, currency) in enumerate(books[0], start=1)
    ]
    items = [
        item(n, amount, account_id=account, due_date=date(2026, 1, 1) + timedelta(days=n))
        for n, (amount, account) in enumerate(books[1], start=1)
    ]
    return receipts, items


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BOOKS)
def test_lines_never_exceed_what_is_open_or_what_came_in(books: Books) -> None:
    receipts, items = frames(books)
    found = answer(receipts, items, [payer()])
    whole = (
        found.lines.join(pl.DataFrame(items).select("item_id", "open_minor"), on="item_id")
        .join(pl.DataFrame(receipts).select("receipt_id", "amount_minor"), on="receipt_id")
        .with_columns(taken=(pl.col("applied_minor") + pl.col("discount_minor")).abs())
    )
    assert (whole["taken"] <= whole["open_minor"].abs()).all()
    sums = whole.group_by("receipt_id", "rank").agg(
        pl.col("applied_minor").sum(), pl.col("amount_minor").first()
    )
    assert (sums["applied_minor"] <= sums["amount_minor"]).all()
    assert (found.lines["currency"] == EUR).all()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BOOKS)
def test_what_posts_by_itself_together_never_pays_an_item_twice(books: Books) -> None:
    receipts, items = frames(books)
    found = answer(receipts, items, [payer()])
    posted = found.verdicts.filter(pl.col("verdict") == POST)
    first = found.lines.filter(pl.col("rank") == 1).join(posted, on="receipt_id", how="semi")
    taken = first.group_by("item_id").agg(pl.col("applied_minor").sum())
    opened = pl.DataFrame(items).select("item_id", "open_minor")
    both = taken.join(opened, on="item_id")
    assert (both["applied_minor"].abs() <= both["open_minor"].abs()).all()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BOOKS)
def test_what_fits_in_several_ways_never_posts_by_itself(books: Books) -> None:
    receipts, items = frames(books)
    found = answer(receipts, items, [payer()])
    top = found.proposals.filter(pl.col("rank") == 1, pl.col("combinations") > 0)
    bare = top.filter(pl.col("kind") != "reference")
    assert bare.join(found.verdicts, on="receipt_id").filter(pl.col("verdict") == POST).is_empty()
    assert found.verdicts["receipt_id"].to_list() == [n + 1 for n in range(len(receipts))]


HOSTILE = {
    "digits": "1" * 100_000,
    "spaces": " " * 100_000,
    "zeros and letters": "O0" * 50_000,
    "references": "RF18" * 25_000,
    "short words": "12 " * 40_000,
    "marks": "e\u0301" * 50_000,
    "controls": "\x00\r\n\t" * 20_000,
    "separators": "-/." * 30_000,
    "astral": "\U0001d7d9" * 20_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_costs_no_more_than_other_text(text: str) -> None:
    paid = [receipt(n, remittance=text, payer_name=text, payer_account=None) for n in range(1, 21)]
    items = [item(n, 10_00 + n) for n in range(1, 200)]
    started = time.process_time()
    found = answer(paid, items, [payer(7, "name", text), payer(8, "name", "Ulmenhof")])
    assert time.process_time() - started < 10
    assert found.verdicts.height == 20


def test_an_account_with_thousands_of_items_is_searched_in_bounded_time() -> None:
    items = [item(n, 100 + n % 37, due_date=date(2026, 1, 1)) for n in range(1, 5_001)]
    paid = [receipt(n, 4_321 + n) for n in range(1, 51)]
    started = time.process_time()
    found = answer(paid, items, policy=MatchPolicy())
    assert time.process_time() - started < 20
    assert POST not in found.verdicts["verdict"].to_list()
