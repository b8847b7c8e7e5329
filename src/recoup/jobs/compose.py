"""Composing: the bytes of every planned message, rendered once and stored."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from multiprocessing import get_context

import polars as pl
from babel.languages import get_official_languages
from django.conf import settings

from recoup.books import letter, outbox
from recoup.books.models import Creditor
from recoup.jobs.charges.told import late_costs
from recoup.kernel.errors import Refusal
from recoup.kernel.ids import fingerprint
from recoup.kernel.terms import still_off
from recoup.wording.clean import one_line
from recoup.wording.context import BankDetails, Early, Line, MaybePaid, MessageContext
from recoup.wording.context import Creditor as WritingCreditor
from recoup.wording.context import Debtor as WrittenDebtor
from recoup.wording.mime import Mail, Mailbox, address, build, message_id
from recoup.wording.render import render
from recoup.wording.templates import languages

CHUNK = 1_000
# Below this, starting processes costs more than it saves.
PARALLEL_FROM = 3_000

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Order:
    """One message to render: plain facts that travel to another process."""

    creditor_id: int
    intent_id: int
    template: str
    language: str
    recipient: str
    person: str
    context: MessageContext
    sender: Mailbox
    reply_to: Mailbox | None
    domain: str
    secret: bytes
    written_at: datetime


def compose(creditor: Creditor, *, at: datetime, progress: Progress = lambda _: None) -> int:
    """Render and store every intent of a creditor that has no message yet; how many.

    One that cannot be written is withheld with the reason and stops no other.
    """
    done = after = 0
    with _renderer() as render_all:
        while True:
            wanted = letter.unwritten(creditor.pk, after=after, limit=CHUNK)
            if wanted.is_empty():
                return done
            after = int(wanted["intent_id"][-1])
            orders = list(_orders(creditor, wanted, at))
            written = render_all(orders)
            rows = [each for each in written if not isinstance(each, Unwritable)]
            stored = pl.DataFrame(rows, schema=dict(outbox.STORED.columns), orient="row")
            done += outbox.store_messages(stored, at=at)
            failed = (each for each in written if isinstance(each, Unwritable))
            outbox.withhold_unwritable({each.intent_id: each.reason for each in failed}, at=at)
            progress(done)


Row = tuple[int, int, str, str, str, str, str, bytes, str]


@dataclass(frozen=True)
class Unwritable:
    """A message that no template could say, and why."""

    intent_id: int
    reason: str


@contextmanager
def _renderer() -> Iterator[Callable[[list[Order]], list[Row | Unwritable]]]:
    """Renders a chunk; from the first full chunk on, with as many processes as there are cores."""
    pool: ProcessPoolExecutor | None = None
    seen = 0

    def render_all(orders: list[Order]) -> list[Row | Unwritable]:
        nonlocal pool, seen
        seen += len(orders)
        if seen >= PARALLEL_FROM and pool is None:
            pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
        if pool is None:
            return [try_to_write(order) for order in orders]
        return list(pool.map(try_to_write, orders, chunksize=100))

    try:
        yield render_all
    finally:
        if pool is not None:
            pool.shutdown()


def try_to_write(order: Order) -> Row | Unwritable:
    """The message, or why there is none."""
    try:
        return write(order)
    except Refusal as refusal:
        return Unwritable(order.intent_id, refusal.sentence)


def write(order: Order) -> Row:
    """Render one message and build its bytes: a row of outbox.STORED."""
    rendered = render(order.template, order.language, order.context)
    name = message_id(order.intent_id, secret=order.secret, domain=order.domain)
    content = build(
        Mail(
            message_id=name,
            date=order.written_at,
            sender=order.sender,
            recipient=Mailbox(order.recipient, one_line(order.person or order.context.debtor.name)),
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            language=rendered.language,
            reply_to=order.reply_to,
        )
    )
    return (
        order.creditor_id,
        order.intent_id,
        name,
        order.recipient,
        rendered.subject[:300],
        rendered.language,
        rendered.template_version,
        zlib.compress(content, 1),
        fingerprint(content),
    )


def _orders(creditor: Creditor, wanted: pl.DataFrame, at: datetime) -> Iterator[Order]:
    lines = letter.lines(wanted["intent_id"].to_list()).partition_by(
        "intent_id", as_dict=True, include_key=False
    )
    writing, bank = _writing(creditor), _bank(creditor)
    sender = Mailbox(
        address(creditor.sender_email or f"no-reply@{creditor.code}.invalid"),
        one_line(creditor.sender_name or creditor.name),
    )
    reply_to = Mailbox(address(creditor.reply_to)) if creditor.reply_to else None
    domain = sender.address.rpartition("@")[2]
    secret = settings.SECRET_KEY.encode()
    costs = late_costs(creditor, wanted.select("intent_id", "account_id", "cycle_date"))
    for row in wanted.iter_rows(named=True):
        context = _context(creditor, writing, bank, row, lines[(row["intent_id"],)])
        context = replace(context, late_cost=costs.get(row["intent_id"]))
        yield Order(
            creditor_id=creditor.pk,
            intent_id=row["intent_id"],
            template=row["template"],
            language=row["language"] or language_of(row["country"]) or creditor.language,
            recipient=row["recipient"],
            person=row["person"],
            context=context,
            sender=sender,
            reply_to=reply_to,
            domain=domain,
            secret=secret,
            written_at=at,
        )


@cache
def language_of(country: str) -> str:
    """The first of a country's official languages that we speak; empty when we speak none."""
    official = get_official_languages(country.upper(), de_facto=True) if country else ()
    return next((each for each in official if each in languages()), "")


def _context(
    creditor: Creditor,
    writing: WritingCreditor,
    bank: BankDetails | None,
    row: dict[str, object],
    lines: pl.DataFrame,
) -> MessageContext:
    as_of = row["cycle_date"]
    assert isinstance(as_of, date)
    named = tuple(
        Line(number, issued, due, amount, left, _early(issued, left, steps, as_of))
        for left, amount, issued, due, number, *steps in lines.rows()
    )
    return MessageContext(
        creditor=writing,
        debtor=WrittenDebtor(
            name=str(row["name"]),
            country=str(row["country"]),
            contact_name=str(row["person"]),
            account_number=str(row["number"]),
        ),
        lines=named,
        currency=str(row["currency"]),
        total_minor=sum(line.open_minor for line in named),
        credit_minor=int(str(row["credit_minor"])),
        net_minor=int(str(row["net_minor"])),
        as_of=as_of,
        payments_until=min(creditor.bank_data_until or as_of, as_of),
        sender_name=creditor.sender_name or creditor.name,
        reference=str(row["number"]),
        bank=bank,
        maybe_paid=_maybe_paid(row),
    )


def _early(issued: date, left: int, said: list[int | None], as_of: date) -> Early | None:
    """What settles an item less its discount, and until when; None where none stands any more."""
    first_ppm, first_days, later_ppm, later_days, paid = (each or 0 for each in said)
    steps = ((first_ppm, first_days), (later_ppm if first_ppm else 0, later_days))
    off = still_off(steps, issue_date=issued, open_minor=left, paid_minor=paid, on=as_of)
    if off is None or off.less_minor == left:
        return None
    return Early(left - off.less_minor, off.until)


def _maybe_paid(row: dict[str, object]) -> MaybePaid | None:
    booked = row["maybe_date"]
    if not isinstance(booked, date):
        return None
    return MaybePaid(booked, int(str(row["maybe_minor"])), str(row["maybe_currency"]))


def _writing(creditor: Creditor) -> WritingCreditor:
    return WritingCreditor(
        name=creditor.name,
        country=creditor.country,
        language=creditor.language,
        email=creditor.reply_to or creditor.sender_email,
        phone=creditor.phone,
        address_lines=tuple(creditor.postal_address.splitlines()),
    )


def _bank(creditor: Creditor) -> BankDetails | None:
    if not (creditor.bank_iban or creditor.bank_account_number):
        return None
    return BankDetails(
        holder=creditor.bank_holder or creditor.name,
        iban=creditor.bank_iban,
        bic=creditor.bank_bic,
        bank_name=creditor.bank_name,
        account_number=creditor.bank_account_number,
        routing_code=creditor.bank_routing_code,
    )
