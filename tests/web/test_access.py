"""Access: every page asks, and a creditor one does not serve does not exist."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import get_resolver, reverse

from recoup.access import Act, allowed, asks, may
from recoup.books import files, second
from recoup.books.accept import accept_by_link
from recoup.books.models import (
    Account,
    Advice,
    BankAccount,
    ColumnMapVersion,
    ContactPoint,
    DebtEvent,
    HoldRecord,
    Intent,
    MoneyRequest,
    OpenItem,
    PolicyVersion,
    Proposal,
    Receipt,
    Run,
    SameMoney,
    Seat,
    SetAsideRow,
    SourceFile,
    StatementLine,
    TermsAcceptance,
    TermsLink,
)
from recoup.books.note import NewEvent, note_event
from recoup.books.treat import NewHold, set_hold
from recoup.engine.bundle import Hold
from recoup.law.debt import Happened
from tests.web.cash_books import paid_in, told_apart
from tests.web.terms_books import offered

# Every page: who may, and how it is asked. A new page without a row here fails the build.
PUBLIC = {"home", "account_login", "account_logout", "terms_offer"}
LOOK, DO = "get", "post"
PAGES = {
    "today": (Act.SEE, LOOK),
    "accounts": (Act.SEE, LOOK),
    "account": (Act.SEE, LOOK),
    "account_panel": (Act.SEE, LOOK),
    "account_why": (Act.SEE, LOOK),
    "account_correct": (Act.APPLY, LOOK),
    "account_correct_preview": (Act.APPLY, DO),
    "account_correct_do": (Act.APPLY, DO),
    "account_correct_undo": (Act.APPLY, DO),
    "account_law": (Act.SEE, LOOK),
    "note_event": (Act.TREAT, DO),
    "take_back_event": (Act.TREAT, DO),
    "limitation": (Act.SEE, LOOK),
    "set_hold": (Act.TREAT, DO),
    "end_hold": (Act.TREAT, DO),
    "add_contact": (Act.TREAT, DO),
    "change_contact": (Act.TREAT, DO),
    "find": (Act.SEE, LOOK),
    "messages": (Act.SEE, LOOK),
    "message": (Act.SEE, LOOK),
    "message_html": (Act.SEE, LOOK),
    "message_source": (Act.SEE, LOOK),
    "resolve": (Act.RELEASE, DO),
    "act": (Act.RELEASE, DO),
    "act_on_marked": (Act.RELEASE, DO),
    "approve_run": (Act.RELEASE, DO),
    "stop_run": (Act.RELEASE, DO),
    "cash": (Act.SEE, LOOK),
    "cash_settled": (Act.SEE, LOOK),
    "cash_left_out": (Act.SEE, LOOK),
    "cash_line": (Act.SEE, LOOK),
    "cash_sum": (Act.SEE, DO),
    "cash_preview": (Act.APPLY, DO),
    "cash_preview_all": (Act.APPLY, LOOK),
    "cash_accept": (Act.APPLY, DO),
    "cash_accept_marked": (Act.APPLY, DO),
    "cash_settle": (Act.APPLY, DO),
    "cash_on_account": (Act.APPLY, DO),
    "cash_leave_out": (Act.APPLY, DO),
    "cash_undo": (Act.APPLY, DO),
    "cash_undo_last": (Act.APPLY, DO),
    "cash_requests": (Act.SEE, LOOK),
    "cash_approve": (Act.APPROVE, DO),
    "cash_decline": (Act.APPROVE, DO),
    "receipt": (Act.SEE, LOOK),
    "receipt_bounce": (Act.APPLY, DO),
    "receipt_refund": (Act.APPLY, DO),
    "give_up_rest": (Act.APPLY, DO),
    "bank": (Act.SEE, LOOK),
    "bank_account": (Act.SEE, LOOK),
    "bank_file": (Act.SEE, LOOK),
    "bank_upload": (Act.IMPORT, DO),
    "bank_take": (Act.IMPORT, DO),
    "bank_gap": (Act.IMPORT, DO),
    "bank_close": (Act.IMPORT, DO),
    "bank_reopen": (Act.IMPORT, DO),
    "bank_layout": (Act.SEE, LOOK),
    "bank_layout_correct": (Act.IMPORT, DO),
    "bank_layout_forget": (Act.IMPORT, DO),
    "mailbox": (Act.SEE, LOOK),
    "imports": (Act.SEE, LOOK),
    "upload": (Act.IMPORT, DO),
    "source_file": (Act.SEE, LOOK),
    "take": (Act.IMPORT, DO),
    "set_aside": (Act.SEE, LOOK),
    "correct_row": (Act.IMPORT, LOOK),
    "dismiss_row": (Act.IMPORT, DO),
    "aging": (Act.SEE, LOOK),
    "aging_csv": (Act.SEE, LOOK),
    "aging_xlsx": (Act.SEE, LOOK),
    "advices": (Act.SEE, LOOK),
    "advice": (Act.SEE, LOOK),
    "advice_upload": (Act.IMPORT, DO),
    "advice_take": (Act.IMPORT, DO),
    "advice_settle": (Act.APPLY, DO),
    "twice": (Act.SEE, LOOK),
    "same_decide": (Act.APPLY, DO),
    "same_apart": (Act.APPLY, DO),
    "same_line": (Act.APPLY, DO),
    "charges": (Act.SEE, LOOK),
    "act_on_charges": (Act.APPLY, DO),
    "item_interest": (Act.SEE, LOOK),
    "item_interest_pdf": (Act.SEE, LOOK),
    "item_interest_xlsx": (Act.SEE, LOOK),
    "calculator": (Act.SEE, LOOK),
    "calculator_pdf": (Act.SEE, LOOK),
    "calculator_xlsx": (Act.SEE, LOOK),
    "journal": (Act.SEE, LOOK),
    "journal_csv": (Act.SEE, LOOK),
    "journal_json": (Act.SEE, LOOK),
    "statement": (Act.SEE, LOOK),
    "statement_pdf": (Act.SEE, LOOK),
    "statement_xlsx": (Act.SEE, LOOK),
    "policy": (Act.SEE, LOOK),
    "policy_edit": (Act.PUBLISH, LOOK),
    "policy_version": (Act.SEE, LOOK),
    "law": (Act.SEE, LOOK),
    "law_of": (Act.SEE, LOOK),
    "terms": (Act.SEE, LOOK),
    "terms_pdf": (Act.SEE, LOOK),
    "terms_account_pdf": (Act.SEE, LOOK),
    "terms_text": (Act.SEE, LOOK),
    "terms_agree": (Act.TREAT, DO),
    "terms_link": (Act.TREAT, DO),
    "terms_accepted": (Act.TREAT, DO),
    "terms_revoke": (Act.TREAT, DO),
    "settings": (Act.SEE, LOOK),
    "save_details": (Act.MANAGE, DO),
    "save_role": (Act.MANAGE, DO),
    "change_role": (Act.MANAGE, DO),
}
ROLES = {
    "owner": set(Act),
    "controller": {Act.SEE, Act.RELEASE, Act.TREAT, Act.APPLY, Act.APPROVE, Act.IMPORT},
    "viewer": {Act.SEE},
    "": set(),
}


def routes():
    """Every named address of the web app with its view."""
    found = {}
    for name, places in get_resolver().reverse_dict.lists():
        if isinstance(name, str):
            found[name] = places
    return found


def named(creditor):
    """What stands in the addresses of one creditor's pages."""
    mine = {"creditor": creditor}
    return {
        "account_id": Account.objects.filter(**mine).first().pk,
        "contact_id": ContactPoint.objects.filter(**mine).first().pk,
        "event_id": DebtEvent.objects.filter(**mine).first().pk,
        "hold_id": HoldRecord.objects.filter(**mine).first().pk,
        "intent_id": Intent.objects.filter(**mine).first().pk,
        "run_id": Run.objects.filter(**mine).first().pk,
        "version_id": PolicyVersion.objects.filter(**mine).first().pk,
        "file_id": SourceFile.objects.filter(**mine).first().pk,
        "row_id": SetAsideRow.objects.filter(**mine).first().pk,
        "line_id": StatementLine.objects.filter(**mine).first().pk,
        "proposal_id": Proposal.objects.filter(**mine).first().pk,
        "request_id": MoneyRequest.objects.filter(**mine).first().pk,
        "receipt_id": Receipt.objects.filter(**mine).first().pk,
        "item_id": OpenItem.objects.filter(**mine).first().pk,
        "bank_account_id": BankAccount.objects.filter(**mine).first().pk,
        "layout_id": ColumnMapVersion.objects.filter(**mine).first().pk,
        "seat_id": Seat.objects.filter(**mine).first().pk,
        "law_code": "IE",
        "link_id": TermsLink.objects.filter(**mine).first().pk,
        "acceptance_id": TermsAcceptance.objects.filter(**mine).first().pk,
        "advice_id": Advice.objects.filter(**mine).first().pk,
        "same_id": SameMoney.objects.filter(**mine).first().pk,
        "other_id": Receipt.objects.filter(**mine).last().pk,
        "verb": "hold",
        # What one page alone means by a word of its address.
        "advice_take": {"file_id": Advice.objects.filter(**mine).first().source_file_id},
        "advice_settle": {"verb": "dismiss"},
        "act_on_charges": {"verb": "waive"},
    }


def address(name, code, words):
    """The address of a page, filled from what the creditor has."""
    wanted = get_resolver().reverse_dict.getlist(name) or routes()[name]
    parameters = wanted[0][0][0][1]
    values = {"code": code} | words | words.get(name, {})
    return reverse(name, kwargs={each: values[each] for each in parameters})


@pytest.fixture
def furnished(decided, other, today, at):
    """Both creditors with one of everything that an address can name."""
    for each in (decided, other):
        paid_in(each, today, at)
        account = Account.objects.filter(creditor=each).first()
        link = offered(account, today, at)
        accept_by_link(link=link, person="Jo Ahorn", today=today, at=at)
        new = NewHold(reason=Hold.MANUAL, first_date=today)
        set_hold(account=account, new=new, today=today, at=at, by="vera")
        owed = OpenItem.objects.filter(account=account, open_minor__gt=1).first()
        second.ask_to_give_up(
            item=owed, kind="write_off", amount_minor=1, today=today, at=at, by="vera", why="x"
        )
        sent = NewEvent(Happened.LETTER_OF_CLAIM, today)
        note_event(account=account, new=sent, today=today, at=at, by="vera")
        told_apart(each, today, at)
        brought = SourceFile.objects.create(
            creditor=each, name="a.csv", sha256="0" * 64, size_bytes=3, received_at=at, by="vera"
        )
        files.original(brought).parent.mkdir(parents=True, exist_ok=True)
        files.original(brought).write_bytes(b"a,b\n")
        files.save_column_map(
            creditor=each, kind="bank", name="Bank", header_fingerprint="b", at=at, by="vera",
            column_map={"header": ["Day", "Sum"],
                        "bank_map": {"columns": {"booked_date": "Day", "amount": "Sum"}}},
        )  # fmt: skip
        SetAsideRow.objects.create(
            creditor=each, source_file=brought, line=2, code="x", reason="R.", remedy="M.", raw=[]
        )
    return decided, other


@pytest.fixture
def another_seat(furnished, django_user_model):
    """Somebody with a seat at each creditor, for the addresses that name a seat."""
    for each in furnished:
        login = django_user_model.objects.create_user(f"seat-{each.code}")
        Seat.objects.create(login=login, creditor=each, role="viewer")
    return furnished


def test_every_page_is_in_the_table():
    assert set(routes()) == PUBLIC | set(PAGES)


def views(patterns):
    """Every named view below these patterns."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern.url_patterns)
        else:
            yield pattern.name, pattern.callback


def test_every_page_asks_for_the_act_in_the_table():
    asked = {
        name: view.act for name, view in views(get_resolver().url_patterns) if name not in PUBLIC
    }
    assert asked == {name: act for name, (act, _) in PAGES.items()}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_what_it_may_and_nothing_else(another_seat, person, role):
    mine, _ = another_seat
    client = person(role)
    words = named(mine)
    for name, (act, how) in PAGES.items():
        answer = getattr(client, how)(address(name, mine.code, words))
        if not role:
            assert answer.status_code == 404, name
        elif act not in ROLES[role]:
            assert answer.status_code == 403, name
        else:
            assert answer.status_code in (200, 302), (name, answer.status_code)


@pytest.mark.parametrize("role", ["owner", "controller", "viewer"])
def test_another_creditors_pages_do_not_exist(another_seat, person, role):
    _, theirs = another_seat
    client = person(role)
    words = named(theirs)
    for name, (_, how) in PAGES.items():
        answer = getattr(client, how)(address(name, theirs.code, words))
        assert answer.status_code == 404, name


def test_another_creditors_things_do_not_exist_under_ones_own_address(another_seat, owner):
    mine, theirs = another_seat
    ours, words = named(mine), named(theirs)
    for name, (_, how) in PAGES.items():
        page = address(name, mine.code, words)
        if page == address(name, mine.code, ours) or name == "act_on_marked":
            continue
        assert getattr(owner, how)(page).status_code == 404, name


def test_marking_another_creditors_message_does_nothing(another_seat, owner):
    mine, theirs = another_seat
    message = Intent.objects.filter(creditor=theirs).first()
    owner.post(reverse("act_on_marked", args=[mine.code, "hold"]), {"intent": message.pk})
    message.refresh_from_db()
    assert message.state == "waiting"


def test_who_is_not_signed_in_is_asked_to(another_seat):
    mine, _ = another_seat
    words = named(mine)
    for name, (_, how) in PAGES.items():
        answer = getattr(Client(), how)(address(name, mine.code, words))
        assert answer.status_code == 302
        assert answer.url.startswith("/sign-in/?next=/c/lindenhof/")


@pytest.mark.parametrize("name", sorted(name for name, (_, how) in PAGES.items() if how == DO))
def test_asking_for_an_act_with_get_is_refused(another_seat, owner, name):
    mine, _ = another_seat
    assert owner.get(address(name, mine.code, named(mine))).status_code == 405


def test_nothing_a_page_answers_is_kept(another_seat, owner):
    mine, _ = another_seat
    words = named(mine)
    for name, (_, how) in PAGES.items():
        answer = getattr(owner, how)(address(name, mine.code, words))
        assert answer["Cache-Control"] == "no-store", name


def test_a_form_without_its_token_is_refused(decided, person):
    client = person("owner")
    client.handler.enforce_csrf_checks = True
    run = Run.objects.get(creditor=decided)
    assert client.post(reverse("approve_run", args=[decided.code, run.pk])).status_code == 403


def test_a_role_we_do_not_know_may_nothing(creditor, login):
    seat = Seat(login=login, creditor=creditor, role="emperor")
    assert not any(may(seat, act) for act in Act)


def test_a_login_is_allowed_only_where_it_has_a_seat(creditor, other, login):
    assert allowed(login, creditor, Act.MANAGE)
    assert not allowed(login, other, Act.SEE)
    assert not allowed(AnonymousUser(), creditor, Act.SEE)


def test_a_page_carries_its_act():
    page = asks(Act.TREAT)(lambda request, seat: None)
    assert page.act is Act.TREAT
