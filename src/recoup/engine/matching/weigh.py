"""Suggestions become proposals: who they say paid, how sure that is, in which order, and why."""

from __future__ import annotations

import polars as pl

from recoup.engine.matching import payers, tokens
from recoup.engine.matching.confidence import Table
from recoup.engine.matching.frames import Reason

_WHO_WORDS = {
    payers.GIVEN: "given",
    payers.KNOWN: "known",
    payers.NAMED: "named",
    payers.SIMILAR: "similar",
    payers.ALIKE: "alike",
}
_WHO_REASONS = {
    payers.GIVEN: Reason.GIVEN_ACCOUNT,
    payers.KNOWN: Reason.KNOWN_BANK_ACCOUNT,
    payers.NAMED: Reason.SAME_NAME,
    payers.SIMILAR: Reason.SIMILAR_NAME,
    payers.ALIKE: Reason.SIMILAR_NAME,
}
_EVIDENCE_REASONS = {
    tokens.STRUCTURED: Reason.STRUCTURED_REFERENCE,
    tokens.WHOLE: Reason.NUMBER_NAMED,
    tokens.DIGITS: Reason.NUMBER_NAMED,
    tokens.IN_ACCOUNT: Reason.NUMBER_IN_PART,
    tokens.MISTYPED: Reason.NUMBER_MISTYPED,
}
_KIND_REASONS = {
    "advice": Reason.ADVICE_LISTED,
    "netted": Reason.CREDIT_NETTED,
    "oldest": Reason.OLDEST_FIRST,
    "run": Reason.OLDEST_FIRST,
    "statement": Reason.WHOLE_BALANCE,
    "currency": Reason.OTHER_CURRENCY,
    "duplicate": Reason.ALREADY_TAKEN,
    "several-receipts": Reason.SEVERAL_RECEIPTS,
}
# Kinds that rest on the text; for all others the amount speaks alone.
NAMED_KINDS = ("reference", "advice", "netted", "some", "mixed", "named-one", "named-many")


def with_payer(suggestions: pl.DataFrame, lines: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """Each suggestion with its account (of the most money) and `payer`, what speaks for it."""
    main = (
        lines.group_by("receipt_id", "way", "account_id")
        .agg(pl.col("applied_minor").abs().sum())
        .sort(
            "receipt_id",
            "way",
            "applied_minor",
            "account_id",
            descending=[False, False, True, False],
        )
        .group_by("receipt_id", "way", maintain_order=True)
        .agg(pl.col("account_id").first(), accounts=pl.len())
    )
    kept = "account_id" in suggestions.columns
    whole = suggestions.join(main, on=["receipt_id", "way"], how="left", suffix="_main")
    if kept:
        whole = whole.with_columns(pl.coalesce("account_id_main", "account_id").alias("account_id"))
    return payer(whole, who)


def payer(frame: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """Rows of a receipt and an account with `payer`: the word for what speaks for the account."""
    best = who.group_by("receipt_id").agg(
        top=pl.col("who").max(),
        many=(pl.col("who") == pl.col("who").max()).sum() > 1,
    )
    word = (
        pl.when(pl.col("who").is_null() & pl.col("top").is_null())
        .then(pl.lit("none"))
        .when(pl.col("who").is_null() & (pl.col("top") >= payers.KNOWN))
        .then(pl.lit("other-known"))
        .when(pl.col("who").is_null() | (pl.col("who") < pl.col("top")))
        .then(pl.lit("other-named"))
        .when(pl.col("many"))
        .then(pl.lit("shared"))
        .otherwise(pl.col("who").replace_strict(_WHO_WORDS, default="none", return_dtype=pl.String))
    )
    return (
        frame.join(who, on=["receipt_id", "account_id"], how="left")
        .join(best, on="receipt_id", how="left")
        .with_columns(word.alias("payer"))
    )


def buckets(suggestions: pl.DataFrame) -> pl.DataFrame:
    """Suggestions with the name of the row of the confidence table that tells of their like."""
    is_named = pl.col("kind").is_in(NAMED_KINDS)
    several = (
        pl.when("is_taken")
        .then(pl.lit("taken"))
        .when(pl.col("combinations") > 0)
        .then(pl.lit("several"))
        .otherwise(pl.lit("only"))
    )
    size = (
        pl.when(is_named | (pl.col("size") == 1))
        .then(pl.lit(""))
        .when(pl.col("size") <= 4)
        .then(pl.lit("few"))
        .when(pl.col("size") <= 10)
        .then(pl.lit("some"))
        .otherwise(pl.lit("many"))
    )
    flags = pl.concat_str(
        pl.when(pl.col("way") == 0).then(pl.lit("first")).otherwise(pl.lit("later")),
        size,
        pl.when("is_stranger").then(pl.lit("stranger")).otherwise(pl.lit("")),
        separator=".",
    )
    return suggestions.with_columns(
        pl.concat_str(
            "kind", several, "evidence", "residual_kind", _seen_payer(), flags, separator="/"
        ).alias("bucket")
    )


def _seen_payer() -> pl.Expr:
    """The books we measured on give no account; one that is given is as sure as one known."""
    return pl.col("payer").replace("given", "known")


def with_confidence(bucketed: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Rows with what the table says of their bucket."""
    names = bucketed["bucket"].unique().sort().to_list()
    measured = pl.DataFrame(
        {"bucket": names, "confidence_ppm": [table.confidence_ppm(name) for name in names]},
        schema={"bucket": pl.String, "confidence_ppm": pl.Int32},
    )
    return bucketed.join(measured, on="bucket", how="left")


def weighed(suggestions: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Suggestions with bucket and confidence."""
    return with_confidence(buckets(suggestions), table)


def ranked(measured: pl.DataFrame) -> pl.DataFrame:
    """Suggestions with their rank within the receipt: the surest, then the most telling first."""
    place = (pl.int_range(pl.len()).over("receipt_id") + 1).cast(pl.Int16)
    return measured.sort(
        "receipt_id", "confidence_ppm", "way", descending=[False, True, False]
    ).with_columns(rank=place)


def reasons() -> pl.Expr:
    """The bits of every reason that applies to a suggestion."""
    is_exact = pl.col("residual_kind") == "none"
    said = [
        _word(_WHO_REASONS, "who"),
        _word(_EVIDENCE_REASONS, "evidence"),
        _word(_KIND_REASONS, "kind"),
        _flag(is_exact, Reason.AMOUNT_EXACT),
        _flag(pl.col("payer").str.starts_with("other"), Reason.OTHER_PAYER),
        _flag(pl.col("payer") == "shared", Reason.SEVERAL_ACCOUNTS),
        _flag(pl.col("combinations") > 0, Reason.SEVERAL_FIT),
        _flag(pl.col("is_taken"), Reason.ALREADY_TAKEN),
        _flag(pl.col("is_stranger"), Reason.NAMES_UNKNOWN_NUMBER),
    ]
    # Two of them may say the same: bits are joined by `or`, never summed.
    whole = said[0]
    for each in said[1:]:
        whole = whole | each
    return whole.alias("reason_bits")


def _word(meant: dict[int, Reason] | dict[str, Reason], column: str) -> pl.Expr:
    mapped = {key: 1 << reason for key, reason in meant.items()}
    return pl.col(column).replace_strict(mapped, default=0, return_dtype=pl.Int32).fill_null(0)


def _flag(holds: pl.Expr, reason: Reason) -> pl.Expr:
    return (
        pl.when(holds.fill_null(value=False)).then(pl.lit(1 << reason, pl.Int32)).otherwise(0)
    ).cast(pl.Int32)
