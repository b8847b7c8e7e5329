"""The tables, by subject."""

from __future__ import annotations

from recoup.books.models.advice import Advice, AdviceRow
from recoup.books.models.asked import MoneyRequest
from recoup.books.models.bank import Alias, BankAccount, Proposal, Statement, StatementLine
from recoup.books.models.cash import CashApplication, Receipt
from recoup.books.models.charge import Charge
from recoup.books.models.debt_event import DebtEvent
from recoup.books.models.intake import ColumnMapVersion, SetAsideRow, SourceFile
from recoup.books.models.ledger import (
    AccountEvent,
    Document,
    Entry,
    LedgerAccount,
    OpenItem,
    Transfer,
)
from recoup.books.models.message import Attempt, AttemptEvent, Intent, IntentItem, Message
from recoup.books.models.moved import Merge, Move
from recoup.books.models.party import Account, ContactPoint, Creditor, Debtor
from recoup.books.models.rules import PolicyVersion
from recoup.books.models.run import Run
from recoup.books.models.same import SameMoney
from recoup.books.models.staff import Seat
from recoup.books.models.standing import AccountStanding
from recoup.books.models.terms import AgreedTerms, DocumentTerms, TermsAcceptance, TermsLink
from recoup.books.models.timeline import TimelineEvent
from recoup.books.models.treatment import HoldRecord

__all__ = [
    "Account",
    "AccountEvent",
    "AccountStanding",
    "Advice",
    "AdviceRow",
    "AgreedTerms",
    "Alias",
    "Attempt",
    "AttemptEvent",
    "BankAccount",
    "CashApplication",
    "Charge",
    "ColumnMapVersion",
    "ContactPoint",
    "Creditor",
    "DebtEvent",
    "Debtor",
    "Document",
    "DocumentTerms",
    "Entry",
    "HoldRecord",
    "Intent",
    "IntentItem",
    "LedgerAccount",
    "Merge",
    "Message",
    "MoneyRequest",
    "Move",
    "OpenItem",
    "PolicyVersion",
    "Proposal",
    "Receipt",
    "Run",
    "SameMoney",
    "Seat",
    "SetAsideRow",
    "SourceFile",
    "Statement",
    "StatementLine",
    "TermsAcceptance",
    "TermsLink",
    "TimelineEvent",
    "Transfer",
]
