"""The page on the numbers of a roll-out shows what the rules compute."""

from __future__ import annotations

import pytest

from tests.docs.pages import text_of
from tests.rollout import numbers


@pytest.mark.parametrize("name", numbers.TABLES)
def test_the_page_on_numbers_shows_these_tables(name: str) -> None:
    assert f"<!-- table: {name} -->\n\n{numbers.TABLES[name]()}\n\n" in text_of("doc/rollout-numbers.md")
