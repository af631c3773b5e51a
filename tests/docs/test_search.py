"""The search of the site shows the right page first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import page_names, text_of
from tests.docs.search import Search
from tests.unit.operations import FAMILY, Facts, each_of_family

# the first of them waits for the build
pytestmark = [pytest.mark.pages, pytest.mark.timeout(240)]

RETRIES = ("reliability", "#what-is-retried")
CAMPAIGNS = ("fleet", "#which-campaigns-there-are")
PAGES = ("fleet", "#which-devices-can-be-upgraded")
LICENSES = ("controllers/software-management-licenses-v3", "")


@pytest.fixture(scope="module")
def search(site: Path) -> Search:
    return Search.of(site)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        *((query, CAMPAIGNS) for query in ("list campaigns", "List campaign", "find campaigns")),
        *((query, LICENSES) for query in ("license", "licenses", "License")),
        *((query, ("fleet", "#which-of-them-have-a-license")) for query in ("licence", "licences")),
        *((query, RETRIES) for query in ("retry", "retries", "retrying", "backoff")),
        *((query, PAGES) for query in ("pagination", "paginate", "cursor")),
        *((query, RETRIES) for query in ("rate limit", "rate limits", "Rate limiting", "too many requests")),
        *((query, RETRIES) for query in ("idempotent", "idempotence")),
        ("callbacks", ("controllers/software-management-callbacks-v3", "")),
        ("RateLimitError", ("errors", "#ratelimiterror")),
        ("errors", ("errors", "")),
        ("sandbox", ("sandbox", "")),
        ("timeout", ("reliability", "#time")),
        ("proxy", ("reliability", "#network")),
        ("csv", ("cli", "#devices-from-a-file")),
        ("changelog", ("changelog", "")),
    ],
)
def test_a_word_of_the_field_leads_to_the_place_that_tells_of_it(
    search: Search, query: str, place: tuple[str, str]
) -> None:
    first = search.results(query)[0]
    assert (first.page, first.anchor) == place


@each_of_family
def test_a_method_is_found_by_its_name_and_by_the_words_of_it(search: Search, facts: Facts) -> None:
    groups = {
        f"controllers/{each.group.replace('_', '-')}" for each in FAMILY if each.python_method == facts.python_method
    }
    for query in (facts.python_method, facts.python_method.replace("_", " ")):
        found = search.results(query)[: len(groups)]
        assert {(each.page, each.anchor) for each in found} == {
            (group, f"#{facts.python_method.replace('_', '-')}") for group in groups
        }


def test_no_page_comes_twice_for_the_same_section(search: Search) -> None:
    for query in ("license", "retry", "sandbox", "callbacks"):
        places = [(each.page, each.anchor) for each in search.results(query)]
        assert len(places) == len(set(places))


def test_a_term_that_a_guide_names_leads_to_one_place(search: Search) -> None:
    named = [
        term.strip()
        for page in page_names()
        for terms in re.findall(r"<!-- index: (.+?) -->", text_of(page), re.DOTALL)
        for term in terms.split(",")
    ]
    assert {"retry", "pagination", "list campaigns"} <= set(named)
    assert [term for term in named if len(search.entries()[term]) != 1] == []


# the ranking itself, with an index made by hand

INDEX = {
    "docnames": ["a", "b", "c"],
    "titles": ["Apples", "Bread", "Carrots"],
    "alltitles": {"Apples": [[0, None]], "Bread": [[1, None]], "Carrots": [[2, None]], "Bread rolls": [[2, "rolls"]]},
    "terms": {"bread": [0, 2], "seed": 0, "rolling": 1},
    "titleterms": {"appl": 0, "bread": [1, 2], "carrot": 2, "roll": 2},
    "indexentries": {"seeds": [[1, "seeds", True]], "crumb": [[0, "", False]]},
    "objects": {"food": [[1, 0, 1, "loaf", "Loaf"]]},
    "objnames": {"0": ["py", "class", "Python class"]},
}
POINTS = {
    "objNameMatch": 11,
    "objPartialMatch": 6,
    "objPrioDefault": 0,
    "0": 15,
    "1": 5,
    "2": -5,
    "title": 15,
    "partialTitle": 7,
    "term": 5,
    "partialTerm": 2,
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("bread", [("Bread", 16), ("Carrots", 15), ("Apples", 5)]),
        ("bread roll", [("Bread", 15), ("Carrots", 15), ("Carrots > Bread rolls", 14)]),
        ("seed", [("Bread", 80), ("Apples", 5)]),
        ("loaf", [("food.Loaf", 16)]),
        ("food loaf", [("food.Loaf", 16)]),
        ("roll", [("Carrots", 15), ("Bread", 2)]),
        ("bread seed", [("Apples", 5)]),
        ("the", []),
        ("crumb", [("Apples", 100)]),
    ],
)
def test_lines_are_ordered_by_their_best_match(query: str, found: list[tuple[str, int]]) -> None:
    assert [(each.title, each.score) for each in Search(INDEX, POINTS).results(query)] == found


def test_the_points_are_those_of_the_site(search: Search) -> None:
    assert search.points == POINTS
