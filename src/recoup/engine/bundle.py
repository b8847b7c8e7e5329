"""What a decision is made from: the frames of some debtors of one creditor, on one day.

Every frame is sorted by `debtor_id`; a bundle of one debtor is a bundle. Currencies are
numbers (`kernel.money.currency_number`), amounts are minor units, positive is owed to us.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import IO, cast

import polars as pl
from typing_extensions import Buffer

from recoup.kernel.frames import Frame

ITEMS = Frame(
    "items",
    {
        "debtor_id": pl.Int64,
        "account_id": pl.Int64,
        "item_id": pl.Int64,
        "currency": pl.Int16,
        "issue_date": pl.Date,
        "due_date": pl.Date,
        # What is open on the day, above zero; credits stand in CREDITS.
        "open_minor": pl.Int64,
        # The part of it that a hold on the item keeps out of any message; at most open_minor.
        "held_minor": pl.Int64,
        # Reasons of the holds on the item that are in force on the day (see Hold).
        "hold_bits": pl.Int32,
        # The ladder, computed from what was delivered in cycles before the day.
        "last_step": pl.Int16,  # 0: none of the procedure's steps yet
        "last_step_date": pl.Date,  # null: never named in any message
        # Already overdue on the day it was first imported: starts with the courtesy summary.
        "is_backlog": pl.Boolean,
    },
)

ACCOUNTS = Frame(
    "accounts",
    {
        "debtor_id": pl.Int64,
        "account_id": pl.Int64,
        "legal_kind": pl.Int8,
        "country": pl.String,
        "region": pl.String,
        "language": pl.String,
        "tier": pl.String,
        # Holds on the account or its debtor in force on the day (see Hold).
        "hold_bits": pl.Int32,
        "address": pl.Int8,  # the best e-mail address for reminders: see Address
        # Of the debtor, all channels and creditors, before the day.
        "contacts_last_7_days": pl.Int16,
        "contacts_last_30_days": pl.Int16,
        "last_contact_date": pl.Date,
        # A message of an earlier cycle is still waiting, in flight or in doubt.
        "has_unfinished_message": pl.Boolean,
        "is_public_holiday": pl.Boolean,  # where the debtor is
        "first_invoice_date": pl.Date,
    },
)

CREDITS = Frame(
    "credits",
    {
        "debtor_id": pl.Int64,
        "account_id": pl.Int64,
        "currency": pl.Int16,
        # Unapplied receipts plus open credit notes, above zero.
        "credit_minor": pl.Int64,
    },
)


class Address(IntEnum):
    """Whether the account can be written to; only USABLE lets a message out."""

    MISSING = 0
    USABLE = 1
    BOUNCED = 2
    OPTED_OUT = 3
    NO_CONSENT = 4


class Hold(IntEnum):
    """Why dunning is stopped; the value is the bit in `hold_bits`. Never reuse one."""

    PROMISE = 0
    DISPUTE = 1
    PLAN = 2
    REPLY = 3
    DO_NOT_CONTACT = 4
    INSOLVENCY = 5
    BREATHING_SPACE = 6
    LEGAL = 7
    DECEASED = 8
    COMPLAINT = 9
    MANUAL = 10
    PAYMENT_IN_PROGRESS = 11
    # Asked for before delivery: nothing was delivered, so nothing is late.
    ADVANCE = 12
    # A charge that is booked and not asked for yet; set and ended by the door of charges only.
    NOT_INVOICED = 13


@dataclass(frozen=True)
class Facts:
    """What is the same for every debtor of the bundle."""

    creditor_id: int
    as_of: date
    country: str
    region: str
    # The last day that bank data cover; None when the creditor keeps no bank data here.
    bank_data_until: date | None
    # Sending is stopped: a red invariant, a restore, or a person.
    is_frozen: bool
    # Between the bank statements that are kept here one is missing.
    has_bank_gap: bool = False


@dataclass(frozen=True)
class Bundle:
    """The frames of some debtors of one creditor on one day."""

    facts: Facts
    items: pl.DataFrame
    accounts: pl.DataFrame
    credits: pl.DataFrame

    def checked(self) -> Bundle:
        """The same bundle, columns checked; Fault when a frame is not as agreed."""
        return replace(
            self,
            items=ITEMS.check(self.items),
            accounts=ACCOUNTS.check(self.accounts),
            credits=CREDITS.check(self.credits),
        )

    def fingerprint(self) -> str:
        """SHA-256 over the facts and the rows as plain text: equal inputs, equal name.

        Text, because it is the same on every machine and version; about 10M rows a second.
        """
        facts = asdict(self.facts)
        # Asked since the first names were given: old bundles keep theirs.
        if not self.facts.has_bank_gap:
            del facts["has_bank_gap"]
        digest = hashlib.sha256(json.dumps(facts, default=str).encode())
        for frame in (self.items, self.accounts, self.credits):
            plain = frame.with_columns(pl.col(pl.Date, pl.Boolean).cast(pl.Int32))
            # Text is quoted and the unknown is not, so no two frames look the same.
            plain.write_csv(cast("IO[bytes]", _Digested(digest)), quote_style="non_numeric")
        return digest.hexdigest()

    def shards(self, count: int) -> list[Bundle]:
        """The same debtors in `count` bundles, by `debtor_id % count`; contact caps stay whole."""
        return [self._only(pl.col("debtor_id") % count == number) for number in range(count)]

    def of_debtor(self, debtor_id: int) -> Bundle:
        """The bundle of one debtor."""
        return self._only(pl.col("debtor_id") == debtor_id)

    def _only(self, mine: pl.Expr) -> Bundle:
        return replace(
            self,
            items=self.items.filter(mine),
            accounts=self.accounts.filter(mine),
            credits=self.credits.filter(mine),
        )

    def write(self, folder: Path) -> None:
        """Keep the bundle as a folder with one Parquet file per frame."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "facts.json").write_text(json.dumps(asdict(self.facts), default=str))
        self.items.write_parquet(folder / "items.parquet")
        self.accounts.write_parquet(folder / "accounts.parquet")
        self.credits.write_parquet(folder / "credits.parquet")

    @classmethod
    def read(cls, folder: Path) -> Bundle:
        """The bundle kept in a folder by `write`."""
        facts = json.loads((folder / "facts.json").read_text())
        until = facts["bank_data_until"]
        return cls(
            facts=Facts(
                **facts
                | {
                    "as_of": date.fromisoformat(facts["as_of"]),
                    "bank_data_until": date.fromisoformat(until) if until else None,
                }
            ),
            items=pl.read_parquet(folder / "items.parquet"),
            accounts=pl.read_parquet(folder / "accounts.parquet"),
            credits=pl.read_parquet(folder / "credits.parquet"),
        ).checked()


class _Digested(io.RawIOBase):
    """A file that keeps nothing but the digest of what is written to it."""

    def __init__(self, digest: hashlib._Hash) -> None:
        super().__init__()
        self._digest = digest

    def writable(self) -> bool:
        """Yes: that is all one can do with it."""
        return True

    def write(self, data: Buffer) -> int:
        """Take the bytes into the digest."""
        self._digest.update(data)
        return memoryview(data).nbytes
