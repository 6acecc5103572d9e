"""Rule files as they are written: what is read back is what was meant."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from cleaner.rulebook.document import read
from cleaner.rulebook.writing import as_yaml

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
CONTENT = st.dictionaries(
    st.sampled_from(["outlet", "name", "rules", "examples", "fingerprints"]),
    st.one_of(
        TEXT, st.lists(TEXT, max_size=3), st.lists(st.dictionaries(st.just("text"), TEXT, max_size=1), max_size=2)
    ),
    max_size=4,
)


@given(CONTENT, st.lists(st.text("abc #:\n-é“", max_size=30), max_size=2))
def test_what_is_written_is_read_back(content: dict[str, object], remarks: list[str]) -> None:
    assert (yaml.safe_load(as_yaml(content, remarks)) or {}) == content


def test_texts_of_many_lines_read_as_they_are_and_have_an_address() -> None:
    written = as_yaml({"examples": [{"text": "One.\n\nTwo.\n", "becomes": "same"}]}, ["A draft,\nin two lines."])
    assert written.startswith("# A draft,\n# in two lines.\nexamples:\n  - text: |\n      One.\n\n      Two.\n")
    assert read("x.yaml", written.encode()).data["examples"][0]["text"] == "One.\n\nTwo.\n"
