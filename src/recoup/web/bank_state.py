"""How fresh what we know of the bank is, and what that stops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from recoup.books.models import BankAccount, Creditor, StatementLine
from recoup.policy import document
from recoup.web import decided


@dataclass(frozen=True)
class Freshness:
    """A bank account and how old its data are on a day."""

    account: BankAccount
    days_old: int | None
    days_max: int | None

    @property
    def is_stale(self) -> bool:
        """Older than the policy lets payment be pressed for; the gate says the same."""
        if self.days_old is None or self.account.closed_date is not None:
            return False
        return _is_older(self.days_old, self.days_max)


def _is_older(days_old: int, allowed: int | None) -> bool:
    return allowed is not None and days_old > allowed


@lru_cache(maxsize=64)
def _days_max(text: str) -> int | None:
    return document.load(text).policy.bank_data_days_max


def days_max(creditor: Creditor) -> int | None:
    """How old bank data may be by the policy in force; None when it does not say."""
    version = creditor.policy
    return _days_max(version.text if version else document.standard().text)


def freshness(creditor: Creditor, today: date) -> list[Freshness]:
    """Every bank account, the oldest data first."""
    allowed = days_max(creditor)
    accounts = BankAccount.objects.filter(creditor=creditor).order_by("name", "key")
    found = [
        Freshness(each, (today - each.data_until).days if each.data_until else None, allowed)
        for each in accounts
    ]
    return sorted(found, key=lambda each: -(each.days_old or 0))


@dataclass(frozen=True)
class Stopped:
    """Bank data too old, or not whole, to press for payment: how old, whose, what is missing."""

    # None where only a statement is missing.
    days_old: int | None
    days_max: int
    names: str
    gaps: tuple[BankAccount, ...]
    # Reminders decided today that wait for it.
    waiting: int


def stopped(creditor: Creditor, today: date) -> Stopped | None:
    """What stale bank data stop today; None when they stop nothing."""
    allowed, until = days_max(creditor), creditor.bank_data_until
    if allowed is None:
        return None
    is_old = until is not None and _is_older((today - until).days, allowed)
    found = freshness(creditor, today)
    gaps = tuple(each.account for each in found if each.account.gap)
    if not is_old and not gaps:
        return None
    blocked = decided.blocked(decided.run_of(creditor, today))
    return Stopped(
        (today - until).days if is_old and until else None,
        allowed,
        ", ".join(str(each.account) for each in found if each.is_stale),
        gaps,
        decided.with_any(blocked, ("bank-data-stale",)).height,
    )


def to_apply(creditor: Creditor) -> int:
    """How many payments wait in Cash."""
    return StatementLine.objects.filter(creditor=creditor, state="open").count()
