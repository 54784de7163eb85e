"""Immutable values with named fields.

As typing.NamedTuple, which would cost a sixth of a whole run: `typing` and a compilation per class.
"""

from __future__ import annotations

from operator import itemgetter


class Record(tuple):
    """Base of classes that only annotate their fields; a value in the class is a default."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)
        cls._defaults = {name: vars(cls)[name] for name in cls._fields if name in vars(cls)}
        for place, name in enumerate(cls._fields):
            setattr(cls, name, property(itemgetter(place)))

    def __new__(cls, *values: object, **named: object) -> Record:
        """A value of every field, by place or name; TypeError for one missing or unknown."""
        if named or len(values) != len(cls._fields):
            rest = cls._fields[len(values) :]
            given = {**cls._defaults, **named}
            if len(values) > len(cls._fields) or not set(named) <= set(rest) <= set(given):
                raise TypeError(f"{cls.__name__} has the fields {', '.join(cls._fields)}")
            values += tuple(given[name] for name in rest)
        return tuple.__new__(cls, values)

    def _replace(self, **named: object) -> Record:
        """The same with other values for some fields."""
        return type(self)(**{**self._asdict(), **named})

    def _asdict(self) -> dict[str, object]:
        """Values by field."""
        return dict(zip(self._fields, self))

    def __getnewargs__(self) -> tuple[object, ...]:
        """What copying makes the same value of."""
        return tuple(self)

    def __repr__(self) -> str:
        """The class and its fields, for whoever debugs."""
        fields = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({fields})"
