"""MT940 and MT942: dialects of lines and details, and what holds a statement."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.formats.statements.base import Declared
from tests.statements.made import MT940, read

HEAD = ":20:R\n:25:DE02120300000000202051\n:28C:7/1\n:60F:C260301EUR100,00\n"


def one(line: str, details: str = "", *, closing: str = "110,00", head: str = HEAD) -> str:
    return f"{head}:61:{line}\n{details}:62F:C260302EUR{closing}\n-\n"


def test_a_statement_reads_its_lines_and_proves_itself():
    found = read(MT940)
    assert found.verdict == "posted"
    assert found.statements["is_checked"].to_list() == [True]
    first, second = found.lines.rows(named=True)
    assert (first["amount_minor"], second["amount_minor"]) == (250_50, -50_50)
    assert first["counterparty_name"] == "Payer Limited"
    assert first["counterparty_account"] == "DE02500105170137075030"
    assert first["end_to_end_id"] == "E2E-1"
    assert first["remittance"] == "Invoice 4711"
    assert first["bank_reference"] == "B-1"
    assert second["remittance"] == "Account fee March"


@pytest.mark.parametrize(
    ("line", "minor", "is_reversal"),
    [
        ("2603020302C10,00NTRFNONREF", 10_00, False),
        ("2603020302CR10,00NTRFNONREF", 10_00, False),
        ("260302C10,NMSC", 10_00, False),
        ("260302D10,5NMSC", -10_50, False),
        ("260302RC10,00NRTINONREF", -10_00, True),
        ("260302RD10,00NRTINONREF", 10_00, True),
        ("2603020302RCR10,00NRTINONREF", -10_00, True),
        ("260302C000000000010,00N440123  NAME", 10_00, False),
        ("2603020302C10,00S   X", 10_00, False),
        ("260302C10NTRFNONREF", 10_00, False),
    ],
)
def test_a_line_says_which_way_the_money_went(line, minor, is_reversal):
    row = read(one(line, closing=f"{(100_00 + minor) / 100:.2f}".replace(".", ",")))
    assert row.lines["amount_minor"].to_list() == [minor]
    assert row.lines["is_reversal"].to_list() == [is_reversal]
    assert row.verdict == "posted"


def test_what_is_expected_is_no_money_yet():
    found = read(one("260302EC10,00NTRFNONREF", closing="100,00"))
    assert found.lines["is_booked"].to_list() == [False]
    assert found.verdict == "posted"


@pytest.mark.parametrize(
    ("written", "booked", "value"),
    [
        ("2603020302", date(2026, 3, 2), date(2026, 3, 2)),
        ("2512310102", date(2026, 1, 2), date(2025, 12, 31)),
        ("2601021231", date(2025, 12, 31), date(2026, 1, 2)),
        ("260302", date(2026, 3, 2), date(2026, 3, 2)),
        ("2602300301", date(2026, 3, 1), date(2026, 2, 28)),
        ("2402300301", date(2024, 3, 1), date(2024, 2, 29)),
    ],
)
def test_a_day_of_entry_takes_the_year_nearest_to_the_value_day(written, booked, value):
    line = read(one(f"{written}C10,00NTRFNONREF")).lines.row(0, named=True)
    assert (line["booked_date"], line["value_date"]) == (booked, value)


def test_a_thirtieth_of_february_is_read_as_its_last_day_and_flagged():
    found = read(one("2602300301C10,00NTRFNONREF"))
    assert found.lines["flags"].to_list() == ["february-30-read-as-last-day"]
    assert found.verdict == "posted"


@pytest.mark.parametrize("written", ["260431", "261302", "260200", "260231"])
def test_a_day_that_no_bank_means_holds_the_statement(written):
    found = read(one(f"{written}C10,00NTRFNONREF"))
    assert "date-unreadable" in found.held["code"].to_list()
    assert found.verdict == "held"


@pytest.mark.parametrize(
    ("details", "field", "expected"),
    [
        (":86:/EREF/E1/NAME/Jan/IBAN/NL91ABNA0417164300/REMI/Factuur 12\n", "remittance",
         "Factuur 12"),
        (":86:/EREF/E1/NAME/Jan/IBAN/NL91ABNA0417164300/REMI/Factuur 12\n", "counterparty_name",
         "Jan"),
        (":86:/TRTP/SEPA/MARF/M-1/CSID/C-1/RTRN/AC04/REMI/x\n", "reason", "AC04"),
        (":86:Plain words\nin two rows\n", "remittance", "Plain words\nin two rows"),
        (":86:first\n:86:second\n", "remittance", "first\nsecond"),
        (":86:105?00DEBIT?20EREF+E2?21MREF+M2?22CRED+C2?23SVWZ+What ?24for?32A?33B\n",
         "mandate_id", "M2"),
        (":86:105?00DEBIT?20EREF+E2?21MREF+M2?22CRED+C2?23SVWZ+What ?24for?32A?33B\n",
         "remittance", "What for"),
        (":86:105?00DEBIT?20EREF+E2?21SVWZ+x?32A?33B\n", "counterparty_name", "AB"),
        (":86:051>00CREDIT>20No words>21 of SEPA\n", "remittance", "No words of SEPA"),
        (":86:106?20EREF+x?21SVWZ+at 1\n:12:11 h\n", "remittance", "at 1:12:11 h"),
        (":NS:01Purpose 1\n02Purpose 2\n15Payer\n", "remittance", "Purpose 1\nPurpose 2"),
        (":NS:01Purpose 1\n02Purpose 2\n15Payer\n", "counterparty_name", "Payer"),
        (":86:\n", "remittance", None),
        (":86:159?00RETOURE?20EREF+E2?21MTLG:Account closed?34903\n", "reason", "903"),
        (":86:159?00RETOURE?20EREF+E2?21MTLG:Account closed?34903\n", "end_to_end_id", "E2"),
        (":86:159?00RETOURE?20EREF+E2?21MTLG:Account closed?34903\n", "remittance",
         "Account closed"),
        (":86:159?00RETOURE?20EREF+E2?21MTLG:Account closed?34903\n", "is_return", True),
    ],
)  # fmt: skip
def test_details_are_read_in_every_form(details, field, expected):
    found = read(one("260302C10,00NTRFNONREF", details))
    assert found.lines[field].to_list() == [expected]
    assert found.verdict == "posted"


def test_a_dutch_account_in_the_reference_is_the_other_side():
    found = read(one("260302C10,00NOVBNL91ABNA0417164300\njan jansen"))
    row = found.lines.row(0, named=True)
    assert row["counterparty_account"] == "NL91ABNA0417164300"
    assert row["counterparty_name"] == "jan jansen"


def test_the_envelope_of_swift_is_no_part_of_it():
    wrapped = "{1:F01BANKNL2AXXXX0000000000}{2:O940BANKNL2AXXXXN}{3:}{4:\n" + MT940.replace(
        "\n-\n", "\n-}{5:}\n"
    )
    assert read(wrapped * 1).verdict == "posted"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (MT940.replace("1200,00", "1200,01"), "balance-differs"),
        (MT940.replace(":62F:C260302EUR1200,00\n", ""), "closing-missing"),
        (MT940.replace(":60F:C260301EUR1000,00\n", ""), "opening-missing"),
        (MT940.replace("250,50", "250,505"), "too-many-decimals"),
        (MT940.replace(":62F:C260302EUR", ":62F:C260302USD"), "currency-mixed"),
        (MT940.replace(":25:12030000/0000202051\n", ""), "account-missing"),
        (MT940.replace(":62F:", ":60F:C260301EUR1000,00\n:62F:"), "balance-repeated"),
        (MT940.replace("CR250", "XX250"), "line-unreadable"),
    ],
)
def test_a_statement_that_is_not_right_is_held(content, code):
    found = read(content)
    assert code in found.statements["codes"][0].split(",")
    assert found.verdict == "held"


@pytest.mark.parametrize(
    ("written", "iban", "other"),
    [
        ("DE02120300000000202051", "DE02120300000000202051", None),
        ("DE02120300000000202051EUR", "DE02120300000000202051", None),
        ("DE02 1203 0000 0000 2020 51", "DE02120300000000202051", None),
        # Ends in letters of its own, which are no currency.
        ("MT70MALT011000012345MTLCASTABC", "MT70MALT011000012345MTLCASTABC", None),
        ("12030000/0000202051EUR", None, "12030000/0000202051"),
        ("1291.99.348EUR", None, "1291.99.348"),
    ],
)
def test_an_account_is_read_with_or_without_its_currency(written, iban, other):
    statement = read(MT940.replace("12030000/0000202051", written)).statements.row(0, named=True)
    assert (statement["account_iban"], statement["account_other"]) == (iban, other)


def test_a_line_without_any_currency_takes_the_declared_one():
    lone = ":20:R\n:25:1\n:61:260302C10,00NTRF\n"
    assert read(lone).held["code"].to_list()[0] == "currency-missing"
    found = read(lone, declared=Declared(currency="PLN"))
    assert found.lines["currency"].to_list() == ["PLN"]
    assert found.verdict == "held"


def test_intraday_totals_are_checked_and_their_end_is_asked_for():
    day = ":20:R\n:25:123\n:28C:1/1\n:34F:EURD0,\n:61:260302C10,00NTRF\n:90C:1EUR10,00\n-\n"
    assert read(day).verdict == "posted"
    assert read(day).statements["kind"].to_list() == ["interim"]
    wrong = read(day.replace("1EUR10,00", "1EUR11,00"))
    assert wrong.statements["codes"].to_list() == ["stated-total-differs"]
    cut = read(day.split(":90C:", maxsplit=1)[0])
    assert cut.statements["codes"].to_list() == ["end-missing"]


def test_statements_of_one_account_chain_and_a_gap_is_noticed():
    second = MT940.replace("00007/001", "00008/001").replace(
        "C260301EUR1000,00", "C260302EUR1200,00"
    )
    second = second.replace("EUR1200,00\n-", "EUR1400,00\n-")
    assert read(MT940 + second).verdict == "posted"
    gap = read(MT940 + second.replace("00008/001", "00009/001"))
    assert gap.statements["codes"].to_list() == ["", "statement-missing"]
