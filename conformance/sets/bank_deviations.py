"""Where our reading of a bank file differs from its manifest on purpose, one by one."""

from __future__ import annotations

from decimal import Decimal

from recoup.formats.statements.bankmap import BankMap, Sign
from recoup.formats.statements.base import Declared

_BAI2, _CAMT, _CSV, _MT940 = "bai2/moov/", "camt/genkgo/", "csv/bank2ynab/", "mt940/wolph/"
_SAMPLE4 = f"{_BAI2}sample4-continuations-newline-delimited.txt"
_SAMPLE5 = f"{_BAI2}sample5-issue113.txt"
_POSB = f"{_CSV}dba33fceecd62c3c727893361e0ba4d3.P000000027355791.csv"
_CMI = f"{_MT940}self-provided/raiffeisen-cmi.sta"


def _elba(columns: dict[str, str | int], **stated: object) -> Declared:
    """One Raiffeisen export that was rewritten into many shapes: what a person says of each."""
    made = {"currency": "EUR", "dates": "DD.MM.YYYY", "numbers": "1.234,56", "columns": columns}
    return Declared(bank_map=BankMap.model_validate(made | stated), encoding=None)


_COLUMNS: dict[str, str | int] = {"booked_date": 1, "remittance": 2, "value_date": 3}
_BOTH = _COLUMNS | {"credit": 4, "debit": 5}

# What a person answers, because the file does not prove it.
DECLARED: dict[str, Declared] = {
    f"{_CSV}20180226_12345678.csv": Declared(format="bank_first_direct"),
    f"{_CSV}MS_JANE_SMITH_01-12-2019_14-12-2019.csv": Declared(format="bank_john_lewis"),
    f"{_CSV}test_BOI_TransactionExport.csv": Declared(format="bank_of_ireland"),
    f"{_CSV}statement_1.csv": Declared(format="bank_barclaycard"),
    _POSB: Declared(format="bank_posb"),
    f"{_CSV}test_delimiter_tab.csv": _elba(
        _BOTH, sign=Sign.COLUMNS, has_header=False, delimiter="\t"
    ),
    f"{_CSV}test_row_format_default.csv": _elba(
        _BOTH, sign=Sign.COLUMNS, has_header=False, delimiter=";"
    ),
    f"{_CSV}test_row_format_CD_flag.csv": _elba(
        _COLUMNS | {"amount": 4, "mark": 5},
        sign=Sign.MARK, marks={"I": "in", "O": "out"}, has_header=False, delimiter=";",
    ),
    f"{_CSV}test_headers.csv": _elba(
        {"booked_date": "Date", "remittance": "Payee", "value_date": "SomeOtherDate",
         "amount": "Inflow", "currency": "Currency"},
        delimiter=";",
    ),
    # Its letters are of code page 852, which is not read: amounts are right, accents are not.
    _CMI: Declared(encoding="iso-8859-1"),
    f"{_MT940}betterplace/empty_entry_date.sta": Declared(currency="EUR"),
    f"{_MT940}cmxl/statement_details.sta": Declared(currency="EUR"),
    f"{_MT940}cmxl/statement_line.sta": Declared(currency="EUR"),
}  # fmt: skip

_TWO_ON_A_ROW = (
    "The file has two records on some of its rows; the manifest counts the rows that begin with "
    "03 and 16. Its own 98 and 99 records agree with us."
)
_EDITED = (
    "The sample was put together by hand: the records 49, 98 and 99 belong to another file. "
    "Every one is named and the file is held."
)
_PENDING = "The only entry is pending (PDNG): it is shown and is no money yet, so the sum is 0."
_TWO_CURRENCIES = (
    "The closing balance is in SEK and the opening in EUR (a parser test): it is no balance of "
    "this statement, which is held as currency-mixed."
)
_ANONYMIZED = (
    "Every day was overwritten with 1111/11/11, which is no day of a bank: all rows are named and "
    "the file is held. With real days the rows are read (tests)."
)
_NO_HEADER = "The file has no header; the manifest took its only row for one."
_EDITED_ELBA = (
    "The manifest counts rows. Three are none of money: 'A null transaction, just to confuse "
    "things' and two rows 'FOOTER ROW TEST'; they are named and the file is held."
)
_MIXED = (Decimal("18.15"), Decimal("8.85"), Decimal("Infinity"))
_CONTROLS = ["balance-differs", "control-differs", "stated-total-differs"]

DEVIATIONS: dict[tuple[str, str], tuple[object, str]] = {
    (f"{_BAI2}sample2.txt", "control"): (
        ["stated-total-differs"],
        "All control totals agree. Two accounts state credits and debits that no detail record "
        "shows (an example of the manual): money without lines is held.",
    ),
    (f"{_BAI2}sample3.txt", "entries"): (26, _TWO_ON_A_ROW),
    (f"{_BAI2}sample3.txt", "statements"): (15, _TWO_ON_A_ROW),
    (f"{_BAI2}sample3.txt", "control"): (
        ["chain-broken"],
        "All control totals and balances agree. The account numbers were all overwritten with "
        "1111111, so fifteen accounts look like one whose balances do not chain.",
    ),
    (_SAMPLE4, "control"): (_CONTROLS, _EDITED),
    (_SAMPLE5, "control"): (_CONTROLS, _EDITED),
    **{
        (f"{_CAMT}{name}.xml", "figures"): (Decimal("0.00"), _PENDING)
        for name in ("camt052.v4", "camt052.v6.Amt-zero", "camt052.v6")
    },
    **{
        (f"{_CAMT}camt053.{name}.xml", "figures"): ([_MIXED], _TWO_CURRENCIES)
        for name in ("v2.minimal.ultimate", "v2.minimal", "v2.with-party-ids", "v3", "v4", "v8")
    },
    (f"{_CAMT}camt53.only-Dt-with-DtTm.xml", "figures"): (
        [(Decimal("5442.09"), Decimal("0.00"), Decimal("Infinity"))],
        "The sum is 0 as stated; the file has an opening and no closing balance, so it is held.",
    ),
    **{
        (f"{_CSV}TH_20180101-20180523_{name}_1.csv", "entries"): (0, _ANONYMIZED)
        for name in ("page", "strana")
    },
    (f"{_CSV}TH_20180521-20180523.csv", "entries"): (0, _ANONYMIZED),
    (f"{_CSV}TransactionHistory_20180418043121.csv", "entries"): (
        8,
        "The manifest counts rows: eight bookings, eight rows of text that go on with the booking "
        "above, and four rows above the table.",
    ),
    (_POSB, "entries"): (1, _NO_HEADER),
    (f"{_CSV}statement_1.csv", "entries"): (1, _NO_HEADER),
    (f"{_CSV}test_headers.csv", "entries"): (73, _EDITED_ELBA),
    (f"{_CSV}test_row_format_CD_flag.csv", "entries"): (
        70,
        "Three rows have EUR where the others have I for in or O for out: which way that money "
        "went nobody can know, so they are named and the file is held.",
    ),
    (f"{_MT940}self-provided/invalid_statement.sta", "statements"): (
        0,
        "Ten rows of a number each: refused as no statement at all.",
    ),
    ("ofx/ofxtools/stmtrs_euro.ofx", "figures"): (
        Decimal("-500.00"),
        "The comma of -200,00 is a decimal comma, which OFX allows; the manifest dropped it.",
    ),
}
