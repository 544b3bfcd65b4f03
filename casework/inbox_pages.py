"""Reading a long list page by page by its sort keys: rows that stay are given once, however much others move."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_

from casework.errors import Invalid

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows; `before` leads to the next ones, None at the end."""

    rows: tuple[T, ...]
    before: str | None


@dataclass(frozen=True)
class SortKey:
    """A column that a list is sorted by, and of what type its values are."""

    column: SQLColumnExpression[Any]
    kind: type[int] | type[datetime]
    descending: bool = False

    @property
    def order(self) -> ColumnElement[Any]:
        """The column with its direction, for `order_by`."""
        return self.column.desc() if self.descending else self.column.asc()

    def follows(self, value: Any) -> ColumnElement[bool]:
        """Return the condition of standing after this value."""
        follows: ColumnElement[bool] = self.column < value if self.descending else self.column > value
        return follows


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: the sort keys of its last row, and when the first page was read."""

    started: datetime
    values: tuple[int | datetime, ...]

    def __str__(self) -> str:
        parts = [self.started.isoformat()]
        parts += [value.isoformat() if isinstance(value, datetime) else str(value) for value in self.values]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read a cursor back. Raises `Invalid` for anything that is none."""
        try:
            parts = json.loads(base64.urlsafe_b64decode(text.encode()))
            started, values = datetime.fromisoformat(parts[0]), tuple(_value(part) for part in parts[1:])
        except (ValueError, TypeError, LookupError) as error:
            raise Invalid("这一页已经不在了，请刷新列表。") from error
        if any(value.tzinfo is None for value in (started, *values) if isinstance(value, datetime)):
            raise Invalid("这一页已经不在了，请刷新列表。")
        return cls(started, values)


def after(keys: Sequence[SortKey], values: Sequence[int | datetime]) -> ColumnElement[bool]:
    """Return the condition of standing after the row with these values in this order.

    Raises `Invalid` when the values are not of this order.
    """
    if len(keys) != len(values):
        raise Invalid("这一页已经不在了，请刷新列表。")
    for key, value in zip(keys, values, strict=True):
        if type(value) is not key.kind:
            raise Invalid("这一页已经不在了，请刷新列表。")
    return or_(
        *(
            and_(
                *(key.column == value for key, value in zip(keys[:place], values[:place], strict=True)),
                keys[place].follows(values[place]),
            )
            for place in range(len(keys))
        )
    )


def _value(part: str) -> int | datetime:
    return int(part) if part.isdigit() else datetime.fromisoformat(part)
