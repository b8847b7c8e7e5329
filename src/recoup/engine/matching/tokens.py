"""Numbers named in remittance text, found by joins: no loop over receipts or items."""

from __future__ import annotations

import polars as pl

from recoup.engine.matching import words
from recoup.engine.matching.references import creditor_references

# How sure a hit is that the text means this item.
STRUCTURED = 5
WHOLE = 4  # the whole number, long enough to be no accident
DIGITS = 3  # its digits, or the number pieced together from several words
IN_ACCOUNT = 2  # a short form that means something only within the account
MISTYPED = 1

# A key that more items share than this says nothing.
KEY_ITEMS = 5
GRAM = 4
_LONGEST = 24
_SHORTEST = 5
_MERGED = (2, 3, 4, 5, 6)


def item_keys(items: pl.DataFrame) -> pl.DataFrame:
    """Items with what is compared: `full`, `digits`, `tail` of the number, and its `shape`."""
    bare = words.compact(pl.col("number"))
    return items.with_columns(
        words.folded(bare).alias("full"),
        words.digits(bare).alias("digits"),
        words.tail(pl.col("number").fill_null("")).fill_null("").alias("tail"),
        _shape(bare).alias("shape"),
        words.compact(pl.col("reference")).alias("structured"),
    )


def _shape(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all("[0-9]", "9")


def texts(receipts: pl.DataFrame) -> pl.DataFrame:
    """Per receipt its words, and all of it without separators, folded."""
    free = pl.concat_str(
        [
            words.spaced(pl.col(name))
            for name in ("remittance", "structured_reference", "end_to_end_id")
        ],
        separator=" ",
    )
    return receipts.select("receipt_id", free.str.strip_chars().alias("text")).with_columns(
        words.folded(pl.col("text").str.replace_all(" ", "")).alias("run")
    )


def grams(spoken: pl.DataFrame) -> pl.DataFrame:
    """One to four neighboring words as one, where they hold digits: receipt_id, gram, size."""
    single = (
        spoken.select("receipt_id", pl.col("text").str.split(" ").list.head(words.TEXT_WORDS))
        .explode("text", empty_as_null=True)
        .with_columns(pl.col("text").fill_null(""))
    )
    parts = [single.select("receipt_id", gram="text", size=pl.lit(1, pl.Int8))]
    joined = pl.col("text")
    for size in range(2, GRAM + 1):
        step = 1 - size
        joined = pl.concat_str([joined, pl.col("text").shift(step)])
        parts.append(
            single.select(
                "receipt_id",
                gram=pl.when(pl.col("receipt_id").shift(step) == pl.col("receipt_id")).then(joined),
                size=pl.lit(size, pl.Int8),
            ).filter(pl.col("gram").str.len_bytes() <= _LONGEST)
        )
    found = pl.concat([*parts, _payloads(spoken)])
    return found.filter(
        pl.col("gram").str.count_matches("[0-9]") >= 2,
        pl.col("gram").str.len_bytes() <= 40,
    )


def _payloads(spoken: pl.DataFrame) -> pl.DataFrame:
    """RF references and the number inside each, for the few texts that hold any."""
    rows = [
        (receipt_id, part)
        for receipt_id, text in spoken.filter(pl.col("text").str.contains("RF ?[0-9]"))
        .select("receipt_id", pl.col("text").str.replace_all(" ", ""))
        .iter_rows()
        for reference in creditor_references(text)
        for part in (reference, reference[4:])
    ]
    schema = {"receipt_id": pl.Int64, "gram": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(size=pl.lit(1, pl.Int8))


def _index(keyed: pl.DataFrame, column: str, *, shortest: int) -> pl.DataFrame:
    """Keys that few enough items share, each with its items and their number."""
    return (
        keyed.select("item_id", key=pl.col(column))
        .filter(pl.col("key").str.len_bytes() >= shortest)
        .with_columns(shared=pl.len().over("key").cast(pl.Int32))
        .filter(pl.col("shared") <= KEY_ITEMS)
    )


def hits(found: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
    """The items that texts name: receipt_id, item_id, strength; the strongest reading of each."""
    bare = pl.col("gram")
    spoken = found.with_columns(full=words.folded(bare), digits=words.digits(bare))
    is_long = pl.col("key").str.len_bytes() >= 7
    is_one = pl.col("shared") == 1
    is_whole = is_one & is_long & (pl.col("size") <= 2)
    ways = (
        ("gram", "structured", 8, pl.lit(STRUCTURED)),
        ("full", "full", _SHORTEST, pl.when(is_whole).then(WHOLE).otherwise(DIGITS)),
        ("digits", "digits", _SHORTEST, pl.when(is_whole).then(WHOLE).otherwise(DIGITS)),
    )
    parts = [
        spoken.select("receipt_id", "size", key=pl.col(spoken_as))
        .unique()
        .join(_index(keyed, written_as, shortest=shortest), on="key")
        .select(
            "receipt_id",
            "item_id",
            strength=pl.when(is_one).then(strength).otherwise(IN_ACCOUNT).cast(pl.Int8),
        )
        for spoken_as, written_as, shortest, strength in ways
    ]
    parts.append(_merged(spoken, keyed))
    return pl.concat(parts).group_by("receipt_id", "item_id").agg(pl.col("strength").max())


def _merged(spoken: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
    """Two to six numbers of equal length written as one run of digits."""
    index = _index(keyed, "digits", shortest=_SHORTEST).filter(pl.col("shared") == 1)
    runs = (
        spoken.filter(pl.col("size") == 1)
        .select("receipt_id", "digits", length=pl.col("digits").str.len_bytes().cast(pl.Int64))
        .filter(pl.col("length") >= 2 * _SHORTEST)
        .unique()
    )
    parts = [
        runs.filter(pl.col("length") % many == 0, pl.col("length") // many >= _SHORTEST).select(
            "receipt_id",
            key=pl.col("digits").str.slice(
                pl.col("length") // many * place, pl.col("length") // many
            ),
        )
        for many in _MERGED
        for place in range(many)
    ]
    return (
        pl.concat(parts)
        .join(index, on="key")
        .select("receipt_id", "item_id", strength=pl.lit(DIGITS, pl.Int8))
    )


def strangers(found: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
    """Receipts whose text holds a number shaped as ours that is no open item: receipt_id."""
    spoken = found.filter(pl.col("size") <= 3).select(
        "receipt_id", full=words.folded(pl.col("gram")), shape=_shape(pl.col("gram"))
    )
    return (
        spoken.join(keyed.select("shape").unique(), on="shape", how="semi")
        .join(keyed.select("full").unique(), on="full", how="anti")
        .select("receipt_id")
        .unique()
    )
