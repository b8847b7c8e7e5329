"""Policy documents: what is wrong is said with its line and a remedy; nothing in one can run."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.kernel.places import read
from recoup.policy.document import STANDARD_PATH, PolicyRefusal, Problem, load, standard, version_of
from recoup.policy.model import Policy
from recoup.policy.triggers import TriggerKind

TEXT = STANDARD_PATH.read_text(encoding="utf-8")


def problems(text: str) -> list[str]:
    with pytest.raises(PolicyRefusal) as refused:
        load(text)
    return [str(problem) for problem in refused.value.problems]


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new)


def test_the_standard_policy_is_free_of_problems_and_warnings():
    assert standard().warnings == ()


def test_the_standard_policy_is_patient():
    policy = standard().policy
    steps = policy.procedures[0].steps
    assert [(step.trigger.kind, step.trigger.days) for step in steps] == [
        (TriggerKind.DAYS_BEFORE_DUE, 3),
        (TriggerKind.ON_DUE, 0),
        (TriggerKind.DAYS_AFTER_DUE, 3),
        (TriggerKind.DAYS_AFTER_DUE, 10),
        (TriggerKind.DAYS_AFTER_DUE, 20),
    ]
    assert [step.final for step in steps] == [False, False, False, False, True]
    assert policy.contact.window.opens_minute == 8 * 60
    assert policy.contact.window.closes_minute == 18 * 60


def test_a_version_is_the_text_whatever_the_line_ends():
    assert load(TEXT.replace("\n", "\r\n")).version == standard().version
    assert version_of(TEXT + " ") != standard().version


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  weekdays:", "  weekdas:", "Did you mean weekdays?"),
        ("name: standard\n\ncontact", "nmae: standard\n\ncontact", "Did you mean name?"),
        ("opens: 08:00", "opens: 8", "opens must be text"),
        ("opens: 08:00", "opens: 8am", "write the time as 08:00"),
        ("opens: 08:00", "opens: 25:00", "write the time as 08:00"),
        ("factor_percent: 150", "factor_percent: 99", "at least 100"),
        ("floor: 50", "floor: 5.5", "whole number"),
        ("floor: 50", "floor: '50'", "whole number"),
        ("public_holidays: skip", "public_holidays: never", "'skip' or 'ignore'"),
        ("days_before_due: 3", "days_bfore_due: 3", "a trigger is `on_due` or one of"),
        ("days_before_due: 3", "days_before_due: 0", "use `on_due`"),
        ("days_before_due: 3", "day_of_month_after_due: 32", "from 1 to 31"),
        ("days_before_due: 3", "days_before_due: 99999", "at most 3650"),
        ("name: Due soon", "name: ''", "must not be empty"),
        ("code: upcoming", "code: Up coming", "small letters"),
        ("minimum_amounts: {EUR: 5", "minimum_amounts: {EUR: 5.001", "2 digits after the point"),
        ("JPY: 500, default: 5}\n", "JPY: 500.5, default: 5}\n", "0 digits after the point"),
        ("minimum_amounts: {EUR: 5", "minimum_amounts: {EUX: 5", "not a currency"),
        ("500, default: 5}\n", "500, default: 0.5}\n", "must be a whole number"),
        ("minimum_amounts: {EUR: 5", "minimum_amounts: {EUR: 99999999999999", "too large"),
        ("bank_data_days_max: 3", "bank_data_days_max: soon", "must be a whole number"),
        ("auto_post_percent: 99.5", "auto_post_percent: 100.5", "at most 100"),
        ("auto_post_percent: 99.5", "auto_post_percent: 5", "at least 50"),
        ("maybe_paid: hold", "maybe_paid: ask", "one of 'hold' or 'mention'"),
        ("maybe_paid: hold", "maybe_payd: hold", "Did you mean maybe_paid"),
        ("allocation: as_said", "allocation: newest", "'costs_interest_principal'"),
        (
            "write_off: {without_approval: {EUR: 5,",
            "write_off: {without_approval: {EUX: 5,",
            "not a currency",
        ),
        ("  discount_grace_days: 3", "  tolerances: {EUR: {short: 0.001}}", "2 digits after"),
        ("  discount_grace_days: 3", "  tolerances: {EUX: {}}", "not a currency"),
        ("final: true", "final: NO", "must be true or false"),
        ("final: true", "final: yes", "must be true or false"),
    ],
)
def test_a_slip_is_named_with_its_line(old, new, said):
    found = problems(changed(old, new))
    line = TEXT[: TEXT.index(old)].count("\n") + 1 + old.startswith("\n")
    matching = [problem for problem in found if said in problem]
    assert matching, found
    assert any(problem.startswith(f"line {line}, column ") for problem in matching), found


def test_what_is_missing_is_named_in_the_order_of_the_fields():
    # Texts hash differently in every process: in any other order this would fail now and then.
    said = [each.rpartition(":")[2].split()[0] for each in problems("name: short\n")]
    assert said == [field for field in Policy.model_fields if field in said]
    assert len(said) > 3


def test_all_slips_are_named_at_once_in_the_order_of_the_document():
    text = changed("  weekdays:", "  weekdas:").replace("factor_percent: 150", "factor_percent: 1")
    lines = [int(problem.split(",")[0].removeprefix("line ")) for problem in problems(text)]
    assert len(lines) == 3
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("closes: 18:00", "closes: 08:00", "nothing could ever be sent"),
        ("maybe_paid_percent: 20", "maybe_paid_percent: 99.9", "Lower it below auto_post_percent"),
        ("weekdays: [mon, tue, wed, thu, fri]", "weekdays: []", "No weekday is left"),
        ("contacts_per_7_days_max: 2", "contacts_per_7_days_max: 0", "cap of 0 in 7 days"),
        ("contacts_per_30_days_max: 6", "contacts_per_30_days_max: 0", "cap of 0 in 30 days"),
        ("days_after_due: 10}", "days_after_due: 2}", "comes up no later than first-reminder"),
        ("days_after_due: 3}", "days_after_previous: 3}", "counts from a message before it"),
        ("days_after_due: 20}", "on_due: 1}", "a trigger is `on_due` or one of"),
        ("trigger: {days_after_due: 20}", "trigger: on_due", "Move it up"),
        ("procedure: standard}", "procedure: standrd}", "There is no procedure standrd"),
        ("code: due-today", "code: upcoming", "2 steps are called upcoming"),
        ("        days_between: 3\n      - code: second",
         "        final: true\n      - code: second", "is final and not the last"),
        ("{name: everyone, procedure: standard}",
         "{name: a, procedure: standard}\n  - {name: b, procedure: standard}",
         "Segment b can never be reached"),
        ("{name: everyone, procedure: standard}",
         "{name: a, when: items > 1, procedure: standard}\n"
         "  - {name: b, when: items > 1, procedure: standard}\n"
         "  - {name: c, procedure: standard}",
         "a has the same condition"),
        ("{name: everyone, procedure: standard}",
         "{name: a, when: balence > 1, procedure: standard}", "Did you mean balance?"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(old, new, said):
    assert any(said in problem for problem in problems(changed(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("contacts_per_30_days_max: 6", "contacts_per_30_days_max: 1", "can then never be reached"),
        ("{name: everyone, procedure: standard}",
         "{name: a, when: items > 1, procedure: standard}", "some accounts belong to none"),
        ("auto_post_percent: 99.5", "auto_post_percent: 98", "one payment in 50 posted by itself"),
        ("procedures:\n", "procedures:\n  - name: spare\n    steps:\n      - {code: a, name: A, "
         "trigger: on_due, template: a}\n", "No segment uses procedure spare"),
    ],
)  # fmt: skip
def test_what_is_probably_not_meant_is_a_warning(old, new, said):
    assert any(said in warning.sentence for warning in load(changed(old, new)).warnings)


def test_a_fault_inside_a_condition_is_pointed_at():
    text = changed(
        "{name: everyone, procedure: standard}",
        "{name: a, when: 'items > 1 and tear == \"B\"', procedure: standard}",
    )
    (problem,) = [each for each in problems(text) if "tear" in each]
    line = text.splitlines()[int(problem.split(",")[0].removeprefix("line ")) - 1]
    column = int(problem.split("column ")[1].split(" ")[0])
    assert line[column - 1 :].startswith("tear")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "starts with `name:`"),
        ("- a", "starts with `name:`"),
        ("just words", "starts with `name:`"),
        ("a: &x 1\nb: *x", "aliases"),
        ("a: *x", "aliases"),
        ("a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]", "aliases"),
        ("a: !!python/object/apply:os.system [ls]", "Tags"),
        ("a: !x 1", "Tags"),
        ("%YAML 1.1\n---\na: 1", "Directives"),
        ("%TAG ! tag:x:\n---\na: 1", "Directives"),
        ("a: 1\n---\nb: 2", "second document"),
        ("a: 1\na: 2", "given twice"),
        ("? [a]\n: 1", "A key must be one word"),
        ("a: " + "9" * 5000, "at most 15 digits"),
        ("a: 0x1F", "plain decimal number"),
        ("a: 1e999", "plain decimal number"),
        ("a: .inf", "plain decimal number"),
        ("[" * 5000, "nested"),
        ("{a: " * 5000, "nested"),
        ("- " * 5000, "nested"),
        ("a: [" + "1," * 20_000 + "1]", "more than 10000 values"),
        ("a: " + "x" * 200_000, "longer than"),
        ("a: 'x", "not YAML"),
        ("a: \tb\n\t- c", "not YAML"),
        ("a: b: c", "not YAML"),
        ("\x00", "not YAML"),
        ("a: \ud800", "not YAML"),
    ],
)
def test_hostile_yaml_is_refused_quickly(text, said):
    started = time.process_time()
    assert any(said in problem for problem in problems(text))
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "word", ["NO", "on", "off", "yes", "y", "12:30", "1:30:00", "2026-01-01", "<<", "=", "1e"]
)
def test_words_that_yaml_1_1_would_bend_stay_words(word):
    assert read(f"a: [{word} , {word} ]").value == {"a": [word, word]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", 1), ("a: -1", -1), ("a: 007", 7), ("a: 1.50", Decimal("1.50")), ("a: true", True),
        ("a: null", None), ("a: ~", None), ("a:", None), ("a: '1'", "1"), ('a: "true"', "true"),
        ("a: |\n  x\n", "x\n"), ("a: []", []), ("a: {}", {}),
    ],
)  # fmt: skip
def test_plain_values_are_those_of_yaml_1_2(text, value):
    found = read(text).value
    assert found == {"a": value}
    assert type(found["a"]) is type(value)


@given(st.text(max_size=200))
def test_any_text_is_a_policy_or_a_refusal(text):
    with pytest.raises(PolicyRefusal):
        load(text)


@given(st.integers(min_value=0, max_value=len(TEXT) - 1), st.text(min_size=1, max_size=3))
def test_any_damage_to_the_standard_is_a_policy_or_a_refusal(at, noise):
    found: list[Problem] = []
    try:
        load(TEXT[:at] + noise + TEXT[at + 1 :])
    except PolicyRefusal as refusal:
        found = refusal.problems
    assert all(problem.line >= 1 and problem.sentence for problem in found)
