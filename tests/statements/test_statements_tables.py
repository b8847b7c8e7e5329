"""Bank tables and payouts: layouts, the column map, questions, and what holds a file."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter
from pydantic import ValidationError

from recoup.formats.amounts import NumberFormat
from recoup.formats.base import Question
from recoup.formats.days import DateFormat
from recoup.formats.statements.bankmap import BankMap, Sign
from recoup.formats.statements.base import Declared
from recoup.formats.statements.opening import read_statement, recognise_statement, statement_formats
from recoup.kernel.errors import Refusal
from tests.statements.made import RUNNING, read

RABO = (
    '"IBAN/BBAN","Munt","BIC","Volgnr","Datum","Rentedatum","Bedrag","Saldo na trn",'
    '"Tegenrekening IBAN/BBAN","Naam tegenpartij","Transactiereferentie","Omschrijving-1",'
    '"Omschrijving-2","Oorspr bedrag","Oorspr munt","Koers"\n'
    '"NL91ABNA0417164300","EUR","RABONL2U","0001","2026-03-02","2026-03-02","+250,50","+1250,50",'
    '"NL20INGB0001234567","Payer BV","E2E-1","Factuur","4711","","",""\n'
    '"NL91ABNA0417164300","EUR","RABONL2U","0002","2026-03-02","2026-03-02","-50,50","+1200,00",'
    '"","Shop","","Card","","-55,00","USD","1,09"\n'
)
CZECH = (
    "Datum provedení;Datum zaúčtování;Číslo účtu;Název účtu;Kategorie transakce;Číslo protiúčtu;"
    "Název protiúčtu;Typ transakce;Zpráva;Poznámka;VS;Zaúčtovaná částka;Měna účtu;Id transakce\n"
    "02.03.2026;02.03.2026;123/5500;Firma;Platba;456/0100;Žlutý kůň;Příchozí;Faktura;;4711;"
    "1 250,50;CZK;991\n"
)
OCBC = (
    "Account details for:,BUSINESS Account 111-222222-333\n\n"
    "Transaction date,Value date,Description,Withdrawals (SGD),Deposits (SGD)\n"
    "02/03/2026,03/03/2026,TRANSFER,,1250.50\n,,PAYER INVOICE 4711\n"
    "02/03/2026,02/03/2026,FEE,6.66,\n"
)
SWED = (
    '"Account No","","Date","Beneficiary","Details","Amount","Currency","D/K","Record ID","Code",'
    '"Reference No",\n'
    '"LT121000011101001000","10","2026-03-01","","Opening balance","100.00","EUR","K","","AS","",\n'
    '"LT121000011101001000","20","2026-03-02","Payer","Invoice","25.00","EUR","K","R1","MK","",\n'
    '"LT121000011101001000","20","2026-03-02","Shop","Card","5.00","EUR","D","R2","K","",\n'
    '"LT121000011101001000","82","2026-03-02","","Turnover","5.00","EUR","D","","K2","",\n'
    '"LT121000011101001000","86","2026-03-02","","Closing balance","120.00","EUR","K","","LS","",'
)
STRIPE = (
    "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description,Transfer\n"
    "txn_1,charge,ch_1,100.00,3.20,96.80,eur,2026-03-02 10:11,2026-03-05 00:00,Invoice 4711,po_1\n"
    "txn_2,payout,po_1,-96.80,0.00,-96.80,eur,2026-03-05 00:00,2026-03-05 00:00,PAYOUT,po_1\n"
)
PAYPAL = (
    '"Date","Time","Name","Type","Status","Currency","Gross","Fee","Net","Transaction ID",'
    '"Reference Txn ID","Invoice Number","Subject","Balance","Balance Impact"\n'
    '"23/03/2026","10:00","Payer","Payment","Completed","EUR","100.00","-3.20","96.80","T1","",'
    '"4711","Invoice","96.80","Credit"\n'
    '"24/03/2026","10:00","Payer","Payment","Pending","EUR","50.00","0.00","50.00","T2","","","",'
    '"",""\n'
    '"25/03/2026","10:00","Payer","Authorization","Completed","EUR","9.00","0.00","9.00","T3","",'
    '"","","","Memo"\n'
)


def amounts(content: bytes | str, declared: Declared | None = None) -> list[int]:
    found = read(content, declared=declared)
    assert found.verdict == "posted", found.held.rows()
    return found.lines["amount_minor"].to_list()


@pytest.mark.parametrize(
    ("code", "content", "expected"),
    [
        ("bank_rabobank", RABO, [250_50, -50_50]),
        ("bank_raiffeisen_cz", CZECH, [1250_50]),
        ("bank_ocbc", OCBC, [1250_50, -6_66]),
        ("bank_swedbank", SWED, [25_00, -5_00]),
        ("bank_first_direct", RUNNING, [250_50, -50_50]),
        ("payout_stripe", STRIPE, [96_80, -96_80]),
    ],
)
def test_a_known_export_is_recognized_and_read(code, content, expected):
    found = recognise_statement("file", io.BytesIO(content.encode()))
    assert found[0].code == code
    assert amounts(content) == expected


EXPORTS = {
    "bank_n26": (
        "Date,Payee,Account number,Transaction type,Payment reference,Amount (EUR),"
        "Amount (Foreign Currency),Type Foreign Currency,Exchange Rate\n"
        "2026-03-02,Payer,DE1,Income,Invoice 4711,1250.50,,,\n"
    ),
    "bank_bunq": (
        '"Date","Amount","Account","Counterparty","Name","Description"\n'
        '"2026-03-02","1.250,50","NL1","NL2","Payer","Invoice 4711"\n'
    ),
    "bank_sparkasse": (
        "Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;"
        "Beguenstigter/Zahlungspflichtiger;Kontonummer;BLZ;Betrag;Waehrung;Info\n"
        "DE1;02.03.26;02.03.26;GUTSCHRIFT;EREF+E1SVWZ+Invoice 4711;Payer;DE2;BIC;1250,50;EUR;"
        "Umsatz gebucht"
    ),
    "bank_commerzbank": (
        "Buchungstag;Wertstellung;Umsatzart;Buchungstext;Betrag;Währung;Auftraggeberkonto;"
        "Bankleitzahl Auftraggeberkonto;IBAN Auftraggeberkonto\n"
        "02.03.2026;02.03.2026;Gutschrift;Invoice 4711;1250,50;EUR;1;2;DE1\n"
    ),
    "bank_monzo": (
        "id,created,amount,currency,local_amount,local_currency,category,emoji,description,"
        "address,notes,receipt\n"
        "tx_1,2026-03-02 12:34:56 +0000,1250.50,GBP,1250.50,GBP,general,,Payer,,Invoice 4711,\n"
    ),
    "bank_ceska_sporitelna": (
        '"Item";"Posting date";"Amount CZK";"Bank account details";"Execution date";'
        '"Variable symbol 1";"Counteraccount name";"Message for payee";"Message for me";'
        '"Transaction reference number"\n'
        '"Credit";"2026/03/02";"1250,50";"1/0100";"2026/03/02";"4711";"Payer";"Invoice";;"9"\n'
    ),
    "bank_posb": (
        "Transaction Date,Reference,Debit Amount,Credit Amount,Transaction Ref1,"
        "Transaction Ref2,Transaction Ref3\n2 Mar 2026,ICT,,1250.50,Payer,Invoice,4711\n"
    ),
    "bank_kbc": (
        "Rekeningnummer;Rubrieknaam;Naam;Munt;Afschriftnummer;Datum;Omschrijving;Valuta;Bedrag;"
        "Saldo;credit;debet;rekeningnummer tegenpartij;BIC tegenpartij;Naam tegenpartij;"
        "Adres tegenpartij;gestructureerde mededeling;Vrije mededeling\n"
        "BE1;;Firm;EUR;1;02/03/2026;Invoice 4711;02/03/2026;1250,50;2250,50;1250,50;;BE2;B;Payer;"
        ";;\n"
    ),
    "bank_raiffeisen_at": ('02.03.2026;"Invoice 4711";02.03.2026;1.250,50;EUR;02.03.2026 10:00;\n'),
    "bank_erste_hu": (
        "Tranzakció dátuma,Partner neve,Partner számlaszáma,Számla neve,Számlaszám,"
        "Tranzakció típusa,Tranzakció összege,Tranzakció devizaneme,Értéknap,Közlemény,"
        "Megbízás azonosító,Részletek,Egyenleg,Devizanem\n"
        "2026.03.02.,Payer,HU2,Firm,HU1,In,1250.50,HUF,2026.03.02.,Invoice,1,,5000,HUF\n"
    ),
    "payout_gocardless": (
        "id,created_at,amount,deducted_fees,currency,arrival_date,reference,status\n"
        "PO1,2026-03-01,1250.50,9.50,GBP,2026-03-02,REF-1,paid\n"
    ),
    "payout_mollie": (
        "Date,Payment method,Currency,Amount,Status,ID,Description,Consumer name,"
        "Consumer bank account,Consumer BIC,Settlement currency,Settlement amount,"
        "Settlement reference,Amount refunded\n"
        "2026-03-02 10:11:12,iDEAL,EUR,1250.50,paid,tr_1,Invoice 4711,Payer,NL1,B,EUR,1250.50,"
        "S.1,0.00\n2026-03-02 10:11:12,iDEAL,EUR,9.00,expired,tr_2,x,,,,,,,\n"
    ),
}


@pytest.mark.parametrize("code", list(EXPORTS))
def test_every_layout_is_told_by_its_own_header_and_reads_money_in(code):
    found = recognise_statement("file", io.BytesIO(EXPORTS[code].encode()))
    assert [each.code for each in found] == [code]
    read_ = read(EXPORTS[code])
    assert read_.verdict == "posted", read_.held.rows()
    assert read_.lines["amount_minor"].to_list() == [1250_50]
    assert read_.lines["booked_date"].to_list() == [date(2026, 3, 2)]


COMMON = {
    "bank_first_direct": ("Date,Description,Amount,Balance\n02/03/2026,Payer,5.00,9.00\n", 5_00),
    "bank_of_ireland": ("Date,Details,Debit,Credit,Balance\n02/03/2026,Payer,,5.00,\n", 5_00),
    "bank_john_lewis": ("Date Processed,Description,Amount,\n02-Mar-2026,Shop,£5.00,\n", -5_00),
    "bank_barclaycard": ("02 Mar 26,Shop,Visa,MR A,Household,,5.00\n", -5_00),
    "bank_posb": ("2 Mar 2026,ICT,5.00,,Shop,,\n", -5_00),
}


@pytest.mark.parametrize("code", list(COMMON))
def test_a_header_that_several_banks_write_is_asked_about(code):
    content, minor = COMMON[code]
    opened = read_statement("file", io.BytesIO(content.encode()))
    assert isinstance(opened, list)
    assert (opened[0].about, opened[0].candidates) == ("format", (code,))
    assert amounts(content, Declared(format=code)) == [minor]


def test_every_table_format_has_its_own_export_here():
    tables = {code for code in statement_formats() if code.startswith(("bank_", "payout_"))}
    others = {"bank_mapped", "bank_rabobank", "bank_raiffeisen_cz", "bank_ocbc", "bank_swedbank",
              "payout_stripe", "payout_paypal"}  # fmt: skip
    assert tables == {*EXPORTS, *COMMON, *others}


@pytest.mark.parametrize("encoding", ["utf-8", "cp1250"])
def test_a_czech_export_reads_alike_in_its_two_encodings(encoding):
    line = read(CZECH.encode(encoding)).lines.row(0, named=True)
    assert (line["counterparty_name"], line["code_raw"]) == ("Žlutý kůň", "Příchozí")
    assert line["structured_reference"] == "4711"


def test_a_foreign_amount_keeps_its_currency_and_rate():
    row = read(RABO).lines.row(1, named=True)
    assert (row["original_minor"], row["original_currency"], row["rate"]) == (-55_00, "USD", "1,09")
    assert read(RABO).lines["original_minor"].to_list()[0] is None


def test_a_row_without_a_day_goes_on_with_the_text_above():
    assert read(OCBC).lines["remittance"].to_list() == ["TRANSFER\nPAYER INVOICE 4711", "FEE"]
    assert read(OCBC).statements["account_other"].to_list() == ["111-222222-333"]


def test_rows_of_balances_prove_the_rows_between_them():
    found = read(SWED).statements.row(0, named=True)
    assert (found["opening_minor"], found["closing_minor"]) == (100_00, 120_00)
    assert read(SWED.replace('"25.00"', '"26.00"')).verdict == "held"


@pytest.mark.parametrize("is_newest_first", [False, True])
def test_a_running_balance_gives_opening_and_closing(is_newest_first):
    head, *rows = RUNNING.strip().split("\n")
    content = "\n".join([head, *(rows[::-1] if is_newest_first else rows)]) + "\n"
    found = read(content).statements.row(0, named=True)
    assert (found["opening_minor"], found["closing_minor"]) == (1000_00, 1200_00)


def test_a_running_balance_beside_one_line_proves_nothing():
    one = "".join(RUNNING.splitlines(keepends=True)[:2])
    assert read(one).statements["is_checked"].to_list() == [False]
    assert read(RUNNING).statements["is_checked"].to_list() == [True]


def test_a_running_balance_that_breaks_holds_the_file():
    found = read(RUNNING.replace("1250.50", "1260.50").replace("1200.00", "1190.00"))
    assert found.statements["codes"].to_list() == ["running-balance-breaks"]
    assert found.held["place"].to_list() == ["line 3"]


def test_payouts_prove_gross_less_fee_is_net():
    row = read(STRIPE).lines.row(0, named=True)
    assert (row["gross_minor"], row["fee_minor"], row["net_minor"]) == (100_00, 3_20, 96_80)
    assert (row["payout_id"], row["is_reference_unique"]) == ("po_1", True)
    wrong = read(STRIPE.replace("96.80,eur", "96.81,eur", 1))
    assert wrong.held["code"].to_list() == ["payout-differs"]
    assert wrong.verdict == "held"


def test_a_wallet_counts_what_is_completed_and_asks_for_its_days():
    found = read(PAYPAL)
    assert found.lines["amount_minor"].to_list() == [96_80, 50_00]
    assert found.lines["is_booked"].to_list() == [True, False]
    assert found.lines["fee_minor"].to_list() == [3_20, 0]
    unclear = PAYPAL.replace("23/", "03/").replace("24/", "04/").replace("25/", "05/")
    questions = read_statement("f", io.BytesIO(unclear.encode()))
    assert isinstance(questions, list)
    assert [each.about for each in questions] == ["dates"]


COLUMNS = {"booked_date": "Day", "amount": "Sum", "remittance": "Text"}
PLAIN = "Day;Sum;Text\n13.03.2026;-1.250,50;a\n14.03.2026;30,00;b\n"


def bank_map(**stated: object) -> Declared:
    made = {"columns": COLUMNS, "currency": "EUR", "account": "DE1", **stated}
    return Declared(bank_map=BankMap.model_validate(made))


@pytest.mark.parametrize(
    ("content", "stated", "expected"),
    [
        (PLAIN, {}, [-1250_50, 30_00]),
        (PLAIN, {"sign": "inverted"}, [1250_50, -30_00]),
        (
            "D;O;I\n13.03.2026;1,50;\n14.03.2026;;2,50\n15.03.2026;-3,50;\n",
            {"sign": "columns", "columns": {"booked_date": "D", "debit": "O", "credit": "I"}},
            [-1_50, 2_50, -3_50],
        ),
        (
            "D;S;M\n13.03.2026;1,50;H\n14.03.2026;2,50;S\n",
            {"sign": "mark", "columns": {"booked_date": "D", "amount": "S", "mark": "M"},
             "marks": {"H": "in", "S": "out"}},
            [1_50, -2_50],
        ),
        (
            "13.03.2026;x;1,50\n14.03.2026;y;-2,50\n",
            {"has_header": False, "columns": {"booked_date": 1, "amount": 3}},
            [1_50, -2_50],
        ),
    ],
)  # fmt: skip
def test_a_column_map_reads_every_convention_of_signs(content, stated, expected):
    assert amounts(content, bank_map(**stated)) == expected


@pytest.mark.parametrize(
    ("content", "stated", "about"),
    [
        ("Day;Sum;Text\n03.04.2026;1.250;a\n", {}, "numbers"),
        ("Day;Sum;Text\n03/04/2026;1,50;a\n", {}, "dates"),
        (PLAIN, {"currency": None}, "currency"),
    ],
)
def test_what_the_file_does_not_prove_is_asked(content, stated, about):
    opened = read_statement("f", io.BytesIO(content.encode()), declared=bank_map(**stated))
    assert isinstance(opened, list)
    assert all(isinstance(each, Question) for each in opened)
    assert about in [each.about for each in opened]


def test_an_answer_settles_the_question():
    content = "Day;Sum;Text\n03/04/2026;1.250;a\n"
    declared = bank_map(numbers=NumberFormat.COMMA, dates=DateFormat.DAY_MONTH)
    found = read(content, declared=declared)
    assert found.lines["amount_minor"].to_list() == [1250_00]
    assert found.lines["booked_date"].to_list() == [date(2026, 4, 3)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PLAIN.replace("30,00", "30,001"), "too-many-decimals"),
        (PLAIN.replace("14.03.2026", "30.02.2026"), "date-unreadable"),
        (PLAIN.replace("14.03.2026", ""), "date-missing"),
        (PLAIN.replace("30,00", ""), "amount-missing"),
        (PLAIN.replace(";30,00;b", ""), "row-short"),
        (PLAIN.replace(";b", ";b;c"), "row-misaligned"),
        (PLAIN.rstrip("\n"), "end-unproven"),
    ],
)
def test_a_row_that_cannot_be_read_holds_the_whole_file(content, code):
    found = read(content, declared=bank_map(dates="DD.MM.YYYY", numbers="1.234,56"))
    assert found.held["code"].to_list() == [code]
    assert found.held["place"].to_list() == ["line 3"]
    assert found.verdict == "held"


def test_a_mark_that_is_not_known_is_not_guessed():
    declared = bank_map(
        sign=Sign.MARK, marks={"H": "in", "S": "out"},
        columns={"booked_date": "D", "amount": "S", "mark": "M"},
    )  # fmt: skip
    found = read("D;S;M\n13.03.2026;1,50;X\n", declared=declared)
    assert found.held["code"].to_list() == ["mark-unknown"]


@pytest.mark.parametrize(
    "stated",
    [
        {"columns": {"booked_date": "D", "sum": "S"}},
        {"columns": {"amount": "S", "remittance": "T"}},
        {"sign": "columns"},
        {"sign": "mark", "columns": {"booked_date": "D", "amount": "S", "mark": "M"}},
        {"columns": {"booked_date": 1, "amount": 2}},
        {"columns": {"booked_date": 0, "amount": 2}, "has_header": False},
        {"marks": {"D": "outwards"}},
    ],
)
def test_a_column_map_that_says_too_little_is_refused(stated):
    with pytest.raises(ValidationError):
        bank_map(**stated)


def test_a_workbook_reads_like_the_text():
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Day", "Sum", "Text"])
    sheet.write_datetime(1, 0, date(2026, 3, 13), book.add_format({"num_format": "dd.mm.yyyy"}))
    sheet.write_number(1, 1, -1250.5)
    sheet.write_string(1, 2, "a")
    book.close()
    assert amounts(made.getvalue(), bank_map()) == [-1250_50]


@pytest.mark.parametrize("content", ["", "just words\n", "%PDF-1.7\n", "a,b\n1,2\n"])
def test_what_is_no_statement_is_refused(content):
    with pytest.raises(Refusal):
        read(content)
