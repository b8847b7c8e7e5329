"""Small statements of our own making, in every format, as text."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from recoup.formats.statements.base import Declared, Opened, Reading
from recoup.formats.statements.opening import read_statement
from recoup.kernel.errors import Refusal

CAMT = "urn:iso:std:iso:20022:tech:xsd:camt"
OWN_IBAN = "DE02120300000000202051"
PAYER_IBAN = "DE02500105170137075030"
ROOTS = {"052": ("BkToCstmrAcctRpt", "Rpt"), "053": ("BkToCstmrStmt", "Stmt"),
         "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}  # fmt: skip


def read(content: bytes | str, name: str = "file", declared: Declared | None = None) -> Reading:
    """The reading of a file that leaves no question open."""
    data = content.encode() if isinstance(content, str) else content
    if declared is None and data.startswith(b"Date,Description,Amount,Balance"):
        declared = Declared(format="bank_first_direct")
    opened = read_statement(name, io.BytesIO(data), declared=declared or Declared())
    assert isinstance(opened, Reading), opened
    return opened


def answer(data: bytes) -> Opened | Refusal:
    """What becomes of any bytes: a reading, questions, or the refusal itself."""
    try:
        return read_statement("any", io.BytesIO(data))
    except Refusal as refusal:
        return refusal


def entry(
    amount: str = "100.00", *, way: str = "CRDT", currency: str = "EUR", day: str = "2026-03-02",
    reference: str = "", inside: str = "", status: str = "BOOK",
) -> str:  # fmt: skip
    """One entry of camt."""
    bank = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
        f"<Sts><Cd>{status}</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
        f"<ValDt><Dt>{day}</Dt></ValDt>{bank}{inside}</Ntry>"
    )


def transaction(
    *, remittance: str = "Invoice 4711", name: str = "Payer & Sons", amount: str = "",
    end_to_end: str = "E2E-1", more: str = "",
) -> str:  # fmt: skip
    """One transaction inside an entry."""
    name = name.replace("&", "&amp;")
    sum_ = f'<Amt Ccy="EUR">{amount}</Amt>' if amount else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>{sum_}<RltdPties>"
        f"<Dbtr><Nm>{name}</Nm></Dbtr><DbtrAcct><Id><IBAN>{PAYER_IBAN}</IBAN></Id></DbtrAcct>"
        f"</RltdPties><RmtInf><Ustrd>{remittance}</Ustrd></RmtInf>{more}</TxDtls>"
    )


def balance(code: str, amount: str, *, way: str = "CRDT", currency: str = "EUR") -> str:
    """One balance of camt."""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
        "<Dt><Dt>2026-03-02</Dt></Dt></Bal>"
    )


def camt_statement(
    entries: Sequence[str], *, opening: str = "0.00", closing: str | None = None,
    kind: str = "053", sequence: int = 7, currency: str = "EUR", summary: str = "",
) -> str:  # fmt: skip
    """One statement; balances only where `closing` is given."""
    balances = ""
    if closing is not None:
        balances = balance("OPBD", opening, currency=currency)
        balances += balance("CLBD", closing, currency=currency)
    root = ROOTS[kind][1]
    return (
        f"<{root}><Id>ST-{sequence}</Id><ElctrncSeqNb>{sequence}</ElctrncSeqNb>"
        f"<Acct><Id><IBAN>{OWN_IBAN}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{balances}{summary}{''.join(entries)}</{root}>"
    )


def camt(*statements: str, kind: str = "053", version: str = "08", prolog: str = "") -> str:
    """A file of statements."""
    prolog = prolog or '<?xml version="1.0" encoding="UTF-8"?>'
    root = ROOTS[kind][0]
    return (
        f'{prolog}<Document xmlns="{CAMT}.{kind}.001.{version}"><{root}>'
        f"<GrpHdr><MsgId>M</MsgId></GrpHdr>{''.join(statements)}</{root}></Document>\n"
    )


def camt_chunks(lines: int) -> Iterator[bytes]:
    """A statement of many different lines, as pieces of a file."""
    total = sum(100 + number % 900 for number in range(lines)) / 100
    whole = camt(camt_statement(["@"], closing=f"{total:.2f}"))
    before, _, after = whole.partition("@")
    yield before.encode()
    for number in range(lines):
        yield entry(
            f"{(100 + number % 900) / 100:.2f}",
            reference=f"REF{number}",
            inside="<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd>"
            f"</Fmly></Domn></BkTxCd><NtryDtls>{transaction(remittance=f'Invoice {number}')}"
            "</NtryDtls>",
        ).encode()
    yield after.encode()


MT940 = """:20:STARTUMS
:25:12030000/0000202051
:28C:00007/001
:60F:C260301EUR1000,00
:61:2603020302CR250,50NTRFNONREF//B-1
:86:166?00GUTSCHRIFT?20EREF+E2E-1?21SVWZ+Invoice 4711?30BYLADEM1001
?31DE02500105170137075030?32Payer Limited
:61:2603020302DR50,50NMSCNONREF
:86:Account fee March
:62F:C260302EUR1200,00
-
"""

BAI2 = """01,122099999,123456789,260302,0200,1,65,,2/
02,031001234,122099999,1,260302,2359,USD,2/
03,0123456789,USD,010,100000,,,015,125000,,/
88,100,30000,1,,400,5000,1,/
16,175,30000,Z,BREF1,CREF1,PAYER LIMITED INVOICE 4711/
16,475,5000,,BREF2,,CHECK PAID
49,295000,5/
98,295000,1,7/
99,295000,1,9/
"""

OFX_XML = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="200" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR</CURDEF>
<BANKACCTFROM><BANKID>12030000</BANKID><ACCTID>202051</ACCTID></BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260301</DTSTART><DTEND>20260302</DTEND>
<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20260302120000[-5:EST]</DTPOSTED>
<TRNAMT>250.50</TRNAMT><FITID>F1</FITID><NAME>Payer &amp; Sons</NAME>
<MEMO>Invoice 4711</MEMO></STMTTRN>
<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20260302</DTPOSTED><TRNAMT>-50,50</TRNAMT>
<FITID>F2</FITID><MEMO></MEMO></STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>1200.00</BALAMT><DTASOF>20260302</DTASOF></LEDGERBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""

OFX_SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>USD
<CCACCTFROM><ACCTID>4111
</CCACCTFROM><BANKTRANLIST><DTSTART>20260301
<STMTTRN><TRNTYPE>DEBIT
<DTPOSTED>20260302
<TRNAMT>-13.00
<FITID>C1
<MEMO>Caf\u00e9
</STMTTRN>
<LEDGERBAL><BALAMT>-13.00
<DTASOF>20260302
</LEDGERBAL></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>
"""

RUNNING = """Date,Description,Amount,Balance
02/03/2026,PAYER LTD INVOICE 4711,250.50,1250.50
02/03/2026,FEE,-50.50,1200.00
"""
