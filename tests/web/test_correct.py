"""The page Correct: shown first, posted then, undone with a reason."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from recoup.books.agree import agree_terms
from recoup.books.models import Account, ContactPoint, Entry, Merge, OpenItem
from recoup.books.terms import agreed_on
from tests.books.ledgers import Ledger

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def boats(books, account_named):
    return account_named("Tidewater")


@pytest.fixture
def rooms(books, account_named):
    return account_named("Quiet")


@pytest.fixture
def post(books, owner, boats):
    """Send a form of the page for an account; the text of the page one is led to."""

    def act(step, account=boats, client=owner, **form):
        name = f"account_correct_{step}"
        address = reverse(name, args=[books.code, account.pk])
        return client.post(address, form, follow=True).content.decode()

    return act


def item(number):
    return OpenItem.objects.exclude(open_minor=0).get(document__number=number)


def test_a_move_is_shown_then_posted_then_undone(post, boats, rooms):
    form = {"do": "move", "to": rooms.pk, "why": "wrong account"}
    form[f"item-{item('T-2').pk}"] = "40.00"
    text = post("preview", **form)
    assert "Nothing is posted yet" in text
    assert "399,00" in text
    assert "359,00" in text
    assert not Entry.objects.filter(kind="move").exists()
    assert "Done: 1 entry to K-3" in post("do", **form)
    there = OpenItem.objects.get(account=rooms, document__number="T-2")
    assert there.open_minor == 40_00
    move = there.moved_here
    assert "Say why" in post("undo", what="move", key=move.pk)
    assert "Taken back" in post("undo", what="move", key=move.pk, why="was right")
    assert item("T-2").open_minor == 99_00
    assert "already" in post("undo", what="move", key=move.pk, why="again")


def test_a_merge_leads_from_the_old_page_and_is_taken_apart(post, books, owner, boats, rooms):
    form = {"do": "merge", "to": rooms.pk, "why": "the same firm"}
    listed = reverse("accounts", args=[books.code])
    assert "Quiet Rooms" not in owner.get(listed, {"q": "tidewater"}).content.decode()
    assert "474,00" in post("preview", **form)
    assert "Done" in post("do", **form)
    page = owner.get(reverse("account", args=[books.code, boats.pk])).content.decode()
    assert "This account was merged into" in page
    found = owner.get(reverse("find", args=[books.code]), {"q": "tidewater"}).content.decode()
    assert reverse("account", args=[books.code, rooms.pk]) in found
    assert "Quiet Rooms" in owner.get(listed, {"q": "tidewater"}).content.decode()
    merge = Merge.objects.get()
    assert "Taken back" in post("undo", rooms, what="merge", key=merge.pk, why="two firms")
    assert Account.objects.get(pk=boats.pk).merged_into is None


def test_a_merge_shows_before_whose_terms_and_kind_hold_then(post, boats, rooms, today, at):
    told = {"today": today, "at": at, "by": "vera", "why": "by e-mail", "first_date": today}
    agree_terms(account=boats, text="Net 60", **told)
    agree_terms(account=rooms, text="Net 14", **told)
    text = " ".join(post("preview", do="merge", to=rooms.pk, why="the same firm").split())
    assert "Where the two say different things" in text
    assert 'Agreed terms</th><td>Net 60</td><td>Net 14</td><td class="strong">Net 14</td>' in text
    post("do", do="merge", to=rooms.pk, why="the same firm")
    assert agreed_on(rooms, today).text == "Net 14"


def test_what_we_owe_is_set_off_over_several_items(post, boats):
    form = {"do": "contra", "reference": "ER-77", "why": "they deliver to us"}
    form |= {f"item-{item('T-1').pk}": "300.00", f"item-{item('T-2').pk}": "9.00"}
    post("do", **form)
    assert item("T-2").open_minor == 90_00
    entry = Entry.objects.get(kind="contra")
    post("undo", what="contra", key=entry.pk, why="not so")
    assert item("T-1").open_minor == 300_00


def test_a_credit_note_is_used_over_several_items(post, books, boats, today, at):
    credit = Ledger(books, today, at).credit_note(boats, 50_00, currency=books.currency)
    form = {"do": "credit", "credit": credit.pk, "why": "agreed"}
    form |= {f"item-{item('T-1').pk}": "30.00", f"item-{item('T-2').pk}": "20.00"}
    post("do", **form)
    assert item("T-2").open_minor == 79_00
    use = credit.set_off_against.first()
    assert "Taken back" in post("undo", what="credit", key=use.pk, why="not agreed")
    assert item("T-1").open_minor == 300_00


def test_a_second_debtor_is_split_off(post, boats):
    form = {"do": "split", "number": "K-2B", "name": "Tidewater Yard", "why": "two firms"}
    form |= {f"item-{item('T-2').pk}": "99.00"}
    form |= {"contact": ContactPoint.objects.get(account=boats).pk}
    post("do", **form)
    made = Account.objects.get(number="K-2B")
    assert OpenItem.objects.get(account=made).open_minor == 99_00
    assert ContactPoint.objects.get(account=made, until=None).value == "ap@tidewater.example"


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "Say why"),
        ({"why": "x"}, "Choose what"),
        ({"why": "x", "do": "move"}, "Choose the other account"),
        ({"why": "x", "do": "merge", "to": "9" * 30}, "Choose the other account"),
        ({"why": "x", "do": "credit"}, "Choose the credit note"),
        ({"why": "x", "do": "contra", "reference": "R"}, "Nothing is set off"),
        ({"why": "x", "do": "split"}, "a number and a name"),
    ],
)
def test_what_is_missing_is_said_and_nothing_posted(post, form, says):
    before = Entry.objects.count()
    assert says in post("preview", **form)
    assert Entry.objects.count() == before


def test_the_pages_break_no_rule_of_access(signed_in_page, books, boats, rooms, accessible):
    page = signed_in_page
    for query in ("do=move", "do=contra", "do=split", f"do=merge&to={rooms.pk}"):
        page.goto(reverse("account_correct", args=[books.code, boats.pk]) + "?" + query)
        accessible(page)
    page.get_by_label("Why").fill("the same firm")
    page.get_by_role("button", name="See what would change").click()
    assert page.get_by_role("heading", name="What would change").is_visible()
    accessible(page)
    page.get_by_role("button", name="Post it").click()
    assert page.get_by_text("Done:").is_visible()
    accessible(page)


def test_the_effect_of_a_merge_is_read_on_a_phone(
    signed_in_page, books, boats, rooms, today, at, accessible
):
    told = {"today": today, "at": at, "by": "vera", "why": "by e-mail", "first_date": today}
    agree_terms(account=boats, text="2/10 net 60", **told)
    page = signed_in_page
    page.set_viewport_size(PHONE)
    form = reverse("account_correct", args=[books.code, boats.pk])
    page.goto(f"{form}?do=merge&to={rooms.pk}")
    accessible(page)
    page.get_by_label("Why").fill("the same firm")
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("heading", name="Where the two say different things")).to_be_visible()
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Post it").click()
    expect(page.get_by_text("It can be undone on the page Correct.")).to_be_visible()
