"""Liquid, fenced in: a template someone pasted can be wrong, never slow, never curious.

Only the tags and filters named here exist: a template holds sentences and choices, code makes
the tables, so there are no loops. Each filter first looks at the size of what it is given,
because the library's own limits do not reach inside a filter: a chain of `replace` would run for
as long as it likes. Ranges do not exist either: `(1..1000000000) contains "x"` counts them all.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any

from liquid import Environment
from liquid.ast import Node
from liquid.builtin import content, illegal, output
from liquid.builtin.filters.math import minus, plus
from liquid.builtin.filters.misc import default
from liquid.builtin.filters.string import (
    append,
    capitalize,
    downcase,
    prepend,
    replace,
    strip,
    truncate,
    upcase,
)
from liquid.builtin.tags import (
    assign_tag,
    case_tag,
    comment_tag,
    if_tag,
    inline_comment_tag,
    unless_tag,
)
from liquid.exceptions import FilterArgumentError, LiquidSyntaxError
from liquid.token import TOKEN_CONTENT
from liquid.undefined import FalsyStrictUndefined, is_undefined

SOURCE_MAX = 16_000
TEXT_MAX = 5_000
NUMBER_MAX = 10**15

_TAGS = (
    content.Literal,
    output.Output,
    illegal.Illegal,
    if_tag.IfTag,
    unless_tag.UnlessTag,
    case_tag.CaseTag,
    assign_tag.AssignTag,
    comment_tag.CommentTag,
    inline_comment_tag.InlineCommentTag,
)

_FILTERS: dict[str, Callable[..., Any]] = {
    "append": append,
    "capitalize": capitalize,
    "default": default,
    "downcase": downcase,
    "minus": minus,
    "plus": plus,
    "prepend": prepend,
    "replace": replace,
    "strip": strip,
    "truncate": truncate,
    "upcase": upcase,
}


def _check(name: str, value: object) -> None:
    """Refuse what a filter could take too long over, or was never meant for."""
    if is_undefined(value):
        return
    if isinstance(value, str):
        fits = len(value) <= TEXT_MAX
    elif isinstance(value, (int, float, Decimal)):
        fits = -NUMBER_MAX <= value <= NUMBER_MAX
    else:
        fits = value is None
    if not fits:
        raise FilterArgumentError(f"{name}: the value is too large or no text", token=None)


def _guarded(name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, which now measures its input before and its answer after."""

    @wraps(apply)
    def guarded(value: object, *args: object, **kwargs: object) -> object:
        for each in (value, *args):
            _check(name, each)
        if name == "replace" and args:
            _check_growth(value, args)
        answer: object = apply(value, *args, **kwargs)
        _check(name, answer)
        return answer

    return guarded


def _check_growth(value: object, args: tuple[object, ...]) -> None:
    """A replacement may put one text in thousands of places; count before doing it."""
    text, old = str(value), str(args[0])
    new = str(args[1]) if len(args) > 1 else ""
    places = text.count(old)
    if len(text) + places * len(new) > TEXT_MAX:
        raise FilterArgumentError("replace: the result is too large", token=None)


class FencedEnvironment(Environment):
    """Liquid without files, without HTML, and with an end in sight."""

    block_nesting_limit = 10
    context_depth_limit = 10
    local_namespace_limit = 50_000
    output_stream_limit = 100_000

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Only what this module names; a new release of the library adds nothing."""
        for tag in _TAGS:
            self.add_tag(tag)
        for name, apply in _FILTERS.items():
            self.add_filter(name, _guarded(name, apply))

    def _parse(self, source: str) -> list[Node]:
        """The nodes of a source that is short enough and holds no range."""
        if len(source) > SOURCE_MAX:
            raise LiquidSyntaxError(f"longer than {SOURCE_MAX} characters", token=None)
        for token in self.tokenizer()(source):
            if token.kind != TOKEN_CONTENT and ".." in token.value:
                raise LiquidSyntaxError("two dots have no meaning inside a tag", token=token)
        return super()._parse(source)


ENVIRONMENT = FencedEnvironment(undefined=FalsyStrictUndefined)
