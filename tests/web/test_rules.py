"""Policy and settings: read in words, changed by those who may."""

from __future__ import annotations

import pytest
from django.urls import reverse

from recoup.books.models import PolicyVersion, Seat
from recoup.policy import document
from recoup.policy.cash import Cash
from recoup.policy.model import Policy
from recoup.web.policy import comes_up, numbered, rules
from recoup.web.policy_money import money_rules

STANDARD = document.standard().text


@pytest.fixture
def send(creditor, owner):
    """Check a text, or publish it."""
    return lambda text, verb: owner.post(
        reverse("policy_edit", args=[creditor.code]), {"text": text, verb: "1"}, follow=True
    )


def test_the_policy_is_read_in_words(creditor, owner):
    answer = owner.get(reverse("policy", args=[creditor.code])).text
    assert "the standard policy, not published yet" in answer
    assert "3 days before it is due" in answer
    assert "at most 2 in 7 days and 6 in 30" in answer
    assert "what is at least 99.5 % sure; the rest is proposed" in answer
    assert "whose payment is in the bank and not applied, when it is 20 % sure" in answer
    assert "a payment that names nothing pays in the order of the law" in answer
    assert "at most EUR 5, USD 5, GBP 5" in answer


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        ({"days_before_due": 1}, "1 day before it is due"),
        ("on_due", "on the day it is due"),
        ({"days_after_due": 10}, "10 days late"),
        ({"business_days_after_due": 2}, "2 working days late"),
        ({"end_of_month_after_due": 5}, "5 days after the end of the month it is due in"),
        ({"day_of_month_after_due": 15}, "on day 15 of the month after it is due"),
        ({"days_after_previous": 7}, "7 days after the step before"),
    ],
)
def test_every_trigger_has_its_words(trigger, words):
    step = document.standard().policy.procedures[0].steps[0]
    changed = type(step).model_validate(step.model_dump() | {"trigger": trigger})
    assert comes_up(changed) == words


def test_a_policy_without_limits_is_told_as_such():
    plain = Policy.model_validate(
        document.standard().policy.model_dump()
        | {"bank_data_days_max": None, "first_import": None, "minimum_amounts": {}}
    )
    told = dict(rules(plain))
    assert told["Bank data"] == "no limit of age"
    assert told["Smallest amount"] == "none"
    assert told["Old debt at the first import"] == "starts with the first step"


def test_every_choice_about_money_has_its_words():
    chosen = Cash.model_validate(
        {
            "auto_post_percent": 100,
            "maybe_paid": "mention",
            "allocation": "costs_interest_principal",
            "discount_grace_days": 1,
            "tolerances": {"JPY": {"short": 50}},
            "write_off": {"without_approval": {}},
        }
    )
    told = dict(money_rules(chosen))
    assert told["Posted by itself"] == "nothing; everything is proposed"
    assert (
        told["Maybe paid already"]
        == "the message mentions a payment that is 20 % sure to be theirs"
    )
    assert told["Money pays"] == "costs first, then interest, then the oldest invoices"
    assert told["Early-payment discount"] == "may be taken 1 day after its last day"
    assert told["A payment may differ by"].startswith("JPY 2 in rounding, 50 short, 100 over")
    assert told["Given up by one person"] == "nothing; a second person approves everything"


def test_a_mistake_is_shown_at_its_line_and_nothing_is_published(send):
    answer = send(STANDARD.replace("days_between: 5", "days_betwen: 5"), "publish")
    assert answer.status_code == 422
    assert "Line 10" in answer.text
    assert "days_betwen" in answer.text
    assert not PolicyVersion.objects.exists()


def test_a_mistake_marks_its_own_line():
    text = STANDARD.replace("public_holidays: skip", "public_holidays: maybe")
    with pytest.raises(document.PolicyRefusal) as refused:
        document.load(text)
    marked = [line.text for line in numbered(text, refused.value.problems) if line.problems]
    assert marked == ["  public_holidays: maybe"]


def test_a_check_publishes_nothing(send):
    answer = send(STANDARD, "check")
    assert "It can be published." in answer.text
    assert not PolicyVersion.objects.exists()


def test_a_published_version_is_in_force_and_the_old_one_stays(creditor, owner, send):
    send(STANDARD, "publish")
    answer = send(STANDARD.replace("closes: 18:00", "closes: 17:00"), "publish")
    assert "08:00 to 17:00" in answer.text
    first, second = PolicyVersion.objects.order_by("pk")
    creditor.refresh_from_db()
    assert creditor.policy == second
    old = owner.get(reverse("policy_version", args=[creditor.code, first.pk])).text
    assert "closes: 18:00" in old


def test_line_ends_of_a_browser_make_no_new_version(send):
    send(STANDARD, "publish")
    send(STANDARD.replace("\n", "\r\n"), "publish")
    assert PolicyVersion.objects.count() == 1


@pytest.fixture
def save(creditor, owner):
    """Save the creditor's details, some of them changed."""
    said = {"name": "Lindenhof", "sender_email": "a@lindenhof.example"}
    return lambda **changes: (
        owner.post(reverse("save_details", args=[creditor.code]), said | changes, follow=True).text
    )


def test_the_details_are_what_debtors_see(creditor, save):
    save(phone="+49 40 1234", postal_address="Hafenstr. 3\r\n20457 Hamburg")
    creditor.refresh_from_db()
    assert creditor.phone == "+49 40 1234"
    assert creditor.postal_address == "Hafenstr. 3\n20457 Hamburg"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"name": " "}, "The name is empty."),
        ({"sender_email": "nobody"}, "nobody is not an e-mail address."),
        ({"bank_iban": "X" * 60}, "bank iban has more than 34 characters."),
    ],
)
def test_details_that_cannot_be_used_are_refused(creditor, save, changes, complaint):
    assert complaint in save(**changes)
    creditor.refresh_from_db()
    assert creditor.name == "Lindenhof Supplies"


@pytest.fixture
def give(creditor, owner):
    """Give a login a role by its e-mail address."""
    return lambda email, role: (
        owner.post(
            reverse("save_role", args=[creditor.code]), {"email": email, "role": role}, follow=True
        ).text
    )


def test_a_login_is_given_a_role_and_loses_it(creditor, owner, give, django_user_model):
    new = django_user_model.objects.create_user("n", "new@x.example")
    give("NEW@x.example", "controller")
    seat = Seat.objects.get(login=new)
    assert seat.role == "controller"
    owner.post(reverse("change_role", args=[creditor.code, seat.pk]), {"role": ""})
    assert not Seat.objects.filter(login=new).exists()


@pytest.mark.parametrize(
    ("email", "role", "complaint"),
    [
        ("nobody@x.example", "viewer", "Nobody signs in as nobody@x.example."),
        ("", "viewer", "Nobody signs in as that."),
        ("owner@lindenhof.example", "king", "is no role."),
        ("owner@lindenhof.example", "viewer", "This is the last owner."),
        ("owner@lindenhof.example", "", "This is the last owner."),
    ],
)
def test_a_role_that_cannot_be_given_is_refused(creditor, give, email, role, complaint):
    assert complaint in give(email, role)
    assert Seat.objects.get(creditor=creditor).role == "owner"
