"""Frames: what crosses a border has the agreed columns, or it is our fault."""

from __future__ import annotations

import polars as pl
import pytest

from recoup.kernel.errors import Fault
from recoup.kernel.frames import Frame

OWED = Frame("owed", {"account_id": pl.Int64, "open_minor": pl.Int64, "note": pl.String})
ROW = {"account_id": 1, "open_minor": 500, "note": None}


def test_columns_come_in_the_agreed_order_and_others_stay_behind():
    loose = OWED.of([ROW]).select("note", "open_minor", "account_id", pl.lit(1).alias("extra"))
    assert OWED.check(loose).columns == ["account_id", "open_minor", "note"]


def test_a_missing_column_is_named():
    with pytest.raises(Fault, match="frame owed lacks open_minor, note"):
        OWED.check(pl.DataFrame({"account_id": [1]}))


@pytest.mark.parametrize("column", ["account_id", "open_minor"])
def test_a_column_of_another_type_is_named(column):
    with pytest.raises(Fault, match=f"{column} is Int32, not Int64"):
        OWED.check(OWED.of([ROW]).with_columns(pl.col(column).cast(pl.Int32)))


def test_no_rows_have_columns_too():
    assert OWED.check(OWED.empty()).height == 0
    assert OWED.of([]).schema == OWED.empty().schema


def test_records_become_rows():
    assert OWED.of([ROW, ROW | {"note": "twice"}]).rows() == [(1, 500, None), (1, 500, "twice")]
