"""A saved column map reads any table; the proposal of one is a start and no more."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pydantic import ValidationError

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Declared, Question, Reading
from recoup.formats.columnmap import Brings, ColumnMap
from recoup.formats.days import DateFormat
from recoup.formats.opening import candidates, open_sheet, preview, read_sheet, recognise, reread
from recoup.formats.propose import propose
from recoup.formats.sheets import Sheet, head
from recoup.kernel.errors import Refusal
from tests.formats.files import asked, invoice, plain, read

GERMAN = (
    "Offene Posten\n\n"
    "Kundennummer;Kunde;Rechnung Nr;Belegart;Rechnungsdatum;Fällig am;"
    "Betrag;Offener Betrag;Währung\n"
    "K1;Birnen AG;R1;Rechnung;25.01.2026;24.02.2026;1.234,50;234,50;EUR\n"
    "K1;Birnen AG;G1;Gutschrift;26.01.2026;;-50,00;-50,00;EUR\n"
    "K1;Birnen AG;Z1;Zahlung;27.01.2026;;-100,00;-100,00;EUR\n"
    "K1;Birnen AG;X1;Sonstiges;27.01.2026;;1,00;1,00;EUR\n"
    ";;Summe;;;;1.085,50;85,50;\n"
)
COLUMNS = {
    "account_number": "Kundennummer", "account_name": "Kunde", "number": "Rechnung Nr",
    "type": "Belegart", "issue_date": "Rechnungsdatum", "due_date": "Fällig am",
    "total": "Betrag", "open": "Offener Betrag", "currency": "Währung",
}  # fmt: skip
KINDS = {"Rechnung": "invoice", "Gutschrift": "credit_note", "Zahlung": "payment"}


def a_map(**changes: Any) -> ColumnMap:
    facts = {"brings": Brings.INVOICES, "columns": COLUMNS, "kinds": KINDS} | changes
    return ColumnMap(**facts)


def sheet(content: str) -> Sheet:
    found = open_sheet("list.csv", io.BytesIO(content.encode()))
    assert not isinstance(found, Question)
    return found


def test_a_german_list_is_read_by_its_map():
    found = read(GERMAN, column_map=a_map())
    assert found.documents.select("kind", "number", "total_minor", "open_minor").rows() == [
        ("invoice", "R1", 123450, 23450),
        ("credit_note", "G1", 5000, 5000),
    ]
    assert found.receipts.select("amount_minor", "reference").rows() == [(10000, "Z1")]
    assert found.codes == ["kind-unknown"]
    assert found.reading.basis.numbers is NumberFormat.COMMA
    assert found.reading.basis.dates is DateFormat.DAY_MONTH_DOTS
    total = found.control.totals[0]
    assert (total.stated_minor, total.computed_minor) == (8550, 8450)


def test_formats_of_the_map_are_taken_at_their_word():
    rows = 'no,client,day,sum\n1,Pear,03/04/2026,"1,234"\n'
    columns = {"number": "no", "account_name": "client", "issue_date": "day", "total": "sum"}
    assert {each.about for each in asked(rows, column_map=a_map(columns=columns))} == {
        "dates", "numbers", "currency",
    }  # fmt: skip
    settled = a_map(
        columns=columns, dates=DateFormat.DAY_MONTH, numbers=NumberFormat.POINT, currency="EUR"
    )
    assert read(rows, column_map=settled).documents["total_minor"].to_list() == [123400]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"columns": {"account_name": "Kunde", "total": "Betrag"}}, "issue_date"),
        ({"columns": {"issue_date": "Datum", "total": "Betrag"}}, "account_number"),
        ({"columns": {"issue_date": "Datum", "account_name": "Kunde"}}, "total or open"),
        ({"columns": COLUMNS | {"colour": "Farbe"}}, "colour"),
        ({"kinds": {"Rechnung": "bill"}}, "bill"),
        ({"currency": "euro"}, "currency"),
        ({"surprise": 1}, "surprise"),
        ({"brings": Brings.PAYMENTS, "columns": {"account_name": "a"}}, "date"),
    ],
)
def test_a_map_that_cannot_work_is_refused_with_the_word_that_is_wrong(changes, says):
    with pytest.raises(ValidationError, match=says):
        a_map(**changes)


def test_a_map_for_another_file_is_refused():
    with pytest.raises(Refusal) as problem:
        read(GERMAN.replace("Betrag", "Summe"), column_map=a_map())
    assert problem.value.code == "header-missing"
    with pytest.raises(Refusal) as problem:
        read(GERMAN, format="mapped")
    assert problem.value.code == "column-map-missing"


def test_two_customers_may_have_the_same_number_when_the_map_says_so():
    rows = "no,client,day,sum\n1,Pear,2026-01-25,5.00\n1,Plum,2026-01-25,5.00\n"
    columns = {"number": "no", "account_name": "client", "issue_date": "day", "total": "sum"}
    one = a_map(columns=columns, currency="EUR")
    assert read(rows, column_map=one).codes == ["number-twice"]
    both = one.model_copy(update={"is_number_per_account": True})
    assert read(rows, column_map=both).documents.height == 2


def test_invoices_without_numbers_keep_their_names_while_they_are_paid():
    rows = "client,day,sum,left\nPear,2026-01-25,5.00,{}\nPear,2026-01-25,5.00,5.00\n"
    columns = {"account_name": "client", "issue_date": "day", "total": "sum", "open": "left"}
    mapped = a_map(columns=columns, currency="EUR")
    before, after = (read(rows.format(left), column_map=mapped) for left in ("5.00", "1.00"))
    assert before.documents["source_ref"].equals(after.documents["source_ref"])
    assert after.documents["open_minor"].to_list() == [100, 500]


@pytest.mark.parametrize(
    ("brings", "content", "columns"),
    [
        (Brings.CUSTOMERS, "id,firm,mail\nP1,Pear,a@pear.example\n",
         {"account_number": "id", "account_name": "firm", "email": "mail"}),
        (Brings.PAYMENTS, "id,day,sum\nP1,2026-01-25,5.00\n",
         {"account_number": "id", "date": "day", "amount": "sum"}),
    ],
)  # fmt: skip
def test_customers_and_payments_are_mapped_as_well(brings, content, columns):
    mapped = ColumnMap(brings=brings, columns=columns, currency="EUR")
    found = read(content, column_map=mapped)
    assert found.parties.height + found.receipts.height == 1


def test_a_proposal_names_columns_in_four_languages():
    proposal = propose(sheet(GERMAN))
    assert {guess.field: guess.column for guess in proposal.guesses} == COLUMNS
    assert proposal.header_line == 3
    assert proposal.lacking == ()
    french = "Raison sociale;Numéro de facture;Date de facture;Échéance;Montant TTC;Solde\n"
    spanish = "Cliente;Factura;Fecha;Vencimiento;Importe;Saldo\n"
    for header in (french, spanish):
        proposed = propose(sheet(header + "Pear;1;25.01.2026;26.01.2026;5,00;5,00\n"))
        assert proposed.column_map is not None
        assert len(proposed.column_map.columns) == 6


def test_a_label_that_its_values_contradict_is_not_proposed():
    proposal = propose(sheet("customer,invoice,due date,total\nPear,1,soon,much\n"))
    assert {guess.field for guess in proposal.guesses} == {"account_name", "number"}
    assert proposal.lacking == ("issue_date", "total")
    assert proposal.column_map is None


def test_an_email_column_is_known_by_its_values():
    proposal = propose(sheet("who,where\nPear,a@pear.example\n"), brings=Brings.CUSTOMERS)
    assert ("email", "where") in {(guess.field, guess.column) for guess in proposal.guesses}


def test_a_file_without_words_has_no_header_to_propose_from():
    with pytest.raises(Refusal) as problem:
        propose(sheet("1,2\n3,4\n"))
    assert problem.value.code == "header-missing"


def test_a_preview_shows_the_first_rows_as_they_would_be_read():
    opened = read_sheet(sheet(GERMAN), Declared(column_map=a_map()))
    batch = preview(opened, 1)
    assert batch is not None
    assert batch.documents["number"].to_list() == ["R1"]
    columns = {"account_name": "client", "issue_date": "day", "total": "sum"}
    questions = asked("client,day,sum\nPear,2026-01-25,5\n", column_map=a_map(columns=columns))
    assert preview(questions, 1) is None


def test_set_aside_rows_come_back_corrected_to_the_account_they_stood_under():
    report = (
        ",Date,Transaction type,Num,Term,Due date,Open balance\nPear,,,,,,\n"
        ",07/20/2026,Invoice,1,Net 30,08/19/2026,1O.00\nTotal for Pear,,,,,,10.00\n"
        "TOTAL,,,,,,10.00\n"
    )
    found = read(report, currency="USD")
    aside = found.set_aside.row(0, named=True)
    assert (aside["line"], aside["group"], aside["field"], aside["value"]) == (
        3, "Pear", "open", "1O.00",
    )  # fmt: skip
    cells = ["", "07/20/2026", "Invoice", "1", "Net 30", "08/19/2026", "10.00"]
    again = reread(found.reading.basis, Declared(), [((3, cells), aside["group"])])
    assert isinstance(again, Reading)
    (batch,) = list(again)
    assert batch.documents.select("line", "account_name", "open_minor").rows() == [
        (3, "Pear", 1000)
    ]


def test_a_row_of_a_document_that_rows_add_up_to_does_not_come_back_alone():
    header = "Client Name,Invoice #,Date Issued,Invoice Status,Line Total,Currency\n"
    found = read(header + "Pear,1,2026-05-01,sent,70.00,USD\nPear,1,2026-05-01,sent,7O,USD\n")
    assert found.codes == ["document-incomplete", "amount-unreadable"]
    row = (3, ["Pear", "1", "2026-05-01", "sent", "70.00", "USD"])
    with pytest.raises(Refusal) as problem:
        reread(found.reading.basis, Declared(), [(row, None)])
    assert problem.value.code == "rows-belong-together"


def test_a_file_is_recognised_by_its_header_wherever_it_stands():
    content = "Our list\n\n" + plain(invoice())
    assert recognise("x.csv", io.BytesIO(content.encode()))[0].code == "recoup_invoices"
    assert candidates(head(sheet(GERMAN))) == []
    assert recognise("x.csv", io.BytesIO("a,b\nCafé,1".encode("mac_roman"))) == []
