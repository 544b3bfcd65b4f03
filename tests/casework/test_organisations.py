"""The tree of unions: who sees what, where a matter goes, how the tree is filled."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from casework import organisations
from casework.actors import LOCAL_LEVELS, Actor
from casework.database import Database
from casework.errors import Invalid, NotFound
from casework.hours import DEFAULT_WEEK
from casework.organisations import (
    DEPARTMENTS,
    Imported,
    department_hours,
    ensure_root,
    give_departments,
    import_organisations,
    route,
    subtree,
    visible_to,
)
from casework.tables import (
    LEVELS,
    TOPICS,
    Contact,
    Conversation,
    Department,
    DepartmentDay,
    Organisation,
    Staff,
)
from casework.topics import Grievance

BOTH_DATABASES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
HEADER = "code,name,level,region,parent_code,departments\n"


# Random trees, and what must be seen of them, said once more in plain Python.


@dataclass
class Tree:
    """Organisations by number: parent (None for the root, 0), level, topics of the departments."""

    parents: list[int | None]
    levels: list[str]
    topics: list[list[str]]
    conversations: list[Talk] = field(default_factory=list)

    def below(self, number: int) -> set[int]:
        return {each for each in range(len(self.parents)) if number in self.above(each)}

    def above(self, number: int) -> list[int]:
        way = [number]
        while (parent := self.parents[way[-1]]) is not None:
            way.append(parent)
        return way


@dataclass
class Talk:
    """A conversation: where its department is (None for none yet), of which topic, a complaint or not."""

    organisation: int | None
    topic: str
    complaint: bool


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    root = draw(st.sampled_from(["national", "province", "city", "county"]))
    parents: list[int | None] = [None]
    levels = [root]
    for number in range(1, draw(st.integers(1, 9))):
        higher = [each for each in range(number) if levels[each] != "enterprise"]
        parent = draw(st.sampled_from(higher))
        parents.append(parent)
        levels.append(draw(st.sampled_from(LEVELS[LEVELS.index(levels[parent]) + 1 :])))
    some = st.lists(st.sampled_from(TOPICS), unique=True)
    topics = [list(TOPICS), *(draw(some) for _ in parents[1:])]
    places = [(number, topic) for number, has in enumerate(topics) for topic in has]
    talk = st.one_of(
        st.builds(lambda place, c: Talk(place[0], place[1], complaint=c), st.sampled_from(places), st.booleans()),
        st.builds(lambda complaint: Talk(None, "general", complaint), st.booleans()),
    )
    return Tree(parents, levels, topics, draw(st.lists(talk, max_size=12)))


@dataclass
class Planted:
    """A tree as it lies in the database: the rows' ids by number, departments by (number, topic)."""

    organisations: list[int]
    departments: dict[tuple[int, str], int]
    conversations: list[int]


def plant(database: Database, tree: Tree) -> Planted:
    with database.write() as session:
        session.execute(update(Organisation).values(parent_id=None))
        for table in (Conversation, Contact, Staff, Department, Organisation):
            session.execute(delete(table))
        ids: list[int] = []
        for number, (parent, level) in enumerate(zip(tree.parents, tree.levels, strict=True)):
            row = Organisation(name=f"{number}", level=level, parent_id=None if parent is None else ids[parent])
            session.add(row)
            session.flush()
            ids.append(row.id)
        departments: dict[tuple[int, str], int] = {}
        for number, topics in enumerate(tree.topics):
            for topic in topics:
                department = Department(organisation_id=ids[number], topic=topic, name=topic, hours={})
                session.add(department)
                session.flush()
                departments[number, topic] = department.id
        conversations = []
        for talk in tree.conversations:
            place = departments[talk.organisation, talk.topic] if talk.organisation is not None else None
            conversations.append(_talk(session, place, complaint=talk.complaint).id)
    return Planted(ids, departments, conversations)


def _talk(session: Session, department_id: int | None, *, complaint: bool = False) -> Conversation:
    contact = Contact()
    session.add(contact)
    session.flush()
    talk = Conversation(
        contact_id=contact.id, channel="web", rasa_sender="s", department_id=department_id, complaint=complaint
    )
    session.add(talk)
    session.flush()
    return talk


def seen_by(database: Database, actor: Actor) -> set[int]:
    with database.read() as session:
        return set(session.scalars(select(Conversation.id).where(visible_to(actor))))


@given(tree=trees(), role=st.sampled_from(["agent", "supervisor", "admin", "editor"]), data=st.data())
@BOTH_DATABASES
def test_an_actor_sees_what_the_tree_allows(database: Database, tree: Tree, role: str, data: st.DataObject) -> None:
    planted = plant(database, tree)
    number = data.draw(st.integers(0, len(tree.parents) - 1))
    memberships = data.draw(st.lists(st.sampled_from(list(planted.departments.values())), unique=True, max_size=3))
    actor = Actor(1, "小陈", role, planted.organisations[number], tree.levels[number], tuple(memberships))
    expected = set()
    for talk, talk_id in zip(tree.conversations, planted.conversations, strict=True):
        if talk.organisation is None:
            allowed = number == 0 and role in ("supervisor", "admin")
        else:
            allowed = role != "editor" and talk.organisation in tree.below(number)
            if role == "agent" and memberships:
                allowed = allowed and planted.departments[talk.organisation, talk.topic] in memberships
        if allowed and not (talk.complaint and tree.levels[number] in LOCAL_LEVELS):
            expected.add(talk_id)
    assert seen_by(database, actor) == expected


@given(tree=trees(), role=st.sampled_from(["agent", "supervisor", "admin", "editor"]), data=st.data())
@BOTH_DATABASES
def test_a_local_union_never_sees_a_complaint(database: Database, tree: Tree, role: str, data: st.DataObject) -> None:
    planted = plant(database, tree)
    with database.write() as session:
        colleague = Staff(organisation_id=planted.organisations[0], username="chen", display_name="小陈", role="agent")
        session.add(colleague)
        session.flush()
        session.execute(update(Conversation).values(assignee_id=colleague.id))
    complaints = {each for talk, each in zip(tree.conversations, planted.conversations, strict=True) if talk.complaint}
    memberships = data.draw(st.lists(st.sampled_from(list(planted.departments.values())), unique=True, max_size=3))
    for number, level in enumerate(tree.levels):
        if level in LOCAL_LEVELS:
            actor = Actor(colleague.id, "小陈", role, planted.organisations[number], level, tuple(memberships))
            assert not seen_by(database, actor) & complaints


@given(tree=trees(), grievance=st.sampled_from(list(Grievance)), topic=st.sampled_from(TOPICS), data=st.data())
@BOTH_DATABASES
def test_a_matter_goes_to_the_nearest_department_that_may_have_it(
    database: Database, tree: Tree, grievance: Grievance, topic: str, data: st.DataObject
) -> None:
    planted = plant(database, tree)
    number = data.draw(st.integers(0, len(tree.parents) - 1))
    with database.write() as session:
        contact = Contact(organisation_id=planted.organisations[number])
        session.add(contact)
        session.flush()
        found = route(session, contact_id=contact.id, topic=topic, grievance=grievance)
        place = planted.organisations.index(found.organisation_id)
    way = tree.above(number)
    if grievance is not Grievance.NO:
        way = [each for each in way if tree.levels[each] not in LOCAL_LEVELS]
    assert place in way
    assert found.topic in (topic, "general")
    assert not any(topic in tree.topics[each] for each in way[: way.index(place)])


# What an actor sees, by example.


@pytest.fixture
def union(database: Database) -> Planted:
    """A city with a county, in it a street and two enterprises, each with all departments."""
    parents: list[int | None] = [None, 0, 1, 1, 2]
    levels = ["city", "county", "street", "enterprise", "enterprise"]
    return plant(database, Tree(parents, levels, [list(TOPICS)] * 5))


def test_an_agent_with_departments_sees_those_and_what_is_assigned_to_her(database: Database, union: Planted) -> None:
    legal, aid = union.departments[1, "legal"], union.departments[1, "aid"]
    with database.write() as session:
        agent = Staff(organisation_id=union.organisations[1], username="chen", display_name="小陈", role="agent")
        session.add(agent)
        session.flush()
        own, other, assigned = _talk(session, legal), _talk(session, aid), _talk(session, aid)
        elsewhere = _talk(session, union.departments[0, "legal"])
        assigned.assignee_id = elsewhere.assignee_id = agent.id
    actor = Actor(agent.id, "小陈", "agent", union.organisations[1], "county", (legal,))
    assert seen_by(database, actor) == {own.id, assigned.id}
    unattached = Actor(agent.id, "小陈", "agent", union.organisations[1], "county")
    assert seen_by(database, unattached) == {own.id, other.id, assigned.id}


def test_what_nobody_has_yet_is_for_those_who_lead_the_root(database: Database, union: Planted) -> None:
    with database.write() as session:
        new = _talk(session, None).id
    for role, number, seen in (
        ("admin", 0, {new}),
        ("supervisor", 0, {new}),
        ("agent", 0, set()),
        ("editor", 0, set()),
        ("admin", 1, set()),
    ):
        actor = Actor(1, "小陈", role, union.organisations[number], "city" if number == 0 else "county")
        assert seen_by(database, actor) == seen


def test_the_condition_may_stand_twice_in_a_statement_and_in_an_update(database: Database, union: Planted) -> None:
    with database.write() as session:
        talk = _talk(session, union.departments[3, "legal"]).id
        hidden = _talk(session, union.departments[3, "legal"], complaint=True).id
    actor = Actor(1, "小陈", "supervisor", union.organisations[3], "enterprise")
    other = Actor(2, "小李", "supervisor", union.organisations[1], "county")
    with database.write() as session:
        both = select(Conversation.id).where(visible_to(actor), visible_to(other), visible_to(actor))
        assert list(session.scalars(both)) == [talk]
        inner = select(Conversation.id).where(visible_to(other))
        locked = select(Conversation.id).where(visible_to(actor), Conversation.id.in_(inner)).with_for_update()
        assert list(session.scalars(locked)) == [talk]
        session.execute(update(Conversation).where(visible_to(actor)).values(misses=7))
        misses = {each.id: each.misses for each in session.scalars(select(Conversation))}
    assert misses == {talk: 7, hidden: 0}


def test_a_circle_in_the_tree_ends(database: Database, union: Planted) -> None:
    with database.write() as session:
        session.execute(
            update(Organisation)
            .where(Organisation.id == union.organisations[0])
            .values(parent_id=union.organisations[1])
        )
        assert set(session.scalars(subtree(union.organisations[1]))) == set(union.organisations)


def test_the_condition_is_answered_by_an_index(sqlite: Database) -> None:
    ensure_root(sqlite)
    actor = Actor(1, "小陈", "agent", 1, "city")
    query = select(Conversation.id).where(visible_to(actor)).compile(sqlite.engine)
    with sqlite.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", tuple(query.params.values())).all()
    steps = [str(step[3]) for step in plan]
    assert any("ix_conversations_department_id" in step for step in steps), steps
    assert not any(step.startswith("SCAN conversations") for step in steps), steps


# Where a matter goes, by example.


def routed(database: Database, contact: Contact, topic: str, grievance: Grievance) -> tuple[str, str]:
    with database.write() as session:
        session.add(contact)
        session.flush()
        found = route(session, contact_id=contact.id, topic=topic, grievance=grievance)
        return session.get_one(Organisation, found.organisation_id).name, found.topic


@pytest.fixture
def jiangsu(database: Database) -> Database:
    """A province with cities, counties, a street and an enterprise that has a legal department of its own."""
    ensure_root(database, "江苏省总工会", "province")
    rows = """\
js,江苏省总工会,省,江苏,,
xz,徐州市总工会,市,江苏/徐州,js,法律 综合
ts,铜山区总工会,区,江苏/徐州/铜山,xz,入会
st,大彭镇总工会,乡镇,江苏/徐州/铜山/大彭,ts,入会 法律
hx,红星厂工会,企业,江苏/徐州/铜山,st,入会 法律 帮扶 综合
wx,无锡市总工会,市,江苏/无锡,js,综合
"""
    import_organisations(database, csv.DictReader(io.StringIO(HEADER + rows)))
    return database


@pytest.mark.parametrize(
    ("region", "topic", "grievance", "name", "found"),
    [
        ("江苏/徐州", "legal", Grievance.YES, "徐州市总工会", "legal"),
        ("江苏/徐州/云龙", "legal", Grievance.NO, "徐州市总工会", "legal"),
        ("江苏/徐州/铜山", "joining", Grievance.NO, "铜山区总工会", "joining"),
        ("江苏/徐州/铜山/大彭", "joining", Grievance.NO, "大彭镇总工会", "joining"),
        ("江苏/徐州/铜山/大彭", "joining", Grievance.UNKNOWN, "铜山区总工会", "joining"),
        ("江苏/徐州/铜山/大彭", "legal", Grievance.NO, "大彭镇总工会", "legal"),
        ("江苏/徐州/铜山/大彭", "legal", Grievance.YES, "徐州市总工会", "legal"),
        ("江苏/徐州/铜山", "aid", Grievance.NO, "江苏省总工会", "aid"),
        ("江苏/无锡", "legal", Grievance.YES, "江苏省总工会", "legal"),
        ("江苏/无锡/梁溪", "general", Grievance.UNKNOWN, "无锡市总工会", "general"),
        ("江苏/徐州新区", "general", Grievance.NO, "江苏省总工会", "general"),
        ("四川/成都", "legal", Grievance.YES, "江苏省总工会", "legal"),
        (None, "legal", Grievance.YES, "江苏省总工会", "legal"),
    ],
)
def test_the_region_leads_to_the_nearest_union(
    jiangsu: Database, region: str | None, topic: str, grievance: Grievance, name: str, found: str
) -> None:
    assert routed(jiangsu, Contact(region=region), topic, grievance) == (name, found)


def test_her_own_union_comes_before_her_region_but_not_for_a_grievance(jiangsu: Database) -> None:
    with jiangsu.read() as session:
        enterprise = session.scalars(select(Organisation.id).where(Organisation.code == "hx")).one()

    def hers() -> Contact:
        return Contact(region="江苏/无锡", organisation_id=enterprise)

    assert routed(jiangsu, hers(), "legal", Grievance.NO) == ("红星厂工会", "legal")
    for grievance in (Grievance.YES, Grievance.UNKNOWN):
        assert routed(jiangsu, hers(), "legal", grievance) == ("徐州市总工会", "legal")
        assert routed(jiangsu, hers(), "joining", grievance) == ("铜山区总工会", "joining")


def test_without_a_department_of_the_topic_the_general_one_takes_it(database: Database) -> None:
    ensure_root(database)
    with database.write() as session:
        session.execute(delete(Department).where(Department.topic == "aid"))
    assert routed(database, Contact(), "aid", Grievance.NO) == ("总工会", "general")


def test_nowhere_to_go(database: Database) -> None:
    with pytest.raises(NotFound):
        routed(database, Contact(), "legal", Grievance.YES)
    ensure_root(database)
    with database.write() as session:
        session.execute(delete(Department).where(Department.topic.in_(["general", "aid"])))
    with pytest.raises(NotFound):
        routed(database, Contact(), "aid", Grievance.YES)
    with database.read() as session, pytest.raises(NotFound):
        route(session, contact_id=999, topic="legal", grievance=Grievance.YES)


def test_a_departments_hours_with_its_own_days(database: Database) -> None:
    ensure_root(database)
    with database.write() as session:
        department = session.scalars(select(Department).where(Department.topic == "legal")).one()
        session.add(DepartmentDay(department_id=department.id, day=date(2026, 11, 20), hours=[["10:00", "11:00"]]))
    with database.read() as session:
        hours = department_hours(session, department.id)
        with pytest.raises(NotFound):
            department_hours(session, 999)
    assert hours.week == DEFAULT_WEEK
    assert dict(hours.days) == {date(2026, 11, 20): [["10:00", "11:00"]]}


# How the tree is filled.


def test_the_first_organisation_comes_with_four_departments(database: Database) -> None:
    ensure_root(database, "徐州市总工会")
    ensure_root(database, "另一个")
    with database.read() as session:
        root = session.scalars(select(Organisation)).one()
        departments = session.scalars(select(Department).order_by(Department.id)).all()
    assert (root.name, root.level, root.parent_id) == ("徐州市总工会", "city", None)
    assert {each.topic: each.name for each in departments} == DEPARTMENTS
    assert all(each.hours == DEFAULT_WEEK for each in departments)


def test_several_processes_make_one_root(database: Database) -> None:
    def start(_: int) -> None:
        own = Database(database.url.render_as_string(hide_password=False))
        ensure_root(own)
        own.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(start, range(8)))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 1
        assert session.scalar(select(func.count()).select_from(Department)) == 4


@pytest.mark.parametrize("level", ["street", "enterprise", "moon"])
def test_a_local_union_is_no_root(sqlite: Database, level: str) -> None:
    with pytest.raises(Invalid):
        ensure_root(sqlite, level=level)


def test_departments_are_given_once(database: Database, union: Planted) -> None:
    with database.write() as session:
        organisation = Organisation(name="新", level="enterprise", parent_id=union.organisations[0])
        session.add(organisation)
    give_departments(database, organisation.id, ["joining"], {"0": [["08:00", "12:00"]]})
    give_departments(database, organisation.id, ["joining", "aid"])
    with database.read() as session:
        found = session.scalars(select(Department).where(Department.organisation_id == organisation.id)).all()
    assert {each.topic: each.hours for each in found} == {"joining": {"0": [["08:00", "12:00"]]}, "aid": DEFAULT_WEEK}
    with pytest.raises(NotFound):
        give_departments(database, 999)
    with pytest.raises(Invalid):
        give_departments(database, organisation.id, ["legal"], {"0": [["12:00", "08:00"]]})


def read_in(database: Database, rows: str) -> Imported:
    return import_organisations(database, csv.DictReader(io.StringIO(HEADER + rows)))


TREE = """\
hx,红星厂工会,企业,江苏/徐州/铜山,ts,
xz,徐州市总工会,市,江苏/徐州,,
ts,铜山区总工会,区,江苏/徐州/铜山,xz,入会、法律
,,,,,
"""


def test_a_tree_is_imported_in_any_order_and_only_once(database: Database) -> None:
    ensure_root(database)
    assert read_in(database, TREE) == Imported(added=2, changed=1)
    assert read_in(database, TREE) == Imported(added=0, changed=0)
    assert read_in(database, TREE.replace("红星厂", "红星集团")) == Imported(added=0, changed=1)
    with database.read() as session:
        rows = session.scalars(select(Organisation).order_by(Organisation.id)).all()
        topics = session.scalars(
            select(Department.topic).join(Organisation).where(Organisation.code == "ts").order_by(Department.topic)
        ).all()
    by_code = {row.code: row for row in rows}
    assert len(rows) == 3
    assert by_code["hx"].name == "红星集团工会"
    assert by_code["hx"].parent_id == by_code["ts"].id
    assert by_code["ts"].parent_id == by_code["xz"].id
    assert by_code["xz"].parent_id is None
    assert by_code["ts"].level == "county"
    assert topics == ["joining", "legal"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (",无名,市,,,", ["第2行：编码"]),
        ("a,,市,,,", ["第2行：编码"]),
        ("a,甲,州,,,", ["第2行：层级（level）“州”不认识"]),
        ("a,甲,市,,,打架", ["第2行：部门“打架”不认识"]),
        ("a,甲,市,,,\na,乙,市,,a,", ["第3行：编码“a”前面已经有了"]),
        ("a,甲,市,,,\nb,乙,市,,,", ["第3行：上级编码（parent_code）没写"]),
        ("a,甲,市,,,\nb,乙,县,,z,", ["第3行：找不到上级编码“z”"]),
        ("a,甲,市,,,\nb,乙,市,,a,", ["第3行：“乙”的层级要低于上级“甲”"]),
        ("a,甲,市,,,\nb,乙,县,,c,\nc,丙,县,,b,", ["第3行", "第4行"]),
        ("a,甲,市,,,\nb,乙,县,,b,", ["第3行：“乙”的层级要低于上级“乙”"]),
        ("a,甲,企业,,,", ["第2行：最上级工会要在县级以上"]),
        ("a,甲,市,,,\nb,乙,县,,a,\nb2,乙,州,,a,\n,丙,县,,a,", ["第4行", "第5行"]),
        (f"{'a' * 41},甲,市,,,", ["第2行：编码最多 40 字"]),
    ],
)
def test_a_faulty_line_stops_everything_and_is_named(sqlite: Database, rows: str, told: Sequence[str]) -> None:
    ensure_root(sqlite)
    with pytest.raises(Invalid) as raised:
        read_in(sqlite, rows)
    lines = raised.value.message.splitlines()
    assert len(lines) == len(told)
    assert all(line.startswith(words) for line, words in zip(lines, told, strict=True))
    with sqlite.read() as session:
        assert session.scalars(select(Organisation.name)).all() == ["总工会"]


def test_what_was_imported_before_is_kept_in_order_too(sqlite: Database) -> None:
    ensure_root(sqlite)
    read_in(sqlite, TREE)
    for rows, told in (
        ("ts,铜山,街道,,xz,\nhx,红星,街道,,ts,", "第3行：“红星”的层级要低于上级“铜山”"),
        ("ts,铜山,企业,,xz,", "第2行：“红星厂工会”的层级要低于上级“铜山”"),
        ("xz,徐州,市,,ts,", "第2行：最上级工会不能再有上级"),
        ("ts,铜山,县,,,", "第2行：上级编码（parent_code）没写"),
        ("neu,新,市,,,", "第2行：上级编码（parent_code）没写"),
    ):
        with pytest.raises(Invalid, match=told.replace("（", ".").split("：")[0]) as raised:
            read_in(sqlite, rows)
        assert raised.value.message.startswith(told)


def test_a_table_without_its_columns_is_refused(sqlite: Database) -> None:
    ensure_root(sqlite)
    with pytest.raises(Invalid, match="表头缺少 region、parent_code"):
        import_organisations(sqlite, csv.DictReader(io.StringIO("code,name,level\na,甲,市\n")))


def test_an_import_needs_a_root(sqlite: Database) -> None:
    with pytest.raises(NotFound):
        read_in(sqlite, TREE)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_import_lets_the_service_run_on(database: Database) -> None:
    """A worker's message must not wait for an import: contacts refer to organisations."""
    ensure_root(database)
    with database.write() as importing:
        organisations._lock(database, importing)
        with database.write() as session:
            root = session.scalars(select(Organisation.id)).one()
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            session.add(Contact(organisation_id=root))
