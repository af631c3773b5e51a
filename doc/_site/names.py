"""Names of the package lead to where they are described."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

from _site.places import PACKAGE, full_name, places


class Names(SphinxTransform):
    """Makes links of the names that stand as code in a text."""

    default_priority = 500

    def apply(self, **kwargs: Any) -> None:
        """Look at each piece of code of the page that is no link yet."""
        page = self.env.docname
        for code in list(self.document.findall(nodes.literal)):
            name = full_name(code.astext())
            if name is None or places()[name].page == page or _is_link_or_heading(code):
                continue
            link = addnodes.pending_xref(
                "", code.deepcopy(), refdomain="py", reftype="obj", reftarget=f"{PACKAGE}.{name}", refwarn=True
            )
            code.parent.replace(code, link)


def _is_link_or_heading(node: nodes.Node | None) -> bool:
    while node is not None:
        if isinstance(node, (nodes.reference, nodes.title, nodes.rubric, addnodes.pending_xref)):
            return True
        node = node.parent
    return False
