"""Actions and their lines: what would be said to whom, with the gate's answer."""

from __future__ import annotations

from functools import reduce

import polars as pl

from recoup.engine import aging, candidates, gate
from recoup.engine.bundle import Bundle
from recoup.engine.limits import PLACE, limits_by_place, with_limits
from recoup.engine.ranking import priority
from recoup.engine.standing import KEY, Standing, currencies, spread, with_account_words
from recoup.kernel.frames import Frame
from recoup.kernel.money import currency_code
from recoup.policy.rulebook import NO_STEP, Rulebook

ACTIONS = Frame(
    "actions",
    {
        "debtor_id": pl.Int64,
        "account_id": pl.Int64,
        "currency": pl.Int16,
        "segment": pl.Int16,
        "ladder": pl.Int16,  # the number of the procedure in the policy
        # The message's tone: the highest step due among its lines; 0 is the first summary.
        "step": pl.Int16,
        "lines": pl.Int32,
        # Of the oldest line, 0 when nothing is late.
        "days_past_due": pl.Int32,
        # What the lines add up to, what credits take off, and what is asked: the difference.
        "open_minor": pl.Int64,
        "credited_minor": pl.Int64,
        "asked_minor": pl.Int64,
        # The part of what is asked whose step is due today.
        "due_minor": pl.Int64,
        "minimum_minor": pl.Int64,
        "blocked_bits": pl.Int64,  # see gate.RULES; zero goes out
        "priority": pl.Int64,  # see ranking; descending
    },
)

# More than any step's number.
_COVERED = 1000

LINES = Frame(
    "lines",
    {
        "debtor_id": pl.Int64,
        "account_id": pl.Int64,
        "currency": pl.Int16,
        "item_id": pl.Int64,
        "due_date": pl.Date,
        "days_past_due": pl.Int32,  # negative while not yet due
        # What the message steps this item to; -1: for information only, or covered by credits.
        "step": pl.Int16,
        "open_minor": pl.Int64,  # without any held part
        "net_minor": pl.Int64,  # after credits, which cover the oldest first
    },
)


def lines_of(standing: Standing, bundle: Bundle, rulebook: Rulebook) -> pl.DataFrame:
    """LINES of every account with a step due: what is due and what else is late.

    With `group`, and `step_due`: the step before credits were counted.
    """
    steps = steps_of(standing, bundle, rulebook)
    groups = standing.items["group"].filter(steps >= 0)
    spoken = pl.repeat(False, standing.accounts.height, eager=True).scatter(groups, True)
    is_spoken = spoken.gather(standing.items["group"])
    items = (
        standing.items.select(*KEY, "item_id", "due_date", "open_minor", "held_minor", "group")
        .with_columns(steps.alias("step_due"))
        .filter(is_spoken)
        .select(
            *KEY,
            "item_id",
            "due_date",
            "step_due",
            "group",
            days_past_due=aging.days_past_due(rulebook.as_of),
            open_minor=aging.askable_minor(),
        )
        .filter(pl.col("open_minor") > 0)
    )
    late_or_due = (pl.col("step_due") >= 0) | (pl.col("days_past_due") > 0)
    return _netted(items, standing).filter(late_or_due)


def steps_of(standing: Standing, bundle: Bundle, rulebook: Rulebook) -> pl.Series:
    """The step due for each item; NO_STEP where nothing may be asked."""
    items = standing.items
    used = standing.accounts["ladder"].unique().to_list()
    if any(rung.condition is not None for ladder in rulebook.ladders for rung in ladder.rungs):
        items = _with_item_words(standing, bundle, rulebook)
    nothing = pl.lit(NO_STEP, pl.Int16)
    steps = [
        (number, candidates.step_due(rulebook.ladders[number], rulebook))
        for number in used
        if number >= 0
    ]
    if len(used) == 1:
        step = reduce(lambda _, each: each[1], steps, nothing)
    else:
        items = items.with_columns(standing.accounts["ladder"].gather(items["group"]))
        step = reduce(
            lambda others, each: (
                pl.when(pl.col("ladder") == each[0]).then(each[1]).otherwise(others)
            ),
            steps,
            nothing,
        )
    may_ask = pl.col("open_minor") > pl.col("held_minor")
    return items.select(step=pl.when(may_ask).then(step).otherwise(nothing)).to_series()


def _with_item_words(standing: Standing, bundle: Bundle, rulebook: Rulebook) -> pl.DataFrame:
    items = standing.items.with_columns(days_past_due=aging.days_past_due(rulebook.as_of))
    used = {
        name
        for ladder in rulebook.ladders
        for rung in ladder.rungs
        if rung.condition is not None
        for name in rung.condition.meta.root_names()
    }
    words = with_account_words(standing.accounts, bundle, rulebook)
    wanted = [name for name in words.columns if name in used and name not in items.columns]
    return items.with_columns(words[name].gather(items["group"]) for name in wanted)


def _netted(items: pl.DataFrame, standing: Standing) -> pl.DataFrame:
    """Add `net_minor`: credits cover what is oldest first; items come in that order."""
    with_credit = (
        items.select(
            "group", "open_minor", standing.accounts["credit_minor"].gather(items["group"])
        )
        .with_row_index("row")
        .filter(pl.col("credit_minor") > 0)
    )
    before = pl.col("open_minor").cum_sum().over("group") - pl.col("open_minor")
    left = (pl.col("credit_minor") - before).clip(lower_bound=0)
    covered = with_credit.select("row", net=(pl.col("open_minor") - left).clip(lower_bound=0))
    net = items["open_minor"].clone().scatter(covered["row"], covered["net"])
    return items.with_columns(net.alias("net_minor")).with_columns(
        step=pl.when(pl.col("net_minor") > 0).then("step_due").otherwise(NO_STEP)
    )


def actions_of(
    lines: pl.DataFrame, standing: Standing, bundle: Bundle, rulebook: Rulebook
) -> pl.DataFrame:
    """ACTIONS: the lines as messages, each with the bits of the rules that forbid it."""
    return facts_of(lines, standing, bundle, rulebook)


def facts_of(
    lines: pl.DataFrame, standing: Standing, bundle: Bundle, rulebook: Rulebook
) -> pl.DataFrame:
    """The messages with the columns of gate.FACTS as well, as the gate last saw them."""
    facts = with_facts(_messages(lines, standing, rulebook), bundle, rulebook)
    return _capped(gate.check(facts))


def _messages(lines: pl.DataFrame, standing: Standing, rulebook: Rulebook) -> pl.DataFrame:
    # Lines are in order of their groups. What is late adds up to what the account owes; only
    # what is named before it is late comes on top.
    runs = lines["group"].rle().struct.unnest()
    group = runs["value"]
    upcoming = lines.filter(pl.col("days_past_due") <= 0)
    placed = standing.accounts.select(
        *(pl.col(name).gather(group) for name in (*KEY, "segment", "ladder", "credit_minor")),
        pl.col("days_past_due", "late_minor", "overdue_minor").gather(group),
        lines=runs["len"].cast(pl.Int32),
    ).with_columns(_tones(lines, standing.accounts.height)[group].get_columns())
    for name, late in (("open_minor", "late_minor"), ("net_minor", "overdue_minor")):
        sums = upcoming.group_by("group").agg(pl.col(name).sum())
        more = spread(sums["group"], sums[name], standing.accounts.height).gather(group)
        placed = placed.with_columns((pl.col(late) + more).alias(name))
    placed = placed.with_columns(
        asked_minor="net_minor", credited_minor=pl.col("open_minor") - pl.col("net_minor")
    )
    return placed.join(
        _bounds(placed, rulebook),
        on=["ladder", "step", "currency"],
        how="left",
        maintain_order="left",
    ).with_columns(priority(pl.col("asked_minor"), scale=pl.col("scale")))


def _tones(lines: pl.DataFrame, groups: int) -> pl.DataFrame:
    """Per group: `step`, the highest that is due, and `due_minor`, what those items ask.

    What credits cover sets no tone, unless they cover all that is due: one number, so that
    the largest tells both.
    """
    is_due = pl.col("step") >= 0
    tones = (
        lines.lazy()
        .filter(pl.col("step_due") >= 0)
        .select(
            "group",
            due_minor="net_minor",
            tone=pl.when(is_due).then("step").otherwise(pl.col("step_due") - _COVERED),
        )
        .group_by("group")
        .agg(pl.col("tone").max(), pl.col("due_minor").sum())
        .with_columns(
            step=pl.when(pl.col("tone") >= 0)
            .then("tone")
            .otherwise(pl.col("tone") + _COVERED)
            .cast(pl.Int16)
        )
        .collect()
    )
    return pl.DataFrame(
        [spread(tones["group"], tones[name], groups).alias(name) for name in ("step", "due_minor")]
    )


def _bounds(messages: pl.DataFrame, rulebook: Rulebook) -> pl.DataFrame:
    """Minimum and spacing of each step and currency that occurs."""
    digits = dict(currencies(messages["currency"]).select("currency", "exponent").iter_rows())
    return pl.DataFrame(
        [
            (
                ladder,
                step,
                currency,
                rulebook.minimum_minor(ladder, step, currency_code(currency)),
                rulebook.days_between(ladder, step),
                10 ** digits[currency],
            )
            for ladder, step, currency in messages.select("ladder", "step", "currency")
            .unique()
            .iter_rows()
        ],
        schema={
            "ladder": pl.Int16,
            "step": pl.Int16,
            "currency": pl.Int16,
            "minimum_minor": pl.Int64,
            "days_between": pl.Int16,
            "scale": pl.Int64,
        },
        orient="row",
    )


def with_facts(messages: pl.DataFrame, bundle: Bundle, rulebook: Rulebook) -> pl.DataFrame:
    """The messages with every fact the gate asks for; null where the account is unknown."""
    facts = bundle.facts
    since = (pl.lit(facts.as_of) - pl.col("last_contact_date")).dt.total_days().cast(pl.Int32)
    is_stale = rulebook.is_bank_data_stale(facts.bank_data_until, has_gap=facts.has_bank_gap)
    limits = limits_by_place(bundle, rulebook)
    accounts = bundle.accounts.select(
        "account_id",
        "hold_bits",
        "address",
        "contacts_last_7_days",
        "contacts_last_30_days",
        "has_unfinished_message",
        "is_public_holiday",
        *(PLACE if limits.height else ()),
        days_since_contact=since.fill_null(gate.NEVER),
    )
    placed = messages.join(accounts, on="account_id", how="left", maintain_order="left")
    return with_limits(placed, limits, rulebook).with_columns(
        is_closed_day=pl.col("is_closed_weekday")
        | (pl.col("skips_holidays") & pl.col("is_public_holiday")),
        message_minor=pl.col("asked_minor"),
        is_bank_data_stale=pl.lit(is_stale) & (pl.col("days_past_due") > 0),
        is_frozen=pl.lit(facts.is_frozen),
        local_minute=pl.col("opens_minute"),
        is_allow_listed=pl.lit(value=True),
    )


def _capped(checked: pl.DataFrame) -> pl.DataFrame:
    """Ask again with the messages that go to the same debtor today counted as contacts.

    A debtor with three accounts is still one person: the caps hold over all of them.
    """
    debtor = pl.col("debtor_id")
    several = (debtor == debtor.shift(1)) | (debtor == debtor.shift(-1))
    rows = checked.with_row_index("row").filter(several)
    if rows.is_empty():
        return checked
    bits, before = rows["blocked_bits"], None
    # A message held back by the cap itself does not count: ask until nothing changes. Each
    # round settles at least one more message of every debtor.
    while before is None or not bits.equals(before):
        before = bits
        cleared = (bits == 0).cast(pl.Int16).alias("cleared")
        ahead = pl.col("cleared").cum_sum().over("debtor_id") - pl.col("cleared")
        counted = rows.with_columns(cleared).with_columns(
            pl.col("contacts_last_7_days", "contacts_last_30_days") + ahead
        )
        bits = gate.check(counted)["blocked_bits"]
    return checked.with_columns(checked["blocked_bits"].scatter(rows["row"], bits))
