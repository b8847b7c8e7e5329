"""What holds for every file: nothing is lost, nothing depends on how it is cut, nothing breaks."""

from __future__ import annotations

import io
import random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from recoup.formats.amounts import NumberFormat, amount
from recoup.formats.base import Declared, Reading
from recoup.formats.days import DateFormat
from recoup.formats.opening import candidates, open_file, open_sheet
from recoup.formats.recoup_invoices import LAYOUT
from recoup.formats.sheets import RowsSheet
from recoup.formats.table import read_table
from recoup.formats.xero_invoices import LAYOUT as XERO
from recoup.kernel.errors import Refusal
from tests.formats.files import PLAIN, finished, invoice, plain, read

GOOD = st.integers(1, 40).map(invoice)
NUMBERLESS = st.sampled_from(["1.00", "2.00"]).map(
    lambda total: invoice("", total=total, open="1.00")
)
BAD = st.sampled_from(
    [
        invoice(99, total="x"), invoice(98, issue_date="never"), invoice(97, currency="E"),
        invoice(96, open="999.00"), "D1,short", "", ",,,,,,,,", ",Total,,,,,1.00,1.00,",
        invoice(95, total="0.00", open="0.00"),
    ]
)  # fmt: skip
ROWS = st.lists(GOOD | NUMBERLESS | BAD, max_size=40)
XERO_LABELS = ["ContactName", "InvoiceNumber", "InvoiceDate", "Total", "InvoiceAmountPaid",
               "InvoiceAmountDue", "Currency", "Type"]  # fmt: skip
XERO_ROWS = st.lists(
    st.tuples(
        st.just("Pear"),
        st.sampled_from(["", "1", "2", "3"]),
        st.just("2026-01-25"),
        st.sampled_from(["5.00", "5.00", "5.00", "6.00", "x"]),
        st.just("0.00"),
        st.just("5.00"),
        st.just("EUR"),
        st.sampled_from(["Sales invoice", "Sales invoice", "Bill"]),
    ),
    max_size=30,
)


def frames(opened: object) -> list[pl.DataFrame]:
    assert isinstance(opened, Reading)
    found = finished(opened)
    assert found.control.balances
    return [found.parties, found.documents, found.receipts, found.set_aside]


def outcome(content: bytes) -> str:
    """What a file comes to: a balanced reading, or the sentence that is said of it."""
    try:
        opened = open_file("file", io.BytesIO(content))
    except Refusal as refusal:
        return refusal.sentence
    if not isinstance(opened, Reading):
        return opened[0].sentence
    try:
        frames(opened)
    except Refusal as refusal:
        return refusal.sentence
    return "balanced"


@given(ROWS)
@settings(deadline=None)
def test_every_record_is_produced_or_set_aside_or_ignored_with_a_reason(rows):
    found = read(plain(*rows))
    control = found.control
    produced = found.documents["line"].to_list()
    assert control.used == len(produced)
    assert control.set_aside == found.set_aside["line"].n_unique()
    assert control.records == len(rows) + 1
    assert not set(produced) & set(found.set_aside["line"])
    assert sum(each.total_minor for each in control.sums) == found.documents["total_minor"].sum()


@given(ROWS, st.integers(1, 50))
@settings(deadline=None)
def test_any_size_of_batch_gives_the_same_rows(rows, batch_rows):
    content = plain(*rows).encode()
    sheet = open_sheet("file", io.BytesIO(content))
    small = read_table(LAYOUT, sheet, Declared(), batch_rows=batch_rows)
    for one, other in zip(
        frames(small), frames(read_table(LAYOUT, sheet, Declared())), strict=True
    ):
        assert one.equals(other)


@given(XERO_ROWS, st.integers(1, 10))
@settings(deadline=None)
def test_lines_of_documents_balance_in_any_size_of_batch(rows, batch_rows):
    content = [(1, XERO_LABELS), *((line, list(row)) for line, row in enumerate(rows, 2))]
    sheet = RowsSheet(content)
    small = read_table(XERO, sheet, Declared(), batch_rows=batch_rows)
    for one, other in zip(frames(small), frames(read_table(XERO, sheet, Declared())), strict=True):
        assert one.equals(other)


@given(ROWS, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_rows_does_not_change_their_names(rows, shuffler: random.Random):
    content = [row for row in dict.fromkeys(rows) if "Total" not in row]
    names = set(read(plain(*content)).documents["source_ref"])
    shuffler.shuffle(content)
    assert set(read(plain(*content)).documents["source_ref"]) == names


@given(ROWS, ROWS)
@settings(deadline=None)
def test_overlapping_files_give_one_document_one_name(first, second):
    together = set(read(plain(*first)).documents["source_ref"])
    again = set(read(plain(*first)).documents["source_ref"])
    overlapping = set(read(plain(*first, *second)).documents["source_ref"])
    assert together == again
    assert together <= overlapping


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_any_bytes_at_all_are_read_asked_about_or_refused(content):
    for start in (b"", PLAIN.encode() + b"\n"):
        assert outcome(start + content).endswith((".", "?", "balanced"))


@given(st.binary(min_size=1, max_size=3), st.integers(0, 10_000))
@settings(max_examples=200, deadline=None)
def test_a_file_with_broken_bytes_anywhere_still_balances(noise, at):
    content = plain(*[invoice(number) for number in range(5)]).encode()
    place = at % len(content)
    assert outcome(content[:place] + noise + content[place:]).endswith((".", "?", "balanced"))


@given(st.integers(-(10**12), 10**12), st.booleans(), st.sampled_from(list(NumberFormat)))
@settings(deadline=None)
def test_an_amount_written_in_a_format_is_read_back_to_the_cent(minor, is_grouped, numbers):
    whole, cents = divmod(abs(minor), 100)
    written = f"{whole:,}" if is_grouped else str(whole)
    written = f"{'-' if minor < 0 else ''}{written}.{cents:02d}"
    if numbers is NumberFormat.COMMA:
        written = written.translate(str.maketrans(",.", ".,"))
    assert amount(written, currency="EUR", numbers=numbers) == minor


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_no_text_makes_the_reading_of_an_amount_fail_otherwise_than_by_a_reason(written):
    found = read(plain(invoice(total='"' + written.replace('"', '""') + '"')), dates=DateFormat.ISO)
    assert found.control.records >= 2


def test_a_large_file_is_read_in_parts():
    rows = [invoice(number) for number in range(25_000)]
    opened = open_file("file", io.BytesIO(plain(*rows).encode()))
    assert isinstance(opened, Reading)
    assert [batch.documents.height for batch in opened] == [10_000, 10_000, 5_000]
    assert opened.control.used == 25_000


def test_no_two_layouts_claim_the_header_of_one():
    header = [(1, PLAIN.split(","))]
    assert [each.code for each in candidates(header)] == ["recoup_invoices"]
