"""camt.052, 053 and 054: what an entry says, and what holds a statement."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.kernel.errors import Refusal
from tests.statements.made import (
    OWN_IBAN,
    PAYER_IBAN,
    balance,
    camt,
    camt_statement,
    entry,
    read,
    transaction,
)

BATCH = "<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>{}{}</NtryDtls>"


@pytest.mark.parametrize("kind", ["052", "053", "054"])
@pytest.mark.parametrize("version", ["01", "02", "04", "06", "08", "12"])
def test_every_version_of_a_kind_reads_alike(kind, version):
    statement = camt_statement([entry()], closing="100.00", kind=kind)
    found = read(camt(statement, kind=kind, version=version))
    assert found.verdict == "posted"
    assert found.lines["amount_minor"].to_list() == [100_00]
    expected = {"052": "interim", "053": "final", "054": "notice"}[kind]
    assert found.statements["kind"].to_list() == [expected]


def test_an_entry_says_who_paid_and_what_for():
    inside = f"<NtryDtls>{transaction()}</NtryDtls>"
    found = read(camt(camt_statement([entry(inside=inside)], closing="100.00")))
    line = found.lines.row(0, named=True)
    assert line["counterparty_name"] == "Payer & Sons"
    assert line["counterparty_account"] == PAYER_IBAN
    assert line["remittance"] == "Invoice 4711"
    assert line["end_to_end_id"] == "E2E-1"
    assert (line["booked_date"], line["value_date"]) == (date(2026, 3, 2), date(2026, 3, 2))
    assert found.statements["account_iban"].to_list() == [OWN_IBAN]


def test_unstructured_text_stays_exact_and_references_are_structured():
    inside = "<NtryDtls>" + transaction(remittance="a  b ") + "</NtryDtls>"
    inside = inside.replace(
        "</RmtInf>",
        "<Ustrd>second</Ustrd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>"
        "</RmtInf>",
    )
    line = read(camt(camt_statement([entry(inside=inside)], closing="100.00"))).lines
    assert line["remittance"].to_list() == ["a  b \nsecond"]
    assert line["structured_reference"].to_list() == ["RF18539007547034"]


def test_a_batch_is_one_line_with_its_details_beside_it():
    inside = BATCH.format(transaction(amount="40.00"), transaction(amount="60.00", name="Other"))
    found = read(camt(camt_statement([entry(inside=inside)], closing="100.00")))
    assert found.lines["amount_minor"].to_list() == [100_00]
    assert found.lines["details_sum_minor"].to_list() == [100_00]
    assert found.details["amount_minor"].to_list() == [40_00, 60_00]
    assert found.details["counterparty_name"].to_list() == ["Payer & Sons", "Other"]
    assert found.lines["flags"].to_list() == [""]


def test_a_batch_that_does_not_add_up_is_flagged_and_the_line_is_the_money():
    inside = BATCH.format(transaction(amount="40.00"), transaction(amount="50.00"))
    found = read(camt(camt_statement([entry(inside=inside)], closing="100.00")))
    assert found.verdict == "posted"
    assert found.lines["flags"].to_list() == ["details-differ"]


def test_a_return_names_its_reason_and_the_debtor_whose_debit_came_back():
    back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    inside = f"<NtryDtls>{transaction(more=back)}</NtryDtls>"
    inside = inside.replace("Dbtr", "Cdtr")
    statement = camt_statement([entry(way="DBIT", inside=inside)], opening="100.00", closing="0.00")
    line = read(camt(statement)).lines.row(0, named=True)
    assert (line["is_return"], line["reason"], line["amount_minor"]) == (True, "AC04", -100_00)
    assert line["counterparty_name"] == "Payer & Sons"


def test_the_other_side_is_never_our_own_account():
    inside = f"<NtryDtls>{transaction()}</NtryDtls>".replace(PAYER_IBAN, OWN_IBAN).replace(
        "</RltdPties>",
        f"<Cdtr><Pty><Nm>Third</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>{PAYER_IBAN}</IBAN></Id>"
        "</CdtrAcct></RltdPties>",
    )
    line = read(camt(camt_statement([entry(inside=inside)], closing="100.00"))).lines
    assert line["counterparty_name"].to_list() == ["Third"]


def test_what_is_only_announced_is_no_money_yet():
    found = read(
        camt(camt_statement([entry(status="PDNG")], closing="0.00", kind="052"), kind="052")
    )
    assert found.lines["is_booked"].to_list() == [False]
    assert found.statements["sum_minor"].to_list() == [0]
    assert found.verdict == "posted"


def test_totals_may_count_what_is_announced():
    summary = (
        "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><TtlNetNtry><Amt>150.00</Amt>"
        "<CdtDbtInd>CRDT</CdtDbtInd></TtlNetNtry></TtlNtries>"
        "<TtlCdtNtries><Sum>150.00</Sum></TtlCdtNtries></TxsSummry>"
    )
    entries = [entry(), entry("50.00", status="PDNG")]
    statement = camt_statement(entries, kind="052", summary=summary)
    assert read(camt(statement, kind="052")).verdict == "posted"
    wrong = statement.replace("150.00", "149.00")
    assert read(camt(wrong, kind="052")).verdict == "held"


def test_an_instructed_amount_in_another_currency_keeps_its_rate():
    more = (
        '<AmtDtls><InstdAmt><Amt Ccy="USD">110.00</Amt></InstdAmt><TxAmt>'
        '<Amt Ccy="EUR">100.00</Amt><CcyXchg><XchgRate>1.10</XchgRate></CcyXchg></TxAmt></AmtDtls>'
        '<Chrgs><Rcrd><Amt Ccy="EUR">1.50</Amt></Rcrd></Chrgs>'
    )
    inside = f"<NtryDtls>{transaction(more=more)}</NtryDtls>"
    line = read(camt(camt_statement([entry(inside=inside)], closing="100.00"))).lines
    row = line.row(0, named=True)
    assert (row["original_minor"], row["original_currency"], row["rate"]) == (110_00, "USD", "1.10")
    assert row["charges_minor"] == 1_50


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (camt_statement([entry()], closing="99.99"), "balance-differs"),
        (camt_statement([entry()], closing=None), "opening-missing"),
        (camt_statement([entry("100.00001")], closing="100.00"), "too-many-decimals"),
        (camt_statement([entry("1.00", currency="USD")], closing="1.00"), "currency-mixed"),
        (camt_statement([entry("1.00", currency="XQQ")], closing="1.00"), "currency-unknown"),
        (camt_statement([entry("1,00")], closing="1.00"), "amount-unreadable"),
        (camt_statement([entry("-1.00")], closing="1.00"), "amount-unreadable"),
        (camt_statement([entry(day="2026-02-30")], closing="100.00"), "date-unreadable"),
        (camt_statement([entry(way="BOTH")], closing="100.00"), "direction-unknown"),
        (
            camt_statement(
                [entry()],
                closing="100.00",
                summary="<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>",
            ),
            "stated-total-differs",
        ),
        (
            camt_statement(
                [entry()],
                closing="100.00",
                summary="<TxsSummry><TtlCdtNtries><Sum>90.00</Sum></TtlCdtNtries></TxsSummry>",
            ),
            "stated-total-differs",
        ),
    ],
)
def test_a_statement_that_is_not_right_is_held_with_the_reason(statement, code):
    found = read(camt(statement))
    assert found.verdict == "held"
    assert code in found.statements["codes"][0].split(",")
    held = found.held.row(0, named=True)
    assert held["reason"]
    assert held["remedy"]
    assert held["place"].startswith("line ")


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("100.00000", "EUR", 100_00), ("100", "JPY", 100), ("1.234", "BHD", 1234)],
)
def test_amounts_are_exact_in_the_minor_units_of_their_currency(amount, currency, minor):
    statement = camt_statement(
        [entry(amount, currency=currency)], closing=amount, currency=currency
    )
    assert read(camt(statement)).lines["amount_minor"].to_list() == [minor]


def test_a_previous_closing_balance_opens_a_statement():
    statement = camt_statement([entry(), balance("PRCD", "5.00"), balance("CLBD", "105.00")])
    found = read(camt(statement))
    assert found.verdict == "posted"
    assert found.statements["opening_code"].to_list() == ["PRCD"]


def test_pages_of_one_statement_chain_by_interim_balances():
    first = camt_statement([balance("OPBD", "0.00"), entry(), balance("ITBD", "100.00")])
    second = camt_statement([balance("ITBD", "100.00"), entry(), balance("CLBD", "200.00")])
    found = read(camt(first, second.replace("ST-7", "ST-7b")))
    assert found.verdict == "posted"
    assert found.statements["closing_minor"].to_list() == [100_00, 200_00]


def test_a_statement_left_out_between_two_is_noticed():
    first = camt_statement([entry()], closing="100.00", sequence=7)
    third = camt_statement([entry()], opening="150.00", closing="250.00", sequence=9)
    found = read(camt(first, third))
    assert found.statements["codes"].to_list() == ["", "statement-missing"]


def test_statements_written_newest_first_are_a_chain_too():
    first = camt_statement([entry()], closing="100.00", sequence=7)
    second = camt_statement([entry()], opening="100.00", closing="200.00", sequence=8)
    assert read(camt(second, first)).verdict == "posted"


def test_an_opening_that_is_not_the_last_closing_is_noticed():
    first = camt_statement([entry()], closing="100.00", sequence=7)
    second = camt_statement([entry()], opening="90.00", closing="190.00", sequence=8)
    assert read(camt(first, second)).statements["codes"].to_list() == ["", "chain-broken"]


def test_messages_of_two_versions_in_one_envelope_are_not_half_read():
    one = camt(camt_statement([entry()], closing="100.00")).split("?>")[1]
    with pytest.raises(Refusal) as refused:
        read(f"<Envelope>{one}{one.replace('001.08', '001.02')}</Envelope>")
    assert refused.value.code == "versions-mixed"
