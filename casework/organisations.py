"""The tree of unions: who sees which conversations, where a matter goes, and how the tree is filled.

A lower level always hangs below a higher one and the root is never a street's or an enterprise's union, so that above
every organisation there is one that may see complaints. `ensure_root` and `import_organisations` keep it so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from casework.actors import LOCAL_LEVELS, RANKS, Actor
from casework.canned_answers import seed_answers
from casework.database import Database
from casework.errors import Invalid, NotFound
from casework.hours import DEFAULT_WEEK, OpeningHours, Week
from casework.tables import LEVELS, TOPICS, Contact, Conversation, Department, DepartmentDay, Organisation
from casework.topics import Grievance

DEPARTMENTS = {"joining": "入会服务", "aid": "困难帮扶", "legal": "法律维权", "general": "综合服务"}
"""What a department of a topic is called."""
NATIONAL = "全国"


# Who sees what.


def subtree(organisation_id: int) -> Select[int]:
    """Return a query of this organisation's id and those of all below it, for `column.in_(…)`."""
    tree = select(Organisation.id).where(Organisation.id == organisation_id).cte(recursive=True)
    child = aliased(Organisation)
    tree = tree.union(select(child.id).where(child.parent_id == tree.c.id))  # UNION ends in a circle, too
    return select(tree.c.id)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Conversation` for what this actor may see; every query of the console contains it."""
    if actor.role not in RANKS:
        return false()
    departments = select(Department.id).where(Department.organisation_id.in_(subtree(actor.organisation_id)))
    seen: ColumnElement[bool] = Conversation.department_id.in_(departments)
    if actor.is_at_least("supervisor"):
        is_root = exists().where(Organisation.id == actor.organisation_id, Organisation.parent_id.is_(None))
        seen = or_(seen, and_(Conversation.department_id.is_(None), is_root))
    elif actor.department_ids:
        own = Conversation.department_id.in_(actor.department_ids)
        seen = and_(seen, or_(own, Conversation.assignee_id == actor.id))
    return seen if actor.may_see_complaints else and_(seen, Conversation.complaint.is_(False))


# Where a matter goes.


def route(session: Session, *, contact_id: int, topic: str, grievance: Grievance) -> Department:
    """Return the department that a contact's matter belongs to.

    It is looked for from the contact's own union upwards, else from the union of her region, else at the root: a
    department of the topic, then one for everything. What is or may be a grievance starts at county level or above.
    Raises `NotFound` where no department is on the way.
    """
    way = _upwards(session, _start(session, contact_id))
    if grievance is not Grievance.NO:
        way = [organisation for organisation in way if organisation.level not in LOCAL_LEVELS]
    order = {organisation.id: position for position, organisation in enumerate(way)}
    departments = session.scalars(
        select(Department).where(Department.organisation_id.in_(order), Department.topic.in_({topic, "general"}))
    )
    nearest = sorted(departments, key=lambda each: (each.topic != topic, order[each.organisation_id]))
    if not nearest:
        raise NotFound(f"no department for {topic}")
    return nearest[0]


def department_hours(session: Session, department_id: int) -> OpeningHours:
    """Return when a department is open. Raises `NotFound`."""
    department = session.get(Department, department_id)
    if department is None:
        raise NotFound(f"department {department_id}")
    days = session.scalars(select(DepartmentDay).where(DepartmentDay.department_id == department_id))
    return OpeningHours(department.hours, {each.day: each.hours for each in days})


def _start(session: Session, contact_id: int) -> int:
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise NotFound(f"contact {contact_id}")
    if contact.organisation_id is not None:
        return contact.organisation_id
    found = _of_region(session, contact.region) if contact.region else None
    return _existing_root(session).id if found is None else found


def _of_region(session: Session, region: str) -> int | None:
    """Return the union of the narrowest region around this one; of several the highest, never an enterprise's."""
    parts = region.split("/")
    around = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return session.scalar(
        select(Organisation.id)
        .where(Organisation.region.in_(around), Organisation.level != "enterprise")
        .order_by(func.length(Organisation.region).desc(), _rank(), Organisation.id)
        .limit(1)
    )


def _upwards(session: Session, organisation_id: int) -> list[Organisation]:
    """Return the organisation and all above it, the nearest first."""
    way: list[Organisation] = []
    organisation = session.get(Organisation, organisation_id)
    while organisation is not None and organisation not in way:
        way.append(organisation)
        organisation = session.get(Organisation, organisation.parent_id) if organisation.parent_id else None
    return way


def _rank() -> ColumnElement[int]:
    return case({level: rank for rank, level in enumerate(LEVELS)}, value=Organisation.level)


def _root(session: Session) -> Organisation | None:
    return session.scalars(
        select(Organisation).where(Organisation.parent_id.is_(None)).order_by(Organisation.id)
    ).first()


def _existing_root(session: Session) -> Organisation:
    root = _root(session)
    if root is None:
        raise NotFound("there is no organisation")
    return root


# How the tree is filled.


def ensure_root(database: Database, name: str = "总工会", level: str = "city") -> None:
    """Make the first organisation where there is none yet, with departments and canned answers to start with.

    Two processes may try at once.
    """
    if level not in LEVELS or level in LOCAL_LEVELS:
        raise Invalid("最上级工会要在县级以上")
    with database.write() as session:
        _lock(database, session)
        if _root(session) is None:
            root = Organisation(name=name, level=level)
            session.add(root)
            session.flush()
            _add_departments(session, root.id, TOPICS, DEFAULT_WEEK)
            seed_answers(session, root.id)


def give_departments(
    database: Database, organisation_id: int, topics: Sequence[str] = TOPICS, week: Week = DEFAULT_WEEK
) -> None:
    """Give an organisation departments of these topics; those that it has stay as they are. Raises `NotFound`."""
    OpeningHours(week)  # raises `Invalid`
    with database.write() as session:
        _lock(database, session)
        if session.get(Organisation, organisation_id) is None:
            raise NotFound(f"organisation {organisation_id}")
        _add_departments(session, organisation_id, topics, week)


COLUMNS = ("code", "name", "level", "region", "parent_code")
LEVEL_NAMES = {
    "全国": "national",
    "省": "province",
    "市": "city",
    "县": "county",
    "区": "county",
    "街道": "street",
    "乡镇": "street",
    "企业": "enterprise",
}
TOPIC_NAMES = {"入会": "joining", "帮扶": "aid", "法律": "legal", "综合": "general"}


@dataclass(frozen=True)
class Imported:
    """How many organisations an import added, and how many it changed."""

    added: int
    changed: int


@dataclass(frozen=True)
class _Row:
    line: int
    code: str
    name: str
    level: str
    region: str
    parent_code: str
    topics: tuple[str, ...]


class _Faults(dict[int, str]):
    """The first thing that is wrong with each line."""

    def note(self, line: int, message: str) -> None:
        self.setdefault(line, f"第{line}行：{message}")

    def stop(self) -> None:
        if self:
            raise Invalid("\n".join(self[line] for line in sorted(self)))


def import_organisations(database: Database, rows: Iterable[Mapping[str, str | None]]) -> Imported:
    """Add or change organisations by their code, from a table's rows (`csv.DictReader`): all of them or none.

    Columns: `code, name, level, region, parent_code`, and `departments` where an organisation is to have some
    (`入会 法律`). Parents may stand below their children. The one row without `parent_code` is the root, which is there
    already and takes code, name, level and region from it. Raises `Invalid` with one sentence for each faulty line.
    """
    faults = _Faults()
    read = [row for line, raw in enumerate(rows, start=2) if (row := _read(line, raw, faults)) is not None]
    for code, line in _repeated(read):
        faults.note(line, f"编码“{code}”前面已经有了")
    faults.stop()
    with database.write() as session:
        _lock(database, session)
        root = _existing_root(session)
        known = {each.code: each for each in session.scalars(select(Organisation)) if each.code}
        before = {code: _values(each) for code, each in known.items()}
        placed = [(row, _placed(session, row, known, root, faults)) for row in read]
        faults.stop()
        session.flush()
        for row, organisation in placed:
            _hang(row, organisation, known, faults)
        session.flush()
        _check_levels(session, {organisation.id: row.line for row, organisation in placed}, faults)
        faults.stop()
        for row, organisation in placed:
            _add_departments(session, organisation.id, row.topics, DEFAULT_WEEK)
        added = sum(row.code not in before and organisation is not root for row, organisation in placed)
        same = sum(before.get(row.code) == _values(organisation) for row, organisation in placed)
        return Imported(added, len(placed) - added - same)


def _read(line: int, raw: Mapping[str, str | None], faults: _Faults) -> _Row | None:
    """Return a line's row, None for an empty one; what is wrong with it goes to `faults`."""
    if missing := [column for column in COLUMNS if column not in raw]:
        faults.note(1, f"表头缺少 {'、'.join(missing)}")
    values = {column: (raw.get(column) or "").strip() for column in (*COLUMNS, "departments")}
    if not any(values.values()):
        return None
    if not values["code"] or not values["name"]:
        faults.note(line, "编码（code）和名称（name）都要写")
    if len(values["code"]) > 40 or len(values["name"]) > 120 or len(values["region"]) > 120:
        faults.note(line, "编码最多 40 字，名称和地区最多 120 字")
    level = LEVEL_NAMES.get(values["level"], values["level"])
    if level not in LEVELS:
        faults.note(line, f"层级（level）“{values['level']}”不认识，可以写：{'、'.join(LEVEL_NAMES)}")
    topics = [TOPIC_NAMES.get(word, word) for word in re.split(r"[\s,，、;；/]+", values["departments"]) if word]
    if unknown := [topic for topic in topics if topic not in TOPICS]:
        faults.note(line, f"部门“{unknown[0]}”不认识，可以写：{'、'.join(TOPIC_NAMES)}")
    region = values["region"].replace("／", "/") or NATIONAL
    return _Row(line, values["code"], values["name"], level, region, values["parent_code"], tuple(topics))


def _repeated(rows: Iterable[_Row]) -> Iterator[tuple[str, int]]:
    seen: set[str] = set()
    for row in rows:
        if row.code in seen:
            yield row.code, row.line
        seen.add(row.code)


def _placed(
    session: Session, row: _Row, known: dict[str, Organisation], root: Organisation, faults: _Faults
) -> Organisation:
    """Return the row's organisation with its new values, parent apart; a new one is added."""
    organisation = known.get(row.code)
    if not row.parent_code:
        if root.code not in (None, row.code) or organisation not in (None, root):
            faults.note(row.line, f"上级编码（parent_code）没写；只有最上级工会可以不写，它已经是“{root.name}”")
        organisation = root
    elif organisation is root:
        faults.note(row.line, "最上级工会不能再有上级")
    if organisation is None:
        organisation = Organisation()
        session.add(organisation)
    organisation.code, organisation.name = row.code, row.name
    organisation.level, organisation.region = row.level, row.region
    known[row.code] = organisation
    return organisation


def _hang(row: _Row, organisation: Organisation, known: dict[str, Organisation], faults: _Faults) -> None:
    parent = known.get(row.parent_code)
    if parent is not None:
        organisation.parent_id = parent.id
    elif row.parent_code:
        faults.note(row.line, f"找不到上级编码“{row.parent_code}”")


def _check_levels(session: Session, lines: Mapping[int, int], faults: _Faults) -> None:
    """See that every organisation stands below its parent's level, which also makes a circle impossible."""
    tree = {each.id: each for each in session.scalars(select(Organisation))}
    for organisation in tree.values():
        parent = tree[organisation.parent_id] if organisation.parent_id else None
        line = lines.get(organisation.id) or lines.get(organisation.parent_id or 0) or 1
        if parent is None:
            if organisation.level in LOCAL_LEVELS:
                faults.note(line, "最上级工会要在县级以上")
        elif LEVELS.index(parent.level) >= LEVELS.index(organisation.level):
            faults.note(line, f"“{organisation.name}”的层级要低于上级“{parent.name}”")


def _values(organisation: Organisation) -> tuple[str, str, str, int | None]:
    return organisation.name, organisation.level, organisation.region, organisation.parent_id


def _add_departments(session: Session, organisation_id: int, topics: Iterable[str], week: Week) -> None:
    has = set(session.scalars(select(Department.topic).where(Department.organisation_id == organisation_id)))
    for topic in dict.fromkeys(topics):
        if topic not in has:
            hours = {weekday: [list(span) for span in day] for weekday, day in week.items()}
            session.add(Department(organisation_id=organisation_id, topic=topic, name=DEPARTMENTS[topic], hours=hours))


def _lock(database: Database, session: Session) -> None:
    """Let nobody else change the tree meanwhile; a writing transaction of SQLite is alone anyway."""
    if not database.is_sqlite:
        session.execute(text("LOCK TABLE organisations IN SHARE ROW EXCLUSIVE MODE"))
