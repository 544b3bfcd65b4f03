"""What is decided in memory for the live events is what the queries give."""

from __future__ import annotations

import random

from sqlalchemy import select

from casework.actors import Actor
from casework.database import Database, now
from casework.organisations import visible_to
from casework.tables import LEVELS, ROLES, TOPICS, Contact, Conversation, Department, Organisation, Staff
from casework.visibility import Place, load_places, load_tree, sees


def grow(database: Database, chance: random.Random) -> tuple[list[Actor], dict[int, str]]:
    """Fill a database with random unions, departments, people and conversations; return people and levels."""
    with database.write() as session:
        levels: dict[int, str] = {}
        for _ in range(12):
            organisation = Organisation(
                level=chance.choice(LEVELS),
                name="工会",
                parent_id=chance.choice(list(levels)) if levels and chance.random() < 0.85 else None,
            )
            session.add(organisation)
            session.flush()
            levels[organisation.id] = organisation.level
        departments = []
        for organisation_id in levels:
            for topic in chance.sample(TOPICS, chance.randrange(len(TOPICS))):
                department = Department(organisation_id=organisation_id, topic=topic, name="部门", hours={})
                session.add(department)
                session.flush()
                departments.append(department.id)
        actors = []
        for number in range(40):
            organisation_id, role = chance.choice(list(levels)), chance.choice(ROLES)
            staff = Staff(organisation_id=organisation_id, username=f"u{number}", display_name="某人", role=role)
            session.add(staff)
            session.flush()
            members = tuple(chance.sample(departments, chance.choice((0, 0, 1, 3))))
            actors.append(Actor(staff.id, "某人", role, organisation_id, levels[organisation_id], members))
        for number in range(120):
            contact = Contact()
            session.add(contact)
            session.flush()
            session.add(
                Conversation(
                    contact_id=contact.id,
                    channel="web",
                    rasa_sender=f"s{number}",
                    state=chance.choice(("open", "pending")),
                    unanswered_since=chance.choice([None, now()]),
                    department_id=chance.choice([None, *departments]),
                    assignee_id=chance.choice([None, chance.choice(actors).id]),
                    complaint=chance.random() < 0.4,
                )
            )
    return actors, levels


def test_memory_and_query_agree_on_random_unions(database: Database) -> None:
    chance = random.Random(20260302)
    actors, _ = grow(database, chance)
    with database.read() as session:
        tree = load_tree(session)
        conversations = session.scalars(select(Conversation)).all()
        places = load_places(session)
        shown = 0
        for actor in actors:
            queried = set(session.scalars(select(Conversation.id).where(visible_to(actor))))
            for conversation in conversations:
                here = places.get(conversation.id)
                if here is None:  # never handed off: what `load_places` leaves out has no department
                    assert conversation.department_id is None
                    continue
                assert sees(tree, actor, here) == (conversation.id in queried), (actor, here)
            shown += len(queried)
    assert 0 < shown < len(actors) * len(conversations)


def test_memory_and_query_agree_on_what_was_never_handed_off(database: Database) -> None:
    actors, _ = grow(database, random.Random(7))
    with database.read() as session:
        tree = load_tree(session)
        without = session.scalars(select(Conversation).where(Conversation.department_id.is_(None))).all()
        assert without
        for actor in actors:
            queried = set(session.scalars(select(Conversation.id).where(visible_to(actor))))
            for conversation in without:
                here = Place(None, conversation.assignee_id, conversation.complaint)
                assert sees(tree, actor, here) == (conversation.id in queried)
