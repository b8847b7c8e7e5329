"""What is posted by itself: sure, alone, and not yet paid by another receipt."""

from __future__ import annotations

import polars as pl

from recoup.engine.matching import tokens
from recoup.engine.matching.frames import MatchPolicy
from recoup.engine.matching.weigh import NAMED_KINDS

# Never posted by itself, however sure its like were.
_FOR_PEOPLE = ("currency", "duplicate", "oldest", "several-receipts")


def sure(ranked: pl.DataFrame, policy: MatchPolicy) -> pl.DataFrame:
    """The proposals that may be posted by themselves, before receipts compete for items."""
    return ranked.filter(pl.col("rank") == 1, certain(policy), ~pl.col("is_taken"))


def certain(policy: MatchPolicy) -> pl.Expr:
    """Whether a proposal is as sure as the policy asks for, and nothing else fits as well."""
    alone = pl.col("kind").is_in(NAMED_KINDS[:2]) | (pl.col("combinations") == 0)
    is_sure = pl.col("confidence_ppm") >= policy.auto_post_ppm
    return is_sure & ~pl.col("kind").is_in(_FOR_PEOPLE) & alone


def granted(
    wanted: pl.DataFrame, lines: pl.DataFrame, open_minor: pl.DataFrame, receipts: pl.DataFrame
) -> pl.DataFrame:
    """The wanted proposals whose items still have room: the better named first, then the earliest.

    Items that all claims leave enough of are no contest; only the others are looked at in turn.
    """
    claims = lines.join(wanted.select("receipt_id", "way"), on=["receipt_id", "way"]).select(
        "receipt_id", "item_id", claim=(pl.col("applied_minor") + pl.col("discount_minor")).abs()
    )
    contested = (
        claims.group_by("item_id")
        .agg(pl.col("claim").sum())
        .join(open_minor.select("item_id", room=pl.col("open_minor").abs()), on="item_id")
        .filter(pl.col("claim") > pl.col("room"))
    )
    room = dict(contested.select("item_id", "room").iter_rows())
    rivals = claims.join(contested, on="item_id", how="semi")
    turns = (
        wanted.join(rivals, on="receipt_id", how="semi")
        .join(receipts.select("receipt_id", "received_date"), on="receipt_id")
        .with_columns(named=pl.col("evidence").clip(upper_bound=tokens.DIGITS))
        .sort("named", "received_date", "receipt_id", descending=[True, False, False])
    )
    claimed: dict[int, list[tuple[int, int]]] = {}
    for receipt_id, item_id, claim in rivals.select("receipt_id", "item_id", "claim").iter_rows():
        claimed.setdefault(receipt_id, []).append((item_id, claim))
    refused = []
    for receipt_id in turns["receipt_id"]:
        if all(room[item_id] >= claim for item_id, claim in claimed[receipt_id]):
            for item_id, claim in claimed[receipt_id]:
                room[item_id] -= claim
        else:
            refused.append(receipt_id)
    return wanted.filter(~pl.col("receipt_id").is_in(refused))


def left(items: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Items with what granted lines leave open of them; what is paid is gone."""
    taken = lines.group_by("item_id").agg(
        taken_minor=(pl.col("applied_minor") + pl.col("discount_minor")).sum()
    )
    return (
        items.join(taken, on="item_id", how="left")
        .with_columns(pl.col("open_minor") - pl.col("taken_minor").fill_null(0))
        .drop("taken_minor")
        .filter(pl.col("open_minor") != 0)
        .sort("item_id")
    )
