"""Words, names and numbers lead to conversations; what is erased is found no more."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from casework.actors import Actor
from casework.crypto import Keyring
from casework.database import Database
from casework.erasure import Erasure
from casework.inbox import Inbox
from casework.search import words_asked, words_of
from casework.search_index import SearchIndex
from casework.tables import Conversation, Message, MessageWord
from tests.casework.inbox_data import Desk
from tests.union import Union


@pytest.fixture
def union(database: Database) -> Union:
    return Union(database)


@pytest.fixture
def desk(database: Database, keyring: Keyring) -> Desk:
    return Desk(database, keyring)


@pytest.fixture
def index(database: Database) -> SearchIndex:
    return SearchIndex(database)


class Finder:
    """Searches as the chief of the city's union."""

    def __init__(self, inbox: Inbox, actor: Actor) -> None:
        self.inbox = inbox
        self.actor = actor

    def __call__(self, query: str) -> list[int]:
        return [row.conversation_id for row in self.inbox.rows(self.actor, "all", query=query).rows]


@pytest.fixture
def find(union: Union, database: Database, keyring: Keyring) -> Finder:
    return Finder(Inbox(database, keyring), union.hire("主任", None, "supervisor"))


def words(text: str) -> set[str]:
    return set(words_of(text))


def test_words_are_in_one_spelling() -> None:
    assert {"工资", "拖欠"} <= words("老闆拖欠工資")
    assert {"app", "3"} <= words("ＡＰＰ扣了３次款")
    assert {"工伤", "认定", "工伤认定"} & words("工伤认定") >= {"工伤", "认定"}
    assert words("，。！？……") == set()
    assert all(len(word) <= 40 for word in words("a" * 90))


def test_what_is_asked_for_is_the_shortest_words_that_cover_it() -> None:
    assert words_asked("劳动争议仲裁") == ["劳动", "争议", "仲裁"]
    assert words_asked("的") == []
    assert "工资" in words_asked("欠工资")


def test_words_are_found_in_any_order_and_in_any_script(
    union: Union, desk: Desk, index: SearchIndex, find: Finder
) -> None:
    legal = union.departments[union.city, "legal"]
    wages = desk.conversation(legal, says=["老板拖欠我三个月工资，怎么办？"], last=1)
    injury = desk.conversation(legal, says=["我在工地摔伤了，要做工伤认定吗"], last=2)
    assert index.index_new() == 2
    assert find("工资") == [wages]
    assert find("工資") == [wages]
    assert find("欠工资") == [wages]
    assert find("工资 拖欠") == [wages]
    assert find("认定工伤") == [injury]
    assert find("我") == []
    assert find("养老金") == []
    assert find("   ") == [injury, wages]
    assert find("？！") == []


def test_words_apart_may_stand_in_different_messages_words_together_in_one(
    union: Union, desk: Desk, index: SearchIndex, find: Finder
) -> None:
    legal = union.departments[union.city, "legal"]
    conversation = desk.conversation(legal, says=["我在北城上班", "上个月工伤了"])
    desk.conversation(legal, says=["北城怎么走"])
    index.index_new()
    assert find("北城 工伤") == [conversation]
    assert find("北城工伤") == []


def test_names_that_no_dictionary_knows_are_found_by_their_characters(
    union: Union, desk: Desk, index: SearchIndex, find: Finder
) -> None:
    conversation = desk.conversation(union.departments[union.city, "legal"], says=["工头叫旮旯犇，他不给钱"])
    index.index_new()
    assert find("旮旯犇") == [conversation]
    assert find("犇") == [conversation]


def test_what_staff_said_is_found_what_the_bot_said_is_not(
    union: Union, desk: Desk, index: SearchIndex, find: Finder
) -> None:
    legal = union.departments[union.city, "legal"]
    conversation = desk.conversation(legal, says=["请带上劳动合同"], author="staff")
    desk.conversation(legal, says=["按照劳动合同法"], author="bot")
    desk.conversation(legal, says=["合同已转交"], author="system")
    index.index_new()
    assert find("合同") == [conversation]


def test_a_number_finds_its_conversation(union: Union, desk: Desk, index: SearchIndex, find: Finder) -> None:
    conversation = desk.conversation(union.departments[union.city, "legal"], last=1)
    other = desk.conversation(union.departments[union.city, "legal"], says=[f"编号 {conversation} 是什么"], last=2)
    index.index_new()
    assert find(f"#{conversation}") == [conversation]
    assert find(f"＃ {conversation}") == [conversation]
    assert find(str(conversation)) == [other, conversation]
    assert find("#999999999") == []


@pytest.mark.parametrize("written", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "电话13800138000"])
@pytest.mark.parametrize("asked", ["13800138000", "138-0013-8000", "+8613800138000"])
def test_a_telephone_number_finds_who_wrote_it(
    written: str, asked: str, union: Union, desk: Desk, find: Finder
) -> None:
    conversation = desk.conversation(union.departments[union.city, "legal"], says=[f"我的手机 {written}"])
    desk.conversation(union.departments[union.city, "legal"], says=["我的手机 13900139000"])
    assert find(asked) == [conversation]


def test_an_identity_number_ending_in_x_finds_who_wrote_it(union: Union, desk: Desk, find: Finder) -> None:
    conversation = desk.conversation(union.departments[union.city, "legal"], says=["身份证 11010519491231002X"])
    assert find("11010519491231002x") == [conversation]


@pytest.mark.parametrize("asked", ["阿卜杜拉·买买提", "阿卜杜拉•买买提", "阿卜杜拉 · 买买提"])
def test_a_name_finds_its_person(asked: str, union: Union, desk: Desk, find: Finder) -> None:
    legal = union.departments[union.city, "legal"]
    conversation = desk.conversation(legal, contact_id=desk.contact("阿卜杜拉·买买提"))
    desk.conversation(legal, contact_id=desk.contact("阿卜杜拉"))
    assert find(asked) == [conversation]


def test_nobody_finds_by_words_names_or_numbers_what_she_may_not_see(
    union: Union, desk: Desk, index: SearchIndex, find: Finder
) -> None:
    chair = union.hire("厂工会主席", union.firm, "admin")
    firm = union.departments[union.firm, "general"]
    complaint = desk.conversation(
        firm, complaint=True, contact_id=desk.contact("王芳"), says=["厂长扣工资，电话13800138000"]
    )
    index.index_new()
    for query in ("工资", "王芳", "13800138000", f"#{complaint}", str(complaint)):
        assert find(query) == [complaint]
        assert Finder(find.inbox, chair)(query) == []


def test_what_is_erased_leaves_no_word_behind(
    union: Union, desk: Desk, index: SearchIndex, find: Finder, database: Database
) -> None:
    conversation = desk.conversation(union.departments[union.city, "legal"], says=["老板拖欠工资"])
    index.index_new()
    Erasure(database).erase_contact_of(conversation)
    assert find("工资") == []
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(MessageWord)) == 0


# The index.


def test_every_message_is_indexed_once(union: Union, desk: Desk, index: SearchIndex, find: Finder) -> None:
    legal = union.departments[union.city, "legal"]
    conversation = desk.conversation(legal, says=[f"工资{number}" for number in range(7)])
    assert [index.index_new(limit=3) for _ in range(4)] == [3, 3, 1, 0]
    desk.say(conversation, "还有社保")
    assert [index.index_new(), index.index_new()] == [1, 0]
    assert find("社保") == [conversation]


def test_messages_without_words_do_not_hold_it_up(union: Union, desk: Desk, index: SearchIndex, find: Finder) -> None:
    legal = union.departments[union.city, "legal"]
    conversation = desk.conversation(legal, says=["👍", "？", "……", "工伤"])
    assert [index.index_new(limit=2), index.index_new(limit=2), index.index_new(limit=2)] == [2, 2, 0]
    assert find("工伤") == [conversation]


def test_another_process_goes_on_where_one_stopped(union: Union, desk: Desk, database: Database, find: Finder) -> None:
    legal = union.departments[union.city, "legal"]
    conversation = desk.conversation(legal, says=["工伤", "社保"])
    SearchIndex(database).index_new(limit=1)
    first, second = SearchIndex(database), SearchIndex(database)
    assert (first.index_new(), second.index_new(), first.index_new()) == (1, 0, 0)
    assert find("社保") == [conversation]


def test_a_message_that_is_committed_late_is_indexed(
    union: Union, desk: Desk, database: Database, index: SearchIndex, find: Finder
) -> None:
    """PostgreSQL gives ids before transactions commit; a lower id is inserted here after a higher one was indexed."""
    legal = union.departments[union.city, "legal"]
    conversation = desk.conversation(legal, says=["工伤"])
    with database.write() as session:
        session.get_one(Conversation, conversation, with_for_update=True)
        session.add(Message(id=50, conversation_id=conversation, author="worker", text="社保", channel="web"))
    assert index.index_new() == 2
    with database.write() as session:
        session.get_one(Conversation, conversation, with_for_update=True)
        session.add(Message(id=49, conversation_id=conversation, author="worker", text="年假", channel="web"))
    assert index.index_new() == 1
    assert find("年假") == [conversation]


def test_two_processes_at_once_do_not_trip_over_each_other(
    union: Union, desk: Desk, database: Database, find: Finder
) -> None:
    legal = union.departments[union.city, "legal"]
    conversation = desk.conversation(legal, says=["工伤认定"])
    slow, quick = SearchIndex(database), SearchIndex(database)
    message = {1: (conversation, words_of("工伤认定"))}
    quick.index_new()
    slow._keep(message)  # it had read the message before the other one stored its words
    assert find("工伤") == [conversation]
