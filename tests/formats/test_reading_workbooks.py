"""Workbooks: values and days as they stand, weighed before they are opened."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest

from recoup.formats.columnmap import Brings, ColumnMap
from recoup.formats.days import DateFormat
from recoup.formats.opening import open_file
from recoup.formats.workbook import open_workbook
from recoup.kernel.errors import Refusal
from tests.formats.files import PLAIN, invoice, plain, read, workbook

HEADER = PLAIN.split(",")
ROW = ["D1", "Orchard Ltd", 1001, datetime(2026, 1, 5), datetime(2026, 2, 4), "EUR", 120.5, 20.5]


def changed(content: bytes, **parts: bytes) -> bytes:
    """The workbook with parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry.filename, old.read(entry))
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def sheet_of(cells: bytes) -> bytes:
    return (
        b'<?xml version="1.0"?><worksheet '
        b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + cells
        + b"</sheetData></worksheet>"
    )


def refused(content: bytes) -> str:
    with pytest.raises(Refusal) as problem:
        open_workbook(io.BytesIO(content))
    assert problem.value.sentence.endswith(".")
    return problem.value.code


@pytest.mark.parametrize("options", [{}, {"date_1904": True}])
def test_a_workbook_reads_as_its_text_would(options):
    table = workbook([HEADER, [*ROW, ""]], **options)
    by_text = read(plain(invoice("1001")))
    assert read(table).documents.equals(by_text.documents)


def test_titles_above_and_space_to_the_left_do_no_harm():
    rows = [[], ["", "Our list"], [], ["", *HEADER], ["", *ROW]]
    found = read(workbook(rows))
    assert found.documents["line"].to_list() == [5]
    assert found.documents["due_date"].to_list() == [date(2026, 2, 4)]
    assert found.control.ignored["header"] == 1


def test_a_formula_arrives_as_the_value_last_computed():
    stream = io.BytesIO(workbook([HEADER, ROW]))
    content = stream.getvalue()
    sheet = zipfile.ZipFile(stream).read("xl/worksheets/sheet1.xml")
    with_formula = sheet.replace(b"<v>120.5</v>", b"<f>100+20.5</f><v>120.5</v>")
    assert with_formula != sheet
    found = read(changed(content, **{"xl/worksheets/sheet1.xml": with_formula}))
    assert found.documents["total_minor"].to_list() == [12050]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (3, "05.01.2026", "date-unreadable"),
        (3, 46027, "date-unreadable"),
        (2, datetime(2026, 1, 1), "date-in-text"),
        (6, 12.345, "too-many-decimals"),
        (6, datetime(2026, 1, 1), "amount-unreadable"),
        (6, "#REF!", "amount-unreadable"),
        (6, True, "amount-unreadable"),
    ],
)
def test_a_cell_of_the_wrong_kind_is_set_aside(column, value, code):
    row = [*ROW]
    row[column] = value
    assert read(workbook([HEADER, row])).codes == [code]


def test_a_day_may_come_as_a_serial_number_when_that_is_declared():
    header = [name for name in HEADER if name != "due_date"]
    mapped = {"account_number": "account_number", "number": "number", "issue_date": "issue_date",
              "total": "total"}  # fmt: skip
    row = ["D1", "Orchard", "R-1", 46027, "EUR", 5]
    found = read(
        workbook([header, row]),
        column_map=ColumnMap(
            brings=Brings.INVOICES,
            columns=mapped,
            currency="EUR",
            dates=DateFormat.EXCEL_1900,
        ),
    )
    assert found.documents["issue_date"].to_list() == [date(2026, 1, 5)]


def test_a_sheet_may_be_named():
    content = workbook([HEADER, ROW])
    assert read(content, sheet="List").documents.height == 1
    with pytest.raises(Refusal) as problem:
        read(content, sheet="Other")
    assert problem.value.code == "sheet-unknown"


def test_a_million_blank_rows_after_the_table_are_not_rows():
    rows = b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
    blank = b"".join(b'<row r="%d"></row>' % n for n in range(2, 100_000))
    content = changed(workbook([["x"]]), **{"xl/worksheets/sheet1.xml": sheet_of(rows + blank)})
    assert len(list(open_workbook(io.BytesIO(content)).rows())) == 1


def test_a_bomb_is_refused_before_it_is_unpacked():
    zeros = b"<row>" + b" " * (30 << 20) + b"</row>"
    content = changed(workbook([["x"]]), **{"xl/worksheets/sheet1.xml": sheet_of(zeros)})
    assert len(content) < 100_000
    assert refused(content) == "workbook-unsafe"


def test_two_far_corners_cost_two_rows_and_no_rectangle():
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    cells += b'<row r="1048576"><c r="ZZ1048576"><v>2</v></c></row>'
    content = changed(workbook([["x"]]), **{"xl/worksheets/sheet1.xml": sheet_of(cells)})
    rows = list(open_workbook(io.BytesIO(content)).rows())
    assert [(line, len(row)) for line, row in rows] == [(1, 1), (1_048_576, 702)]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (b'<row r="1"><c r="XFD1"><v>1</v></c></row>', "workbook-unsafe"),
        (
            b'<row r="1"><c r="A1" t="str"><v>' + b"x" * 50_000 + b"</v></c></row>",
            "workbook-unsafe",
        ),
        (b'<row r="9999999"><c><v>1</v></c></row>', "workbook-damaged"),
        (b'<row r="2"><c><v>1</v></c></row><row r="1"/>', "workbook-damaged"),
        (b'<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', "workbook-damaged"),
        (b'<row r="1"><c r="1"><v>1</v></c></row>', "workbook-damaged"),
        (b'<row r="1"><c r="A1" t="s"><v>999</v></c></row>', "workbook-damaged"),
        (b'<row r="1"><c r="A1"><v>1</v></row>', "workbook-damaged"),
    ],
)
def test_cells_that_no_program_writes_are_refused(cells, code):
    content = changed(workbook([["x"]]), **{"xl/worksheets/sheet1.xml": sheet_of(cells)})
    assert refused(content) == code


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (b'<c t="inlineStr"><is><t>a</t><rPh><t>hint</t></rPh><r><t>b</t></r></is></c>', "ab"),
        (b'<c t="str"><v>text</v></c>', "text"),
        (b'<c t="b"><v>1</v></c>', "TRUE"),
        (b'<c t="e"><v>#N/A</v></c>', "#N/A"),
        (b'<c t="d"><v>2026-01-05</v></c>', "2026-01-05"),
        (b"<c><v>1E2</v></c>", 100.0),
        (b"<c><v>1e999</v></c>", "1e999"),
        (b"<c><v>NaN</v></c>", "NaN"),
        (b'<x:c xmlns:x="y"><x:v>5</x:v></x:c>', 5.0),
    ],
)
def test_every_kind_of_cell_arrives_as_its_value(cell, value):
    part = sheet_of(b'<row r="1">' + cell + b"</row>")
    content = changed(workbook([["x"]]), **{"xl/worksheets/sheet1.xml": part})
    assert list(open_workbook(io.BytesIO(content)).rows()) == [(1, [value])]


def test_one_long_text_named_by_many_cells_is_kept_once():
    shared = b"<sst><si><t>" + b"x" * 30_000 + b"</t></si></sst>"
    cells = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 15_000)
    )
    content = changed(
        workbook([["x"]]),
        **{"xl/sharedStrings.xml": shared, "xl/worksheets/sheet1.xml": sheet_of(cells)},
    )
    rows = list(open_workbook(io.BytesIO(content)).rows())
    assert len({id(row[0]) for _, row in rows}) == 1


def test_a_hidden_sheet_is_not_read_by_itself():
    content = workbook([HEADER, ROW])
    book = zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml")
    hidden = book.replace(b"<sheet ", b'<sheet state="hidden" ')
    assert refused(changed(content, **{"xl/workbook.xml": hidden})) == "file-empty"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "xl\\..\\..\\x", "C:/x", "xl/../../x"]
)
def test_a_part_that_points_outside_is_refused(name):
    assert refused(changed(workbook([["x"]]), **{name: b"x"})) == "workbook-unsafe"


def test_two_parts_of_one_name_are_refused():
    stream = io.BytesIO(workbook([["x"]]))
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", b"x")
    assert refused(stream.getvalue()) == "workbook-unsafe"


def test_entities_of_its_own_are_refused():
    sheet = b'<!DOCTYPE x [<!ENTITY a "b">]>' + sheet_of(b"")
    content = changed(workbook([["x"]]), **{"xl/worksheets/sheet1.xml": sheet})
    assert refused(content) == "workbook-unsafe"


def test_a_password_is_refused_with_a_remedy():
    content = bytearray(workbook([["x"]]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        content[at + offset] |= 1
    assert refused(bytes(content)) == "workbook-locked"


def test_macros_and_links_to_other_workbooks_are_never_opened():
    extra = {"xl/vbaProject.bin": b"macro", "xl/externalLinks/externalLink1.xml": b"<x/>"}
    assert read(changed(workbook([HEADER, ROW]), **extra)).documents.height == 1


@pytest.mark.parametrize("cut", [10, 200, 2_000, -30])
def test_a_damaged_workbook_is_refused(cut):
    assert refused(workbook([HEADER, ROW])[:cut]) == "workbook-damaged"


def test_a_zip_that_is_no_workbook_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", "x")
    with pytest.raises(Refusal) as problem:
        open_file("list.ods", stream)
    assert problem.value.code == "workbook-damaged"


def test_an_empty_workbook_is_refused():
    assert refused(workbook([])) == "file-empty"
