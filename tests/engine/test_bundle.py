"""Bundles: named by their content, split by debtor, kept as Parquet."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recoup.engine.bundle import ACCOUNTS, ITEMS, Bundle
from recoup.engine.evaluate import evaluate
from recoup.kernel.errors import Fault
from tests.engine import worlds
from tests.engine.making import TODAY, account, bundle, credit, item, rules


def given_bundle(**changes: object) -> Bundle:
    return bundle([item(**changes)], [account()], [credit()])


def test_the_same_rows_have_the_same_name_however_they_are_held():
    first = bundle([item(item_id=1), item(item_id=2)])
    half = [first.items.head(1), first.items.tail(1)]
    second = Bundle(first.facts, pl.concat(half, rechunk=False), first.accounts, first.credits)
    assert second.items.n_chunks() == 2
    assert first.fingerprint() == second.fingerprint()


@pytest.mark.parametrize(
    "changes",
    [
        {"open_minor": 100_01},
        {"due_date": TODAY},
        {"last_step_date": TODAY},
        {"is_backlog": True},
        {"item_id": 101},
        {"hold_bits": 1},
    ],
)
def test_any_other_value_gives_another_name(changes):
    assert given_bundle(**changes).fingerprint() != given_bundle().fingerprint()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"tier": None}, {"tier": ""}),
        ({"tier": "A,B"}, {"tier": 'A","B'}),
        ({"tier": "1"}, {"tier": "1\n"}),
        ({"region": "", "language": "en,"}, {"region": ",", "language": "en"}),
        ({"is_public_holiday": None}, {"is_public_holiday": False}),
    ],
)
def test_what_looks_alike_as_text_has_names_of_its_own(one, other):
    names = [bundle([item()], [account(**changes)]).fingerprint() for changes in (one, other)]
    assert names[0] != names[1]


def test_facts_of_the_day_are_part_of_the_name():
    later = bundle([item()], as_of=TODAY + timedelta(days=1))
    assert later.fingerprint() != bundle([item()]).fingerprint()


def test_a_missing_statement_makes_another_bundle():
    made = bundle([item()])
    assert bundle([item()], has_bank_gap=True).fingerprint() != made.fingerprint()


def test_a_name_is_the_same_on_every_machine_and_version():
    """Decisions are replayed by this name; if it changes, they no longer prove anything."""
    assert given_bundle().fingerprint() == (
        "167421d43de116e1ae0a1f7bfe911da101fad91a82d319da1f73e88040e3f500"
    )


@settings(max_examples=30, deadline=None)
@given(worlds.bundles(), st.integers(min_value=1, max_value=5))
def test_shards_hold_every_row_once_and_no_debtor_twice(made, count):
    shards = made.shards(count)
    assert sum(shard.items.height for shard in shards) == made.items.height
    owners = [set(shard.accounts["debtor_id"]) for shard in shards]
    assert sum(len(each) for each in owners) == len(set().union(*owners))


def test_a_bundle_kept_as_files_comes_back_the_same(tmp_path):
    made = bundle([item(), item(item_id=2)], credits=[credit()], bank_data_until=TODAY)
    made.write(tmp_path / "shard")
    again = Bundle.read(tmp_path / "shard")
    assert again.fingerprint() == made.fingerprint()
    assert again.facts == made.facts


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda frame: frame.drop("open_minor"), "lacks open_minor"),
        (lambda frame: frame.with_columns(pl.col("open_minor").cast(pl.Float64)), "open_minor is"),
    ],
)
def test_a_frame_that_is_not_as_agreed_is_a_fault(broken, said):
    made = given_bundle()
    with pytest.raises(Fault, match=said):
        Bundle(made.facts, broken(made.items), made.accounts, made.credits).checked()


def test_a_rulebook_of_another_day_is_a_fault():
    with pytest.raises(Fault, match="met a rulebook of"):
        evaluate(given_bundle(), rules(as_of=TODAY + timedelta(days=1)))


def test_an_empty_bundle_decides_nothing():
    empty = bundle([])
    decided = evaluate(empty, rules())
    assert decided.actions.is_empty()
    assert decided.aging.is_empty()
    assert empty.items.schema == ITEMS.empty().schema
    assert empty.accounts.schema == ACCOUNTS.empty().schema
