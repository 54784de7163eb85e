"""Records: named tuples whose classes cost a tenth to make, as a short run makes a hundred of them.

typing.NamedTuple compiles a constructor and each annotation of a class, used or not.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable

try:
    from _collections import _tuplegetter as _field  # as in collections.namedtuple
except ImportError:  # pragma: no cover - another implementation of Python
    from operator import itemgetter

    def _field(place: int, name: str) -> property:
        return property(itemgetter(place), doc=name)


TYPE_CHECKING = False

_new = tuple.__new__
# After so many records a class gets the constructor of collections.namedtuple: writing that takes
# as long as it saves in as many calls.
_OFTEN = 20


class _RecordType(type):
    """Makes the class of a record from its annotations, whose texts it does not evaluate."""

    def __new__(cls, name: str, bases: tuple[type, ...], space: dict) -> _RecordType:
        fields = tuple(space.get("__annotations__", ()))
        own = {"__slots__": ()}
        if fields:
            own["_fields"], own["_made"] = fields, 0
            own["_field_defaults"] = {field: space[field] for field in fields if field in space}
            own.update((field, _field(place, field)) for place, field in enumerate(fields))
        return super().__new__(cls, name, bases, {**space, **own})


class _Record(tuple, metaclass=_RecordType):
    """What records have in common; each is made, compared and unpacked as typing.NamedTuple's."""

    def __new__(cls, *values: object, **named: object) -> _Record:
        if named or len(values) != len(cls._fields):
            cls._made += 1
            if cls._made == _OFTEN:
                defaults = tuple(cls._field_defaults.values())
                made = namedtuple(cls.__name__, cls._fields, defaults=defaults)
                cls.__new__ = made.__new__
            values = cls._filled(values, named)
        return _new(cls, values)

    @classmethod
    def _filled(cls, values: tuple, named: dict[str, object]) -> list:
        """All values in the order of the fields; TypeError where they do not fit."""
        fields, defaults = cls._fields, cls._field_defaults
        try:
            filled = [
                *values,
                *[
                    named.pop(field) if field in named else defaults[field]
                    for field in fields[len(values) :]
                ],
            ]
        except KeyError as missing:
            raise TypeError(f"{cls.__name__} needs {missing}") from None
        if named or len(values) > len(fields):
            raise TypeError(f"{cls.__name__} takes {', '.join(fields)} once: {[*named, *values]}")
        return filled

    @classmethod
    def _make(cls, values: Iterable) -> _Record:
        """A record of `values` in the order of the fields."""
        return cls(*values)

    def _replace(self, **named: object) -> _Record:
        """The record with other values of the fields that are `named`."""
        made = _new(type(self), map(named.pop, self._fields, self))
        if named:
            raise ValueError(f"{type(self).__name__} has no field {', '.join(named)}")
        return made

    def _asdict(self) -> dict[str, object]:
        """The values by the names of their fields."""
        return dict(zip(self._fields, self))

    def __repr__(self) -> str:
        pairs = zip(self._fields, self)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"

    def __getnewargs__(self) -> tuple:
        return tuple(self)


if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:
    Record = _Record
