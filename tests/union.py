"""A small union for tests: a city, a county and a firm under it, with departments and people."""

from __future__ import annotations

from casework.actors import Actor
from casework.database import Database
from casework.hours import DEFAULT_WEEK
from casework.tables import TOPICS, Department, DepartmentMember, Organisation, Staff

NAMES = {"joining": "入会服务", "aid": "困难帮扶", "legal": "法律维权", "general": "综合服务"}
ALWAYS = {str(day): [["00:00", "24:00"]] for day in range(7)}


class Union:
    """The organisations `city`, `county`, `firm` (ids), each with four departments, and whoever is hired."""

    def __init__(self, database: Database, *, always_open: bool = False) -> None:
        self._database = database
        self.departments: dict[tuple[int, str], int] = {}
        with database.write() as session:
            city = Organisation(level="city", name="某市总工会", region="江苏/徐州")
            session.add(city)
            session.flush()
            county = Organisation(level="county", name="某县总工会", region="江苏/徐州/某县", parent_id=city.id)
            session.add(county)
            session.flush()
            firm = Organisation(level="enterprise", name="某厂工会", region="江苏/徐州/某县", parent_id=county.id)
            session.add(firm)
            session.flush()
            self.city, self.county, self.firm = city.id, county.id, firm.id
            self._levels = {each.id: each.level for each in (city, county, firm)}
            for organisation in (city, county, firm):
                for topic in TOPICS:
                    department = Department(
                        organisation_id=organisation.id,
                        topic=topic,
                        name=NAMES[topic],
                        hours=ALWAYS if always_open else DEFAULT_WEEK,
                    )
                    session.add(department)
                    session.flush()
                    self.departments[organisation.id, topic] = department.id

    def hire(
        self, name: str, organisation: int | None = None, role: str = "agent", *topics: str, duty: int | None = None
    ) -> Actor:
        """Add a member of staff, of these departments of the organisation (the city where none is given)."""
        organisation = organisation or self.city
        with self._database.write() as session:
            staff = Staff(organisation_id=organisation, username=name, display_name=name, role=role)
            session.add(staff)
            session.flush()
            members = tuple(self.departments[organisation, topic] for topic in topics)
            for department_id in members:
                session.add(DepartmentMember(department_id=department_id, staff_id=staff.id, duty=duty))
            return Actor(staff.id, name, role, organisation, self._levels[organisation], members)
