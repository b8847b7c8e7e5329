"""Truncation, equal lines, overlapping files: for every format the same promises."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recoup.formats.statements.base import STATEMENTS, Reading
from recoup.formats.statements.opening import statement_formats
from recoup.kernel.errors import Refusal
from tests.statements.made import (
    BAI2,
    MT940,
    OFX_SGML,
    OFX_XML,
    RUNNING,
    answer,
    camt,
    camt_chunks,
    camt_statement,
    entry,
    read,
    transaction,
)

CAMT_FILE = camt(
    camt_statement(
        [entry(inside=f"<NtryDtls>{transaction()}</NtryDtls>"), entry("50.00", way="DBIT")],
        closing="50.00",
    )
)
MT942 = ":20:R\n:25:1\n:28C:1/1\n:34F:EURD0,\n:61:260302C10,10NTRF\n:86:x\n:90C:1EUR10,10\n-\n"
WHOLE = {
    "camt": CAMT_FILE,
    "mt940": MT940,
    "mt942": MT942,
    "bai2": BAI2,
    "ofx xml": OFX_XML,
    "ofx sgml": OFX_SGML,
}
WITHOUT_TEXT = ["place", "flags"]


def figures(found: Reading) -> list[tuple[object, ...]]:
    return found.lines.drop(WITHOUT_TEXT).rows()


@pytest.mark.parametrize("name", list(WHOLE))
def test_a_file_cut_at_any_byte_is_refused_or_held_or_has_lost_nothing(name):
    data = WHOLE[name].encode("cp1252" if name == "ofx sgml" else "utf-8")
    whole = read(data)
    assert whole.verdict == "posted"
    for length in range(len(data)):
        cut = answer(data[:length])
        if isinstance(cut, Refusal):
            assert cut.sentence
            continue
        assert isinstance(cut, Reading)
        if cut.verdict == "posted":
            assert figures(cut) == figures(whole), data[:length][-40:]
        else:
            assert cut.held.height
            assert cut.held["remedy"].str.len_chars().min()


def test_a_table_cut_inside_its_last_row_is_held():
    data = RUNNING.encode()
    last = data.rstrip(b"\n").rfind(b"\n") + 1
    for length in range(last + 1, len(data)):
        assert read(data[:length]).verdict == "held"


def same_lines(count: int) -> dict[str, str]:
    """A statement of equal lines in each format."""
    row = "02/03/2026,PAYER,10.00,{}\n"
    rows = "".join(row.format(f"{10 * (number + 1)}.00") for number in range(count))
    line = ":61:260302C10,00NTRFNONREF\n:86:PAYER\n"
    return {
        "camt": camt(camt_statement([entry("10.00")] * count, closing=f"{10 * count}.00")),
        "camt with one reference": camt(
            camt_statement([entry("10.00", reference="R")] * count, closing=f"{10 * count}.00")
        ),
        "mt940": f":20:R\n:25:1\n:28C:1/1\n:60F:C260301EUR0,\n{line * count}"
        f":62F:C260302EUR{10 * count},\n-\n",
        "table": f"Date,Description,Amount,Balance\n{rows}",
        "ofx": OFX_XML.split("<STMTTRN>", 1)[0]
        + "<STMTTRN><DTPOSTED>20260302</DTPOSTED><TRNAMT>10</TRNAMT><FITID>F</FITID></STMTTRN>"
        * count
        + "</BANKTRANLIST>"
        + OFX_XML.split("</BANKTRANLIST>", 1)[1],
    }


@pytest.mark.parametrize("name", list(same_lines(1)))
@pytest.mark.parametrize("count", [1, 2, 7])
def test_equal_lines_stay_as_many_as_they_are(name, count):
    found = read(same_lines(count)[name])
    assert found.verdict == "posted"
    assert found.lines.height == found.lines["key"].n_unique() == count


@pytest.mark.parametrize(
    ("references", "are_unique"),
    [(("A", "B"), True), (("A", "A"), False), (("0", "1"), None), (("000", "000"), False)],
)
def test_a_promised_reference_counts_until_the_bank_breaks_its_promise(references, are_unique):
    entries = [
        entry(f"{number}.00", reference=reference) for number, reference in enumerate(references, 1)
    ]
    lines = read(camt(camt_statement(entries, closing="3.00"))).lines
    expected = [False, True] if are_unique is None else [are_unique] * 2
    assert lines["is_reference_unique"].to_list() == expected
    assert lines["key"].n_unique() == 2


@pytest.mark.parametrize("name", list(WHOLE))
def test_the_same_file_has_the_same_keys(name):
    data = WHOLE[name].encode("cp1252" if name == "ofx sgml" else "utf-8")
    assert read(data).lines["key"].to_list() == read(data).lines["key"].to_list()


def test_a_copy_of_a_statement_in_one_file_brings_no_new_keys():
    one = camt_statement([entry("10.00")] * 2, closing="20.00")
    found = read(camt(one, one))
    assert found.lines["key"].n_unique() == 2
    assert found.statements["flags"].to_list() == ["", "copy-of-1"]


DAYS = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(["5.00", "7.50"]), st.sampled_from("AB")),
    min_size=1, max_size=14,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(booked=DAYS, cut=st.tuples(st.integers(1, 6), st.integers(1, 6)))
def test_overlapping_exports_of_whole_days_have_the_same_keys(booked, cut):
    booked = sorted(booked)
    first_day, last_day = min(cut), max(cut)

    def export(rows):
        lines = "".join(f"0{day}/03/2026,{text},{amount},\n" for day, amount, text in rows)
        return f"Date,Description,Amount,Balance\n{lines}"

    whole = read(export(booked)).lines
    part_rows = [row for row in booked if first_day <= row[0] <= last_day]
    if not part_rows:
        return
    part = read(export(part_rows)).lines
    inside = whole.filter(pl.col("booked_date").dt.day().is_between(first_day, last_day))
    assert Counter(part["key"]) == Counter(inside["key"])
    assert whole["key"].n_unique() == whole.height


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["", "<", ":20:", "01,", "OFXHEADER", "<?xml "]))
def test_any_bytes_are_read_held_asked_about_or_refused(data, start):
    opened = answer(start.encode() + data)
    if isinstance(opened, Reading):
        STATEMENTS.check(opened.statements)
        assert opened.verdict == "held" or opened.statements.height


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(list(WHOLE)), at=st.integers(0, 400), byte=st.integers(0, 255))
def test_a_changed_byte_never_ends_in_anything_but_an_answer(name, at, byte):
    data = bytearray(WHOLE[name].encode("cp1252" if name == "ofx sgml" else "utf-8"))
    data[at % len(data)] = byte
    assert isinstance(answer(bytes(data)), Reading | Refusal | list)


def test_every_format_has_a_title_and_answers_about_any_file():
    for code, each in statement_formats().items():
        assert each.code == code
        assert each.title


def test_a_larger_statement_is_read_line_for_line():
    found = read(b"".join(camt_chunks(2_000)))
    assert found.verdict == "posted"
    assert found.lines["key"].n_unique() == 2_000
    assert found.lines["remittance"].to_list()[-1] == "Invoice 1999"
