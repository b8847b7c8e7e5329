"""BAI2 with its control totals, and OFX in both spellings."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.kernel.errors import Refusal
from tests.statements.made import BAI2, OFX_SGML, OFX_XML, read


def test_an_account_of_bai2_reads_its_lines_and_totals():
    found = read(BAI2)
    assert found.verdict == "posted"
    statement = found.statements.row(0, named=True)
    assert (statement["opening_minor"], statement["closing_minor"]) == (1000_00, 1250_00)
    assert (statement["stated_credit_minor"], statement["stated_debit_count"]) == (300_00, 1)
    first, second = found.lines.rows(named=True)
    assert (first["amount_minor"], second["amount_minor"]) == (300_00, -50_00)
    assert first["remittance"] == "PAYER LIMITED INVOICE 4711"
    assert (first["bank_reference"], first["end_to_end_id"]) == ("BREF1", "CREF1")
    assert first["booked_date"] == date(2026, 3, 2)
    assert first["code_raw"] == "175"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("49,295000,5/", "49,295001,5/", "control-differs"),
        ("49,295000,5/", "49,295000,6/", "control-differs"),
        ("98,295000,1,7/", "98,295000,2,7/", "control-differs"),
        ("99,295000,1,9/", "99,295000,1,8/", "control-differs"),
        ("99,295000,1,9/\n", "", "end-missing"),
        ("015,125000", "015,125001", "balance-differs"),
        ("100,30000,1", "100,30001,1", "stated-total-differs"),
        ("16,175", "16,975", "code-unknown"),
        ("260302,2359", "261302,2359", "date-unreadable"),
    ],
)
def test_a_control_total_that_differs_holds_the_account(old, new, code):
    found = read(BAI2.replace(old, new))
    assert code in found.held["code"].to_list()
    assert found.verdict == "held"


@pytest.mark.parametrize(
    ("funds", "value"),
    [("Z", date(2026, 3, 2)), ("S,1,2,3", date(2026, 3, 2)), ("V,260305,", date(2026, 3, 5)),
     ("D,2,1,10,2,20", date(2026, 3, 2)), ("", date(2026, 3, 2))],
)  # fmt: skip
def test_funds_of_every_type_leave_the_text_in_its_place(funds, value):
    line = read(BAI2.replace("30000,Z,", f"30000,{funds},")).lines.row(0, named=True)
    assert line["remittance"] == "PAYER LIMITED INVOICE 4711"
    assert line["value_date"] == value


def test_a_continued_text_keeps_its_rows_and_words():
    words = "88,EREF: E2E-1\n88,DBNM: Payer, Limited\n88,REMI: Invoice 4711\n16,475"
    content = BAI2.replace("16,475", words, 1)
    for code, old, new in (("49", 5, 8), ("98", 7, 10), ("99", 9, 12)):
        content = content.replace(f"{code},295000,1,{old}/", f"{code},295000,1,{new}/")
    content = content.replace("49,295000,5/", "49,295000,8/")
    found = read(content)
    assert found.verdict == "posted"
    line = found.lines.row(0, named=True)
    assert (line["end_to_end_id"], line["counterparty_name"], line["remittance"]) == (
        "E2E-1", "Payer, Limited", "Invoice 4711",
    )  # fmt: skip


def test_a_file_without_its_header_is_no_bai2():
    with pytest.raises(Refusal):
        read(BAI2.split("\n", 1)[1])


@pytest.mark.parametrize(
    ("content", "amounts", "closing"),
    [(OFX_XML, [250_50, -50_50], 1200_00), (OFX_SGML, [-13_00], -13_00)],
)
def test_ofx_reads_alike_in_sgml_and_xml(content, amounts, closing):
    encoded = content.encode("cp1252" if content is OFX_SGML else "utf-8")
    found = read(encoded)
    assert found.verdict == "posted"
    assert found.lines["amount_minor"].to_list() == amounts
    assert found.statements["closing_minor"].to_list() == [closing]
    assert found.statements["is_checked"].to_list() == [False]


def test_ofx_gives_names_texts_and_days_as_the_bank_wrote_them():
    line = read(OFX_XML).lines.row(0, named=True)
    assert line["counterparty_name"] == "Payer & Sons"
    assert line["booked_date"] == date(2026, 3, 2)
    assert (line["bank_reference"], line["is_reference_unique"]) == ("F1", True)
    assert read(OFX_SGML.encode("cp1252")).lines["remittance"].to_list() == ["Café"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<TRNAMT>250.50", "<TRNAMT>250.505", "too-many-decimals"),
        ("<TRNAMT>250.50", "<TRNAMT>1,250.50", "amount-unreadable"),
        ("<DTPOSTED>20260302120000[-5:EST]", "<DTPOSTED>20260230", "date-unreadable"),
        ("<CURDEF>EUR</CURDEF>", "", "currency-unknown"),
        ("<MEMO>Invoice 4711</MEMO>", "<CURRENCY><CURSYM>USD</CURSYM></CURRENCY>",
         "currency-mixed"),
        ("<FITID>F1", "<CORRECTACTION>DELETE</CORRECTACTION><FITID>F1", "correction"),
    ],
)  # fmt: skip
def test_ofx_that_cannot_be_posted_is_held(old, new, code):
    found = read(OFX_XML.replace(old, new))
    assert code in found.held["code"].to_list()
    assert found.verdict == "held"


@pytest.mark.parametrize("tag", ["</OFX>", "</STMTRS>", "</STMTTRN>"])
def test_ofx_without_one_of_its_ends_is_refused(tag):
    with pytest.raises(Refusal):
        read(OFX_XML.replace(tag, "", 1))
