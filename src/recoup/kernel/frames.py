"""Frames are checked where they cross a border: names, order and types of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from recoup.kernel.errors import Fault


@dataclass(frozen=True)
class Frame:
    """The agreed columns of a table that travels between floors."""

    name: str
    columns: Mapping[str, pl.DataType | type[pl.DataType]]

    def check(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The agreed columns in the agreed order; Fault when one is missing or of another type."""
        missing = [name for name in self.columns if name not in frame.columns]
        if missing:
            raise Fault(f"frame {self.name} lacks {', '.join(missing)}")
        picked = frame.select(list(self.columns))
        for name, wanted in self.columns.items():
            if picked.schema[name] != wanted:
                raise Fault(f"frame {self.name}: {name} is {picked.schema[name]}, not {wanted}")
        return picked

    def empty(self) -> pl.DataFrame:
        """No rows, the agreed columns."""
        return pl.DataFrame(schema=dict(self.columns))

    def of(self, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
        """A frame from records that name every column."""
        return self.check(pl.DataFrame(rows, schema=dict(self.columns), orient="row"))


def translated(column: str, words: Mapping[Any, object], kind: type[pl.DataType]) -> pl.Expr:
    """Each value by its word; every value must have one. Right for a frame without rows too.

    Polars (2.1) keeps the old type when there is nothing to translate, whatever is asked for.
    """
    if not words:
        return pl.lit(None, kind).alias(column)
    return pl.col(column).replace_strict(dict(words), return_dtype=kind)
