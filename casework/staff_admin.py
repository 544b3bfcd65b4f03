"""Accounts as administrators keep them in the console: those of their own union and of the unions below it.

Whoever administers a union must not reach the accounts above it: with another's password she would see what is kept
from her own union, complaints about its enterprise among them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.actors import Actor
from casework.database import Database
from casework.errors import Invalid, NotAllowed, NotFound
from casework.organisations import subtree
from casework.staff import Account, Membership, StaffAccounts
from casework.tables import Organisation, Staff

ON_A_PAGE = 20
OFFERED = 50
"""Unions that the form offers; others are typed."""


@dataclass(frozen=True)
class AccountList:
    """One page of accounts, the first is 1."""

    accounts: tuple[Account, ...]
    page: int
    pages: int


class StaffAdmin:
    """Lists and changes accounts; every method raises `NotAllowed` for those below an administrator."""

    def __init__(self, database: Database, accounts: StaffAccounts) -> None:
        self._database = database
        self._accounts = accounts

    def accounts(self, actor: Actor, query: str = "", page: int = 1) -> AccountList:
        """Return a page of the accounts that the actor keeps, those in use first.

        `query` is a part of a username, a shown name or the union's name.
        """
        _check(actor)
        kept = select(Staff.id).where(Staff.organisation_id.in_(subtree(actor.organisation_id)))
        with self._database.read() as session:
            ids = set(session.scalars(kept))
        wanted = query.casefold()
        found = [
            each
            for each in self._accounts.list()
            if each.id in ids and wanted in f"{each.username}\n{each.display_name}\n{each.organisation}".casefold()
        ]
        pages = max(1, math.ceil(len(found) / ON_A_PAGE))
        page = min(max(page, 1), pages)
        return AccountList(tuple(found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]), page, pages)

    def organisations(self, actor: Actor) -> list[str]:
        """Return the names of the unions for which the actor may make accounts, her own first, `OFFERED` at most."""
        _check(actor)
        query = (
            select(Organisation.name)
            .where(Organisation.id.in_(subtree(actor.organisation_id)))
            .order_by(Organisation.id != actor.organisation_id, Organisation.id)
            .limit(OFFERED)
        )
        with self._database.read() as session:
            return list(session.scalars(query))

    def add(
        self, actor: Actor, organisation: str, username: str, display_name: str, role: str, topics: Sequence[str]
    ) -> str:
        """Make an account at the union of this name or code; return its password, to be told this once.

        It is to be changed at the first sign-in. Raises `Invalid`, also for a union that is not the actor's to keep,
        and `Conflict`.
        """
        _check(actor)
        code = self._code(actor, organisation.strip())
        password = self._accounts.add(
            username,
            role,
            display_name=display_name or None,
            organisation=code,
            memberships=[Membership(topic) for topic in topics],
            by=_by(actor),
        )
        return _made_up(password)

    def reset_password(self, actor: Actor, staff_id: int) -> str:
        """Give an account another password and return it. Raises `NotFound`, `Invalid` for the actor's own."""
        if staff_id == actor.id:
            raise Invalid("改自己的密码，请点右上角的“改密码”")
        return _made_up(self._accounts.reset_password(self._username(actor, staff_id), by=_by(actor)))

    def disable(self, actor: Actor, staff_id: int) -> None:
        """Close an account. Raises `NotFound`, `Invalid` for the actor's own."""
        if staff_id == actor.id:
            raise Invalid("不能停用自己的账号")
        self._accounts.disable(self._username(actor, staff_id), by=_by(actor))

    def enable(self, actor: Actor, staff_id: int) -> None:
        """Open a closed account again. Raises `NotFound`."""
        self._accounts.enable(self._username(actor, staff_id), by=_by(actor))

    def set_role(self, actor: Actor, staff_id: int, role: str) -> None:
        """Give an account another role. Raises `NotFound`, `Invalid`, also for the actor's own."""
        if staff_id == actor.id:
            raise Invalid("不能改自己的角色，请另一位管理员来改")
        self._accounts.set_role(self._username(actor, staff_id), role, by=_by(actor))

    def _code(self, actor: Actor, union: str) -> str | None:
        """Return the code by which `StaffAccounts` knows a union, None for the topmost one."""
        query = select(Organisation).where(
            Organisation.id.in_(subtree(actor.organisation_id)),
            or_(Organisation.name == union, Organisation.code == union),
        )
        with self._database.read() as session:
            found = session.scalars(query).all()
        if not found:
            raise Invalid("没有找到这个工会，请从列表里选，或者写它的代码")
        if len(found) > 1:
            raise Invalid("有几个工会叫这个名字，请写它的代码")
        if found[0].code is None and found[0].parent_id is not None:
            raise Invalid(f"{found[0].name}还没有代码，先导入它的代码再加账号")
        return found[0].code

    def name(self, actor: Actor, staff_id: int) -> str:
        """Return the username of an account. Raises `NotFound`."""
        return self._username(actor, staff_id)

    def _username(self, actor: Actor, staff_id: int) -> str:
        _check(actor)
        with self._database.read() as session:
            return _kept_username(session, actor, staff_id)


def _check(actor: Actor) -> None:
    if not actor.is_at_least("admin"):
        raise NotAllowed("accounts are kept by administrators")


def _kept_username(session: Session, actor: Actor, staff_id: int) -> str:
    username = session.scalar(
        select(Staff.username).where(Staff.id == staff_id, Staff.organisation_id.in_(subtree(actor.organisation_id)))
    )
    if username is None:
        raise NotFound(f"account {staff_id}")
    return username


def _by(actor: Actor) -> str:
    return f"staff:{actor.id}"


def _made_up(password: str | None) -> str:
    assert password is not None, "a password is made up where none is given"
    return password
