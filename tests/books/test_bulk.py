"""Bulk writing and reading: what goes in comes out, whatever the text; both databases agree."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from recoup.books import bulk
from recoup.books.models import AccountEvent, Debtor, HoldRecord, Message, OpenItem, Run
from recoup.books.query import any_of, bulk_frame, frame, is_postgresql, many, rows
from recoup.kernel.errors import Refusal
from tests.books.histories import plan, run_of

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 3, 3, 9, 0)  # as bulk writes carry it: naive, in UTC

NASTY = [
    "",
    " ",
    "NULL",
    "\\N",
    "\\.",
    "a\n\\.\nb",
    "\\.\r\n\\.",
    'say "hello"',
    '""',
    "it's; DROP TABLE books_debtor; --",
    "back\\slash",
    "line\nbreak",
    "line\r\nbreak",
    "tab\tcomma,semicolon;",
    "Zażółć gęślą jaźń",
    "שלום \u202e rtl",
    "👩‍👩‍👧‍👦",
    "\u200bzero width",
    "%s %(name)s {braces} ?",
    "\u2028",
    "\ufeff",
    "0",
    "1e5",
]


def debtors(names):
    return pl.DataFrame({"name": names}, schema={"name": pl.String}).with_columns(
        bulk.next_ids(Debtor, len(names)),
        pl.lit(1, pl.Int16).alias("legal_kind"),
        *(pl.lit("").alias(name) for name in ("country", "region", "language", "time_zone")),
        pl.lit(LONG_AGO).alias("created_at"),
    )


def test_text_comes_back_as_it_went_in(db):
    assert bulk.insert(Debtor, debtors(NASTY)) == len(NASTY)
    assert list(Debtor.objects.order_by("pk").values_list("name", flat=True)) == NASTY


printable = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\x1a"), min_size=0, max_size=30
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(["a\n\\.", "\\.\n", ""])
@given(names=st.lists(printable, min_size=1, max_size=8))
def test_any_text_comes_back_as_it_went_in(db, names):
    frame_in = debtors(names)
    bulk.insert(Debtor, frame_in)
    ids = frame_in["id"].to_list()
    held = dict(Debtor.objects.filter(pk__in=ids).values_list("pk", "name"))
    assert [held[each] for each in ids] == names


@pytest.mark.parametrize(
    ("text", "says"),
    [("a\0b", "NUL"), ("\x1a", "SUB"), ("x" * 301, "301 characters")],
    ids=["nul", "sub", "long"],
)
def test_text_that_one_database_would_refuse_is_refused_by_both(db, text, says):
    with pytest.raises(Refusal, match=says) as refused:
        bulk.insert(Debtor, debtors(["fine", text]))
    assert refused.value.code == "text-unusable"
    assert Debtor.objects.count() == 0


def test_the_longest_text_that_fits_is_taken(db):
    bulk.insert(Debtor, debtors(["ü" * 300]))
    assert Debtor.objects.get().name == "ü" * 300


def test_nothing_known_stays_apart_from_an_empty_text(ledger):
    account = ledger.account()
    ledger.hold(account, last=None)
    ledger.hold(account, last=date(2026, 12, 31))
    found = HoldRecord.objects.order_by("pk").values_list("last_date", "held_minor", "note")
    assert list(found) == [(None, None, ""), (date(2026, 12, 31), None, "")]


def test_bytes_come_back_as_they_went_in(ledger, settings, tmp_path):
    settings.DATA = tmp_path
    item = ledger.invoice(ledger.account(), 5_00)
    [intent] = plan(ledger, run_of(ledger, [item]), [item])
    content = bytes(range(256)) * 3 + b"\\x00\\."
    row = {
        "intent_id": intent.pk,
        "creditor_id": ledger.creditor.pk,
        "sequence": 1,
        "content": content,
        "rendered_at": LONG_AGO,
    }
    texts = ("message_id", "recipient", "subject", "language", "template_version", "sha256")
    made = pl.DataFrame([row | dict.fromkeys(texts, "t")])
    bulk.insert(Message, made.with_columns(bulk.next_ids(Message, 1)))
    assert bytes(Message.objects.get().content) == content


@pytest.mark.parametrize("microsecond", [0, 1, 500_000])
def test_an_instant_is_the_same_however_it_was_written(ledger, microsecond):
    """SQLite compares instants as texts, so both ways of writing must write the same."""
    stamp = LONG_AGO.replace(microsecond=microsecond)
    rows_in = debtors(["by bulk"]).with_columns(pl.lit(stamp).alias("created_at"))
    bulk.insert(Debtor, rows_in)
    aware = stamp.replace(tzinfo=UTC)
    Debtor.objects.create(name="by Django", created_at=aware)
    assert Debtor.objects.filter(created_at=aware).count() == 2
    assert Debtor.objects.filter(created_at__lt=aware).count() == 0
    assert rows("SELECT COUNT(*) FROM books_debtor WHERE created_at = %s", [aware]) == [(2,)]
    assert rows("SELECT COUNT(*) FROM books_debtor WHERE created_at <= %s", [aware]) == [(2,)]


def test_keys_drawn_for_rows_are_not_drawn_again(db):
    first = debtors(["a", "b"])
    bulk.insert(Debtor, first)
    byhand = Debtor.objects.create(name="c", created_at=LONG_AGO.replace(tzinfo=UTC))
    second = debtors(["d"])
    bulk.insert(Debtor, second)
    ids = [*first["id"], byhand.pk, *second["id"]]
    assert len(set(ids)) == 4
    assert ids == sorted(ids)


def test_event_numbers_rise_and_never_repeat(db):
    numbers = [*bulk.next_events(3), bulk.next_event(), *bulk.next_events(2)]
    assert numbers == list(range(numbers[0], numbers[0] + 6))


@pytest.mark.parametrize("model", [Debtor, OpenItem, AccountEvent, Run])
def test_no_rows_are_no_work(db, model):
    assert bulk.insert(model, pl.DataFrame()) == 0


def test_a_column_the_table_does_not_have_is_our_mistake(db):
    with pytest.raises(AssertionError, match="colour"):
        bulk.insert(Debtor, debtors(["a"]).with_columns(pl.lit("red").alias("colour")))


def test_lists_are_one_parameter_whatever_they_hold(db):
    bulk.insert(Debtor, debtors(NASTY))
    sql = f"SELECT name FROM books_debtor WHERE {any_of('name')} ORDER BY id"
    for wanted in (NASTY, NASTY[:1], []):
        found = frame(sql, [many(wanted)], {"name": pl.String})
        assert found["name"].to_list() == wanted
        assert found.schema == {"name": pl.String}


def test_a_large_answer_reads_like_a_small_one(db):
    bulk.insert(Debtor, debtors(NASTY))
    schema = {
        "id": pl.Int64,
        "name": pl.String,
        "empty": pl.String,
        "legal_kind": pl.Int16,
        "day": pl.Date,
        "no_day": pl.Date,
    }
    sql = (
        "SELECT id, name, CAST(NULL AS TEXT), legal_kind, "
        f"{_day('2026-02-28')}, {_day(None)} FROM books_debtor WHERE legal_kind = %s"
    )
    large, small = bulk_frame(sql, [1], schema).sort("id"), frame(sql, [1], schema).sort("id")
    assert large["name"].to_list() == NASTY
    assert large.equals(small)
    assert large.schema == schema
    assert bulk_frame(sql, [2], schema).equals(pl.DataFrame(schema=schema))


def _day(text):
    held = "NULL" if text is None else f"'{text}'"
    return f"CAST({held} AS DATE)" if is_postgresql() else f"CAST({held} AS TEXT)"


@pytest.mark.parametrize("names", [[""], ["", ""], ["a", ""], ["\n", '"']])
def test_a_column_of_its_own_keeps_its_empty_texts(db, names):
    bulk.insert(Debtor, debtors(names))
    found = bulk_frame("SELECT name FROM books_debtor", [], {"name": pl.String})
    assert sorted(found["name"]) == sorted(names)


def test_a_large_answer_sees_what_is_not_yet_committed(db):
    bulk.insert(Debtor, debtors(["new"]))
    found = bulk_frame("SELECT COUNT(*) FROM books_debtor", [], {"rows": pl.Int64})
    assert found.item() == 1


def test_many_rows_are_one_call(db):
    names = [f"Debtor {number}" for number in range(25_000)]
    assert bulk.insert(Debtor, debtors(names)) == 25_000
    assert Debtor.objects.count() == 25_000
