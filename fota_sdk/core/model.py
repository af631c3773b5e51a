"""The base of all models: one declaration a field feeds JSON in and out, validation, equality and repr."""

from __future__ import annotations

import copy
import dataclasses
import reprlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from fota_sdk.core.annotations import Self
from fota_sdk.core.codec import NotJsonError, check_json, encode_json, own_copy, parse_json
from fota_sdk.core.decoder import write_decoder
from fota_sdk.core.docs import docs_of
from fota_sdk.core.fields import (
    Day,
    FieldDeclaration,
    Findings,
    Flag,
    Integer,
    Kind,
    Text,
    Texts,
    json_type,
    meant_by,
    nest,
)
from fota_sdk.core.fork import late_imports
from fota_sdk.exceptions import ValidationError, clip

AnyModel = TypeVar("AnyModel", bound="Model")
Function = TypeVar("Function", bound=Callable[..., Any])
Rule = Callable[[Any, Findings], None]

_LONGEST_REPR = 999


class Field(NamedTuple):
    """A field of a model with its name in Python."""

    name: str
    declaration: FieldDeclaration


class _Referable:
    """What can be referred to weakly in spite of slots: before Python 3.11 a dataclass cannot say so itself."""

    __slots__ = ("__weakref__",)


@dataclasses.dataclass(slots=True, eq=False, repr=False)
class Model(_Referable):
    """A JSON object of the service.

    Attributes:
        additional_properties: Keys of the JSON object that the model does not declare. They are kept when a response
            is read and sent when the model is. A declared key in it is sent too where its attribute is None: this is
            how an explicit null is sent.
    """

    additional_properties: dict[str, Any] = dataclasses.field(default_factory=dict, kw_only=True)

    def __init_subclass__(cls) -> None:
        doc = vars(cls).get("__doc__")
        if "__slots__" in vars(cls) and doc is not None:  # the class that the decorator made, which asks for no text
            cls.__doc__ = _Doc(doc)

    _rules: ClassVar[tuple[Rule, ...]] = ()  # what must hold between several fields; each reports what does not
    _array_key: ClassVar[str | None] = None  # the key that an array stands for, where one takes the object's place

    @classmethod
    def from_dictionary(cls, dictionary: Mapping[str, Any]) -> Self:
        """Return the model that a mapping in wire names stands for.

        Args:
            dictionary: What a response may hold; days may be `datetime.date` too.

        Raises:
            ValidationError: A value has a wrong type; each finding names its place in the JSON.
        """
        findings: Findings = []
        model = read_model(cls, dictionary, findings)
        if model is None or findings:
            raise ValidationError((path or "$", message) for path, message in findings)
        return model

    @classmethod
    def from_json(cls, text: str | bytes | bytearray) -> Self:
        """Return the model that a JSON text stands for.

        Args:
            text: A JSON object, as text or as UTF-8 bytes.

        Raises:
            ValidationError: It is not JSON, or a value has a wrong type.
        """
        if not isinstance(text, (str, bytes, bytearray)):
            raise ValidationError([("$", f"must be a JSON text, got {type(text).__name__}")])
        try:
            return cls.from_dictionary(parse_json(text))
        except NotJsonError as error:
            raise ValidationError([("$", f"is not JSON: {error}")]) from None

    def to_dictionary(self) -> dict[str, Any]:
        """Return the model in wire names, as JSON data; what is None is left out. Nothing is validated."""
        wire = self._wire_data()
        data = {key: list(value) if isinstance(value, (list, tuple)) else value for key, value in wire.items()}
        return data | own_copy({key: data[key] for key in self._extras()})

    def _wire_data(self) -> dict[str, Any]:
        """Return what `to_dictionary` returns, with lists that are still those of the model: for reading only."""
        dictionary = {}
        for name, declaration in fields_of(type(self)):
            value = getattr(self, name)
            if value is not None:
                dictionary[declaration.wire] = declaration.kind.encode(value)
        for key, value in self._extras().items():
            dictionary.setdefault(key, value)
        return dictionary

    def to_json(self) -> str:
        """Return the model as compact JSON text. Nothing is validated but that it is JSON.

        Raises:
            ValidationError: A value has no form in JSON.
        """
        return encode_json(self._wire_data())

    def validate(self) -> None:
        """Check all that is certain before the service sees it.

        Raises:
            ValidationError: With all findings, not only the first.
        """
        findings: Findings = []
        check_model(self, findings)
        if findings:
            raise ValidationError(findings)

    def _extras(self) -> dict[str, Any]:
        # A model that was read without unknown keys has no dictionary until somebody asks for it.
        try:
            extras = object.__getattribute__(self, "additional_properties")
        except AttributeError:
            return {}
        return extras if isinstance(extras, dict) else {}

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        same = all(
            declaration.kind.comparable(getattr(self, name)) == declaration.kind.comparable(getattr(other, name))
            for name, declaration in fields_of(type(self))
        )
        return same and self._extras() == other._extras()

    def __repr__(self) -> str:
        return clip(_short.repr_instance(self, _short.maxlevel)[:-1], _LONGEST_REPR - 1) + ")"

    if not TYPE_CHECKING:  # type checkers are to find mistyped attributes by themselves

        def __getattr__(self, name: str) -> Any:
            # Reached only where the slot is empty or there is none.
            if name == "additional_properties":
                extras: dict[str, Any] = {}
                object.__setattr__(self, name, extras)
                return extras
            if name in _names_of(type(self)):
                return None
            raise AttributeError(_no_such_attribute(type(self), name), name=name, obj=self)

        def __setattr__(self, name: str, value: Any) -> None:
            if name == "additional_properties" and isinstance(value, dict):
                value = own_copy(value)  # so that copies and models built alike share nothing
            try:
                object.__setattr__(self, name, value)
            except AttributeError:
                raise AttributeError(_no_such_attribute(type(self), name), name=name, obj=self) from None


class _Doc(str):
    """The docstring of a model, which tells of each field what stands below it once somebody asks."""

    __slots__ = ()

    def __get__(self, instance: object, owner: type[Model]) -> str:
        texts = docs_of(owner)
        told = [
            f"    {name}: {texts[name]}" + (" Required." if declaration.required else "")
            for name, declaration in fields_of(owner)
            if name in texts
        ]
        return "\n".join([self, "", "Attributes:", *told]) if told else str(self)


# Subclasses take this annotation over, in modules that do not know its names.
dataclasses.fields(Model)[0].type = dict[str, Any]


def once(function: Function) -> Function:
    """Keep what a function returns for each model class: `functools.cache`, whose declared types take no classes."""
    return cast("Function", cache(function))


@once
def fields_of(model: type[Model]) -> tuple[Field, ...]:
    """Return the declared fields of a model, in the order of its arguments."""
    hints = get_type_hints(model)
    declared = [each for each in dataclasses.fields(model) if "wire" in each.metadata]
    return tuple(Field(each.name, _declaration(hints[each.name], **each.metadata)) for each in declared)


def _declaration(hint: Any, wire: str, kind: Kind[Any] | None, **said: Any) -> FieldDeclaration:
    """Return what the annotation of a field and `wire` say together."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    kind = kind or _kind_of(next(option for option in options if option is not NoneType))
    return FieldDeclaration(wire, kind, NoneType not in options, **said)


def _kind_of(hint: Any) -> Kind[Any]:
    if hint in _KINDS:
        return _KINDS[hint]
    if isinstance(hint, type) and issubclass(hint, date):  # a test that freezes the time puts a class of its own there
        return Day()
    if get_origin(hint) is not list:
        raise TypeError(f"no kind of field holds {hint!r}; name one by kind=")
    (item,) = get_args(hint)
    return Texts() if item is str else Models(item)


@once
def _names_of(model: type[Model]) -> frozenset[str]:
    return frozenset(name for name, _ in fields_of(model))


def read_model(model: type[AnyModel], data: Any, findings: Findings) -> AnyModel | None:
    """Return the model that JSON data stands for, with wrong types reported; None where it is no object."""
    if model._array_key is not None and isinstance(data, (list, tuple)):
        data = {model._array_key: data}
    if isinstance(data, Mapping):
        return decoder_of(model)(data, findings)
    findings.append(("", f"must be an object, got {json_type(data)}"))
    return None


@once
def decoder_of(model: type[AnyModel]) -> Callable[[Mapping[str, Any], Findings], AnyModel]:
    """Return the function that reads a model from a JSON object and reports wrong types."""
    return write_decoder(model, fields_of(model))


def check_model(model: Model, findings: Findings) -> None:
    """Report all that is certainly wrong with a model that is to be sent."""
    extras: Any = model.additional_properties
    if isinstance(extras, dict):
        check_json(extras, "", findings)
    else:
        findings.append(("additional_properties", f"must be a dict, got {type(extras).__name__}"))
        extras = {}
    for name, declaration in fields_of(type(model)):
        value = getattr(model, name)
        if value is None and name in extras and name != declaration.wire:
            findings.append((name, f"is the name in Python; a mapping takes {declaration.wire!r}"))
        known = len(findings)
        is_set, in_extras = value is not None, declaration.wire in extras
        if is_set:
            declaration.kind.check(value, findings)
        if is_set and in_extras:
            findings.append(("", f"is set by {name} and by additional_properties; use one of them"))
        elif (is_set or in_extras) and (other := next((key for key in declaration.also if key in extras), None)):
            findings.append(("", f"is given as {other!r} too; use one of them"))
        elif declaration.required and not is_set and not in_extras:
            findings.append(("", "is required"))
        nest(findings, known, declaration.wire)
    if extras:
        _check_keys(model, extras, findings)
    for rule in model._rules:
        rule(model, findings)


def _check_keys(model: Model, extras: Mapping[Any, Any], findings: Findings) -> None:
    """Report keys that are misspelled: the service would ignore them, and a campaign run outside of its windows."""
    fields = fields_of(type(model))
    known = {name for field, declaration in fields for name in (field, declaration.wire, *declaration.also)}
    missing = [each.wire for name, each in fields if getattr(model, name) is None and each.wire not in extras]
    for key in extras:
        if isinstance(key, str) and key not in known and (meant := meant_by(key, missing)) is not None:
            findings.append((key, f"is no known key; did you mean {meant!r}?"))


class Models(Kind[list[AnyModel]]):
    """A list of models.

    Args:
        item: The model of an entry.
        nullable: Whether null stands for the empty list.
    """

    def __init__(self, item: type[AnyModel], *, nullable: bool = False) -> None:
        self.item = item
        self.null = list if nullable else None

    def decode(self, value: Any, findings: Findings) -> list[AnyModel] | None:
        if not isinstance(value, (list, tuple)):
            findings.append(("", f"must be an array of objects, got {json_type(value)}"))
            return None
        wrong: Findings = []
        decode = decoder_of(self.item)
        models = [decode(each, wrong) if type(each) is dict else self._decode_one(each, wrong) for each in value]
        if wrong:  # seldom, so only now is it found out where
            for index, each in enumerate(value):
                known = len(findings)
                self._decode_one(each, findings)
                nest(findings, known, f"[{index}]")
        return cast("list[AnyModel]", models)  # what is None has a finding

    def _decode_one(self, data: Any, findings: Findings) -> AnyModel | None:
        # A mapping that is a request may hold models; the copy shares nothing with them.
        return copy.copy(data) if isinstance(data, self.item) else read_model(self.item, data, findings)

    def encode(self, value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            return value
        return [item.to_dictionary() if isinstance(item, self.item) else item for item in value]

    def check(self, value: Any, findings: Findings) -> None:
        name = self.item.__name__
        if not isinstance(value, (list, tuple)):
            findings.append(("", f"must be a list of {name}, got {type(value).__name__}"))
            return
        for index, item in enumerate(value):
            known = len(findings)
            if isinstance(item, self.item):
                check_model(item, findings)
            else:
                findings.append(("", f"must be a {name}, got {type(item).__name__}"))
            nest(findings, known, f"[{index}]")


_KINDS: dict[Any, Kind[Any]] = {str: Text(), int: Integer(), bool: Flag()}


def _no_such_attribute(model: type[Model], name: str) -> str:
    message = f"{model.__name__} has no attribute {name!r}"
    if name.startswith("_"):  # no field begins so; libraries that probe for hooks are not kept waiting
        return message
    with late_imports:
        import difflib

    candidates = {"additional_properties": "additional_properties"}
    for field, declaration in fields_of(model):
        candidates[field] = candidates[declaration.wire] = field
    close = difflib.get_close_matches(name, candidates, n=1)
    return f"{message}; did you mean {candidates[close[0]]!r}?" if close else message


class _Short(reprlib.Repr):
    """Shows little of long lists and texts, and nothing below some levels, which also ends what holds itself."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlist = self.maxtuple = self.maxdict = 3
        self.maxstring = self.maxother = 80

    def repr_instance(self, x: object, level: int) -> str:
        if not isinstance(x, Model):
            return super().repr_instance(x, level)
        shown = [(name, getattr(x, name)) for name, _ in fields_of(type(x))]
        shown.append(("additional_properties", x._extras() or None))
        parts = (f"{name}={self._value(value, level - 1)}" for name, value in shown if value is not None)
        return f"{type(x).__name__}({', '.join(parts) if level > 0 else '...'})"

    def _value(self, value: object, level: int) -> str:
        try:
            text = self.repr1(value, level)
        except Exception:  # noqa: BLE001 - a repr never fails, whatever somebody put into an attribute
            return f"<{type(value).__name__}>"
        more = len(value) - self.maxlist if isinstance(value, (list, tuple)) else 0
        return f"{text[:-1]} {more} more]" if more > 0 and text.endswith("...]") else text


_short = _Short()
