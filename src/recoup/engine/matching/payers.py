"""Who paid: accounts by bank account, mandate, reference and name, each with its strength."""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz

from recoup.engine.matching import words

GIVEN = 6
KNOWN = 5  # bank account or mandate seen before
NAMED = 4  # the same name, or a customer number in the text
SIMILAR = 3
ALIKE = 2

# A bank account that pays for more accounts than this is a payment provider's.
SHARED_BY = 20
# A word of a name that more accounts carry than this does not lead anywhere.
WORD_ACCOUNTS = 60
_SIMILAR_FROM = 91
_ALIKE_FROM = 80
_CUT_NAME = 12
# Near names tried for one receipt.
TRIED = 40


def who(receipts: pl.DataFrame, payers: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The accounts that may have paid: receipt_id, account_id, who (a strength), the best first.

    Similar names are looked for only where nothing stronger is known.
    """
    sure = pl.concat(
        [
            receipts.filter(pl.col("account_id").is_not_null()).select(
                "receipt_id", "account_id", who=pl.lit(GIVEN, pl.Int8)
            ),
            _by(receipts, payers, "payer_account", "iban"),
            _by(receipts, payers, "mandate_id", "mandate"),
            _by_reference(found, payers),
        ]
    )
    names = _names(payers)
    unsure = receipts.join(sure, on="receipt_id", how="anti").select(
        "receipt_id", spoken=words.name_words(pl.col("payer_name"))
    )
    called = unsure.filter(pl.col("spoken") != "").with_columns(
        key=words.name_key(pl.col("spoken"))
    )
    same = (
        called.join(names, on="key")
        .select("receipt_id", "account_id", who=pl.lit(NAMED, pl.Int8))
        .unique()
    )
    near = _near(called.join(same, on="receipt_id", how="anti"), names)
    return (
        pl.concat([sure, same, near])
        .group_by("receipt_id", "account_id")
        .agg(pl.col("who").max())
        .sort("receipt_id", "who", "account_id", descending=[False, True, False])
    )


def _by(receipts: pl.DataFrame, payers: pl.DataFrame, column: str, kind: str) -> pl.DataFrame:
    known = (
        payers.filter(pl.col("kind") == kind)
        .select("account_id", key=words.compact(pl.col("value")))
        .filter(pl.col("key") != "")
        .unique()
        .filter(pl.len().over("key") <= SHARED_BY)
    )
    return (
        receipts.select("receipt_id", key=words.compact(pl.col(column)))
        .join(known, on="key")
        .select("receipt_id", "account_id", who=pl.lit(KNOWN, pl.Int8))
    )


def _by_reference(found: pl.DataFrame, payers: pl.DataFrame) -> pl.DataFrame:
    """Customer numbers and other words that people taught us, found in the text."""
    known = (
        payers.filter(pl.col("kind") == "reference")
        .select("account_id", gram=words.compact(pl.col("value")))
        .filter(pl.col("gram").str.len_bytes() >= 4)
        .unique()
        .filter(pl.len().over("gram") <= SHARED_BY)
    )
    return (
        found.join(known, on="gram")
        .select("receipt_id", "account_id", who=pl.lit(NAMED, pl.Int8))
        .unique()
    )


def _names(payers: pl.DataFrame) -> pl.DataFrame:
    """Names of accounts as words and key; namesakes beyond count do not identify anybody."""
    return (
        payers.filter(pl.col("kind") == "name")
        .select("account_id", words=words.name_words(pl.col("value")))
        .filter(pl.col("words") != "")
        .with_columns(key=words.name_key(pl.col("words")))
        .unique()
        .filter(pl.len().over("key") <= SHARED_BY)
    )


def _near(called: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Accounts whose name is much like the payer's; the first letters of a rare word lead there."""
    pairs = (
        _starts(called, "receipt_id", "spoken")
        .join(_rare(_starts(names, "account_id", "words")), on="start")
        .select("receipt_id", "account_id")
        .unique(maintain_order=True)
        .filter(pl.int_range(pl.len()).over("receipt_id") < TRIED)
        .join(called, on="receipt_id")
        .join(names.rename({"key": "name_key"}), on="account_id")
    )
    rows = [
        (receipt_id, account_id, strength)
        for receipt_id, account_id, spoken, key, written, name_key in pairs.select(
            "receipt_id", "account_id", "spoken", "key", "words", "name_key"
        ).iter_rows()
        if (strength := likeness(spoken, key, written, name_key))
    ]
    schema = {"receipt_id": pl.Int64, "account_id": pl.Int64, "who": pl.Int8}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return found.filter(pl.col("who") == pl.col("who").max().over("receipt_id"))


def _starts(frame: pl.DataFrame, owner: str, column: str) -> pl.DataFrame:
    return (
        frame.select(owner, start=pl.col(column).str.split(" "))
        .explode("start", empty_as_null=True)
        .filter(pl.col("start").str.len_bytes() >= 3)
        .with_columns(pl.col("start").str.slice(0, 4))
        .unique()
        .sort(owner, "start")
    )


def _rare(starts: pl.DataFrame) -> pl.DataFrame:
    return starts.filter(pl.len().over("start") <= WORD_ACCOUNTS)


def likeness(spoken: str, key: str, written: str, name_key: str) -> int:
    """How alike two names are, as a strength; zero when they are not."""
    if len(spoken) >= _CUT_NAME and written.startswith(spoken):
        return SIMILAR  # the bank cut the name
    score = max(fuzz.ratio(key, name_key), fuzz.ratio(spoken, written))
    if score >= _SIMILAR_FROM:
        return SIMILAR
    return ALIKE if score >= _ALIKE_FROM else 0
