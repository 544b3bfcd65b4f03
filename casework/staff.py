"""Staff accounts: who may sign in, with which role, where; and who is there just now."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.actors import Actor
from casework.database import Database, now
from casework.errors import Conflict, Invalid, NotFound
from casework.passwords import Passwords, check_password, random_password
from casework.tables import (
    ROLES,
    TOPICS,
    AuditEvent,
    Department,
    DepartmentMember,
    Organisation,
    Staff,
    StaffSession,
)

PRESENT = timedelta(seconds=90)
"""How long somebody counts as being there after her browser was last heard of."""
SEEN_EVERY = timedelta(seconds=20)
OPERATOR = "operator"
"""The actor in the audit log when the command line was used."""

_USERNAME = re.compile(r"[a-z0-9._\-\u3400-\u4dbf\u4e00-\u9fff]{2,40}")


@dataclass(frozen=True)
class Membership:
    """Work in a department of the account's organisation; `duty` is the place on the list for alarms, from 1 on."""

    topic: str
    duty: int | None = None


@dataclass(frozen=True)
class Account:
    """An account as it is listed."""

    id: int
    username: str
    display_name: str
    role: str
    organisation: str
    memberships: tuple[Membership, ...]
    disabled: bool
    must_change_password: bool
    last_seen_at: datetime | None


def normal_username(username: str) -> str:
    """Return the form in which a username is kept and looked up: NFKC, without case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username).casefold()).strip()


def is_present(staff: Staff, moment: datetime) -> bool:
    """Tell whether a member of staff is there to be given work."""
    if staff.disabled_at is not None or not staff.available or staff.last_seen_at is None:
        return False
    return moment - staff.last_seen_at <= PRESENT


class StaffAccounts:
    """Makes, changes and lists accounts, and keeps who is there."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime] = now, passwords: Passwords | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords or Passwords()

    def add(
        self,
        username: str,
        role: str,
        *,
        password: str | None = None,
        display_name: str | None = None,
        organisation: str | None = None,
        memberships: Sequence[Membership] = (),
        by: str = OPERATOR,
    ) -> str | None:
        """Make an account at the organisation with this code, or at the root.

        Returns the password that was made up, to be changed at the first sign-in, or None where one was given.
        Raises `Invalid` for what cannot be used, `Conflict` for a username that is taken.
        """
        name = _checked_username(username)
        _check_role(role)
        shown = _checked_display_name(display_name if display_name is not None else username)
        made_up = random_password() if password is None else None
        hashed = self._hashed(password or made_up or "", name)
        with self._database.write() as session:
            staff = Staff(
                organisation_id=_organisation_id(session, organisation),
                username=name,
                display_name=shown,
                role=role,
                password_hash=hashed,
                must_change_password=made_up is not None,
                created_at=self._clock(),
            )
            session.add(staff)
            try:
                session.flush()
            except IntegrityError as error:
                raise Conflict(f"用户名 {name} 已经有人用了。") from error
            _set_memberships(session, staff, memberships)
            self._record(session, by, "staff.added", staff, role=role)
        return made_up

    def is_empty(self) -> bool:
        """Tell whether there is no account at all yet."""
        with self._database.read() as session:
            return session.scalar(select(Staff.id).limit(1)) is None

    def reset_password(self, username: str, password: str | None = None, *, by: str = OPERATOR) -> str | None:
        """Give an account another password, end its sessions and its lock; returns as `add` does."""
        made_up = random_password() if password is None else None
        hashed = self._hashed(password or made_up or "", normal_username(username))
        with self._database.write() as session:
            staff = _find(session, username)
            staff.password_hash = hashed
            staff.must_change_password = made_up is not None
            staff.failed_logins, staff.locked_until = 0, None
            _end_sessions(session, staff)
            self._record(session, by, "staff.password_reset", staff)
        return made_up

    def disable(self, username: str, *, by: str = OPERATOR) -> None:
        """Close an account: its sessions end at once, nobody signs in with it."""
        with self._database.write() as session:
            staff = _find(session, username)
            staff.disabled_at = staff.disabled_at or self._clock()
            _end_sessions(session, staff)
            self._record(session, by, "staff.disabled", staff)

    def enable(self, username: str, *, by: str = OPERATOR) -> None:
        """Open a closed account again, with the password it had."""
        with self._database.write() as session:
            staff = _find(session, username)
            staff.disabled_at = None
            staff.failed_logins, staff.locked_until = 0, None
            self._record(session, by, "staff.enabled", staff)

    def set_role(self, username: str, role: str, *, by: str = OPERATOR) -> None:
        """Give an account another role; it holds from the next request on."""
        _check_role(role)
        with self._database.write() as session:
            staff = _find(session, username)
            staff.role = role
            self._record(session, by, "staff.role_set", staff, role=role)

    def set_memberships(self, username: str, memberships: Sequence[Membership], *, by: str = OPERATOR) -> None:
        """Say in which departments of her organisation somebody works, with which place on the duty list."""
        with self._database.write() as session:
            staff = _find(session, username)
            _set_memberships(session, staff, memberships)
            self._record(session, by, "staff.memberships_set", staff, topics=[each.topic for each in memberships])

    def list(self) -> list[Account]:
        """Return every account, those in use first."""
        rows = select(Staff, Organisation.name).join(Organisation, Organisation.id == Staff.organisation_id)
        members = select(DepartmentMember, Department.topic).join(
            Department, Department.id == DepartmentMember.department_id
        )
        with self._database.read() as session:
            theirs: dict[int, list[Membership]] = {}
            for member, topic in session.execute(members.order_by(Department.id)):
                theirs.setdefault(member.staff_id, []).append(Membership(topic, member.duty))
            ordered = rows.order_by(Staff.disabled_at.is_not(None), Staff.username)
            return [
                _account(staff, organisation, theirs.get(staff.id, []))
                for staff, organisation in session.execute(ordered)
            ]

    def seen(self, staff_id: int) -> None:
        """Note that this person's browser is there; written at most every `SEEN_EVERY`."""
        moment = self._clock()
        stale = or_(Staff.last_seen_at.is_(None), Staff.last_seen_at <= moment - SEEN_EVERY)
        with self._database.read() as session:
            if session.scalar(select(Staff.id).where(Staff.id == staff_id, stale)) is None:
                return
        with self._database.write() as session:
            session.execute(update(Staff).where(Staff.id == staff_id, stale).values(last_seen_at=moment))

    def seen_all(self, staff_ids: Collection[int]) -> None:
        """Note for many at once that their browsers are there: one write. Who has signed out is left out."""
        moment = self._clock()
        signed_in = exists().where(StaffSession.staff_id == Staff.id, StaffSession.expires_at > moment)
        with self._database.write() as session:
            session.execute(update(Staff).where(Staff.id.in_(staff_ids), signed_in).values(last_seen_at=moment))

    def set_available(self, actor: Actor, available: bool) -> None:
        """Say whether somebody takes new conversations just now."""
        with self._database.write() as session:
            session.execute(update(Staff).where(Staff.id == actor.id).values(available=available))

    def _hashed(self, password: str, username: str) -> str:
        check_password(password, username)
        return self._passwords.hash(password)

    def _record(self, session: Session, by: str, event: str, staff: Staff, **details: object) -> None:
        session.add(
            AuditEvent(
                at=self._clock(), actor=by, event=event, object_type="staff", object_id=staff.id, details=details
            )
        )


def _account(staff: Staff, organisation: str, memberships: Sequence[Membership]) -> Account:
    return Account(
        id=staff.id,
        username=staff.username,
        display_name=staff.display_name,
        role=staff.role,
        organisation=organisation,
        memberships=tuple(memberships),
        disabled=staff.disabled_at is not None,
        must_change_password=staff.must_change_password,
        last_seen_at=staff.last_seen_at,
    )


def _checked_username(username: str) -> str:
    name = normal_username(username)
    if not _USERNAME.fullmatch(name):
        raise Invalid("用户名要 2 到 40 个字符，只能用字母、数字、汉字和 . _ -")
    return name


def _checked_display_name(name: str) -> str:
    shown = " ".join(unicodedata.normalize("NFKC", name).split())
    if not 1 <= len(shown) <= 60 or not shown.isprintable():
        raise Invalid("显示名要 1 到 60 个字符，不能有看不见的字符。")
    return shown


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise Invalid(f"没有 {role} 这个角色，可以用：{'、'.join(ROLES)}")


def _organisation_id(session: Session, code: str | None) -> int:
    found = select(Organisation.id).order_by(Organisation.id).limit(1)
    found = found.where(Organisation.parent_id.is_(None) if code is None else Organisation.code == code)
    organisation_id = session.scalar(found)
    if organisation_id is None:
        raise Invalid("还没有任何工会组织。" if code is None else f"没有代码是 {code} 的工会组织。")
    return organisation_id


def _set_memberships(session: Session, staff: Staff, memberships: Sequence[Membership]) -> None:
    known = select(Department.topic, Department.id).where(Department.organisation_id == staff.organisation_id)
    departments = dict(session.execute(known).all())
    wanted: dict[int, int | None] = {}
    for each in memberships:
        if each.topic not in TOPICS:
            raise Invalid(f"没有 {each.topic} 这个部门，可以用：{'、'.join(TOPICS)}")
        if each.topic not in departments:
            raise Invalid(f"这个账号所在的工会还没有 {each.topic} 部门。")
        if each.duty is not None and not 1 <= each.duty <= 99:
            raise Invalid("值班顺序要在 1 到 99 之间。")
        wanted[departments[each.topic]] = each.duty
    session.execute(delete(DepartmentMember).where(DepartmentMember.staff_id == staff.id))
    session.add_all(
        DepartmentMember(department_id=department_id, staff_id=staff.id, duty=duty)
        for department_id, duty in wanted.items()
    )


def _find(session: Session, username: str) -> Staff:
    name = normal_username(username)
    staff = session.scalar(select(Staff).where(Staff.username == name).with_for_update())
    if staff is None:
        raise NotFound(f"没有 {name} 这个账号。")
    return staff


def _end_sessions(session: Session, staff: Staff) -> None:
    """End all that is signed in with an account; who has no session is not there either."""
    staff.last_seen_at = None
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
