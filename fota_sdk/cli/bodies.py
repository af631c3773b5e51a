"""Options of a request's body, made from what its model declares; and the body, made from options and a JSON file."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from fota_sdk.cli.options import Written
from fota_sdk.cli.suggestions import days_close_to, did_you_mean
from fota_sdk.core.docs import docs_of
from fota_sdk.core.fields import Day, FieldDeclaration, Flag, Text
from fota_sdk.core.model import Models, fields_of

if TYPE_CHECKING:
    from fota_sdk.core.model import Model

# What an option is called where it is not the field's name with hyphens.
_SHORT = {
    "campaign_name": "name",
    "software_name": "software",
    "software_from": "from",
    "software_to": "to",
    "firmware_name": "firmware",
    "firmware_from": "from",
    "firmware_to": "to",
    "start_date": "start",
    "end_date": "end",
    "download_after_date": "download-after",
    "install_after_date": "install-after",
    "campaign_time_window_list": "window",
    "download_time_window_list": "download-window",
    "install_time_window_list": "install-window",
    "auto_assign_license_flag": "auto-assign-license",
    "auto_add_devices_flag": "auto-add-devices",
}
_KNOWN = {"protocol": ["LWM2M", "OMA", "HTTP"], "distribution_type": ["HTTP", "OMA"]}
_ALL_WINDOWS = "window"
_ABSENT = re.compile("; absent: [^.]+")


class DayType(Written):
    """A day, as ISO writes it."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the day as a text."""
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
                self.fail(f"{value!r} is not written as YYYY-MM-DD, such as 2030-01-31.{_meant(value)}", param, ctx)
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value!r} is no day of the calendar.{_meant(value)}", param, ctx)


def _meant(text: str) -> str:
    return did_you_mean(days_close_to(text))


class WindowType(Written):
    """Hours of a day, as ``18-22``."""

    name = "HOUR-HOUR"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, int]:
        """Return the window in wire names."""
        hours = re.fullmatch(r"(\d{1,2})-(\d{1,2})", value, re.ASCII)
        if hours is None:
            self.fail(f"{value!r} is not written as START-END in full hours, such as 18-22.", param, ctx)
        start, end = int(hours[1]), int(hours[2])
        if start > 23 or not 1 <= end <= 24:
            self.fail(f"{value!r}: the start is an hour from 0 to 23, the end one from 1 to 24.", param, ctx)
        if end <= start:
            option = param.opts[0] if param is not None else "--window"
            two = f"{option} {start}-24 {option} 0-{end}" if start > end else f"{option} {start}-{start + 1}"
            self.fail(f"{value!r} does not end after its start. Perhaps you mean {two}", param, ctx)
        return {"startTime": start, "endTime": end}


class KnownType(Written):
    """A text of an open set, of which some are known and offered to complete."""

    name = "text"

    def __init__(self, known: list[str]) -> None:
        self._known = known

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Return the known texts that begin so."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(text) for text in self._known if text.lower().startswith(incomplete.lower())]


def body_options(model: type[Model], *, stays: bool = False) -> list[click.Parameter]:
    """Return one option for each field of a request that an option can hold.

    Args:
        model: The request.
        stays: Whether what is not given stays as it is, whatever the service takes for absent.
    """
    options: list[click.Parameter] = []
    windows = 0
    texts = docs_of(model)
    for name, declaration in fields_of(model):
        text = texts.get(name, declaration.wire)
        option = _option(name, declaration, _ABSENT.sub("", text) if stays else text)
        if option is not None:
            options.append(option)
            windows += isinstance(declaration.kind, Models)
    if windows > 1:
        text = "Hours in which devices may download and install, for both of them that have no option of their own."
        options.append(click.Option([f"--{_ALL_WINDOWS}", _ALL_WINDOWS], type=WindowType(), multiple=True, help=text))
    return options


def given_values(model: type[Model], options: dict[str, Any]) -> dict[str, Any]:
    """Return what the options of the command that runs say, in wire names; what was not given is left out.

    What click passes for an option that was not given differs from one of its releases to the next: for a flag that may
    be None, 8.2.2 passes False. Where the value comes from does not.
    """
    context = click.get_current_context()
    values = {name: value for name, value in options.items() if _is_given(context, name)}
    given: dict[str, Any] = {}
    for name, declaration in fields_of(model):
        if name in values:
            given[declaration.wire] = values[name]
        elif isinstance(declaration.kind, Models) and _ALL_WINDOWS in values:
            given[declaration.wire] = values[_ALL_WINDOWS]
    return {key: list(value) if isinstance(value, tuple) else value for key, value in given.items()}


def _is_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def check_required(model: type[Model], body: dict[str, Any]) -> None:
    """Refuse a request without what the service requires, naming the options.

    Raises:
        UsageError: Something is missing.
    """
    missing = [
        (_flag(name), declaration.wire)
        for name, declaration in fields_of(model)
        if declaration.required and declaration.wire not in body
    ]
    if missing:
        flags, keys = zip(*missing, strict=True)
        raise click.UsageError(f"missing: {', '.join(flags)} (or in --file: {', '.join(keys)})")


def _flag(name: str) -> str:
    return "--" + _SHORT.get(name, name.replace("_", "-"))


def _option(name: str, declaration: FieldDeclaration, text: str) -> click.Option | None:
    kind = declaration.kind
    flag = _flag(name)
    if isinstance(kind, Day):
        return click.Option([flag, name], type=DayType(), help=text)
    if isinstance(kind, Models):
        return click.Option(
            [flag, name], type=WindowType(), multiple=True, help=f"{text} Such as 18-22; may be repeated."
        )
    if isinstance(kind, Flag):
        return click.Option([f"{flag}/--no-{flag[2:]}", name], default=None, help=text)
    if isinstance(kind, Text):
        return click.Option([flag, name], type=KnownType(_KNOWN.get(name, [])), help=text)
    return None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; of a key that is given twice nobody can tell which value is meant."""
    made = dict(pairs)
    if len(made) < len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise ValueError(f"{twice!r} is given twice in one object")
    return made


def read_body(file: str) -> dict[str, Any]:
    """Return the JSON object that a file holds, or standard input where it is called ``-``.

    Raises:
        UsageError: It cannot be read, or holds something else.
    """
    import json

    try:
        with click.open_file(file, encoding="utf-8-sig") as stream:
            body = json.loads(stream.read(), object_pairs_hook=_without_doubles)
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"--file is not JSON that can be sent: {error}") from None
    if not isinstance(body, dict):
        raise click.UsageError("--file must hold a JSON object, as the service takes it")
    return body
