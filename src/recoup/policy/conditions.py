"""Conditions: short expressions over named columns, compiled to columns of integers.

    balance >= 500 and days_past_due > 30 and tier in ("B", "C")

Our own small compiler over Python's parser: only the words of `policy.words` exist, and there
are no calls, attributes, indexes or powers, so a condition can neither run anything nor run
away. Amounts are written in the currency's own units (`500`, `12.50`) and compared exactly:
all are scaled to ten-thousandths, the finest unit of any currency, in 128-bit integers. A
condition that cannot be decided, because a fact is unknown, does not hold.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from operator import and_, or_

import polars as pl

from recoup.kernel.errors import Refusal
from recoup.policy.words import AMOUNT_SCALE, Kind, Word

LENGTH_MAX = 500
NODES_MAX = 150
DEPTH_MAX = 20
# Within 128 bits with room to spare; what could exceed it is refused when compiled.
SIZE_MAX = 10**36

_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_NUMBER = re.compile(r"(?<![\w.])\.?\d[\w.]*")
_PLAIN_NUMBER = re.compile(r"\d{1,13}(\.\d{1,4})?")

_COMPARE: Mapping[type[ast.cmpop], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ast.Eq: pl.Expr.eq,
    ast.NotEq: pl.Expr.ne,
    ast.Lt: pl.Expr.lt,
    ast.LtE: pl.Expr.le,
    ast.Gt: pl.Expr.gt,
    ast.GtE: pl.Expr.ge,
}
_EQUALITY = (ast.Eq, ast.NotEq)


class ConditionRefusal(Refusal):
    """A condition that does not compile, and the column (from 1) where it goes wrong."""

    def __init__(self, column: int, sentence: str) -> None:
        super().__init__("condition-unreadable", sentence)
        self.column = column


@dataclass(frozen=True)
class _Term:
    """A compiled part: its kind, its columns, and for numbers their digits and size."""

    kind: Kind
    expression: pl.Expr
    name: str
    scale: int = 0
    size: int = 0
    values: tuple[str, ...] = ()
    # The text of a literal, to be checked against the values of a word.
    literal: str | None = None


def compile_condition(source: str, words: Mapping[str, Word]) -> pl.Expr:
    """The condition as an expression that is never null; ConditionRefusal when it is none."""
    tree = _parse(source)
    term = _Compiler(source, words).term(tree, 0)
    if term.kind is not Kind.TRUTH:
        raise ConditionRefusal(
            1, f"{term.name} is {term.kind}, not a question. Compare it, as in `balance >= 500`."
        )
    return term.expression.fill_null(value=False)


def _parse(source: str) -> ast.expr:
    if len(source) > LENGTH_MAX:
        raise ConditionRefusal(
            LENGTH_MAX, f"A condition has at most {LENGTH_MAX} characters; this has {len(source)}."
        )
    for position, letter in enumerate(source, start=1):
        if letter == "\\" or not letter.isprintable():
            raise ConditionRefusal(
                position, "Backslashes and control characters mean nothing here."
            )
    # Python accepts 0x1F, 1_000, 1e9 and 3j; people who write policies should not have to.
    without_text = _STRING.sub(lambda found: " " * len(found.group()), source)
    for found in _NUMBER.finditer(without_text):
        if not _PLAIN_NUMBER.fullmatch(found.group()):
            raise ConditionRefusal(
                found.start() + 1,
                f"{found.group()} is not a plain number. Write up to 13 digits, and up to 4"
                " after a point.",
            )
    try:
        return ast.parse(source.strip(), mode="eval").body
    except SyntaxError as error:
        raise ConditionRefusal(
            error.offset or 1, f"The condition cannot be read: {error.msg}."
        ) from error
    except (MemoryError, RecursionError) as error:
        raise ConditionRefusal(1, "The condition is nested too deeply.") from error


class _Compiler:
    """One condition's words, and how many parts of it have been seen."""

    def __init__(self, source: str, words: Mapping[str, Word]) -> None:
        self._source = source.strip().encode()
        self._indent = len(source) - len(source.lstrip())
        self._words = words
        self._nodes = 0

    def term(self, node: ast.expr, depth: int) -> _Term:
        """Compile one part, and what is inside it."""
        self._nodes += 1
        if depth > DEPTH_MAX or self._nodes > NODES_MAX:
            raise self._refusal(node, "The condition has too many parts; make it shorter.")
        match node:
            case ast.BoolOp():
                return self._joined(node, depth)
            case ast.UnaryOp(op=ast.Not()):
                return self._truth(~self._question(node.operand, depth).expression, "this")
            case ast.UnaryOp(op=ast.USub()):
                inner = self._number(node.operand, depth)
                # Polars has no negation in 128 bits.
                negated = pl.lit(0, pl.Int128) - inner.expression
                return replace(inner, expression=negated, name=f"-{inner.name}")
            case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult()):
                return self._arithmetic(node, depth)
            case ast.Compare():
                return self._comparison(node, depth)
            case ast.Name():
                return self._word(node)
            case ast.Constant():
                return self._literal(node)
        raise self._refusal(
            node,
            'This cannot be used in a condition. Use the listed words, numbers, "text",'
            " comparisons, `and`, `or`, `not`, `in`, +, - and *.",
        )

    def _refusal(self, node: ast.expr, sentence: str) -> ConditionRefusal:
        # Python counts bytes; people count letters.
        before = self._source[: node.col_offset].decode(errors="replace")
        return ConditionRefusal(len(before) + self._indent + 1, sentence)

    @staticmethod
    def _truth(expression: pl.Expr, name: str) -> _Term:
        return _Term(Kind.TRUTH, expression, name)

    def _question(self, node: ast.expr, depth: int) -> _Term:
        term = self.term(node, depth + 1)
        if term.kind is not Kind.TRUTH:
            raise self._refusal(
                node, f"{term.name} is {term.kind}, not a question. Compare it with something."
            )
        return term

    def _number(self, node: ast.expr, depth: int) -> _Term:
        term = self.term(node, depth + 1)
        if term.kind not in (Kind.AMOUNT, Kind.NUMBER, Kind.LITERAL):
            raise self._refusal(node, f"{term.name} is {term.kind}; one cannot calculate with it.")
        return term

    def _joined(self, node: ast.BoolOp, depth: int) -> _Term:
        parts = [self._question(part, depth).expression for part in node.values]
        return self._truth(reduce(and_ if isinstance(node.op, ast.And) else or_, parts), "this")

    def _word(self, node: ast.Name) -> _Term:
        word = self._words.get(node.id)
        if word is None:
            close = difflib.get_close_matches(node.id, self._words, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"Known: {', '.join(self._words)}."
            raise self._refusal(node, f"Nothing here is called {node.id}. {hint}")
        scale = AMOUNT_SCALE if word.kind is Kind.AMOUNT else 0
        return _Term(word.kind, word.expression, node.id, scale, word.size, word.values)

    def _literal(self, node: ast.Constant) -> _Term:
        if isinstance(node.value, str):
            shown = f'"{node.value}"'
            return _Term(Kind.TEXT, pl.lit(node.value, pl.String), shown, literal=node.value)
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise self._refusal(node, f"{node.value!r} cannot be used; compare a word instead.")
        text = self._source[node.col_offset : node.end_col_offset].decode()
        digits = len(text.partition(".")[2])
        value = int(Decimal(text).scaleb(digits))
        return _Term(Kind.LITERAL, pl.lit(value, pl.Int128), text, digits, value)

    def _arithmetic(self, node: ast.BinOp, depth: int) -> _Term:
        left = self._number(node.left, depth)
        right = self._number(node.right, depth)
        if isinstance(node.op, ast.Mult):
            return self._product(node, left, right)
        left, right = self._alike(node, left, right)
        expression = (
            left.expression + right.expression
            if isinstance(node.op, ast.Add)
            else left.expression - right.expression
        )
        kind = right.kind if left.kind is Kind.LITERAL else left.kind
        sum_ = _Term(kind, expression, "this", left.scale, left.size + right.size)
        return self._sized(node, sum_)

    def _product(self, node: ast.expr, left: _Term, right: _Term) -> _Term:
        if left.kind is right.kind is Kind.AMOUNT:
            raise self._refusal(node, "An amount times an amount is no amount.")
        kind = max(left.kind, right.kind, key=[Kind.LITERAL, Kind.NUMBER, Kind.AMOUNT].index)
        product = _Term(
            kind,
            left.expression * right.expression,
            "this",
            left.scale + right.scale,
            left.size * right.size,
        )
        return self._sized(node, product)

    def _sized(self, node: ast.expr, term: _Term) -> _Term:
        if term.size > SIZE_MAX:
            raise self._refusal(node, "These numbers are too large to calculate with exactly.")
        return term

    def _alike(self, node: ast.expr, left: _Term, right: _Term) -> tuple[_Term, _Term]:
        """Both with the same digits; refused when one is an amount and one a count."""
        if Kind.LITERAL not in (left.kind, right.kind) and left.kind is not right.kind:
            raise self._refusal(
                node,
                f"{left.name} is {left.kind} and {right.name} is {right.kind};"
                " they cannot be compared or added.",
            )
        scale = max(left.scale, right.scale)
        first, second = (
            self._sized(
                node,
                replace(
                    term,
                    expression=term.expression * pl.lit(10 ** (scale - term.scale), pl.Int128),
                    scale=scale,
                    size=term.size * 10 ** (scale - term.scale),
                )
                if scale > term.scale
                else term,
            )
            for term in (left, right)
        )
        return first, second

    def _comparison(self, node: ast.Compare, depth: int) -> _Term:
        questions = []
        left_node = node.left
        for operator, right_node in zip(node.ops, node.comparators, strict=True):
            left = self.term(left_node, depth + 1)
            if isinstance(operator, ast.In | ast.NotIn):
                found = self._one_of(left_node, left, right_node, depth)
                questions.append(found if isinstance(operator, ast.In) else ~found)
            elif type(operator) in _COMPARE:
                right = self.term(right_node, depth + 1)
                questions.append(self._compared(left_node, left, operator, right))
            else:
                raise self._refusal(right_node, "`is` is not used here; write == or !=.")
            left_node = right_node
        return self._truth(reduce(and_, questions), "this")

    def _one_of(self, at: ast.expr, left: _Term, node: ast.expr, depth: int) -> pl.Expr:
        if not isinstance(node, ast.Tuple | ast.List) or not node.elts:
            raise self._refusal(node, '`in` wants a list, as in `tier in ("B", "C")`.')
        members: Sequence[_Term] = [self.term(each, depth + 1) for each in node.elts]
        equal = [self._compared(at, left, ast.Eq(), member) for member in members]
        return reduce(or_, equal)

    def _compared(self, node: ast.expr, left: _Term, operator: ast.cmpop, right: _Term) -> pl.Expr:
        if Kind.TRUTH in (left.kind, right.kind):
            raise self._refusal(node, "A comparison cannot be compared again; join with `and`.")
        compare = _COMPARE[type(operator)]
        if left.kind is not Kind.TEXT and right.kind is not Kind.TEXT:
            first, second = self._alike(node, left, right)
            return compare(first.expression, second.expression)
        if left.kind is not right.kind:
            raise self._refusal(
                node, f"{left.name} is {left.kind} and {right.name} is {right.kind}."
            )
        if not isinstance(operator, _EQUALITY):
            raise self._refusal(node, "Text is equal or not; it has no order. Use ==, != or in.")
        for word, literal in ((left, right), (right, left)):
            self._check_value(node, word, literal.literal)
        return compare(left.expression, right.expression)

    def _check_value(self, node: ast.expr, word: _Term, literal: str | None) -> None:
        if literal is None or not word.values or literal in word.values:
            return
        close = difflib.get_close_matches(literal, word.values, n=1)
        hint = f'Did you mean "{close[0]}"?' if close else f"Known: {', '.join(word.values)}."
        raise self._refusal(node, f'{word.name} is never "{literal}". {hint}')
