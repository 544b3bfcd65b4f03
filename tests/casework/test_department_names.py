"""The departments that lists can be narrowed down by."""

from __future__ import annotations

from casework.database import Database
from casework.department_names import DepartmentNames
from tests.union import Union


def test_one_is_offered_the_departments_whose_conversations_one_sees(database: Database) -> None:
    union = Union(database)
    names = DepartmentNames(database)
    everything = names.seen_by(union.hire("主管", role="supervisor"))
    assert len(everything) == 12
    assert [each.organisation for each in everything[:4]] == ["某市总工会"] * 4
    county = names.seen_by(union.hire("县里", union.county))
    assert {each.organisation for each in county} == {"某县总工会", "某厂工会"}
    member = names.seen_by(union.hire("法律", union.county, "agent", "legal"))
    assert [(each.id, each.name) for each in member] == [(union.departments[union.county, "legal"], "法律维权")]
