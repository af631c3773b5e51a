"""Responses that come in pages: read one after the other, as the service says where the next one begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from fota_sdk.core.operation import Operation
from fota_sdk.core.route import FIRST_CURSOR, query_fault, query_text
from fota_sdk.exceptions import DecodeError, clip

Page = TypeVar("Page")
Item = TypeVar("Item")

_MOST_PAGES = 10_000


class Pages(Generic[Page, Item]):
    """What a paginated call returns: a loop over it reads page by page, and each loop begins anew.

    Nothing is sent before the first step. Each page is a call of its own, with its own time limit and retries. A
    `DecodeError` ends the loop where the service says that there is more but not from where, or what it said before;
    its `data` is the last page, and what came before has been handed out.

    Pages are no snapshot: where the account changes meanwhile, something may come twice or not at all. Count by id.
    """

    def __init__(
        self,
        call: Callable[..., Page],
        operation: Operation[Page],
        values: Mapping[str, Any],
        items: Callable[[Page], Iterable[Item] | None],
    ) -> None:
        self._call = call
        self._operation = operation
        self._values = values
        self._items = items

    def __iter__(self) -> Iterator[Item]:
        """Give the items of all pages, one by one."""
        for page in self.pages():
            items = self._items(page)
            if items is not None:
                yield from items

    def pages(self) -> Iterator[Page]:
        """Give whole pages, with their counters and cursors.

        Raises:
            DecodeError: A page does not say whether there are more, or does not lead on to them.
            FotaError: A page could not be read; what was handed out stays good. A loop that begins with the cursor
                of the last page goes on there.
        """
        name = str(self._operation.cursor)
        given = self._values.get(name)
        cursor = FIRST_CURSOR if given is None else query_text(given)
        seen = {cursor}
        while True:
            page: Any = self._call(self._operation, **{**self._values, name: cursor})
            if not isinstance(page.has_more_data, bool):
                raise self._error("the page does not say whether there are more (hasMoreData)", page)
            yield page
            if not page.has_more_data:
                return
            following = getattr(page, name)
            if query_fault(following, required=True) is not None:
                raise self._error(f"the page says that there are more, but not from where ({name})", page)
            if following in seen:
                raise self._error(f"the pages do not advance: {clip(repr(following), 60)} came before", page)
            if len(seen) >= _MOST_PAGES:
                raise self._error(f"there are more than {_MOST_PAGES} pages", page)
            seen.add(following)
            cursor = following

    def __repr__(self) -> str:
        return f"<Pages of {self._operation.name}>"

    def _error(self, what: str, page: Any) -> DecodeError:
        return DecodeError(
            what,
            "What was read before is whole. Call again later, or ask for what is missing by its id.",
            data=page.to_dictionary(),
            operation=self._operation.name,
        )
