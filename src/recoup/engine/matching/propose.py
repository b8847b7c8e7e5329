"""The one function of cash application: receipts and open items in, proposals and verdicts out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from recoup.engine.matching import maybe, named, payers, rest, special, tokens, verdicts, weigh
from recoup.engine.matching.confidence import Table, shipped
from recoup.engine.matching.frames import (
    LINES,
    MAYBE_PAID,
    MAYBE_PAYER,
    POST,
    PROPOSALS,
    PROPOSE,
    UNIDENTIFIED,
    VERDICTS,
    Answer,
    Given,
    MatchPolicy,
)

_OF = ["receipt_id", "way"]


@dataclass(frozen=True)
class _Read:
    """What texts and payers say, before any amount is looked at."""

    keyed: pl.DataFrame
    spoken: pl.DataFrame
    hits: pl.DataFrame
    who: pl.DataFrame
    strangers: pl.DataFrame
    listed: pl.DataFrame


@dataclass(frozen=True)
class _Round:
    """Ranked suggestions with their lines, and which of them are granted."""

    ranked: pl.DataFrame
    lines: pl.DataFrame
    posted: pl.DataFrame
    beaten: pl.DataFrame  # receipts that claim what an earlier one claims


def propose(given: Given, policy: MatchPolicy, table: Table | None = None) -> Answer:
    """Which receipt pays what, how sure that is, and what may be posted by itself.

    First the receipts whose words settle them exactly; then, on what those leave open, all others.
    """
    given = given.checked()
    weights = table or shipped()
    read = _read(given)
    first = _first(given, read, policy, weights)
    remaining = verdicts.left(given.items, _granted_lines(first))
    waiting = given.receipts.join(first.posted, on="receipt_id", how="anti")
    again = replace(given, receipts=waiting)
    second = _second(again, read, remaining, (first.beaten, policy, weights))
    settled = verdicts.left(remaining, _granted_lines(second))
    waiting = waiting.join(second.posted, on="receipt_id", how="anti")
    payer = maybe.maybe_payer(waiting, second.ranked, read.who, weights)
    return Answer(
        *_told(first, second),
        _verdicts(given.receipts, first, second, payer),
        MAYBE_PAYER.check(payer),
        MAYBE_PAID.check(maybe.maybe_paid(waiting, settled, payer, policy)),
    )


def _read(given: Given) -> _Read:
    keyed = tokens.item_keys(given.items)
    spoken = tokens.texts(given.receipts)
    grams = tokens.grams(spoken)
    who = payers.who(given.receipts, given.payers, grams)
    listed = named.advised(given, keyed, who)
    hits = pl.concat(
        [
            tokens.hits(grams, keyed),
            listed.filter(pl.col("item_id").is_not_null()).select(
                "receipt_id", "item_id", strength=pl.lit(tokens.WHOLE, pl.Int8)
            ),
        ]
    )
    return _Read(
        keyed,
        spoken,
        hits.group_by("receipt_id", "item_id").agg(pl.col("strength").max()),
        who,
        tokens.strangers(grams, keyed),
        listed,
    )


def _first(given: Given, read: _Read, policy: MatchPolicy, table: Table) -> _Round:
    """What is settled exactly by what the payer wrote."""
    listed, listed_lines = named.by_advice(given, read.listed)
    found, lines = named.by_reference(given, read.hits)
    found = pl.concat([listed, found.join(listed, on="receipt_id", how="anti")])
    lines = pl.concat([listed_lines, lines.join(listed, on="receipt_id", how="anti")])
    none = pl.DataFrame(schema={"receipt_id": pl.Int64})
    return _round(given, read, found, lines, (none, policy, table))


def _second(
    given: Given,
    read: _Read,
    remaining: pl.DataFrame,
    by: tuple[pl.DataFrame, MatchPolicy, Table],
) -> _Round:
    """All other receipts, on what is left open."""
    beaten, policy, table = by
    open_now = remaining.select("item_id", "open_minor")
    keyed = read.keyed.drop("open_minor").join(open_now, on="item_id")
    hits = read.hits.join(given.receipts, on="receipt_id", how="semi")
    live = hits.join(remaining, on="item_id", how="semi")
    listed = read.listed.drop("open_minor").join(open_now, on="item_id", how="left")
    now = replace(given, items=remaining)
    advised, advised_lines = named.by_advice(now, listed)
    searched, searched_lines = rest.by_search(now, keyed, read.spoken, live, read.who, policy)
    foreign, foreign_lines = special.by_currency(given.receipts, remaining, live, read.who)
    joint, joint_lines = special.by_joint_payment(given.receipts, remaining, live, read.who)
    taken = special.by_repetition(given.receipts, hits, given.items, remaining)
    unsaid = special.by_foreign_number(given.receipts, remaining, live)
    found, lines = _numbered(
        [
            (advised, advised_lines),
            (foreign, foreign_lines),
            (unsaid, advised_lines.clear()),
            (taken, advised_lines.clear()),
            (searched, searched_lines),
            (joint, joint_lines),
        ]
    )
    doubled = pl.concat([beaten.select("receipt_id"), taken.select("receipt_id")])
    return _round(now, read, found, lines, (doubled, policy, table))


def _numbered(ways: list[tuple[pl.DataFrame, pl.DataFrame]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The suggestions of several sources, numbered anew within each receipt in that order."""
    found = pl.concat(
        [frame.with_columns(source=pl.lit(place)) for place, (frame, _) in enumerate(ways)],
        how="diagonal",
    ).sort("receipt_id", "source", "way")
    found = found.with_columns(place=pl.int_range(pl.len()).over("receipt_id").cast(pl.Int16))
    lines = pl.concat([each.with_columns(source=pl.lit(n)) for n, (_, each) in enumerate(ways)])
    lines = lines.join(
        found.select("receipt_id", "source", "way", "place"), on=["receipt_id", "source", "way"]
    )
    return (
        found.drop("way", "source").rename({"place": "way"}),
        lines.drop("way", "source").rename({"place": "way"}),
    )


def _round(
    given: Given,
    read: _Read,
    found: pl.DataFrame,
    lines: pl.DataFrame,
    by: tuple[pl.DataFrame, MatchPolicy, Table],
) -> _Round:
    """Suggestions weighed and ranked, and those of them that post."""
    taken, policy, table = by
    weighed = weigh.with_payer(found, lines, read.who).with_columns(
        is_stranger=_is_in(read.strangers), is_taken=_is_in(taken)
    )
    # Two that claim the same money: only the later one is in doubt, whatever is known of its like.
    claims = weigh.ranked(weigh.weighed(weighed, table)).filter(pl.col("rank") == 1)
    kept = verdicts.granted(claims, lines, given.items, given.receipts)
    beaten = claims.join(kept, on="receipt_id", how="anti")
    weighed = weighed.with_columns(is_taken=pl.col("is_taken") | _is_in(beaten))
    ranked = weigh.ranked(weigh.weighed(weighed, table)).filter(pl.col("rank") <= policy.ranks)
    wanted = verdicts.sure(ranked, policy)
    posted = verdicts.granted(wanted, lines, given.items, given.receipts)
    return _Round(ranked, lines, posted, beaten)


def _is_in(receipts: pl.DataFrame) -> pl.Expr:
    return pl.col("receipt_id").is_in(receipts["receipt_id"].implode())


def _granted_lines(done: _Round) -> pl.DataFrame:
    return done.lines.join(done.posted.select(_OF), on=_OF, how="semi")


def _told(first: _Round, second: _Round) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The proposals and lines of both rounds: of the first only what it posts."""
    shown = {"part": "short", "surplus": "over"}
    ranked = pl.concat(
        [first.posted.select(_COLUMNS), second.ranked.select(_COLUMNS)]
    ).with_columns(weigh.reasons())
    lines = pl.concat(
        [
            each.join(done.select(*_OF, "rank"), on=_OF).select(list(LINES.columns))
            for each, done in ((first.lines, first.posted), (second.lines, second.ranked))
        ]
    )
    explained = (pl.col("residual_kind") == "none") & (pl.col("residual_minor") > 0)
    told = ranked.with_columns(
        pl.when(explained)
        .then(pl.lit("short"))
        .otherwise(pl.col("residual_kind").replace(shown))
        .alias("residual_kind")
    ).sort("receipt_id", "rank")
    return (
        PROPOSALS.check(told),
        LINES.check(lines).sort("receipt_id", "rank", "item_id"),
    )


_COLUMNS = [
    "receipt_id",
    "way",
    "rank",
    "kind",
    "evidence",
    "account_id",
    "who",
    "payer",
    "combinations",
    "residual_minor",
    "residual_kind",
    "is_stranger",
    "is_taken",
    "confidence_ppm",
    "bucket",
]


def _verdicts(
    receipts: pl.DataFrame, first: _Round, second: _Round, possible: pl.DataFrame
) -> pl.DataFrame:
    """One verdict per receipt; unidentified when nothing at all points to an account."""
    posted = pl.concat([first.posted.select("receipt_id"), second.posted.select("receipt_id")])
    word = (
        pl.when(_is_in(posted))
        .then(pl.lit(POST))
        .when(_is_in(possible))
        .then(pl.lit(PROPOSE))
        .otherwise(pl.lit(UNIDENTIFIED))
    )
    return VERDICTS.check(receipts.with_columns(word.alias("verdict")))
