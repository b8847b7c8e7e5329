"""The ledger that tests of the books start from."""

from __future__ import annotations

import pytest


@pytest.fixture
def ledger(creditor, today, at):
    """Empty books of one creditor."""
    # Not above: this file is read before the tests have chosen a database.
    from tests.books.ledgers import Ledger

    return Ledger(creditor, today, at)


@pytest.fixture
def committed_ledger(committed, ledger):
    """The same, where every write is committed at once."""
    return ledger
