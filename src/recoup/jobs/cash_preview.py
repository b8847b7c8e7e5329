"""What accepting payments together would post: the certain, the guesses, and what cannot be."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from recoup.books.query import any_of, bulk_frame, many
from recoup.engine.matching.frames import MatchPolicy, Reason
from recoup.engine.matching.verdicts import certain

_PROPOSALS = """
SELECT id, line_id, rank, kind, confidence_ppm, combinations, reason_bits, items
FROM books_proposal WHERE {lines}
"""
_PROPOSAL = {
    "proposal_id": pl.Int64,
    "line_id": pl.Int64,
    "rank": pl.Int16,
    "kind": pl.String,
    "confidence_ppm": pl.Int64,
    "combinations": pl.Int64,
    "reason_bits": pl.Int64,
    "items": pl.String,
}
_OPEN = "SELECT id, open_minor FROM books_openitem WHERE {items}"
NOTHING = "nothing is suggested that can still be posted"
TAKEN = "a surer payment pays the same document"
_IS_FREE = pl.col("reason_bits") & (1 << Reason.ALREADY_TAKEN) == 0
LINES = {"line_id": pl.Int64, "currency": pl.String, "amount_minor": pl.Int64}


@dataclass(frozen=True)
class Together:
    """The suggestions that would be posted, and the lines of which none can be.

    `chosen` has the least certain first: proposal_id, line_id, currency, amount_minor,
    confidence_ppm, combinations, reason_bits, is_certain. `unready` has line_id and why.
    """

    chosen: pl.DataFrame
    unready: pl.DataFrame


def together(lines: pl.DataFrame, policy: MatchPolicy) -> Together:
    """What the best suggestions of these lines would post together; see LINES.

    Of two for the same document the certain is posted, else the surer.
    """
    pieces = _pieces(lines["line_id"].to_list())
    best = (
        _best(pieces)
        .with_columns(is_certain=certain(policy) & _IS_FREE)
        .sort("is_certain", "confidence_ppm", "line_id", descending=[True, True, False])
    )
    wanted = pieces.join(best.select("proposal_id"), on="proposal_id", how="semi")
    taken = best.filter(pl.col("proposal_id").is_in(_too_late(best, wanted)))
    chosen = best.join(taken, on="line_id", how="anti").join(lines, on="line_id")
    nothing = lines.join(best, on="line_id", how="anti").sort("line_id")
    return Together(
        chosen.sort("confidence_ppm", "line_id", descending=[False, True]),
        pl.concat(
            [
                nothing.select("line_id", why=pl.lit(NOTHING)),
                taken.select("line_id", why=pl.lit(TAKEN)),
            ]
        ),
    )


def _pieces(line_ids: list[int]) -> pl.DataFrame:
    """The suggestions of lines, one row per item, with what it wants and what is open of it.

    On account there is no item, and nothing that could have been paid meanwhile.
    """
    found = bulk_frame(_PROPOSALS.format(lines=any_of("line_id")), [many(line_ids)], _PROPOSAL)
    item = pl.col("items").list
    pieces = (
        found.with_columns(pl.col("items").str.json_decode(pl.List(pl.List(pl.Int64))))
        .explode("items")
        .with_columns(
            item=item.get(0, null_on_oob=True),
            wanted=item.get(1, null_on_oob=True).abs() + item.get(2, null_on_oob=True),
        )
        .drop("items")
    )
    asked = pieces["item"].drop_nulls().unique().to_list()
    schema = {"item": pl.Int64, "open_minor": pl.Int64}
    owed = bulk_frame(_OPEN.format(items=any_of("id")), [many(asked)], schema)
    return pieces.join(owed.with_columns(pl.col("open_minor").abs()), on="item", how="left")


def _best(pieces: pl.DataFrame) -> pl.DataFrame:
    """The first suggestion of each line that can still be posted."""
    is_past = pl.col("item").is_not_null() & (pl.col("wanted") > pl.col("open_minor").fill_null(-1))
    past = pieces.filter(is_past).select("proposal_id")
    return (
        pieces.join(past, on="proposal_id", how="anti")
        .drop("item", "wanted", "open_minor")
        .unique("proposal_id")
        .sort("line_id", "rank")
        .unique("line_id", keep="first", maintain_order=True)
    )


def _too_late(best: pl.DataFrame, wanted: pl.DataFrame) -> list[int]:
    """The suggestions whose items surer ones take; only contested items are looked at in turn."""
    claims = wanted.drop_nulls("item").select("proposal_id", "item", "wanted", "open_minor")
    contested = (
        claims.group_by("item")
        .agg(pl.col("wanted").sum(), pl.col("open_minor").first())
        .filter(pl.col("wanted") > pl.col("open_minor"))
    )
    left = dict(contested.select("item", "open_minor").iter_rows())
    rivals: dict[int, list[tuple[int, int]]] = {}
    for proposal, item, minor in (
        claims.join(contested, on="item", how="semi")
        .select("proposal_id", "item", "wanted")
        .iter_rows()
    ):
        rivals.setdefault(proposal, []).append((item, minor))
    late = []
    for proposal in [each for each in best["proposal_id"].to_list() if each in rivals]:
        claim = rivals[proposal]
        if any(left[item] < minor for item, minor in claim):
            late.append(proposal)
            continue
        for item, minor in claim:
            left[item] -= minor
    return late
