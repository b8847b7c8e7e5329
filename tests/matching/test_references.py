"""Structured references: a slip in any digit is seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.engine.matching.references import creditor_references, rf_is_valid, rf_of, schemes

PAYLOADS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=21)


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("RF18 5390 0754 7034", "rf"),
        ("21 00000 00003 13947 14300 09017", "qr"),
        ("+++090/9337/55493+++", "ogm"),
        ("1234566", "luhn"),
        ("1232", "viite"),
    ],
)
def test_a_reference_of_each_scheme_is_known(text: str, scheme: str) -> None:
    assert scheme in schemes(text)


@pytest.mark.parametrize("text", ["", "RF", "RF18 5390 0754 7035", "hello", "090933755494", "1"])
def test_what_has_no_right_check_digits_is_of_no_such_scheme(text: str) -> None:
    assert not {"rf", "qr", "ogm"} & set(schemes(text))


@given(PAYLOADS)
def test_a_made_reference_is_valid_and_found_in_text_around_it(payload: str) -> None:
    made = rf_of(payload)
    assert rf_is_valid(made)
    assert any(
        made.startswith(found) or found.startswith(made)
        for found in creditor_references(f"XX{made}")
    )


@given(PAYLOADS.filter(len), st.data())
def test_one_wrong_character_is_never_valid(payload: str, data: st.DataObject) -> None:
    made = rf_of(payload)
    place = data.draw(st.integers(4, len(made) - 1))
    kind = "0123456789" if made[place].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    other = data.draw(st.sampled_from([each for each in kind if each != made[place]]))
    assert not rf_is_valid(made[:place] + other + made[place + 1 :])
