"""The hours and caps of each message's debtor: a few rows by place and kind, joined once."""

from __future__ import annotations

import polars as pl

from recoup.engine.bundle import Bundle
from recoup.policy.bounds import of_policy
from recoup.policy.rulebook import Rulebook

PLACE = ["country", "region", "legal_kind"]

_COLUMNS = {
    "opens_minute": pl.Int16,
    "closes_minute": pl.Int16,
    "is_closed_weekday": pl.Boolean,
    "skips_holidays": pl.Boolean,
    "contacts_per_7_days_max": pl.Int16,
    "contacts_per_30_days_max": pl.Int16,
}


def limits_by_place(bundle: Bundle, rulebook: Rulebook) -> pl.DataFrame:
    """One row per place and kind for which the law is stricter than the policy; often none."""
    ours = _policy_alone(rulebook)
    rows = []
    for place in bundle.accounts.select(PLACE).unique().iter_rows():
        country, region, kind = place
        found = rulebook.bounds(country or "", region or "", kind, on=rulebook.as_of)
        if found.numbers != ours:
            rows.append((*place, *found.numbers))
    schema = {"country": pl.String, "region": pl.String, "legal_kind": pl.Int8} | _COLUMNS
    return pl.DataFrame(rows, schema=schema, orient="row")


def with_limits(messages: pl.DataFrame, limits: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    """The messages with what the policy or the law, whichever is stricter, allows each debtor.

    They carry the columns of PLACE when there are limits; who has none has the policy's bounds.
    """
    ours = _policy_alone(rulebook)
    if limits.is_empty():
        return messages.with_columns(
            pl.lit(value, dtype).alias(name)
            for (name, dtype), value in zip(_COLUMNS.items(), ours, strict=True)
        )
    return messages.join(
        limits, on=PLACE, how="left", maintain_order="left", nulls_equal=True
    ).with_columns(
        pl.col(name).fill_null(value) for name, value in zip(_COLUMNS, ours, strict=True)
    )


def _policy_alone(rulebook: Rulebook) -> tuple[int, int, bool, bool, int, int]:
    return of_policy(rulebook.policy.contact, on=rulebook.as_of).numbers
