"""XPath 1.0 as a tree: https://www.w3.org/TR/1999/REC-xpath-19991116, without variables and namespaces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAX_TOKENS: Final = 400
"""Names, signs and strings of the longest expression that is read; those of ftr-site-config have some dozens."""
MAX_DEPTH: Final = 40
"""Levels of nesting; those of ftr-site-config have five."""

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<literal>"[^"]*"|'[^']*')
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<name>[^\W\d][\w.\-]*(?::(?!:)[^\W\d][\w.\-]*)?)
    |(?P<mark>//|::|\.\.|!=|<=|>=|[/.@|=<>+\-*()\[\],])
    )""",
    re.VERBOSE,
)
_LEVELS: Final = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
"""Operators, from those that bind least."""
_NODE_TYPES: Final = ("node", "text", "comment", "processing-instruction")


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions with an operator between them; `|` is one too."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path.

    Args:
        axis: such as `child`; written out also where it was abbreviated.
        test: a name, `*`, or a type of nodes such as `text()`.
        predicates: what stood in brackets.
    """

    axis: str
    test: str
    predicates: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from a start: `/` for the document, nothing for the node at hand, or an expression.

    Args:
        start: where it starts.
        steps: its steps; `//` is a step too.
        predicates: of the expression that it starts with.
    """

    start: Expression | str
    steps: tuple[Step, ...]
    predicates: tuple[Expression, ...] = ()


Expression = Text | Number | Call | Binary | Path
ANYWHERE: Final = Step("descendant-or-self", "node()")
"""What `//` stands for."""
HERE: Final = Step("self", "node()")
"""What `.` stands for."""


def parse(source: str) -> Expression:
    """Return an expression as a tree.

    Args:
        source: XPath 1.0.

    Raises:
        ValueError: it is none, or it is longer or nested deeper than any honest one.

    >>> parse("//p[@id='x']").steps[1].predicates[0].operator
    '='
    """
    reader = _Reader(_tokens(source))
    expression = reader.binary(0)
    if reader.kind:
        raise ValueError(f"{reader.token!r} is not expected there")
    return expression


def _tokens(source: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at, end = 0, len(source.rstrip())
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None:
            raise ValueError(f"{source[at : at + 12].strip()!r} cannot be read")
        kind = match.lastgroup or ""
        tokens.append((kind, match[kind]))
        at = match.end()
        if len(tokens) > MAX_TOKENS:
            raise ValueError(f"longer than {MAX_TOKENS} tokens")
    return tokens


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._at, self._depth = [*tokens, ("", "")], 0, 0

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def token(self) -> str:
        return self._tokens[self._at][1]

    def binary(self, level: int) -> Expression:
        if level == 0:
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
        if level == len(_LEVELS):
            return self._union()
        left = self.binary(level + 1)
        while self.kind != "literal" and self.token in _LEVELS[level]:
            left = Binary(self._take(), left, self.binary(level + 1))
        if level == 0:
            self._depth -= 1
        return left

    def _union(self) -> Expression:
        if self._is("-"):
            self._take()
            return Binary("-", Number(0), self._path())
        left = self._path()
        while self._is("|"):
            self._take()
            left = Binary("|", left, self._path())
        return left

    def _path(self) -> Expression:
        following = self._tokens[min(self._at + 1, len(self._tokens) - 1)][1]
        is_call = self.kind == "name" and following == "(" and self.token not in _NODE_TYPES
        if not (self.kind in ("literal", "number") or self._is("(") or is_call):
            return self._location()
        start = self._primary()
        predicates = self._predicates()
        if not predicates and not self._is("/", "//"):
            return start
        return Path(start, self._steps() if self._is("/", "//") else (), predicates)

    def _primary(self) -> Expression:
        kind, token = self.kind, self._take()
        if kind == "literal":
            return Text(token[1:-1])
        if kind == "number":
            return Number(float(token))
        if token == "(":  # noqa: S105
            inner = self.binary(0)
            self._expect(")")
            return inner
        self._expect("(")
        arguments = []
        while not self._is(")"):
            arguments.append(self.binary(0))
            if not self._is(")"):
                self._expect(",")
        self._expect(")")
        return Call(token, tuple(arguments))

    def _location(self) -> Path:
        if self._is("/", "//"):
            return Path("/", self._steps())
        return Path("", (self._step(), *self._steps()))

    def _steps(self) -> tuple[Step, ...]:
        steps = []
        while self._is("/", "//"):
            if self._take() == "//":
                steps.append(ANYWHERE)
            steps.append(self._step())
        return tuple(steps)

    def _step(self) -> Step:
        if self._is("..", "."):
            axis = "parent" if self._take() == ".." else "self"
            return Step(axis, "node()", self._predicates())
        axis = "child"
        if self._is("@"):
            self._take()
            axis = "attribute"
        elif self.kind == "name" and self._tokens[self._at + 1][1] == "::":
            axis = self._take()
            self._expect("::")
        if not (self.kind == "name" or self._is("*")):
            raise ValueError(f"a step is missing before {self.token!r}" if self.kind else "it ends too early")
        test = self._take()
        if self._is("(") and test in _NODE_TYPES:
            self._take()
            self._expect(")")
            test += "()"
        return Step(axis, test, self._predicates())

    def _predicates(self) -> tuple[Expression, ...]:
        found = []
        while self._is("["):
            self._take()
            found.append(self.binary(0))
            self._expect("]")
        return tuple(found)

    def _is(self, *marks: str) -> bool:
        return self.kind == "mark" and self.token in marks

    def _take(self) -> str:
        token = self.token
        if not self.kind:
            raise ValueError("it ends too early")
        self._at += 1
        return token

    def _expect(self, mark: str) -> None:
        if not self._is(mark):
            raise ValueError(f"{mark!r} is missing before {self.token!r}" if self.kind else f"{mark!r} is missing")
        self._take()
