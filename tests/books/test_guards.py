"""What the database itself refuses: rewriting history, and rows that name another creditor's."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from recoup.books.apply_cash import unapply
from recoup.books.invariants.guards import APPEND_ONLY, links
from recoup.books.models import CashApplication, SetAsideRow, SourceFile
from recoup.books.operations import AppendOnly, SameCreditor
from recoup.books.publish import publish_policy
from recoup.books.query import execute, is_postgresql, rows
from tests.books.histories import remind
from tests.books.sabotage import guarded_only_by

pytestmark = pytest.mark.django_db
GUARDS = import_module("recoup.books.migrations.0002_guards")
WHOLLY = [table for table, columns in GUARDS.APPEND_ONLY.items() if not columns]
PARTLY = [(table, column) for table, columns in GUARDS.APPEND_ONLY.items() for column in columns]
AT = datetime(2026, 3, 4, 9, tzinfo=UTC)
KEYS = {"books_accountevent": "evseq"}


@pytest.fixture
def full(ledger, settings, tmp_path):
    """Books in which every table with a guard holds at least one row."""
    settings.DATA = tmp_path
    account = ledger.account()
    item = ledger.invoice(account, 100_00)
    paid = ledger.invoice(account, 50_00)
    credit = ledger.credit_note(account, 10_00)
    receipt = ledger.receipt(account, 30_00)
    ledger.apply(receipt, paid, 20_00)
    ledger.apply(credit, paid, 10_00)
    ledger.hold(account, item=paid)
    publish_policy(creditor=ledger.creditor, name="p", text="steps: []", at=ledger.at, by="tests")
    file = SourceFile.objects.create(
        creditor=ledger.creditor, name="f", sha256="f", size_bytes=1, received_at=ledger.at, by="t"
    )
    SetAsideRow.objects.create(creditor=ledger.creditor, source_file=file, line=1, code="c")
    remind(ledger, [item])
    return ledger


def attempt(sql, *parameters):
    """Run a statement and every deferred check, and undo it."""
    with transaction.atomic():
        execute(sql, list(parameters))
        connection.check_constraints()
        transaction.set_rollback(True)


def operations(kind):
    """The guards of one kind that the migrations set, whichever migration does."""
    loader = MigrationLoader(connection)
    return [
        each
        for (app, _), migration in loader.disk_migrations.items()
        if app == "books"
        for each in migration.operations
        if isinstance(each, kind)
    ]


def test_every_link_within_a_creditor_is_guarded():
    guarded = [(each.table, each.column, each.parent) for each in operations(SameCreditor)]
    assert sorted(guarded) == links()


def test_the_invariant_looks_for_every_append_only_table():
    assert sorted(each.table for each in operations(AppendOnly)) == sorted(APPEND_ONLY)


@pytest.mark.parametrize("table", WHOLLY)
def test_no_row_of_history_is_edited(full, table):
    model = next(each for each in apps.get_models() if each._meta.db_table == table)
    key = KEYS.get(table, "id")
    assert rows(f"SELECT COUNT(*) FROM {table}") != [(0,)]
    for field in model._meta.concrete_fields:
        with pytest.raises(DatabaseError, match="append-only"):
            attempt(f"UPDATE {table} SET {field.column} = {field.column}")
    with pytest.raises(DatabaseError, match="append-only"):
        attempt(f"UPDATE {table} SET creditor_id = creditor_id WHERE {key} > 0")


@pytest.mark.parametrize(("table", "column"), PARTLY)
def test_no_proof_is_edited(full, table, column):
    assert rows(f"SELECT COUNT(*) FROM {table}") != [(0,)]
    with pytest.raises(DatabaseError, match="append-only"):
        attempt(f"UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize("table", sorted(GUARDS.APPEND_ONLY))
def test_no_row_of_history_is_deleted(full, table):
    with pytest.raises(DatabaseError, match="append-only"):
        attempt(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("books_openitem", "open_minor"),
        ("books_receipt", "unapplied_minor"),
        ("books_cashapplication", "reversed_entry_id"),
    ],
)
def test_what_is_cached_may_change(full, table, column):
    attempt(f"UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize(("table", "column", "parent"), GUARDS.ONE_CREDITOR)
def test_a_row_naming_another_creditors_parent_is_refused(full, table, column, parent):
    stranger = full.other("second").creditor
    if not rows(f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL"):
        _let_one_name(column)
    guard = f"{table}_{column}_creditor"
    says = guard if is_postgresql() else f"{table}.{column} names a row"
    with guarded_only_by(table, guard), pytest.raises(DatabaseError, match=says):
        execute(f"UPDATE {table} SET creditor_id = %s WHERE {column} IS NOT NULL", [stranger.pk])
    row = _copy_for(stranger, table, column)
    with guarded_only_by(table, guard), pytest.raises(DatabaseError, match=says):
        _insert(table, row)


def _let_one_name(column):
    """Fill the link that no door has filled here: an application that was taken back."""
    assert column in ("reverses_id", "reversed_entry_id"), column
    applied = CashApplication.objects.order_by("pk")[0]
    unapply(application=applied, today=applied.applied_date, at=AT, by="tests", why="a test")


def _copy_for(stranger, table, column):
    """A row of the table as the stranger's own, with numbers that no other row has."""
    model = next(each for each in apps.get_models() if each._meta.db_table == table)
    columns = [each.column for each in model._meta.concrete_fields]
    found = rows(f"SELECT {', '.join(columns)} FROM {table} WHERE {column} IS NOT NULL")
    row = dict(zip(columns, found[0], strict=True))
    numbers = {"position", "sequence", "number", "revision", "line"} & {
        each.column
        for each in model._meta.concrete_fields
        if each.get_internal_type().endswith("IntegerField")
    }
    return (
        row
        | dict.fromkeys(numbers, 999)
        | {
            KEYS.get(table, "id"): 10**9,
            "creditor_id": stranger.pk,
        }
    )


def _insert(table, row):
    """Every value as the text the database gave, so that none is read in between."""
    holes = ", ".join(["%s"] * len(row))
    values = [json.dumps(each) if isinstance(each, dict | list) else each for each in row.values()]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({holes})", values)
