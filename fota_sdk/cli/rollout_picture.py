"""How a roll-out stands, shown: on a terminal with colours, elsewhere as plain lines, and live."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import click

from fota_sdk.cli.output import can_redraw, console_of, printable
from fota_sdk.cli.rollout_advice import Note
from fota_sdk.cli.rollout_table import ASCII, Line, Marks, table_lines
from fota_sdk.cli.rollout_view import NEXT, View, state_of
from fota_sdk.cli.rollout_words import stamp
from fota_sdk.rollout import RolloutState, RolloutStatus, WaveState

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_WIDTH = 80
_NARROWEST = 40
_SHOWN_ACTIONS = 3
_MORE = "... there is more than fits here: fota rollout status"
_COMMAND = "bold"  # the style of commands, which are not to be broken


def show(view: View) -> None:
    """Print how a roll-out stands."""
    _print(lambda width, marks: lines_of(view, width, marks))


def show_notes(view: View) -> None:
    """Print what a person has to do, and what happens next."""
    notes = [note for note in view.notes if note.steps != () or note.title == NEXT]
    _print(lambda width, marks: [line for note in notes for line in note_lines(note)])


def _print(lines: Callable[[int, Marks], Iterable[Line]]) -> None:
    """Print lines: with colours on a terminal, where commands are left whole, so that they can be copied."""
    if not sys.stdout.isatty():
        for line in lines(_WIDTH, ASCII):
            click.echo("".join(text for text, _ in line).rstrip())
        return
    draw(lines, console_of(err=False))


def draw(lines: Callable[[int, Marks], Iterable[Line]], console: Console) -> None:
    """Print lines on a console of rich."""
    for line in lines(console.width, Marks.of(console.encoding)):
        console.print(text_of(line), soft_wrap=line != [] and line[-1][1] == _COMMAND)


def text_of(line: Line) -> Text:
    """Return a line for rich."""
    from rich.text import Text

    return Text.assemble(*line, overflow="fold")


def lines_of(view: View, width: int, marks: Marks) -> list[Line]:
    """Return all that there is to show.

    Args:
        view: How the roll-out stands.
        width: How wide the table may be.
        marks: What to draw with.
    """
    style = _STYLE_OF_STATE.get(view.status.state, "bold")
    return [
        [(printable(view.title), style)],
        *table_lines(view.status, width, marks),
        [],
        *(line for note in view.notes for line in note_lines(note)),
    ]


_STYLE_OF_STATE = {
    RolloutState.RUNNING: "bold cyan",
    RolloutState.PAUSED: "bold yellow",
    RolloutState.STOPPING: "bold yellow",
    RolloutState.STOPPED: "bold red",
    RolloutState.FINISHED: "bold green",
}


def note_lines(note: Note) -> Iterator[Line]:
    """Give the lines of a note: what it says, and below it what to do."""
    style = "bold yellow" if len(note.steps) > 0 else "dim"
    yield [(f"{printable(note.title)}: ", style), (printable(note.text), "")]
    for word, command in note.steps:
        yield [(f"    {word}: ", "dim"), (printable(command), _COMMAND)]


def line_of(status: RolloutStatus) -> str:
    """Return how a roll-out stands, on one line without its time."""
    counts = status.counts
    waves = status.waves if status.state == RolloutState.RUNNING else ()
    wave = next((each for each in waves if each.state in (WaveState.RUNNING, WaveState.SOAKING)), None)
    under_way = "" if wave is None else f", wave {wave.number} is {wave.state}"
    told = ("succeeded", "failed", "rejected", "timed_out", "cancelled")
    numbers = ", ".join(f"{counts[state]:,} {state.replace('_', ' ')}" for state in told[:2])
    others = "".join(f", {counts[state]:,} {state.replace('_', ' ')}" for state in told[2:] if counts[state] > 0)
    held = {reason.account for reason in status.reasons} - {None}
    kinds = sorted({reason.kind for reason in status.reasons if reason.account is None})
    state = state_of(status)
    why = f" ({', '.join(kinds)})" if kinds and state == RolloutState.PAUSED else ""
    accounts = f"; accounts held: {len(held)}" if held else ""
    return f"{status.name} {state}{why}{under_way}; {numbers}{others}{accounts}"


class Display(Protocol):
    """Shows how a roll-out stands, as long as one watches."""

    def __enter__(self) -> Display: ...

    def __exit__(self, *error: Any) -> None: ...

    def show(self, view: View, below: str = "") -> None:
        """Show how it stands at a moment."""

    def step(self, view: View, actions: Sequence[str]) -> None:
        """Show what a step has done, and how it stands after that."""


class Lines:
    """A line for each change, or for each step.

    Args:
        of_steps: Whether there is one for each step, and none between them.
    """

    def __init__(self, *, of_steps: bool = False) -> None:
        self._of_steps = of_steps
        self._last = ""
        self._told: tuple[Note, ...] = ()

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *error: Any) -> None:
        """Nothing is left to do."""

    def show(self, view: View, below: str = "") -> None:
        """Tell how a roll-out stands, unless it was told before."""
        line = line_of(view.status)
        if not self._of_steps and line != self._last:
            self._tell(view, line)

    def step(self, view: View, actions: Sequence[str]) -> None:
        """Tell what a step has done."""
        more = [f"and {len(actions) - _SHOWN_ACTIONS} more"] if len(actions) > _SHOWN_ACTIONS else []
        self._tell(view, "; ".join([line_of(view.status), *actions[:_SHOWN_ACTIONS], *more]))

    def _tell(self, view: View, line: str) -> None:
        click.echo(f"{stamp(view.now)} {printable(line)}")
        self._last = line_of(view.status)
        reasons = tuple(note for note in view.notes if note.steps != ())
        for note in () if reasons == self._told else reasons:
            for each in note_lines(note):
                click.echo("  " + "".join(text for text, _ in each))
        self._told = reasons


class Live:
    """A picture that is drawn anew.

    Args:
        console: Where to draw; None for this terminal.
    """

    def __init__(self, console: Console | None = None) -> None:
        from rich.live import Live as RichLive

        self._console = console_of(err=False) if console is None else console
        self._marks = Marks.of(self._console.encoding)
        self._live = RichLive(console=self._console, auto_refresh=False)
        self._actions: list[str] = []

    def __enter__(self) -> Live:
        self._live.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        """Leave the last picture on the terminal."""
        self._live.__exit__(*error)

    def show(self, view: View, below: str = "") -> None:
        """Draw how a roll-out stands."""
        from rich.console import Group

        lines = map(text_of, lines_of(view, self._console.width, self._marks))
        last = [text_of([(printable(text), "dim")]) for text in [*self._actions, below] if text != ""]
        self._live.update(Group(*self._fitted(list(lines), last)), refresh=True)

    def _fitted(self, lines: list[Text], last: list[Text]) -> list[Text]:
        """Return as many of the first lines as there is room for, and the last ones."""
        room = self._console.height - 1 - sum(map(self._height, last))
        if sum(map(self._height, lines)) <= room:
            return [*lines, *last]
        kept: list[Text] = []
        room -= self._height(_MORE)
        for line in lines:
            room -= self._height(line)
            if room < 0:
                break
            kept.append(line)
        return [*kept, text_of([(_MORE, "dim")]), *last]

    def _height(self, line: Text | str) -> int:
        """Return how many rows of the terminal a line takes."""
        text = text_of([(line, "")]) if isinstance(line, str) else line
        return max(1, len(text.wrap(self._console, self._console.width)))

    def step(self, view: View, actions: Sequence[str]) -> None:
        """Draw how a roll-out stands, and what was done last."""
        self._actions = [*self._actions, *(f"{stamp(view.now)} {action}" for action in actions)][-_SHOWN_ACTIONS:]
        self.show(view)


def display(*, of_steps: bool = False) -> Display:
    """Return what shows changes, or steps: a picture where the terminal can draw one, else lines."""
    return Live() if _can_draw() else Lines(of_steps=of_steps)


def _can_draw() -> bool:
    return can_redraw(err=False) and console_of(err=False).width >= _NARROWEST
