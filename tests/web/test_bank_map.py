"""Tables of banks that nobody knows: explained once, previewed, asked about, read by themselves."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recoup.books.models import BankAccount, ColumnMapVersion, SourceFile, StatementLine

TABLE = """Fecha;Ordenante;Concepto;Importe;Saldo
13/03/2026;Bäckerei Sommer;Factura S-1;1.240,50;1.340,50
13/03/2026;Compañía de Luz;Recibo;-89,90;1.250,60
"""
NEXT = """Fecha;Ordenante;Concepto;Importe;Saldo
01/04/2026;Tidewater Boats;T-1;300,00;1.550,60
"""
MAP = {
    "map": "1",
    "col_booked_date": "Fecha",
    "col_amount": "Importe",
    "col_balance": "Saldo",
    "col_counterparty_name": "Ordenante",
    "col_remittance": "Concepto",
}
ANSWERS = {"currency": "EUR", "account": "DE02 1203 0000 0000 2020 51"}
NAME = {"layout_name": "Banco Sur"}


@pytest.fixture
def bring(books, owner):
    """Bring a file as the owner; the page one is led to, as text."""

    def brought(text, name="marzo.csv", client=owner):
        file = SimpleUploadedFile(name, text.encode())
        address = reverse("bank_upload", args=[books.code])
        return client.post(address, {"file": file}, follow=True).text

    return brought


@pytest.fixture
def page(books, owner):
    """The page of the newest file, with answers."""

    def read(said=None, client=owner):
        file = SourceFile.objects.latest("pk")
        return client.get(reverse("bank_file", args=[books.code, file.pk]), said or {}).text

    return read


@pytest.fixture
def take(books, owner):
    """Take the newest file in as answered."""

    def taken(said):
        file = SourceFile.objects.latest("pk")
        address = reverse("bank_take", args=[books.code, file.pk])
        return owner.post(address, said, follow=True).text

    return taken


@pytest.fixture
def saved(bring, take):
    """A layout that was explained with its first file."""
    bring(TABLE)
    take(MAP | ANSWERS | NAME)
    return ColumnMapVersion.objects.get()


def test_an_unknown_table_asks_which_column_is_what(bring):
    text = bring(TABLE)
    assert "Which column is what" in text
    for column in ("Fecha", "Ordenante", "Concepto", "Importe", "Saldo"):
        assert f"<option selected>{column}</option>" in text
    assert "Needs answers" in text
    assert not StatementLine.objects.exists()


def test_the_first_lines_are_shown_with_their_balances_before_anything_is_kept(bring, page):
    bring(TABLE)
    text = page(MAP | ANSWERS)
    assert "The first lines, as they would be read" in text
    assert "1.240,50" in text
    assert "Add up" in text
    assert "Opened with" in text
    assert not StatementLine.objects.exists()
    assert not ColumnMapVersion.objects.exists()


def test_a_table_is_taken_in_and_its_layout_kept(saved):
    lines = StatementLine.objects.order_by("position")
    assert [each.amount_minor for each in lines] == [1_240_50, -89_90]
    assert BankAccount.objects.get().key == "DE02120300000000202051"
    assert (saved.name, saved.kind) == ("Banco Sur", "bank")


def test_the_next_file_of_the_header_is_read_by_itself(saved, bring):
    text = bring(NEXT, "abril.csv")
    assert "1 line new, 0 known already." in text
    assert "Banco Sur" in text
    line = StatementLine.objects.latest("pk")
    assert (line.booked_date.isoformat(), line.amount_minor) == ("2026-04-01", 300_00)
    assert BankAccount.objects.get().gap == ""


def test_the_account_is_asked_each_time_where_others_look_the_same(bring, take):
    bring(TABLE)
    take(MAP | ANSWERS | NAME | {"ask_account": "1"})
    text = bring(NEXT, "abril.csv")
    assert "Of which bank account is the file?" in text
    assert "Read by the saved layout" in text
    assert "1 line new" in take({"account": "Second account"})
    assert BankAccount.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "said", "asked"),
    [
        (TABLE.replace("13/03", "04/03"), ANSWERS, 'name="dates" value="MM/DD/YYYY"'),
        (TABLE, {"account": "Main"}, "In which currency is the account?"),
        (TABLE, {"currency": "EUR"}, "Of which bank account is the file?"),
        (TABLE.removesuffix("\n"), ANSWERS, "Is the file whole?"),
    ],
)
def test_what_is_ambiguous_is_asked_and_never_guessed(bring, page, text, said, asked):
    bring(text)
    answer = page(MAP | said)
    assert asked in answer
    assert "The first lines" not in answer


def test_what_the_first_file_does_not_prove_is_asked_with_the_next(bring, take):
    bring(TABLE.replace("13/03", "03/03"))
    take(MAP | ANSWERS | NAME)
    assert StatementLine.objects.count() == 2
    assert "MM/DD/YYYY" in bring(NEXT.replace("01/04", "05/04"), "abril.csv")


ONE = "Day,Who,Sum\n2026-03-13,Bäckerei Sommer,{}\n2026-03-13,Power Company,{}\n"
ONE_MAP = {
    "map": "1",
    "col_booked_date": "Day",
    "col_amount": "Sum",
    "col_counterparty_name": "Who",
}


@pytest.mark.parametrize(
    ("first", "second", "sign", "sums"),
    [
        ("1240.50", "-89.90", "signed", [1_240_50, -89_90]),
        ("-1240.50", "89.90", "inverted", [1_240_50, -89_90]),
        ("1240.50", "89.90", "signed", [1_240_50, 89_90]),
    ],
)
def test_the_meaning_of_a_minus_is_asked_where_no_balance_proves_it(
    bring, page, take, first, second, sign, sums
):
    bring(ONE.format(first, second))
    said = ONE_MAP | ANSWERS
    assert 'name="sign" value="inverted"' in page(said)
    take(said | {"sign": sign} | NAME)
    lines = StatementLine.objects.order_by("position")
    assert [each.amount_minor for each in lines] == sums


def test_the_balance_proves_a_card_statement(bring, take):
    bring(TABLE.replace(";1.240,50", ";-1.240,50").replace(";-89,90", ";89,90"))
    take(MAP | ANSWERS | NAME)
    lines = StatementLine.objects.order_by("position")
    assert [each.amount_minor for each in lines] == [1_240_50, -89_90]


MARKED = "Day,Who,Sum,Way\n2026-03-13,Bäckerei Sommer,1240.50,H\n2026-03-13,Power,89.90,S\n"


def test_what_a_mark_means_is_asked(bring, page, take):
    bring(MARKED)
    said = ONE_MAP | ANSWERS | {"col_mark": "Way"}
    text = page(said)
    assert "What does H in the column Way mean?" in text
    take(said | {"mark:H": "in", "mark:S": "out"} | NAME)
    lines = StatementLine.objects.order_by("position")
    assert [each.amount_minor for each in lines] == [1_240_50, -89_90]


def test_two_columns_for_out_and_in_ask_nothing(bring, take):
    bring("Date,Details,Paid out,Paid in\n2026-03-13,Sommer,,1240.50\n2026-03-13,Power,89.90,\n")
    said = {"col_booked_date": "Date", "col_debit": "Paid out", "col_credit": "Paid in"}
    take(said | ANSWERS | NAME)
    lines = StatementLine.objects.order_by("position")
    assert [each.amount_minor for each in lines] == [1_240_50, -89_90]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TABLE.replace("1.250,60", "1.250,61"), ("does not follow", "Line 3")),
        (TABLE.replace("-89,90", "eighty"), ("Line 3", "eighty")),
        (TABLE.replace("13/03/2026;Com", "35/03/2026;Com"), ("Line 3", "35/03/2026")),
    ],
)
def test_a_table_that_does_not_add_up_is_held_with_line_reason_and_remedy(
    bring, page, take, text, words
):
    bring(text)
    said = MAP | ANSWERS | {"dates": "DD/MM/YYYY", "sign": "signed"}
    answer = page(said)
    assert "What does not add up" in answer
    assert all(each in answer for each in words)
    assert "Take it in and keep" not in answer
    take(said | NAME)
    assert not StatementLine.objects.exists()
    assert not ColumnMapVersion.objects.exists()


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"col_amount": "Importe"}, "Choose a column for the day"),
        ({"col_booked_date": "Fecha"}, "Choose a column"),
        ({"col_booked_date": "Fecha", "col_amount": "Importe", "sign": "x"}, "answers offered"),
        ({"col_booked_date": "Fecha", "col_amount": "Importe", "col_mark": "Saldo"}, "What does"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused_in_words(bring, page, said, complaint):
    bring(TABLE)
    assert complaint in page(said)


def test_a_layout_needs_a_name(bring, take):
    bring(TABLE)
    assert "Give the layout a name" in take(MAP | ANSWERS)
    assert not StatementLine.objects.exists()


def test_a_saved_layout_is_looked_at_corrected_and_forgotten(books, owner, saved, bring):
    listed = owner.get(reverse("bank", args=[books.code])).text
    assert "Saved layouts" in listed
    assert "Banco Sur" in listed
    look = owner.get(reverse("bank_layout", args=[books.code, saved.pk])).text
    assert "Importe" in look
    assert "DD/MM/YYYY" in look
    correct = reverse("bank_layout_correct", args=[books.code, saved.pk])
    said = MAP | {"name": "Banco Norte", "sign": "signed", "numbers": "1.234,56"}
    said |= {"dates": "DD/MM/YYYY", "currency": "eur", "account": ""}
    assert "Corrected." in owner.post(correct, said, follow=True).text
    assert "Of which bank account" in bring(NEXT, "abril.csv")
    bad = owner.post(correct, said | {"col_amount": ""}, follow=True).text
    assert "A column for the amount is needed." in bad
    forget = reverse("bank_layout_forget", args=[books.code, saved.pk])
    assert "“Banco Norte” is forgotten." in owner.post(forget, follow=True).text
    assert "Which column is what" in bring(NEXT + "\n", "mayo.csv")
    assert StatementLine.objects.count() == 2


def test_a_layout_that_other_banks_share_can_be_explained_too(bring, page):
    text = bring("Date,Description,Amount,Balance\n2026-03-13,Sommer,5.00,5.00\n", "x.csv")
    assert "say which column is what" in text
    assert "Which column is what" in page({"map": "1"})


def test_a_viewer_explains_nothing(bring, page, person):
    bring(TABLE)
    text = page(client=person("viewer"))
    assert "Read it like this" not in text
    assert "Nobody has said yet" in text
