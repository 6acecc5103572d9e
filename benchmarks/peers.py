"""What else takes boilerplate out of text, each as a function that makes a text of a text or of a page.

jusText and boilerpy3 read HTML, so `as_page` hands them each line as a paragraph. The others read text. A library
is imported when its function is made, so that a benchmark needs only those it uses.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

Clean = Callable[[str], str]

_COUNTER = re.compile(
    r"\W*\d[\d.,]*[kmb]?\s+"
    r"(?:likes|shares|comments|retweets|reposts|quotes|bookmarks|upvotes|downvotes|downloads|views|followers)\W*"
)
_PROMPTS = re.compile(r"\s?items in cart|\s?read more\.\.\.$|^sign-in\s?", re.IGNORECASE)
LONGEST_PROMPT = 10
"""Words of the longest line in which RefinedWeb's rules look for a prompt."""


def as_page(text: str) -> str:
    """Return a page with each line that is not blank as a paragraph."""
    paragraphs = (f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
    return f"<html><body>{''.join(paragraphs)}</body></html>"


def justext() -> Clean:
    """Return jusText's cleaning of a page, with its English stop words and its defaults."""
    import justext

    stoplist = justext.get_stoplist("English")
    return lambda page: "\n".join(p.text for p in justext.justext(page, stoplist) if not p.is_boilerplate)


def boilerpy3() -> Clean:
    """Return boilerpy3's cleaning of a page by its extractor for articles."""
    from boilerpy3.extractors import ArticleExtractor

    extractor = ArticleExtractor()
    return lambda page: str(extractor.get_content(page))


def c4_lines(*, end_punctuation: bool) -> Clean:
    """Return the rules for lines of datatrove's C4 filter; its rules that drop whole documents are off.

    Args:
        end_punctuation: whether a line must end in punctuation; FineWeb goes without this rule.
    """
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter

    rules = C4QualityFilter(
        filter_no_terminal_punct=end_punctuation,
        min_num_sentences=-1,
        filter_lorem_ipsum=False,
        filter_curly_bracket=False,
    )

    def clean(text: str) -> str:
        document = Document(text=text, id="")
        rules.filter(document)
        return str(document.text)

    return clean


def refinedweb_lines(text: str) -> str:
    """Apply RefinedWeb's rules for lines.

    They are those of Penedo et al. 2023 (arXiv 2306.01116, appendix G.2) with the constants that DCLM published for
    them (github.com/mlfoundations/dclm, `baselines/baselines_configs/refinedweb.yaml` and
    `baselines/mappers/modifiers.py`). A line goes if over half of its characters are capitals, if all are digits, if
    it is a counter such as "3 likes", or if it has only one word. From lines of up to ten words, a few prompts are
    cut. The rule after them, to drop a document that lost over 5% of its words, is left out.
    """
    kept = []
    for line in map(str.strip, text.split("\n")):
        words = len(line.split())
        capitals, digits = sum(map(str.isupper, line)), sum(map(str.isdigit, line))
        if words < 2 or capitals > len(line) / 2 or digits == len(line) or _COUNTER.fullmatch(line.lower()):
            continue
        kept.append(_PROMPTS.sub("", line) if words <= LONGEST_PROMPT else line)
    return "\n".join(kept)
