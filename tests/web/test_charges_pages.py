"""Charges on pages: what runs, what waits, what people decide, and the sheet behind each figure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from recoup.books.charge import tell_refused
from recoup.books.models import Charge, OpenItem
from recoup.books.publish import publish_policy
from recoup.jobs.charges.night import charge
from recoup.policy import document

SECTION = """
charges:
  interest: {basis: statutory, mode: invoice}
  compensation: {mode: invoice}
  courtesy_waiver: none
  approval: propose
"""
ANNOUNCED = SECTION.replace("mode: invoice", "mode: announce")


@pytest.fixture
def charging(books, at):
    """The creditor publishes a policy with a section of charges."""

    def publish(section=SECTION):
        text = document.standard().text.replace("\nsegments:\n", f"{section}\nsegments:\n", 1)
        publish_policy(creditor=books, name="standard", text=text, at=at, by="vera")
        return books

    return publish


@pytest.fixture
def proposed(charging, today, at):
    """A night later, what is charged once waits for a person."""
    creditor = charging()
    charge(creditor, as_of=today, at=at, by="worker")
    return creditor


def address(creditor, tab):
    return f"{reverse('charges', args=[creditor.code])}?tab={tab}"


def test_what_is_announced_runs_and_is_in_no_balance(person, charging):
    creditor = charging(ANNOUNCED)
    page = person("viewer").get(address(creditor, "running")).content.decode()
    assert "Tidewater Boats" in page
    assert "T-1" in page
    assert Charge.objects.count() == 0


def test_the_account_says_what_being_late_costs_so_far(person, charging, account_named):
    creditor = charging(ANNOUNCED)
    account = account_named("Tidewater")
    page = person("viewer").get(reverse("account", args=[creditor.code, account.pk]))
    assert "Interest and charges" in page.content.decode()
    assert "a day" in page.content.decode()


def test_a_controller_charges_the_marked(person, proposed):
    waiting = list(Charge.objects.filter(state="proposed").values_list("pk", flat=True))
    assert waiting
    act = reverse("act_on_charges", args=[proposed.code, "post"])
    person("controller").post(act, {"charge": waiting})
    assert set(Charge.objects.values_list("state", flat=True)) == {"invoiced"}
    page = person("viewer").get(address(proposed, "charged")).content.decode()
    assert "Invoiced, due" in page


def test_waiving_needs_a_reason_and_keeps_it(person, proposed):
    first = Charge.objects.order_by("pk").first()
    client = person("controller")
    act = reverse("act_on_charges", args=[proposed.code, "waive"])
    told = client.post(act, {"charge": first.pk}, follow=True).content.decode()
    assert "waived for a reason" in told
    client.post(act, {"charge": first.pk, "reason": "good customer"})
    first.refresh_from_db()
    assert (first.state, first.closed_why) == ("waived", "good customer")
    assert "good customer" in client.get(address(proposed, "waived")).content.decode()


def test_charges_of_others_are_not_touched(person, proposed, other):
    ours = list(Charge.objects.values_list("pk", flat=True))
    act = reverse("act_on_charges", args=[other.code, "waive"])
    person("controller", other).post(act, {"charge": ours, "reason": "not mine"})
    assert not Charge.objects.filter(state="waived").exists()


def test_the_sheet_of_an_item_ties_to_what_runs(person, charging):
    creditor = charging(ANNOUNCED)
    item = OpenItem.objects.get(document__number="T-1")
    page = reverse("item_interest", args=[creditor.code, item.pk])
    client = person("viewer")
    # 300.00 for 45 days: 10.27 % of the first half of 2026, and what lies before.
    shown = client.get(page, {"language": "en"}).content.decode()
    assert "Statutory interest, Germany" in shown
    pdf = client.get(reverse("item_interest_pdf", args=[creditor.code, item.pk]))
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    book = client.get(reverse("item_interest_xlsx", args=[creditor.code, item.pk]))
    assert b"".join(book.streaming_content).startswith(b"PK")


@pytest.mark.parametrize("number", ["N-1", "T-1"])
def test_without_charges_or_lateness_the_sheet_says_why(person, books, number):
    item = OpenItem.objects.get(document__number=number)
    page = person("viewer").get(reverse("item_interest", args=[books.code, item.pk]))
    assert page.status_code == 200
    assert "charges no interest" in page.content.decode()


def test_the_pages_are_readable_by_everyone_and_one_charges_with_the_mouse(
    signed_in_page, accessible, proposed
):
    page = signed_in_page
    page.goto(address(proposed, "decide"))
    accessible(page)
    page.get_by_label("Mark all").check()
    page.get_by_role("button", name="Charge the marked").click()
    expect(page.get_by_role("status")).to_contain_text("charged")
    page.goto(address(proposed, "charged"))
    accessible(page)
    page.goto(address(proposed, "running"))
    accessible(page)


def test_what_the_last_night_could_not_charge_is_told_with_its_reason(books, owner, today):
    account = books.account_set.order_by("pk").first()
    at = datetime(today.year, today.month, today.day, 6, tzinfo=UTC)
    day = books.run_set.order_by("-as_of").values_list("as_of", flat=True).first() or today
    tell_refused(account=account, why="The amount is out of range.", today=day, at=at, by="night")
    said = owner.get(reverse("charges", args=[books.code])).text
    assert "The amount is out of range." in said
    assert account.name.split()[0] in said
    said = owner.get(reverse("today", args=[books.code])).text
    assert "not charged last night" in said
