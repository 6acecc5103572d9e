"""Selectors: what they name comes once, and in the order of the page."""

from __future__ import annotations

from cleaner.html.page import Page

SOURCE = """
<p class="lead body">The ferry was late.</p>
<p class="plea coin">Give us a coin.</p>
<div class="body"><p class="lead">The piano was heavy.</p></div>
"""


def test_an_element_that_two_selectors_of_a_list_name_is_taken_once() -> None:
    page = Page(SOURCE)
    assert [node.text for node in page.remove([".plea, .coin"])] == ["Give us a coin."]
    assert page.lines(".body, .lead").texts == ["The ferry was late.", "The piano was heavy."]


def test_elements_come_in_the_order_of_the_page_not_of_the_selectors() -> None:
    assert Page(SOURCE).lines("div, .plea").texts == ["Give us a coin.", "The piano was heavy."]
