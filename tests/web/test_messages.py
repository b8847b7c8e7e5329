"""Messages: the exact mail, and what a person decides about it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from recoup.books.models import Attempt, Intent, Message
from recoup.books.outbox import message_bytes
from recoup.jobs.decide import decide
from recoup.jobs.schedule import schedule
from recoup.web import decided as decisions
from recoup.web.message import read


@pytest.fixture
def do(decided, owner, message_to):
    """One act on the message to an account; the message after it."""

    def act(verb, name="Bäckerei", **said):
        message = message_to(name)
        owner.post(reverse("act", args=[decided.code, message.pk, verb]), said)
        message.refresh_from_db()
        return message

    return act


@pytest.fixture
def tab(decided, owner):
    """A tab of the outbox as text."""
    return lambda query: owner.get(f"{reverse('messages', args=[decided.code])}?{query}").text


def test_a_message_is_approved_alone(do):
    assert do("approve").state == "pending"
    assert Intent.objects.filter(state="waiting").count() == 1


def test_a_message_is_held_back_and_released(do):
    held = do("hold", reason="on the phone with them")
    assert (held.state, held.reason) == ("held", "on the phone with them")
    assert do("resume").state == "pending"


def test_a_message_is_dropped_for_the_day_with_the_persons_name(do, tab):
    assert do("drop", reason="paid in cash").state == "cancelled"
    assert "owner@lindenhof.example: paid in cash" in tab("tab=withheld")


def test_an_act_that_comes_too_late_is_refused_in_words(do, owner, decided, tab):
    do("drop")
    do("approve")
    assert "This message is withheld by now. Reload the page." in tab("tab=going")


def test_an_act_nobody_knows_does_not_exist(decided, owner, message_to):
    message = message_to("Bäckerei")
    assert owner.post(reverse("act", args=[decided.code, message.pk, "burn"])).status_code == 404


def test_marked_messages_are_held_together(decided, owner):
    ids = list(Intent.objects.values_list("pk", flat=True))
    address = reverse("act_on_marked", args=[decided.code, "hold"])
    answer = owner.post(address, {"intent": [*ids, "x"]}, follow=True)
    assert "2 messages held back." in answer.text
    assert set(Intent.objects.values_list("state", flat=True)) == {"held"}


def test_the_preview_is_the_stored_mail_itself(decided, owner, message_to):
    message = message_to("Bäckerei")
    stored = Message.objects.get(intent=message)
    page = owner.get(reverse("message", args=[decided.code, message.pk])).text
    mail = read(message_bytes(stored))
    assert stored.subject in page
    assert "buch@sommer.example" in page
    assert "1.240,50" in mail.text
    source = owner.get(reverse("message_source", args=[decided.code, message.pk]))
    assert source.content == message_bytes(stored)
    assert source["Content-Type"] == "text/plain; charset=utf-8"
    assert source["X-Content-Type-Options"] == "nosniff"


def test_the_mail_is_framed_under_a_policy_of_its_own(decided, owner, message_to):
    message = message_to("Bäckerei")
    page = owner.get(reverse("message", args=[decided.code, message.pk])).text
    frame = owner.get(reverse("message_html", args=[decided.code, message.pk]))
    assert "<iframe sandbox " in page
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    assert frame["Content-Security-Policy"].endswith("sandbox")
    assert "script-src" not in frame["Content-Security-Policy"]


def test_a_message_that_is_not_written_yet_says_so(books, owner, message_to, today, at):
    schedule(decide(books, as_of=today), at=at, by="worker")
    message = message_to("Bäckerei")
    page = owner.get(reverse("message", args=[books.code, message.pk]))
    assert "This message is not written yet." in page.text
    assert owner.get(reverse("message_html", args=[books.code, message.pk])).status_code == 404


@pytest.fixture
def doubt(decided, message_to, at):
    """A message that may or may not have arrived."""
    message = message_to("Bäckerei")
    Attempt.objects.create(
        creditor=decided,
        intent=message,
        debtor=message.debtor,
        number=1,
        token="t",
        worker="w",
        state="in_doubt",
        claimed_at=at,
        gate_seq=1,
    )
    Intent.objects.filter(pk=message.pk).update(state="in_doubt")
    return message


@pytest.mark.parametrize(
    ("outcome", "evidence", "state"),
    [
        ("accepted", "queue id in the log", "accepted"),
        ("not_accepted", "no trace in the log", "pending"),
        ("accepted", "  ", "in_doubt"),
        ("perhaps", "a feeling", "in_doubt"),
    ],
)
def test_a_doubt_ends_only_with_evidence(decided, owner, doubt, outcome, evidence, state):
    address = reverse("resolve", args=[decided.code, doubt.pk])
    owner.post(address, {"outcome": outcome, "evidence": evidence})
    doubt.refresh_from_db()
    assert doubt.state == state


def test_what_is_in_doubt_stands_in_its_own_tab(tab, doubt):
    answer = tab("tab=doubt")
    assert "Bäckerei Sommer" in answer
    assert "It is never sent again by itself." in answer


def test_what_was_withheld_says_every_reason(tab):
    answer = tab("tab=withheld")
    assert "Quiet Rooms" in answer
    assert "There is no e-mail address to write to." in answer


@pytest.mark.parametrize(
    ("rule", "found"), [("no-address", True), ("unreachable", True), ("closed-day", False)]
)
def test_the_withheld_are_listed_by_rule(tab, rule, found):
    assert ("Quiet Rooms" in tab(f"tab=withheld&rule={rule}")) == found


def test_a_day_without_a_run_withheld_nothing(books, owner):
    page = owner.get(f"{reverse('messages', args=[books.code])}?tab=withheld")
    assert "Nothing was withheld today." in page.text
    assert decisions.blocked(None).is_empty()


def test_the_mailbox_shows_what_was_accepted_and_nothing_else(decided, owner, message_to):
    address = reverse("mailbox", args=[decided.code])
    assert "No mail yet." in owner.get(address).text
    message = message_to("Bäckerei")
    Intent.objects.filter(pk=message.pk).update(state="accepted")
    mail = Message.objects.get(intent=message)
    page = owner.get(address, {"mail": mail.pk}).text
    assert "buch@sommer.example" in page
    assert "ap@tidewater.example" not in page
    assert f"Message-ID</dt><dd>{mail.message_id[:4].replace('<', '&lt;')}" in page


def test_production_has_no_mailbox(decided, owner, settings):
    settings.ENVIRONMENT = "production"
    assert owner.get(reverse("mailbox", args=[decided.code])).status_code == 404
