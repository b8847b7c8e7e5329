"""The engine agrees with the slow reference, whatever the world; and a split changes nothing."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from recoup.engine import evaluate as evaluating
from recoup.engine.actions import ACTIONS, LINES
from recoup.engine.aging import AGING
from recoup.engine.evaluate import evaluate
from recoup.policy.lint import lint
from tests.engine import making, reference, worlds

MANY = settings(max_examples=150, deadline=None)
SOME = settings(max_examples=40, deadline=None)


def rules_for(bundle, policy):
    return making.rules(policy, as_of=bundle.facts.as_of, country=bundle.facts.country)


def refer(bundle, policy):
    return reference.decide(
        bundle.facts,
        bundle.items.iter_rows(named=True),
        bundle.accounts.iter_rows(named=True),
        bundle.credits.iter_rows(named=True),
        policy,
    )


@MANY
@given(worlds.bundles(), worlds.policies())
def test_the_engine_decides_as_the_reference_does(bundle, policy):
    assume(not [finding for finding in lint(policy) if finding.is_error])
    decided = evaluate(bundle, rules_for(bundle, policy))
    expected = refer(bundle, policy)
    assert_frame_equal(decided.aging, AGING.of(expected.aging))
    assert_frame_equal(decided.lines, LINES.of(expected.lines))
    assert_frame_equal(decided.actions, ACTIONS.of(expected.actions))


@SOME
@given(worlds.bundles(), worlds.policies(), st.integers(min_value=1, max_value=5))
def test_any_split_gives_the_same_decisions(bundle, policy, count):
    rulebook = rules_for(bundle, policy)
    whole = evaluate(bundle, rulebook)
    parts = [evaluate(shard, rulebook) for shard in bundle.shards(count)]
    for name in ("actions", "lines", "aging"):
        joined = pl.concat([getattr(part, name) for part in parts])
        assert_frame_equal(getattr(whole, name), joined.sort("debtor_id", maintain_order=True))


@SOME
@given(worlds.bundles(), worlds.policies(), st.integers(min_value=1, max_value=4))
def test_slices_of_any_size_give_the_same_decisions(bundle, policy, size):
    rulebook = rules_for(bundle, policy)
    whole = evaluate(bundle, rulebook)
    usual, evaluating.SLICE_ITEMS = evaluating.SLICE_ITEMS, size
    try:
        sliced = evaluate(bundle, rulebook)
    finally:
        evaluating.SLICE_ITEMS = usual
    for name in ("actions", "lines", "aging", "tallies"):
        assert_frame_equal(getattr(whole, name), getattr(sliced, name))


@SOME
@given(worlds.bundles(), worlds.policies())
def test_one_debtor_alone_is_decided_as_among_others(bundle, policy):
    rulebook = rules_for(bundle, policy)
    whole = evaluate(bundle, rulebook)
    for debtor in bundle.items["debtor_id"].unique().sort().to_list()[:2]:
        alone = evaluate(bundle.of_debtor(debtor), rulebook)
        assert_frame_equal(alone.actions, whole.actions.filter(pl.col("debtor_id") == debtor))


@SOME
@given(worlds.bundles(), worlds.policies())
def test_buckets_less_credits_are_the_balance(bundle, policy):
    aging = evaluate(bundle, rules_for(bundle, policy)).aging
    buckets = pl.sum_horizontal(pl.col("not_due_minor"), pl.col("^days_.*_minor$"))
    assert aging.select((buckets - pl.col("credit_minor") == pl.col("balance_minor")).all()).item()


@SOME
@given(worlds.bundles(), worlds.policies())
def test_messages_add_up(bundle, policy):
    decided = evaluate(bundle, rules_for(bundle, policy))
    sums = decided.lines.group_by("debtor_id", "account_id", "currency", maintain_order=True).agg(
        pl.col("open_minor", "net_minor").sum(), lines=pl.len().cast(pl.Int32)
    )
    assert sums["open_minor"].to_list() == decided.actions["open_minor"].to_list()
    assert sums["net_minor"].to_list() == decided.actions["asked_minor"].to_list()
    assert sums["lines"].to_list() == decided.actions["lines"].to_list()


@SOME
@given(worlds.bundles())
def test_deciding_twice_gives_the_same_and_changes_nothing(bundle):
    before = bundle.fingerprint()
    rulebook = rules_for(bundle, making.policy())
    first, second = evaluate(bundle, rulebook), evaluate(replace(bundle), rulebook)
    assert_frame_equal(first.actions, second.actions)
    assert bundle.fingerprint() == before
