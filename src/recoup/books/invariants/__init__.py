"""What must always be true of the books, each as a question whose answer must be empty."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection

from recoup.books.invariants.bank import BANK_MONEY
from recoup.books.invariants.base import Invariant, Row, Scope
from recoup.books.invariants.charges import CHARGES
from recoup.books.invariants.contact import CONTACT
from recoup.books.invariants.guards import GUARDS
from recoup.books.invariants.intake import INTAKE
from recoup.books.invariants.money import MONEY
from recoup.books.invariants.moves import MOVES
from recoup.books.invariants.second import SECOND

INVARIANTS = (*MONEY, *MOVES, *BANK_MONEY, *CHARGES, *SECOND, *GUARDS, *INTAKE, *CONTACT)

__all__ = ["INVARIANTS", "LIMIT", "Invariant", "Row", "Scope", "offenders"]

# Rows shown of each breach and creditor; one is enough to stop, twenty to understand.
LIMIT = 20


def offenders(invariant: Invariant, scope: Scope) -> list[Row]:
    """The rows that break an invariant, at most LIMIT of each creditor; empty when it holds."""
    if invariant.find is not None:
        return _limited(invariant.find(scope))
    mine = "" if scope.creditor_id is None else "WHERE creditor_id = %s"
    sql = (
        "SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY creditor_id ORDER BY id) AS nth "
        f"FROM ({invariant.sql}) AS broken {mine}) AS numbered WHERE nth <= {LIMIT}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [] if scope.creditor_id is None else [scope.creditor_id])
        names = [column[0] for column in cursor.description if column[0] != "nth"]
        return [dict(zip(names, map(_plain, row), strict=False)) for row in cursor.fetchall()]


def _limited(found: list[Row]) -> list[Row]:
    shown: dict[object, list[Row]] = {}
    for row in found:
        shown.setdefault(row["creditor_id"], []).append(row)
    return [row for each in shown.values() for row in each[:LIMIT]]


def _plain(value: object) -> object:
    """PostgreSQL answers sums as decimals; ours are whole."""
    return int(value) if isinstance(value, Decimal) else value
