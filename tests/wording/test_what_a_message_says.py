"""The message a debtor reads: complete, courteous, in their language, adding up."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.kernel.errors import Fault, Refusal
from recoup.wording.clean import one_line
from recoup.wording.context import BankDetails, Debtor, Early, MaybePaid
from recoup.wording.mime import Mail, Mailbox, build
from recoup.wording.plain import paragraph
from recoup.wording.render import render
from recoup.wording.templates import check_template, languages, names, spoken, template
from tests.wording.examples import CREDITOR, DEBTOR, in_country, line, message

LANGUAGES = ("de", "en", "es", "fr")
TEMPLATES = ("due_today", "final", "reminder_1", "reminder_2", "summary", "upcoming")
EVERY = [(language, name) for language in LANGUAGES for name in TEMPLATES]
COUNTRY = {"de": "DE", "en": "GB", "es": "ES", "fr": "FR"}
FAMILIAR = {
    "de": r"du|dich|dir|dein\w*|euch",
    "en": r"guys|hey|hi",
    "es": "tú|te|ti|tu|tus|vosotros",
    "fr": "tu|te|toi|ton|tes",
}
OUR_TAGS = "html head meta title style body div p br hr h2 table caption thead tbody tr th td"
THREE = (line("A-1"), line("A-2", amount=20_00), line("A-3", amount=30_00, still_open=5_00))


class Page(HTMLParser):
    """What a mail program sees: tags with attributes, and the text."""

    VOID = ("meta", "br", "hr")

    def __init__(self, source):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip() and self.open[-1] != "style":
            self.words.append(data.strip())


def squeezed(text):
    return " ".join(text.replace("\n", " ").split())


def test_we_speak_four_languages_with_the_same_templates():
    assert languages() == LANGUAGES
    assert {names(language) for language in LANGUAGES} == {TEMPLATES}


def test_every_language_has_the_same_fixed_words():
    words = {frozenset(template("final", language).words) for language in LANGUAGES}
    assert len(words) == 1


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_a_shipped_template_has_no_problems(language, name):
    assert template(name, language).language == language
    source = resources.files("recoup.wording").joinpath(language, f"{name}.liquid")
    assert check_template(source.read_text(encoding="utf-8"), language) == []


@pytest.mark.parametrize(("language", "name"), EVERY)
@pytest.mark.parametrize("lines", [THREE[:1], THREE], ids=["one item", "three items"])
def test_every_message_names_the_items_the_amount_and_the_way_to_pay(language, name, lines):
    said = render(
        name, language, message(*lines, debtor=replace(DEBTOR, country=COUNTRY[language]))
    )
    for place in (squeezed(said.text), " ".join(Page(said.html).words)):
        for each in lines:
            assert each.number in place
        for fact in ("GB33 BUKB 2020 1555 5555 55", "BUKBGB22", "D-204", "Rosa Field"):
            assert fact in place
        assert "12" in place, "the date up to which payments are included"
        assert CREDITOR.email in place


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_text_and_html_say_the_same_words(language, name):
    said = render(name, language, message(*THREE, credit=4_00))
    words = re.findall(r"\w+", said.text)
    shown = re.findall(r"\w+", " ".join(Page(said.html).words[1:]))
    assert sorted(words) == sorted(shown)


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_no_message_shouts_or_is_familiar_or_threatens(language, name):
    said = render(name, language, message(*THREE))
    assert "!" not in said.subject + said.text
    assert not re.search(rf"\b({FAMILIAR[language]})\b", said.text, re.IGNORECASE)
    threat = (
        r"lawyer|\bcourt\b|legal|anwalt|gericht|inkasso|avocat|tribunal|huissier|abogado|judicial"
    )
    assert not re.search(threat, said.text, re.IGNORECASE)
    blame = r"fail|neglect|fault|schuld|versäum|négligen|moros|incumpl|culpa"
    assert not re.search(blame, said.text, re.IGNORECASE)


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_text_keeps_to_76_columns(language, name):
    said = render(name, language, in_country(COUNTRY[language]))
    assert max(map(len, said.text.splitlines())) <= 76
    long = message(line("A-VERY-LONG-INVOICE-NUMBER/2026/0001", still_open=99_00))
    assert max(map(len, render(name, language, long).text.splitlines())) <= 76


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "invoice HT-1 is still open", "2 invoices are still open"),
        ("de", "Rechnung HT-1 ist noch offen", "2 Rechnungen sind noch offen"),
        ("fr", "la facture HT-1 reste à régler", "2 factures restent à régler"),
        ("es", "la factura HT-1 sigue pendiente", "2 facturas siguen pendientes"),
    ],
)
def test_one_invoice_and_several_are_spoken_of_properly(language, one, many):
    assert one in render("reminder_1", language, message(line())).subject
    assert many in render("reminder_1", language, message(line(), line("HT-2"))).subject


@pytest.mark.parametrize(
    ("language", "country", "amount", "due"),
    [
        ("de", "DE", "1.234,50\N{NO-BREAK SPACE}€", "31.05.2026"),
        ("de", "CH", "EUR\N{NO-BREAK SPACE}1’234.50", "31.05.2026"),
        ("fr", "BE", "1\N{NARROW NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€", "31 mai 2026"),
        ("es", "ES", "1.234,50\N{NO-BREAK SPACE}€", "31 may 2026"),
        ("en", "GB", "€1,234.50", "31 May 2026"),
        ("en", "US", "€1,234.50", "May 31, 2026"),
    ],
)
def test_amounts_and_dates_are_written_as_where_the_debtor_lives(language, country, amount, due):
    said = render("reminder_2", language, in_country(country))
    assert amount in said.subject
    assert due in said.text


def test_amounts_stand_under_each_other():
    text = render("reminder_1", "en", message(*THREE)).text
    rows = [row for row in text.splitlines() if row.startswith("A-")]
    assert [row.split()[-3] for row in rows] == ["1,234.50", "20.00", "5.00"]
    assert len({row.rindex(row.split()[-3]) + len(row.split()[-3]) for row in rows}) == 1


def test_the_open_amount_stands_apart_only_after_a_part_payment():
    assert "Open" not in render("reminder_1", "en", message(line())).text
    assert "Open" in render("reminder_1", "en", message(line(still_open=1_00))).text


def test_credit_is_deducted_in_sight():
    text = squeezed(render("reminder_1", "en", message(line(amount=100_00), credit=30_00)).text)
    assert "Total: €100.00" in text
    assert "Credit on your account: -€30.00" in text
    assert "Amount due: €70.00" in text


@pytest.mark.parametrize(
    ("due", "late"), [(date(2026, 6, 14), "1 day"), (date(2026, 6, 1), "14 days")]
)
def test_days_late_are_counted_from_the_due_date(due, late):
    text = render("reminder_1", "en", message(line(due=due))).text
    assert f"{late}\n" in text


def test_an_item_not_yet_due_has_no_days_late():
    text = render("upcoming", "en", message(line(due=date(2026, 6, 20)))).text
    assert "Overdue" not in text
    assert "20\N{NO-BREAK SPACE}June 2026" in text


@pytest.mark.parametrize(
    ("language", "named", "unnamed"),
    [
        ("en", "Dear Eve Marsh,", "Dear Brook & Daughters,"),
        ("de", "Guten Tag Eve Marsh,", "Sehr geehrte Damen und Herren,"),
        ("fr", "Bonjour Eve Marsh,", "Madame, Monsieur,"),
        ("es", "Buenos días, Eve Marsh:", "Buenos días:"),
    ],
)
def test_a_person_we_know_is_greeted_by_name(language, named, unnamed):
    known = message(debtor=replace(DEBTOR, contact_name="Eve Marsh"))
    assert render("summary", language, known).text.startswith(named)
    assert render("summary", language, message()).text.startswith(unnamed)


def test_a_final_reminder_says_what_happens_next_and_until_when_to_answer():
    text = squeezed(render("final", "en", message(answer_by=date(2026, 6, 22))).text)
    assert "pay €1,234.50 by 22 June 2026" in text
    assert "we will send no more reminders" in text
    assert "within seven days" in squeezed(render("final", "en", message()).text)


def test_without_bank_details_we_point_to_the_invoice():
    text = squeezed(render("reminder_1", "en", message(bank=None)).text)
    assert "bank account given on the invoice" in text
    assert "IBAN" not in text


def test_an_account_outside_the_iban_countries_is_named_by_its_numbers():
    bank = BankDetails("Harbor Tiles", account_number="12345678", routing_code="20-20-15")
    text = squeezed(render("reminder_1", "en", message(bank=bank)).text)
    assert "Sort or routing code: 20-20-15" in text
    assert "Account number: 12345678" in text


@pytest.mark.parametrize(
    ("wanted", "creditor", "language"),
    [
        ("de", "en", "de"),
        ("de-CH", "en", "de"),
        ("fr_BE", "en", "fr"),
        ("nl", "de", "de"),
        ("nl", "pl", "en"),
        ("", "", "en"),
    ],
)
def test_we_speak_the_debtors_language_else_the_creditors_else_english(wanted, creditor, language):
    assert spoken(wanted, creditor) == language
    said = render("summary", wanted, message(creditor=replace(CREDITOR, language=creditor)))
    assert said.language == language
    assert said.is_fallback == (not wanted.startswith(language))
    assert Page(said.html).tags[0] == ("html", {"lang": language})


def test_a_template_nobody_wrote_is_refused_with_those_that_exist():
    with pytest.raises(Refusal, match=r"reminder_9.*reminder_1"):
        render("reminder_9", "en", message())


def test_a_fact_that_is_missing_refuses_instead_of_leaving_a_gap():
    with pytest.raises(Refusal) as caught:
        render("reminder_1", "en", message(creditor=replace(CREDITOR, name="")))
    assert caught.value.code == "variable-missing"
    assert "creditor" in caught.value.sentence


@pytest.mark.parametrize(
    "changes",
    [
        {"total_minor": 1},
        {"credit_minor": -1},
        {"net_minor": 1},
        {"lines": ()},
        {"credit_minor": 1_234_50, "net_minor": 0},
        {"lines": (line(still_open=0),), "total_minor": 0, "net_minor": 0},
    ],
)
def test_a_message_whose_amounts_do_not_add_up_cannot_exist(changes):
    with pytest.raises(Fault):
        message(**changes)


@pytest.mark.parametrize(
    "name", ["X\r\nBcc: all@x.example", "X\0Y", "X\u2028Y", "X\u202egnp.Y", "\x02totals\x03"]
)
def test_a_debtors_name_stays_on_one_visible_line(name):
    said = render("due_today", "en", message(debtor=replace(DEBTOR, name=name)))
    for place in (said.subject, said.text, said.html):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u2028\u202e]", place)
    assert "\n" not in said.subject


def test_a_debtors_name_is_never_markup_and_never_a_template():
    name = '<img src=x onerror="a()">{{ creditor_phone }}&amp;'
    said = render("reminder_1", "en", message(debtor=replace(DEBTOR, name=name)))
    assert not [tag for tag, _ in Page(said.html).tags if tag == "img"]
    assert name in squeezed(said.text)
    assert any(name in words for words in Page(said.html).words)


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_the_html_is_well_formed_reachable_and_reports_nothing_back(language, name):
    page = Page(render(name, language, message(*THREE)).html)
    assert page.open == []
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"img", "a", "script", "link", "iframe", "form", "input"}
    assert {"caption", "thead", "tbody"} <= tags
    heads = [attrs for tag, attrs in page.tags if tag == "th"]
    assert all(attrs.get("scope") in ("col", "row") for attrs in heads)
    assert not any("http" in (value or "") for _, attrs in page.tags for value in attrs.values())
    assert not any("color:#" in (attrs.get("style") or "") for _, attrs in page.tags)


def test_the_version_names_the_words_and_nothing_else():
    first, second = render("final", "en", message()), render("final", "en", in_country("US"))
    assert first.template_version == second.template_version
    assert first.template_version != render("final", "de", message()).template_version


@given(st.text(max_size=150), st.text(min_size=1, max_size=150).filter(one_line))
def test_whatever_a_debtor_is_called_the_mail_can_be_built(contact, name):
    said = render("reminder_1", "en", message(debtor=Debtor(name, "GB", contact, contact)))
    page = Page(said.html)
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= set(OUR_TAGS.split())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", said.text + said.subject)
    sender = Mailbox(CREDITOR.email, one_line(name))
    sent = datetime(2026, 6, 15, tzinfo=UTC)
    to = Mailbox("ap@brook.example", one_line(contact))
    mail = Mail("<a@b.example>", sent, sender, to, said.subject, said.text, said.html, "en")
    assert build(mail).isascii()


def test_an_account_with_thousands_of_items_gets_its_whole_table():
    lines = tuple(line(f"N-{number}", amount=1_00) for number in range(2_000))
    said = render("reminder_1", "de", message(*lines))
    assert said.text.count("N-") == said.html.count("N-") == 2_000
    assert "2.000,00\N{NO-BREAK SPACE}€" in said.text


def test_a_language_nobody_speaks_here_is_refused_with_those_we_do():
    with pytest.raises(Refusal, match="de, en, es, fr"):
        template("final", "nl")
    assert check_template("subject: x\n---\ny", "nl")


@given(st.lists(st.text(alphabet="abcdefghij", min_size=1, max_size=90), min_size=1))
def test_filling_a_paragraph_loses_no_word(words):
    lines = paragraph(" ".join(words)).split("\n")
    assert " ".join(lines).split() == words
    assert all(len(each) <= 76 or " " not in each for each in lines)


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_a_payment_that_may_be_theirs_is_mentioned_in_every_language(language, name):
    paid = MaybePaid(date(2026, 3, 2), 321_00, "EUR")
    context = in_country(COUNTRY[language], maybe_paid=paid, answer_by=date(2026, 7, 1))
    told = render(name, language, context)
    said = {
        "de": "Stammt sie von Ihnen?", "en": "Is it yours?", "es": "¿Es suyo?",
        "fr": "Est-ce le vôtre",
    }[language]  # fmt: skip
    text = " ".join(told.text.split())
    assert said in text
    assert said in told.html
    assert "321" in text
    assert text.index(said) < text.rindex("-" * 40)
    assert said not in render(name, language, replace(context, maybe_paid=None)).html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_discount_that_still_stands_is_named_with_its_amount_and_day(language):
    early = Early(980_00, date(2026, 6, 20))
    soon = replace(line("A-1", due=date(2026, 7, 1), amount=1000_00), early=early)
    context = in_country(COUNTRY[language])
    due = replace(context, lines=(soon,), total_minor=1000_00, net_minor=1000_00)
    told = render("upcoming", language, due)
    said = next(part for part in told.text.split("\n\n") if "980" in part)
    assert "A-1" in said
    assert "20" in said
    assert "980" in told.html
    both = (soon, line("A-2", amount=50_00))
    late = replace(context, lines=both, total_minor=1050_00, net_minor=1050_00)
    assert "980" not in render("reminder_1", language, late).text
