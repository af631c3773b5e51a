"""The mutants of a module: made by cosmic-ray, with one operator more that takes a whole statement away."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import parso
from cosmic_ray.ast import ast_nodes
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator

# Of the many ways to replace an operator those that are next to it: a test that tells these apart tells the others.
_REPLACED = {
    "BinaryOperator": "Add_Sub Sub_Add Mul_FloorDiv Div_Mul FloorDiv_Mul Mod_Mul BitOr_BitAnd BitAnd_BitOr",
    "ComparisonOperator": "Eq_NotEq NotEq_Eq Lt_LtE LtE_Lt Gt_GtE GtE_Gt Is_IsNot IsNot_Is",
    "UnaryOperator": "Delete_Not Delete_USub",
}
_OTHERS = (
    "AddNot",
    "ExceptionReplacer",
    "NumberReplacer",
    "RemoveDecorator",
    "ReplaceAndWithOr",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ReplaceFalseWithTrue",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ZeroIterationForLoop",
)
_KEPT = ("import_name", "import_from", "pass_stmt", "global_stmt", "nonlocal_stmt")


class DeleteStatement(Operator):  # type: ignore[misc]
    """Puts `pass` in the place of a statement of one line or several, but of no block."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        if node.type == "simple_stmt" and node.children[0].type not in (*_KEPT, "string", "strings"):
            yield (node.start_pos, node.end_pos)

    def mutate(self, node: Any, index: int) -> Any:
        nothing = parso.parse("pass\n").children[0]
        nothing.get_first_leaf().prefix = node.get_first_leaf().prefix
        return nothing

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("x = 1\n", "pass\n"),)


OPERATORS = [
    *(get_operator(f"core/{name}") for name in _OTHERS),
    *(get_operator(f"core/Replace{kind}_{how}") for kind, hows in _REPLACED.items() for how in hows.split()),
    DeleteStatement,
]


@dataclass(frozen=True)
class Mutant:
    """A module with one change.

    Attributes:
        path: Where the module is, from the root of the checkout.
        line: Number of the first line that is changed.
        before: That line.
        after: What stands there instead.
        code: The whole text of the changed module.
    """

    path: str
    line: int
    before: str
    after: str
    code: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before} -> {self.after}"


def mutants_of(root: Path, path: str, sample: int | None, seed: int) -> list[Mutant]:
    """Return the mutants of a module, or as many of them as are wanted, in the order of lines."""
    source = (root / path).read_text(encoding="utf-8")
    nodes = list(ast_nodes(parso.parse(source)))
    places = [
        (operator, occurrence)
        for operator in (each() for each in OPERATORS)
        for occurrence in range(sum(len(list(operator.mutation_positions(node))) for node in nodes))
    ]
    random.Random(f"{seed} {path}").shuffle(places)
    meaning = _meaning(source)
    chosen: dict[tuple[str, int, str], Mutant] = {}
    for operator, occurrence in places:
        if sample is not None and len(chosen) >= sample:
            break
        try:
            code = mutate_code(source, operator, occurrence)
        except AttributeError:  # ExceptionReplacer knows plain names only, none of a module
            continue
        if code is not None and (mutated := _meaning(code)) is not None and mutated != meaning:
            mutant = Mutant(path, *_change(source, code), code)
            chosen[mutant.before, mutant.line, mutant.after] = mutant
    return sorted(chosen.values(), key=lambda mutant: mutant.line)


def _change(source: str, code: str) -> tuple[int, str, str]:
    """Return where two texts begin to differ: the number of the line, the line, and what stands there instead."""
    for (number, before), (_, after) in zip(_lines_of(source), _lines_of(code), strict=False):
        if before != after:
            return number, before, after
    raise AssertionError("one text begins with the other")


def _lines_of(text: str) -> Iterator[tuple[int, str]]:
    stripped = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return ((number, line) for number, line in stripped if line != "")


class _Meaning(ast.NodeTransformer):
    """Takes away what is for type checkers: annotations of functions and variables, and what only they run."""

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        if any(isinstance(each, ast.Name) and each.id == "overload" for each in node.decorator_list):
            return None
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if ast.unparse(node.annotation) == "TypeAlias":
            return ast.Pass()
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        if not node.decorator_list and "NamedTuple" not in map(ast.unparse, node.bases):
            declared = (isinstance(each, ast.AnnAssign) and each.value is None for each in node.body)
            node.body = [each for each, is_declared in zip(node.body, declared, strict=True) if not is_declared]
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Type variables stand in annotations, and in what a generic class is told; `__all__` tells type checkers."""
        if ast.unparse(node.targets[0]) == "__all__":
            return ast.Pass()
        if isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in ("TypeVar", "ParamSpec"):
            return ast.Pass()
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> Any:
        if "TYPE_CHECKING" in ast.dump(node.test):
            return [self.visit(each) for each in node.orelse]
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """A docstring, and the `...` of a protocol, say nothing when they run."""
        return ast.Pass() if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "cast":
            return ast.Constant(None)
        if isinstance(node.func, ast.Name) and node.func.id == "zip":
            node.keywords = []  # `strict` says that there are as many of each
        return self.generic_visit(node)


def _meaning(source: str) -> str | None:
    """Return what a module does when it runs; None where it is no Python."""
    try:
        return ast.dump(_Meaning().visit(ast.parse(source)))
    except SyntaxError:
        return None
