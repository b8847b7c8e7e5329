"""A policy's conditions asked about plain words: for the slow reference of the engine."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from decimal import Decimal
from functools import cache


def holds(source: str, words: Mapping[str, object]) -> bool | None:
    """True, False, or None when a fact that decides it is unknown."""
    return _value(_parsed(source), words)


@cache
def _parsed(source):
    return ast.parse(source.strip(), mode="eval").body


def _value(node, words):
    if isinstance(node, ast.BoolOp):
        stop = isinstance(node.op, ast.Or)
        values = [_value(part, words) for part in node.values]
        if stop in values:
            return stop
        return None if None in values else not stop
    if isinstance(node, ast.UnaryOp):
        value = _value(node.operand, words)
        if value is None:
            return None
        return not value if isinstance(node.op, ast.Not) else -value
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, words), _value(node.right, words)
        if left is None or right is None:
            return None
        if isinstance(node.op, ast.Add):
            return left + right
        return left - right if isinstance(node.op, ast.Sub) else left * right
    if isinstance(node, ast.Name):
        word = words[node.id]
        return Decimal(word) if isinstance(word, int) else word
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else Decimal(str(node.value))
    assert isinstance(node, ast.Compare)
    verdicts = []
    left = _value(node.left, words)
    for operator, right_node in zip(node.ops, node.comparators, strict=True):
        if isinstance(operator, ast.In | ast.NotIn):
            found = None if left is None else left in [_value(e, words) for e in right_node.elts]
            verdicts.append(found if found is None or isinstance(operator, ast.In) else not found)
            continue
        right = _value(right_node, words)
        verdicts.append(None if left is None or right is None else _compare(operator, left, right))
        left = right
    return False if False in verdicts else None if None in verdicts else True


def _compare(operator, left, right):
    by_kind = {
        ast.Eq: left.__eq__, ast.NotEq: left.__ne__, ast.Lt: left.__lt__, ast.LtE: left.__le__,
        ast.Gt: left.__gt__, ast.GtE: left.__ge__,
    }  # fmt: skip
    return by_kind[type(operator)](right)
