"""XPath to CSS, where both select the same elements of every page; anything else is refused with a reason.

No library that is kept up goes this way: `cssify` translates by one regex and takes `[1]` for `:nth-of-type(1)`
whatever stands before it; `cssselect` goes the other way only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from cleaner.imported.attributes import attribute, attribute_test
from cleaner.imported.refused import NODES, NOT_XPATH, NOTHING, TEXT, UNSAYABLE, NoSelector
from cleaner.imported.xpath import ANYWHERE, HERE, Binary, Call, Expression, Number, Path, Step, Text, parse

MAX_BRANCHES: Final = 32
"""Alternatives of one expression; those of ftr-site-config have three."""
MAX_COUNTED: Final = 400
"""Characters of the longest selector that is repeated inside another, which can double at each predicate."""
_TAG: Final = re.compile(r"[a-z][a-z0-9_-]*")
_COMBINATORS: Final = {"child": ">", "//": " ", "descendant": " ", "following-sibling": "~"}
_UPWARD: Final = {"parent": "{} > *", "ancestor": "{} *", "preceding-sibling": "{} ~ *"}
"""How an element is told by what is above or before it."""
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Compound:
    """What must be true of one element.

    Args:
        tag: its name, or `*`.
        conditions: simple selectors, such as `[id="x"]`.
    """

    tag: str = "*"
    conditions: tuple[str, ...] = ()

    def __str__(self) -> str:
        # lexbor 2.4 finds nothing for `:has(:is(p))` and all for `:has(*:is(p))`, so a `*` stays before a colon
        implied = self.tag == "*" and self.conditions and self.conditions[0].startswith("[")
        return ("" if implied else self.tag) + "".join(self.conditions)

    def having(self, *conditions: str) -> Compound:
        """Return it with more conditions."""
        return replace(self, conditions=(*self.conditions, *conditions))


Chain = tuple[tuple[str, Compound], ...]
"""Compounds, each with the combinator before it; the first of a whole selector has none."""


def css_of(source: str) -> str:
    """Return the CSS selector for what an XPath expression selects.

    Args:
        source: XPath 1.0 from the document.

    Raises:
        NoSelector: CSS cannot say it, or it selects no elements.

    >>> css_of("//div[@id='x']/p[contains(@class,'ad')]")
    'div[id="x"] > p[class*="ad"]'
    >>> css_of("//ul[contains(concat(' ',normalize-space(@class),' '),' tags ') or not(li)][last()]")
    'ul:nth-last-child(1 of :is(ul:is([class~="tags"], :not(:has(> li)))))'
    >>> css_of("//p[contains(., 'Read more')]")
    Traceback (most recent call last):
    cleaner.imported.refused.NoSelector: tests text, which CSS cannot
    """
    return ", ".join(selectors_of(read_xpath(source)))


def read_xpath(source: str) -> Expression:
    """Return an expression as a tree.

    Raises:
        NoSelector: it is no XPath.
    """
    try:
        return parse(source)
    except ValueError as e:
        raise NoSelector(NOT_XPATH, str(e)) from None


def selectors_of(expression: Expression) -> dict[str, Compound]:
    """Return CSS selectors that together select what an expression does, one for each of its alternatives.

    Returns:
        What each of them asks of the element that it selects.

    Raises:
        NoSelector: CSS cannot say it.
    """
    return {_rendered(chain): chain[-1][1] for chain in _chains(expression)}


def _chains(expression: Expression) -> list[Chain]:
    if isinstance(expression, Binary) and expression.operator == "|":
        return _union(alternatives(expression))
    if not isinstance(expression, Path):
        raise NoSelector(UNSAYABLE, f"{expression.name}()") if isinstance(expression, Call) else NoSelector(NODES)
    if isinstance(expression.start, str):
        chains = _walk([()], expression.steps)
        if () in chains:
            raise NoSelector(NODES, "the document itself")
        return chains
    chains = _chains(expression.start)
    for predicate in expression.predicates:
        chains = [(*c[:-1], (c[-1][0], _narrowed(c[-1][1], predicate, counted=False))) for c in chains]
    return _walk(chains, expression.steps)


def _walk(chains: list[Chain], steps: Sequence[Step]) -> list[Chain]:
    """Extend chains, of which an empty one stands for the document, by the steps of a path."""
    joined = _joined(steps)
    for n, (axis, step) in enumerate(joined):
        goes_on = axis == "parent" and step.test == "node()" and n + 1 < len(joined)
        if goes_on and any(chain and chain[-1][1].tag in ("*", "html") for chain in chains):
            raise NoSelector(UNSAYABLE, "a step from the document, which is above html")
        chains = [_extended(chain, axis, step) for chain in chains]
    return chains


def alternatives(expression: Expression) -> list[Expression]:
    """Return the expressions that a union joins; of another expression, itself."""
    found: list[Expression] = []
    while isinstance(expression, Binary) and expression.operator == "|":
        found.append(expression.right)
        expression = expression.left
    return [expression, *reversed(found)]


def _union(parts: Sequence[Expression]) -> list[Chain]:
    chains: list[Chain] = []
    for part in parts:
        try:
            chains += _chains(part)
        except NoSelector as e:
            if e.reason != NOTHING:
                raise
        if len(chains) > MAX_BRANCHES:
            raise NoSelector(UNSAYABLE, f"more than {MAX_BRANCHES} alternatives")
    if not chains:
        raise NoSelector(NOTHING)
    return chains


def _joined(steps: Sequence[Step]) -> list[tuple[str, Step]]:
    """Return steps with their axes; `//` joins the child step after it, and `.` goes."""
    joined: list[tuple[str, Step]] = []
    pending = False
    for step in steps:
        if step == HERE:
            continue
        if step == ANYWHERE:
            pending = True
            continue
        if pending and step.axis not in ("child", "descendant", "attribute"):
            raise NoSelector(UNSAYABLE, f"{step.axis} after //")
        joined.append(("//" if pending and step.axis == "child" else step.axis, step))
        pending = False
    if pending:
        raise NoSelector(NODES)
    return joined


def _extended(chain: Chain, axis: str, step: Step) -> Chain:
    if axis == "following-sibling" and step.test == "*" and step.predicates[:1] == (Number(1),):
        return _joined_by("+", chain, _compound(step, step.predicates[1:], counted=False))
    compound = _compound(step, step.predicates, counted=axis in ("child", "//"))
    if not chain:
        return _from_document(axis, compound)
    if axis in _COMBINATORS:
        if axis == "child" and compound.tag == "tr" and chain[-1][1].tag == "table":
            raise NoSelector(NOTHING, "parsers put a tbody between table and tr")
        return _joined_by(_COMBINATORS[axis], chain, compound)
    if axis == "self":
        combinator, last = chain[-1]
        return (*chain[:-1], (combinator, _both(last, compound)))
    before = _rendered(chain) if len(chain) == 1 else f"*:is({_rendered(chain)})"
    if axis == "parent":
        return (("", compound.having(f":has(> {before})")),)
    if axis == "ancestor":
        return (("", compound.having(f":has({before})")),)
    if axis == "preceding-sibling":
        return (("", compound.having(f":has(~ {before})")),)
    raise NoSelector(UNSAYABLE, f"axis {axis}")


def _joined_by(combinator: str, chain: Chain, compound: Compound) -> Chain:
    if not chain:
        raise NoSelector(NOTHING)
    return (*chain, (combinator, compound))


def _from_document(axis: str, compound: Compound) -> Chain:
    if axis in ("//", "descendant"):
        return (("", compound),)
    if axis == "child" and compound.tag in ("html", "*"):
        return (("", compound if compound.tag == "html" else compound.having(":root")),)
    raise NoSelector(NOTHING, "does it lack // at the beginning?")


def _both(one: Compound, other: Compound) -> Compound:
    if "*" not in (one.tag, other.tag) and one.tag != other.tag:
        raise NoSelector(NOTHING)
    return Compound(other.tag if one.tag == "*" else one.tag, (*one.conditions, *other.conditions))


def _rendered(chain: Chain) -> str:
    joined = "".join(
        f" {combinator} {compound}" if combinator.strip() else f" {compound}" for combinator, compound in chain
    )
    return joined.removeprefix(" ")


def _compound(step: Step, predicates: Sequence[Expression], *, counted: bool) -> Compound:
    """Return what a step asks of its element.

    Args:
        step: its axis is seen to elsewhere.
        predicates: those of its predicates that are still open.
        counted: its axis counts the children of one parent, as `:nth-child` does.
    """
    if step.test.endswith("()") and (step.test != "node()" or step.axis not in ("parent", "self")):
        raise NoSelector(TEXT if step.test == "text()" else NODES)
    if step.axis in ("attribute", "namespace"):
        raise NoSelector(NODES)
    tag = "*" if step.test == "node()" else step.test
    if tag != "*" and not _TAG.fullmatch(tag):
        known = tag.isascii() and ":" not in tag and "." not in tag
        raise NoSelector(NOTHING, "names are in small letters") if known else NoSelector(UNSAYABLE, f"the name {tag}")
    compound = Compound(tag)
    for predicate in predicates:
        compound = _narrowed(compound, predicate, counted=counted)
    return compound


def _narrowed(compound: Compound, predicate: Expression, *, counted: bool) -> Compound:
    """Return a compound with one more predicate."""
    if isinstance(predicate, Number) or predicate == Call("last") or _is_from_end(predicate):
        predicate = Binary("=", Call("position"), predicate)
    if isinstance(predicate, Binary) and predicate.operator == "and":
        left = _condition(predicate.left, compound, counted=counted)
        return compound.having(left, _condition(predicate.right, compound, counted=counted))
    condition = _condition(predicate, compound, counted=counted)
    if condition.startswith(":nth-") and condition.endswith(f" of :is({compound}))"):
        return Compound(compound.tag, (condition,))  # what it is counted among says the rest
    return compound.having(condition)


def _condition(e: Expression, compound: Compound, *, counted: bool) -> str:
    """Return simple selectors that hold where an expression is true.

    Args:
        e: a predicate, or a part of one.
        compound: what holds besides; places are counted among elements of that kind.
        counted: as for `_compound`.
    """
    if isinstance(e, Binary) and e.operator in ("and", "or"):
        parts = [_condition(part, compound, counted=counted) for part in (e.left, e.right)]
        return "".join(parts) if e.operator == "and" else f":is({', '.join(map(_bare, parts))})"
    if isinstance(e, Binary) and e.operator == "|":
        return _condition(Binary("or", e.left, e.right), compound, counted=counted)
    if isinstance(e, Call) and e.name in ("not", "boolean") and len(e.arguments) == 1:
        inner = _condition(e.arguments[0], compound, counted=counted)
        return f":not({_bare(inner)})" if e.name == "not" else inner
    if isinstance(e, Path) and e.start == "":
        return _of_attribute(e.steps, "", "") if _ends_in_attribute(e) else _related(e.steps, "")
    if isinstance(e, Binary) and e.operator in ("=", "!=", *_MIRRORED):
        return _compared(e, compound, counted=counted)
    if isinstance(e, Call) and e.name in ("contains", "starts-with") and len(e.arguments) == 2:
        steps, test = attribute_test(e.name, *e.arguments)
        return _related(steps, test)
    if isinstance(e, Call):
        raise NoSelector(UNSAYABLE, f"{e.name}()")
    raise NoSelector(UNSAYABLE)


def _bare(condition: str) -> str:
    """Return a condition as it stands alone: `:is(p)` may be `p`."""
    found = re.fullmatch(r":is\(([a-z][a-z0-9_-]*)\)", condition)
    return found[1] if found else condition


def _ends_in_attribute(path: Path) -> bool:
    return path.steps[-1].axis == "attribute" and not path.steps[-1].predicates


def _of_attribute(steps: Sequence[Step], operator: str, value: str) -> str:
    return _related(steps[:-1], attribute(steps[-1].test, operator, value))


def _related(steps: Sequence[Step], test: str) -> str:
    """Return the condition that steps lead to some element, and that it passes a test."""
    joined = _joined(steps)
    if not joined:
        if not test:
            raise NoSelector(UNSAYABLE, "is always true")
        return test
    (axis, first), rest = joined[0], [step for step in steps if step != HERE][1:]
    if axis == "self":
        compound = _compound(first, first.predicates, counted=False)
        tag = "" if compound.tag == "*" else f":is({compound.tag})"
        condition = tag + "".join(compound.conditions) + (_related(rest, test) if rest else test)
        if not condition:
            raise NoSelector(UNSAYABLE, "is always true")
        return condition
    if axis in _UPWARD:
        pattern, predicates = _UPWARD[axis], first.predicates
        if axis == "preceding-sibling" and first.test == "*" and predicates[:1] == (Number(1),):
            pattern, predicates = "{} + *", predicates[1:]
        compound = _compound(first, predicates, counted=False)
        if compound == Compound() and first.test == "node()" and not (rest or test):
            raise NoSelector(UNSAYABLE, "is always true")
        if rest or test:
            compound = compound.having(_related(rest, test) if rest else test)
        return f":is({pattern.format(compound)})"
    chain: Chain = (("", Compound()),)
    for axis, step in joined:
        if axis not in _COMBINATORS:
            raise NoSelector(UNSAYABLE, f"axis {axis} inside a predicate")
        chain = _extended(chain, axis, step)
    combinator, last = chain[-1]
    if test:
        chain = (*chain[:-1], (combinator, last.having(test)))
    return f":has({_rendered(chain[1:])})"


def _compared(e: Binary, compound: Compound, *, counted: bool) -> str:
    left, right, operator = e.left, e.right, e.operator
    if isinstance(left, Text | Number) or left == Call("last"):
        left, right, operator = right, left, _MIRRORED.get(operator, operator)
    if left == Call("position"):
        return _placed(operator, right, compound, counted=counted)
    if left in (Call("name"), Call("local-name")) and isinstance(right, Text) and operator in ("=", "!="):
        tag = f":is({_compound(Step('self', right.value), (), counted=False)})"
        return tag if operator == "=" else f":not({_bare(tag)})"
    if operator in ("=", "!=") and isinstance(right, Text):
        steps, test = attribute_test(operator, left, right)
        return _related(steps, test)
    raise NoSelector(UNSAYABLE, f"{operator} between these")


def _is_from_end(e: Expression) -> bool:
    return isinstance(e, Binary) and e.operator == "-" and e.left == Call("last") and isinstance(e.right, Number)


def _placed(operator: str, place: Expression, compound: Compound, *, counted: bool) -> str:
    """Return the condition on an element's place among its siblings of the same kind."""
    if not counted:
        raise NoSelector(UNSAYABLE, "a place among more than the children of one parent")
    from_end, number = False, place
    if place == Call("last"):
        from_end, number = True, Number(1)
    elif isinstance(place, Binary) and _is_from_end(place):
        from_end, number = True, place.right
        number = Number(number.value + 1) if isinstance(number, Number) else number
    if not isinstance(number, Number):
        raise NoSelector(UNSAYABLE, "a place that is not a number")
    n = int(number.value)
    if n != number.value or n < 1:
        raise NoSelector(NOTHING, "places are counted from 1")
    if from_end:
        operator = _MIRRORED.get(operator, operator)
    first = {"=": n, "!=": n, ">": n + 1, ">=": n, "<": n - 1, "<=": n}[operator]
    if first < 1:
        raise NoSelector(NOTHING)
    formula = {">": f"n+{first}", ">=": f"n+{first}", "<": f"-n+{first}", "<=": f"-n+{first}"}.get(operator, str(first))
    selector = _nth(compound, formula, from_end=from_end)
    return f":not({selector})" if operator == "!=" else selector


def _nth(compound: Compound, formula: str, *, from_end: bool) -> str:
    last = "last-" if from_end else ""
    if len(str(compound)) > MAX_COUNTED:
        raise NoSelector(UNSAYABLE, f"a place among elements that take more than {MAX_COUNTED} characters to say")
    if compound.conditions:  # lexbor 2.4 miscounts elements of more than one condition, unless `:is` makes them one
        return f":nth-{last}child({formula} of :is({compound}))"
    if compound.tag == "*":  # without `of`, lexbor counts the doctype as a sibling of html
        return f":nth-{last}child({formula} of *)"
    return f":{last or 'first-'}of-type" if formula == "1" else f":nth-{last}of-type({formula})"
