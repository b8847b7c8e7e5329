"""Invariants of the database's own guards: history stands, creditors stay apart."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from recoup.books.invariants.base import Invariant, Row, Scope
from recoup.books.query import is_postgresql, rows

# Every table of which something may never change; the migrations say which columns.
APPEND_ONLY = (
    "books_accountevent",
    "books_advice",
    "books_advicerow",
    "books_agreedterms",
    "books_attemptevent",
    "books_cashapplication",
    "books_charge",
    "books_debtevent",
    "books_document",
    "books_documentterms",
    "books_entry",
    "books_merge",
    "books_message",
    "books_move",
    "books_moneyrequest",
    "books_openitem",
    "books_policyversion",
    "books_receipt",
    "books_statement",
    "books_statementline",
    "books_termsacceptance",
    "books_termslink",
    "books_timelineevent",
    "books_transfer",
)


def links() -> list[tuple[str, str, str]]:
    """(table, column, parent) of every reference between two tables of one creditor."""
    ours = {model for model in apps.get_app_config("books").get_models() if _is_of_creditor(model)}
    found = []
    for model in ours:
        for field in model._meta.concrete_fields:
            parent = field.related_model
            if isinstance(field, models.ForeignKey) and parent in ours:
                found.append((model._meta.db_table, field.column, parent._meta.db_table))
    return sorted(found)


def _is_of_creditor(model: type[models.Model]) -> bool:
    return any(field.column == "creditor_id" for field in model._meta.concrete_fields)


def _across_creditors(scope: Scope) -> list[Row]:
    found: list[Row] = []
    for table, column, parent in links():
        key = "evseq" if table == "books_accountevent" else "id"
        sql = (
            f"SELECT c.creditor_id, c.{key}, p.creditor_id FROM {table} c "
            f"JOIN {parent} p ON p.id = c.{column} WHERE p.creditor_id <> c.creditor_id"
        )
        found += [
            {"creditor_id": mine, "id": row_id, "link": f"{table}.{column}", "other": other}
            for mine, row_id, other in rows(sql)
            if scope.creditor_id in (None, mine, other)
        ]
    return found


def _guards_missing(scope: Scope) -> list[Row]:
    """Triggers that are gone or switched off; it concerns every creditor."""
    if is_postgresql():
        sql = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    standing = {str(name) for (name,) in rows(sql)}
    wanted = {f"{table}_no_{deed}" for table in APPEND_ONLY for deed in ("update", "delete")}
    return [
        {"creditor_id": scope.creditor_id, "id": None, "guard": name}
        for name in sorted(wanted - standing)
    ]


GUARDS = (
    Invariant(
        "M9", "History cannot be rewritten", "figures changed afterwards", find=_guards_missing
    ),
    Invariant("T1", "No row names another creditor's", "mixing creditors", find=_across_creditors),
)
