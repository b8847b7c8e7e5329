"""What a payer says a payment is for, in any of the forms payers use."""

from __future__ import annotations

import io
import zipfile
import zlib
from email.message import EmailMessage

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from recoup.formats.advice.base import Declared
from recoup.formats.advice.opening import read_advice
from recoup.formats.base import Question
from recoup.kernel.errors import Refusal

ENGLISH = """Payment reference: PAY-2026-0815
Payment date,2026-03-03
Invoice,Gross amount,Discount,Deduction,Net amount,Reason,Currency
INV-1001,"1,190.00",23.80,,"1,166.20",,EUR
INV-1002,500.00,,15.00,485.00,damaged goods,EUR
CN-7,-100.00,,,-100.00,,EUR
Total,,,,"1,551.20",,
"""
GERMAN = """Rechnungsnummer;Rechnungsbetrag;Skonto;Zahlbetrag
RE-77;1.190,00 €;23,80 €;1.166,20 €
Summe;;;1.166,20 €
"""
BODY = """Dear accounts team,

today we paid the following invoices:

Invoice      Date          Gross        Discount    Paid
INV-1001     01.02.2026    1.190,00     23,80       1.166,20
INV-1002     05.02.2026      500,00      0,00         500,00

Total EUR: 1.666,20
Payment reference: PAY-9
Kind regards
"""


def read(content, name="advice.csv", **declared):
    raw = content.encode() if isinstance(content, str) else content
    return read_advice(name, io.BytesIO(raw), declared=Declared(**declared))


def rows(reading):
    columns = ["document", "amount_minor", "discount_minor", "deduction_minor"]
    return reading.rows.select(columns).rows()


def mail(text="", html="", attached=()):
    message = EmailMessage()
    message["From"] = "Muster GmbH <Buchhaltung@muster.example>"
    message["Subject"] = "Payment advice"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in attached:
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return bytes(message)


def pdf(body=BODY):
    lines = [line for line in body.splitlines() if line.strip()]
    source = '#set text(font: "DejaVu Sans Mono", size: 8pt)\n' + "\n".join(
        f"#raw({quoted(line)})\\" for line in lines
    )
    return typst.compile(source.encode())


def quoted(line):
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_a_table_names_documents_with_what_is_paid_and_what_is_taken_off():
    reading = read(ENGLISH)
    assert rows(reading) == [
        ("INV-1001", 1166_20, 23_80, 0),
        ("INV-1002", 485_00, 0, 15_00),
        ("CN-7", -100_00, 0, 0),
    ]
    assert reading.rows["reason"].to_list() == ["", "damaged goods", ""]
    assert (reading.heading.reference, str(reading.heading.paid_date)) == (
        "PAY-2026-0815",
        "2026-03-03",
    )
    assert reading.is_whole
    assert reading.heading.total_minor == reading.sum_minor == 1551_20


def test_a_german_table_is_read_by_its_own_words_and_numbers():
    reading = read(GERMAN, currency="EUR")
    assert rows(reading) == [("RE-77", 1166_20, 23_80, 0)]
    assert reading.is_whole


def test_what_is_paid_less_than_the_document_is_a_deduction():
    reading = read("Invoice,Invoice amount,Paid\nA-1,100.00,90.00\n", currency="EUR")
    assert rows(reading) == [("A-1", 90_00, 0, 10_00)]


@pytest.mark.parametrize(
    ("name", "content", "origin"),
    [
        ("advice.txt", BODY, "text"),
        ("advice.eml", mail(BODY), "email"),
        ("advice.pdf", pdf(), "pdf"),
        ("advice.eml", mail("see the file", attached=[("list.pdf", pdf())]), "email"),
    ],
)
def test_a_text_lists_the_same_in_every_envelope(name, content, origin):
    reading = read(content, name)
    assert rows(reading) == [("INV-1001", 1166_20, 23_80, 0), ("INV-1002", 500_00, 0, 0)]
    assert (reading.origin, reading.heading.currency) == (origin, "EUR")
    assert reading.heading.reference == "PAY-9"
    assert reading.is_whole


def test_an_email_says_who_pays():
    reading = read(mail(BODY), "advice.eml")
    assert reading.heading.payer_name == "Muster GmbH"
    assert reading.heading.payer_email == "buchhaltung@muster.example"


def test_a_table_in_html_is_read_row_by_row():
    html = (
        "<style>p { margin: 1.50 }</style><p>We paid in EUR</p><table>"
        "<tr><th>Invoice</th><th>Amount paid</th></tr>"
        "<tr><td>INV-1001</td><td>EUR 1,190.00</td></tr>"
        "<tr><td>INV-1002</td><td>EUR 500.00</td></tr></table>"
    )
    reading = read(mail("", html), "advice.eml")
    assert rows(reading) == [("INV-1001", 1190_00, 0, 0), ("INV-1002", 500_00, 0, 0)]


def test_a_table_in_an_email_is_read_as_a_table():
    reading = read(mail("as attached", attached=[("list.csv", ENGLISH.encode())]), "advice.eml")
    assert reading.rows.height == 3
    assert reading.heading.payer_email == "buchhaltung@muster.example"


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ("INV-1,NaN,EUR", "amount-unreadable", "amount"),
        ("INV-1,Infinity,EUR", "amount-unreadable", "amount"),
        ("INV-1,1E+3000000,EUR", "amount-unreadable", "amount"),
        ("INV-1,1_000,EUR", "amount-unreadable", "amount"),
        ("INV-1,10.005,EUR", "too-many-decimals", "amount"),
        ("INV-1,99999999999999.00,EUR", "amount-too-large", "amount"),
        ("INV-1,,EUR", "amount-missing", "amount"),
        (",10.00,EUR", "document-missing", "document"),
        ("INV-1,10.00,USD", "currency-differs", "currency"),
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside_and_the_advice_is_not_whole(line, code, field):
    reading = read(f"Invoice,Amount,Currency\nINV-9,20.00,EUR\nINV-8,21.50,EUR\n{line}\n")
    aside = reading.set_aside.row(0, named=True)
    assert (aside["code"], aside["field"], aside["line"]) == (code, field, 4)
    assert aside["reason"]
    assert aside["remedy"]
    assert reading.rows.height == 2
    assert not reading.is_whole


def test_a_total_that_differs_leaves_the_advice_to_a_person():
    reading = read("Invoice,Amount\nINV-1,10.00\nTotal,11.00\n", currency="EUR")
    assert not reading.is_whole


def test_several_amounts_without_a_word_are_not_guessed_at():
    reading = read("INV-1001   100.00   90.00 EUR\nINV-1002  50.00 EUR\n", "advice.txt")
    assert reading.set_aside["code"].to_list() == ["amounts-several"]
    assert rows(reading) == [("INV-1002", 50_00, 0, 0)]


def test_a_currency_that_is_not_named_is_asked_for():
    (question,) = read("Invoice,Amount\nINV-1,10.00\n")
    assert isinstance(question, Question)
    assert question.about == "currency"


def test_a_person_says_which_column_is_what():
    text = "Ref,Beleg X,Sum EUR\n1,A-1,10.00\n"
    with pytest.raises(Refusal) as refused:
        read("Aa,Bb,Cc\nx1,A-1,10.00\n", currency="EUR")
    assert refused.value.code == "advice-columns-unknown"
    reading = read(text, currency="EUR", columns={"document": "Beleg X", "amount": "Sum EUR"})
    assert rows(reading) == [("A-1", 10_00, 0, 0)]
    with pytest.raises(Refusal, match="no column 'Nowhere'"):
        read(text, columns={"document": "Nowhere"})


def zip_bomb():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * (60 << 20))
    return content.getvalue()


def flate_bomb():
    packed = zlib.compress(b"0 " * (80 << 20), 9)
    head = b"<</Length %d/Filter/FlateDecode>>" % len(packed)
    return objects(head + b"stream\n" + packed + b"\nendstream")


def objects(content, kids=1):
    """A PDF file of one page over and over, written by hand."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"3 0 R " * kids, kids),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>",
        content,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def encrypted():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt("secret", algorithm="RC4-128")
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", encrypted, "pdf-encrypted"),
        ("a.pdf", lambda: b"%PDF-1.7 nothing", "pdf-damaged"),
        ("a.pdf", lambda: pdf()[:2_000], "pdf-damaged"),
        ("a.pdf", lambda: objects(b"<</Length 0>>stream\n\nendstream"), "pdf-without-text"),
        ("a.pdf", lambda: objects(b"<</Length 0>>stream\n\nendstream", 150), "pdf-too-long"),
        ("a.pdf", lambda: b"%PDF" + b"0" * (11 << 20), "pdf-too-large"),
        ("a.xlsx", zip_bomb, None),
        ("a.csv", lambda: b"Invoice,Amount\n" + b"A1,1.00\n" * 30_000, "advice-too-long"),
        ("a.csv", lambda: b"", "file-empty"),
        ("a.csv", lambda: b"x" * (26 << 20), "advice-too-large"),
        ("a.eml", lambda: mail("Nothing is listed here"), "advice-without-rows"),
        (
            "a.eml",
            lambda: mail("two", attached=[("a.csv", ENGLISH.encode())] * 2),
            "advice-several",
        ),
    ],
)
def test_what_no_payer_sends_is_refused_with_a_reason(name, content, code):
    with pytest.raises(Refusal) as refused:
        read(content(), name, currency="EUR")
    assert code in (None, refused.value.code)
    assert len(refused.value.sentence) > 20


def test_a_page_that_unpacks_without_end_stops_at_its_limits():
    with pytest.raises(Refusal) as refused:
        read(flate_bomb(), "a.pdf", currency="EUR")
    assert refused.value.code.startswith("pdf-")


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.eml"]), st.booleans())
def test_any_bytes_are_read_or_refused(content, name, is_mail):
    start = b"From: a@b.example\n" if is_mail else b""
    if content.startswith(b"%PDF"):
        return
    try:
        opened = read(start + content, name, currency="EUR")
    except Refusal:
        return
    assert opened


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        read(f"Invoice Amount\nINV-1001 10.00\n{text}", "a.txt", currency="EUR")
    except Refusal:
        return
