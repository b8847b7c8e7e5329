"""The account lock: what posting money, holding and releasing a message all take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from recoup.books.query import any_of, is_postgresql, many, rows
from recoup.kernel.errors import Fault, Refusal


@contextmanager
def locked(account_ids: Iterable[int]) -> Iterator[None]:
    """A transaction that holds the rows of these accounts, taken in the order of their ids.

    On SQLite the transaction itself is the lock: it begins IMMEDIATE, so writers are serial.
    """
    with transaction.atomic():
        hold(account_ids)
        yield


def hold(account_ids: Iterable[int]) -> None:
    """Take the locks inside the transaction that is open already."""
    if not connection.in_atomic_block:
        raise Fault("an account can only be locked inside a transaction")
    wanted = sorted(set(account_ids))
    if is_postgresql() and wanted:
        # NO KEY, so that a mere reference to the account neither waits nor deadlocks.
        sql = f"SELECT id FROM books_account WHERE {any_of('id')} ORDER BY id FOR NO KEY UPDATE"
        rows(sql, [many(wanted)])


def hold_open(account_ids: Iterable[int]) -> None:
    """The same, for what is new: Refusal `account-closed` when an account was merged into another.

    Asked while the locks are held, so nothing is posted on an account that is being closed.
    """
    wanted = sorted(set(account_ids))
    hold(wanted)
    sql = (
        "SELECT a.number, s.number FROM books_account a "
        f"JOIN books_account s ON s.id = a.merged_into_id WHERE {any_of('a.id')}"
    )
    closed = rows(sql, [many(wanted)])
    if closed:
        number, survivor = closed[0]
        raise Refusal(
            "account-closed",
            f"Account {number} was merged into {survivor}. Use {survivor}, or take them apart.",
        )
