"""The layouts of the accounting programs, each by a small file of its own."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.formats.days import DateFormat
from recoup.formats.opening import formats
from recoup.kernel.errors import Refusal
from tests.formats.files import Read, read

XERO = (
    "ContactName,EmailAddress,POCity,POCountry,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,"
    "InvoiceAmountPaid,InvoiceAmountDue,Description,Currency,Type,Status\n"
)
AGING_HEADER = ",Date,Transaction type,Num,Customer full name,Due date,Amount,Open balance\n"
STAMP = '" Friday, July 31, 2026 09:15 AM GMT+00:00",,,,,,,\n'
AGING = (
    '"Plum, Inc",,,,,,,\nA/R Aging Detail Report,,,,,,,\n"As of Jul 31, 2026",,,,,,,\n,,,,,,,\n'
    + AGING_HEADER
    + "1 - 30 days past due,,,,,,,\n"
    ',06/15/2026,Invoice,7001,Pear Farm,07/15/2026,"2,000.00","1,500.00"\n'
    ",06/20/2026,Credit Memo,C-9,Quince Co,06/20/2026,-80.00,-80.00\n"
    ",06/21/2026,Payment,,Quince Co,,-120.00,-20.00\n"
    'Total for 1 - 30 days past due,,,,,,,"1,400.00"\n'
    'TOTAL,,,,,,,"$1,400.00"\n' + STAMP
)


def column(found: Read, *names: str) -> list[tuple[object, ...]]:
    return found.documents.select(names).rows()


def test_every_layout_has_a_title_and_a_code_of_its_file():
    assert {"xero_invoices", "qbo_aging", "sage50_audit", "mapped"} <= set(formats())
    assert all(each.title and each.kinds for each in formats().values())


def xero(*rows: str) -> str:
    return XERO + "\n".join(rows) + "\n"


XERO_ROW = (
    "Plum Ltd,a@plum.example,Leeds,GB,{number},PO 1,13/02/2026,15/03/2026,{total},{paid},{due},"
    "{text},GBP,{type},{status}"
)
XERO_FACTS = {
    "number": "I-1", "total": "90.00", "paid": "30.00", "due": "60.0000", "text": "Plums",
    "type": "Sales invoice", "status": "Awaiting Payment",
}  # fmt: skip


def xero_row(**changes: str) -> str:
    return XERO_ROW.format(**XERO_FACTS | changes)


def test_the_lines_of_a_xero_invoice_are_one_document():
    found = read(xero(xero_row(), xero_row(text="Jam"), xero_row(number="I-2", text="Pie")))
    assert column(found, "line", "last_line", "number", "total_minor", "open_minor") == [
        (2, 3, "I-1", 9000, 6000),
        (4, 4, "I-2", 9000, 6000),
    ]
    assert found.reading.basis.dates is DateFormat.DAY_MONTH
    assert found.parties.select("account_name", "email", "city").rows() == [
        ("Plum Ltd", "a@plum.example", "Leeds")
    ]
    assert found.control.used == 3


@pytest.mark.parametrize(
    ("type_", "status", "kind", "ignored"),
    [
        ("Sales invoice", "Paid", "invoice", None),
        ("Sales credit note", "Awaiting Payment", "credit_note", None),
        ("Sales overpayment", "Awaiting Payment", "overpayment", None),
        ("Sales prepayment", "Awaiting Payment", "prepayment", None),
        ("Bill", "Paid", None, "purchase"),
        ("Sales invoice", "Draft", None, "draft"),
        ("Sales invoice", "Voided", None, "voided"),
    ],
)
def test_what_xero_calls_a_document(type_, status, kind, ignored):
    found = read(xero(xero_row(type=type_, status=status)))
    assert found.documents["kind"].to_list() == ([kind] if kind else [])
    assert found.control.ignored.get(ignored, 0) == (1 if ignored else 0)


def test_lines_that_contradict_each_other_set_the_whole_document_aside():
    found = read(xero(xero_row(), xero_row(total="91.00"), xero_row(number="I-2")))
    assert found.documents["number"].to_list() == ["I-2"]
    assert found.codes == ["lines-contradict", "lines-contradict"]
    assert set(found.set_aside["field"]) == {"total"}


def test_one_unreadable_line_sets_the_whole_document_aside():
    found = read(xero(xero_row(), xero_row(total="x"), xero_row(), xero_row(number="I-2")))
    assert found.documents["number"].to_list() == ["I-2"]
    assert found.codes == ["document-incomplete", "amount-unreadable", "document-incomplete"]


def test_lines_that_stand_apart_and_say_the_same_lose_nothing():
    found = read(xero(xero_row(), xero_row(number="I-2"), xero_row()))
    assert found.documents["number"].to_list() == ["I-1", "I-2"]
    assert (found.control.used, found.control.set_aside) == (3, 0)


def test_two_equal_overpayments_without_numbers_stay_two():
    row = xero_row(number="", type="Sales overpayment")
    refs = read(xero(row, row)).documents["source_ref"].to_list()
    assert len(set(refs)) == 2
    assert refs == read(xero(row, row)).documents["source_ref"].to_list()


def test_the_aging_of_quickbooks_is_documents_unapplied_payments_and_totals():
    found = read(AGING, currency="USD")
    assert column(found, "account_name", "kind", "number", "total_minor", "open_minor") == [
        ("Pear Farm", "invoice", "7001", 200000, 150000),
        ("Quince Co", "credit_note", "C-9", 8000, 8000),
    ]
    receipt = found.receipts.row(0, named=True)
    assert (receipt["amount_minor"], receipt["unapplied_minor"]) == (2000, 2000)
    assert found.control.as_of == date(2026, 7, 31)
    assert [total.stated_minor for total in found.control.totals] == [140000, 140000]
    assert found.control.agrees
    assert found.control.ignored == {
        "blank": 1, "footer": 1, "group": 1, "header": 1, "subtotal": 1, "title": 3, "total": 1,
    }  # fmt: skip


def test_a_total_that_differs_is_shown_and_not_hidden():
    found = read(AGING.replace('"$1,400.00"', '"$1,400.01"'), currency="USD")
    assert [total.agrees for total in found.control.totals] == [True, False]
    assert not found.control.agrees


def test_quickbooks_groups_customers_and_their_projects():
    found = read(
        ",Date,Transaction type,Num,Term,Due date,Open balance\n"
        "Total Fitness,,,,,,\n"
        ",07/20/2026,Invoice,1,Net 30,08/19/2026,10.00\n"
        "Gym,,,,,,\n"
        ",07/21/2026,Invoice,2,Net 30,08/20/2026,5.00\n"
        "Total for Gym,,,,,,5.00\n"
        "Total for Total Fitness with sub-customers,,,,,,$15.00\n"
        "Pear,,,,,,\n"
        ",07/22/2026,Journal Entry,3,,08/21/2026,-2.00\n"
        "Total for Pear,,,,,,-2.00\n"
        "TOTAL,,,,,,$13.00\n",
        currency="USD",
    )
    assert column(found, "account_name", "kind", "flags") == [
        ("Total Fitness", "invoice", "total-is-open"),
        ("Total Fitness:Gym", "invoice", "total-is-open"),
        ("Pear", "credit_note", "total-is-open,negative-invoice"),
    ]
    assert len(found.control.totals) == 4
    assert found.control.agrees
    assert found.control.is_complete


RECEIVED = (
    ",Date,Transaction type,Memo/Description,Transaction number,Amount\nPear,,,,,\n"
    ",01/20/2026,Invoice,,1,100.00\n,02/20/2026,Payment,,,60.00\n,02/25/2026,Deposit,,D1,-40.00\n"
    ",02/26/2026,Payment,,,\nQuince,,,,,\n,02/27/2026,Invoice,,2,0.00\n" + STAMP
)


def test_received_payments_come_with_the_invoices_they_pay():
    found = read(RECEIVED, currency="USD")
    assert column(found, "number", "total_minor", "open_minor") == [("1", 10000, None)]
    assert found.receipts["amount_minor"].to_list() == [6000, 4000]
    assert found.codes == ["field-missing"]
    assert found.set_aside["group"].to_list() == ["Pear"]
    assert found.control.ignored["zero"] == 1


def test_the_open_invoices_of_quickbooks_desktop():
    found = read(
        ",Type,Date,Num,P. O. #,Terms,Due Date,Aging,Open Balance\nPear,,,,,,,,\n"
        ",Invoice,2026-05-01,A-1,PO7,Net 30,2026-05-31,61,250.00\n"
        ",Payment,2026-06-01,CHK 1,,,,,-50.00\nTotal Pear,,,,,,,,200.00\n",
        currency="USD",
    )
    assert column(found, "account_name", "number", "open_minor", "reference") == [
        ("Pear", "A-1", 25000, "PO7")
    ]
    assert found.receipts.select("amount_minor", "reference").rows() == [(5000, "CHK 1")]
    assert found.control.agrees


CONTACTS = (
    "Customer full name,Phone numbers,Email,Full name,Bill address\n"
    "Pear,555 123 4567,ann@pear.example,Ann Pear,1 Lane\nTotal Oil,,,,\n" + STAMP
)


def test_the_contact_list_of_quickbooks():
    found = read(CONTACTS)
    assert found.parties["account_name"].to_list() == ["Pear", "Total Oil"]
    assert found.control.is_complete


def test_the_import_sheet_of_quickbooks_adds_up_its_items_and_knows_no_tax():
    found = read(
        "*Invoice number,*Customer,*Invoice date,*Due date,Item tax code,Terms,*Item Amount,Memo\n"
        "1,Pear,20/05/2026,20/06/2026,,Net 30,10.00,\n1,Pear,20/05/2026,20/06/2026,,Net 30,5.50,\n"
        "2,Pear,20/05/2026,20/06/2026,VAT,Net 30,5.50,\n",
        currency="GBP",
    )
    assert column(found, "number", "total_minor", "terms") == [("1", 1550, "Net 30")]
    assert found.codes == ["tax-unknown"]


def test_the_audit_trail_of_sage_adds_splits_and_leaves_other_ledgers():
    header = (
        "Type,Account Reference,Date,Reference,Details,Net Amount,Tax Code,Tax Amount,Exchange Rate"
    )
    found = read(
        header + "\nSI,PEAR,03/04/2026,101,Pears,100.00,T1,20.00,1\n"
        "SI,PEAR,03/04/2026,101,Boxes,10.00,T1,2.00,1\n"
        "SI,PLUM,03/04/2026,101,Plums,1.00,T1,0.20,1\n"
        "SC,PEAR,04/04/2026,102,Returned,10.00,T1,2.00,1\n"
        "SR,PEAR,05/04/2026,BACS,Payment,132.00,T9,0.00,1\n"
        "SI,PEAR,06/04/2026,103,Foreign,10.00,T1,2.00,1.17\n"
        "PI,SUPP,06/04/2026,9,Bought,10.00,T1,2.00,1\n",
        currency="GBP",
    )
    assert column(found, "source_ref", "total_minor", "issue_date") == [
        ("invoice/PEAR/101", 13200, date(2026, 4, 3)),
        ("invoice/PLUM/101", 120, date(2026, 4, 3)),
        ("credit_note/PEAR/102", 1200, date(2026, 4, 4)),
    ]
    assert found.receipts.select("amount_minor", "reference").rows() == [(13200, "BACS")]
    assert found.codes == ["foreign-currency"]
    assert found.control.ignored["not-sales"] == 1


def test_the_customers_of_sage():
    found = read(
        "A/C,Name,Address Line 1,Address Line 2,Contact Name,Telephone,Credit Limit,"
        "Trading Terms Text,Payment Due Days,E-mail\n"
        "PEAR,Pear Ltd,1 Lane,Wells,Ann,01234 567890,5000.00,30 days,30,ann@pear.example\n",
        currency="GBP",
    )
    party = found.parties.row(0, named=True)
    assert party["address"] == "1 Lane\nWells"
    assert (party["credit_limit_minor"], party["terms_days"]) == (500000, 30)


def test_the_invoices_of_freshbooks_are_paid_or_not_by_their_status():
    header = "Client Name,Invoice #,Date Issued,Invoice Status,Date Paid,Line Total,Currency"
    found = read(
        header + "\nPear,1,2026-05-01,paid,2026-05-10,70.00,USD\n"
        "Pear,1,2026-05-01,paid,2026-05-10,5.00,USD\nPlum,2,2026-05-03,overdue,,30.00,CAD\n"
        "Plum,3,2026-05-03,draft,,30.00,CAD\nPlum,4,2026-05-03,partial,,30.00,CAD\n"
    )
    assert column(found, "number", "total_minor", "open_minor", "paid_date") == [
        ("1", 7500, 0, date(2026, 5, 10)),
        ("2", 3000, 3000, None),
    ]
    assert found.codes == ["open-unknown"]


def test_the_payments_of_stripe_are_what_was_received_and_stayed():
    found = read(
        "id,Description,Created (UTC),Amount,Amount Refunded,Currency,Status,Customer ID,"
        "Customer Email,Invoice ID\n"
        "ch_1,R-1,2026-05-01 10:20,50.00,0.00,eur,Paid,cus_1,a@pear.example,in_1\n"
        "ch_2,R-2,2026-05-01 10:21,50.00,20.00,eur,Paid,,b@pear.example,\n"
        "ch_3,R-3,2026-05-01 10:22,50.00,50.00,eur,Refunded,cus_1,,\n"
        "ch_4,R-4,2026-05-01 10:23,50.00,0.00,eur,Failed,cus_1,,\n"
        "ch_5,R-5,2026-05-01 10:24,5000,0,jpy,Paid,cus_1,,\n"
    )
    assert found.receipts.select("source_ref", "currency", "amount_minor").rows() == [
        ("payment/ch_1", "EUR", 5000),
        ("payment/ch_2", "EUR", 3000),
        ("payment/ch_5", "JPY", 5000),
    ]
    assert found.receipts["account_name"][1] == "b@pear.example"
    assert found.control.ignored == {"header": 1, "not-paid": 1, "refunded": 1}


def test_a_closed_ledger_brings_the_day_of_each_payment():
    found = read(
        "customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate\n"
        "0001-A,77,1/2/2026,2/1/2026,55.9,Yes,2/5/2026\n0001-A,78,1/3/2026,2/2/2026,4,No,\n"
    )
    assert column(found, "number", "currency", "paid_minor", "open_minor", "disputed") == [
        ("77", "USD", 5590, 0, True),
        ("78", "USD", 0, 400, False),
    ]
    assert found.documents["paid_date"][0] == date(2026, 2, 5)


def test_part_payments_leave_exactly_what_the_file_says_in_any_order():
    header = (
        "Description,Vendor_Name,Created,Invoice_Date,Due_Date,Amount,Settled,Outstanding,"
        "Number_of_Days_until_Payment\n"
    )
    rows = [
        "Rope,Ann Pear,05-07-2026 15:26,30-Jun-26,29-Jul-26,149.98,29.98,120.0,6\n",
        "Rope,Ann Pear,05-07-2026 15:26,30-Jun-26,29-Jul-26,149.98,19.98,130.0,6\n",
        "Rope,Ann Pear,05-07-2026 15:26,30-Jun-26,29-Jul-26,149.98,19.98,130.0,6\n",
    ]
    found = read(header + "".join(rows), currency="INR")
    assert found.documents["open_minor"].to_list() == [12000, 13000, 13000]
    assert found.documents["paid_date"][0] == date(2026, 7, 6)
    again = read(header + "".join(reversed(rows)), currency="INR")
    names = [dict(column(each, "source_ref", "open_minor")) for each in (found, again)]
    assert names[0] == names[1]
    assert len(names[0]) == 3


@pytest.mark.parametrize(
    "header",
    [
        "*ContactName,EmailAddress,*InvoiceNumber,*InvoiceDate,*Quantity,*UnitAmount,*TaxType",
        ",Transaction date,Transaction type,Num,Quantity,Sales price,Amount,Balance",
    ],
)
def test_a_list_that_cannot_say_what_is_owed_is_refused_with_another_way(header):
    with pytest.raises(Refusal) as problem:
        read(header + "\n", currency="USD")
    assert problem.value.code == "layout-without-balances"
    assert "bring that file" in problem.value.sentence


def test_our_own_tables_carry_installments_holds_and_payments():
    invoices = read(
        "account_number,number,installment,issue_date,due_date,currency,total,kind,disputed,hold\n"
        "D1,R-1,1,2026-01-05,2026-02-05,EUR,50.00,,no,\n"
        "D1,R-1,2,2026-01-05,2026-03-05,EUR,50.00,,yes,lawyer\n"
        "D1,G-1,,2026-01-05,,EUR,5.00,credit_note,,\nD1,R-9,,2026-01-05,,EUR,5.00,gift,,\n"
    )
    assert column(invoices, "source_ref", "position", "disputed", "hold") == [
        ("invoice/R-1/1", 1, False, None),
        ("invoice/R-1/2", 2, True, "lawyer"),
        ("credit_note/G-1", 1, None, None),
    ]
    assert invoices.documents["document_ref"].to_list() == [
        "invoice/R-1", "invoice/R-1", "credit_note/G-1",
    ]  # fmt: skip
    assert invoices.codes == ["kind-unknown"]
    payments = read(
        "account_number,document_number,date,currency,amount,kind,reference\n"
        "D1,R-1,2026-02-01,EUR,10.00,,x\nD1,R-1,2026-02-01,EUR,10.00,,x\n"
        "D1,,2026-02-02,EUR,3.00,refund,\nD1,,2026-02-02,EUR,-3.00,,\n"
    )
    assert payments.receipts["kind"].to_list() == ["payment", "payment", "refund"]
    assert payments.receipts["source_ref"].n_unique() == 3
    assert payments.codes == ["amount-negative"]


def test_customers_twice_are_told_apart_from_customers_repeated():
    header = "account_number,account_name,contact_name,email,country\n"
    found = read(header + "D1,Pear,,,GB\nD1,Pear,,,GB\nD1,Plum,,,GB\n")
    assert found.parties["account_name"].to_list() == ["Pear"]
    assert found.control.ignored["repeated"] == 1
    assert found.codes == ["number-twice"]


def test_the_contacts_of_xero():
    found = read(
        "*ContactName,AccountNumber,EmailAddress,FirstName,LastName,POCity,PhoneNumber\n"
        "Pear,P1,ann@pear.example,Ann,Pear,Wells,\n"
    )
    assert found.parties.select("source_ref", "contact_name", "city").rows() == [
        ("P1", "Ann Pear", "Wells")
    ]


@pytest.mark.parametrize(
    ("content", "header_line"),
    [(AGING, 5), (RECEIVED, 1), (CONTACTS, 1)],
    ids=["aging", "received", "contacts"],
)
def test_a_report_cut_short_anywhere_is_never_silently_whole(content, header_line):
    whole = read(content, currency="USD")
    data = content.encode()
    start = len("".join(content.splitlines(keepends=True)[:header_line]))
    for length in range(start, len(data)):
        try:
            found = read(data[:length], currency="USD", dates=DateFormat.MONTH_DAY)
        except Refusal:
            continue
        is_sound = found.control.is_complete and found.control.agrees and found.codes == whole.codes
        has_all = (
            found.documents.equals(whole.documents)
            and found.receipts.equals(whole.receipts)
            and found.parties.equals(whole.parties)
        )
        assert has_all or not is_sound, length
