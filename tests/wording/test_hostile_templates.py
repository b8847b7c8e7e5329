"""A template can be wrong; it cannot be slow, and it cannot look around."""

from __future__ import annotations

from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.kernel.errors import Refusal
from recoup.wording.limits import _FILTERS, SOURCE_MAX
from recoup.wording.render import render_template
from recoup.wording.templates import check_template, from_source
from tests.wording.examples import DEBTOR, message

SECONDS = 0.3


def source(body, subject="{{ creditor }}"):
    return f"subject: {subject}\n---\n{body}\n\n{{{{ invoices }}}}\n\n{{{{ totals }}}}\n"


def doubling(filter_text):
    return (
        "{% assign a = 'xxxxxxxxxx' %}" + f"{{% assign a = a | {filter_text} %}}" * 40 + "{{ a }}"
    )


HOSTILE = {
    "a huge loop": "{% for i in (1..1000000000) %}x{% endfor %}",
    "nested loops": "{% for i in (1..999) %}{% for j in (1..999) %}x{% endfor %}{% endfor %}",
    "a range, counted": "{% if (1..1000000000) contains 'x' %}x{% endif %}",
    "a range, joined": "{{ (1..1000000000) | join: ' ' }}",
    "a range from a text": "{% assign a = '(1..9)' %}{{ a }}",
    "text doubled": doubling("append: a"),
    "text multiplied": doubling("replace: 'x', 'xxxxxxxxxx'"),
    "text around every letter": doubling("replace: '', a"),
    "a filter switching escaping off": "{{ debtor | safe }}",
    "a filter of the library we left out": "{{ debtor | base64_encode }}",
    "lists glued": "{{ debtor | concat: debtor }}",
    "a file": "{% include 'words.toml' %}",
    "another template": "{% render 'final' %}",
    "an attribute": "{{ debtor.__class__.__mro__ }}",
    "a method": "{{ debtor.upper }}",
    "a very long number": "{{ " + "9" * 5000 + " | plus: 1 }}",
    "a very large number": "{{ '1e999999999' | plus: 1 }}",
    "no number at all": "{{ 'inf' | minus: 'nan' }}",
    "deep nesting": "{% if true %}" * 500 + "x" + "{% endif %}" * 500,
    "deep brackets": "{{ a" + "[a" * 2000 + "]" * 2000 + " }}",
    "a long condition": "{% if " + " and ".join(["true"] * 2000) + " %}x{% endif %}",
    "tags never closed": "{{ " * 5000,
    "a quote never closed": "{{ '" + "a" * 15_000,
    "too much of it": "x" * (SOURCE_MAX + 1),
    "control characters": "a\x02invoices\x03b",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_template_ends_quickly_in_a_sentence(body):
    start = process_time()
    with pytest.raises(Refusal) as caught:
        render_template(from_source(source(body), "en"), "en", message())
    assert process_time() - start < SECONDS
    assert len(caught.value.sentence) < 400
    assert "Traceback" not in caught.value.sentence


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_template_does_not_pass_the_check(body):
    assert check_template(source(body))


@given(
    st.lists(st.sampled_from(sorted(_FILTERS)), min_size=1, max_size=4),
    st.lists(st.sampled_from(["''", "'x'", "-1", "0", "1e9", "nil", "true", "count", "debtor"])),
)
def test_no_chain_of_filters_escapes_the_fence(filters, arguments):
    given_to_all = f": {', '.join(arguments)}" if arguments else ""
    chain = " | ".join(f"{each}{given_to_all}" for each in filters)
    text = source(f"{{{{ debtor | {chain} }}}}")
    with suppress(Refusal):
        render_template(from_source(text, "en"), "en", message())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ debtor | upcase }}", "BROOK & DAUGHTERS"),
        ("{{ contact | default: debtor }}", "Brook & Daughters"),
        ("{{ reference | prepend: 'No. ' }}", "No. D-204"),
        ("{% assign left = count | plus: 1 %}{{ left }} left", "2 left"),
        ("{% case count %}{% when 1 %}one{% else %}many{% endcase %}", "one"),
        ("{% unless credit %}no credit{% endunless %}", "no credit"),
        ("{{ debtor | truncate: 8 }}", "Brook..."),
        ("{% comment %}{{ nobody }}{% endcomment %}kept", "kept"),
    ],
)
def test_what_a_template_needs_is_there(body, said):
    text = render_template(from_source(source(body), "en"), "en", message()).text
    assert text.startswith(said + "\n")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (source("Dear {{ debtr }},"), "'debtr'"),
        (source("Dear {{ contact }},"), "contact"),
        (source("{{ credit }} {{ answer_by }}"), "if"),
        (source("{% if count == 1 %}a{% endfi %}"), "endfi"),
        (source("{{ debtor | shout }}"), "shout"),
        ("Dear {{ debtor }},", "subject:"),
        (source("x", "{% if false %}x{% endif %}"), "subject empty"),
        ("subject: x\nmore\n---\nbody", "subject:"),
        ("subject: x\n---\nDear {{ debtor }},", "'totals'"),
    ],
)
def test_the_check_names_the_problem(text, problem):
    assert any(problem in each for each in check_template(text))


def test_an_optional_fact_may_be_used_where_it_exists():
    assert check_template(source("{% if contact %}Dear {{ contact }},{% endif %}")) == []


@pytest.mark.parametrize(
    "text", [source("We ask for {{ totals }} now."), source("x", "{{ totals }}")]
)
def test_a_laid_out_part_stands_in_a_paragraph_of_its_own(text):
    with pytest.raises(Refusal, match="paragraph of their own"):
        render_template(from_source(text, "en"), "en", message())
    assert any("paragraph of their own" in each for each in check_template(text))


def test_markup_in_a_template_stays_text():
    said = render_template(from_source(source("<b>{{ debtor }}</b>"), "en"), "en", message())
    assert "&lt;b&gt;Brook &amp; Daughters&lt;/b&gt;" in said.html
    assert f"<b>{DEBTOR.name}</b>" in said.text


def test_a_template_with_windows_line_ends_is_the_same_template():
    text = source("Dear {{ debtor }},\n\nplease.")
    one = render_template(from_source(text, "en"), "en", message())
    other = render_template(from_source(text.replace("\n", "\r\n"), "en"), "en", message())
    assert one.text == other.text
