"""Signing in: who a browser belongs to, for how long, and what keeps others from guessing.

Every try is counted before its password is looked at, so that many at once are no way around the lock. Five wrong ones
in a row lock the account for a minute, each further one for twice as long, up to a quarter of an hour. Whoever asks
never learns whether an account exists, is locked or is disabled.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from casework.actors import Actor
from casework.database import Database, now
from casework.errors import Invalid, NotAllowed
from casework.passwords import Passwords, check_password, plain
from casework.staff import normal_username
from casework.tables import AuditEvent, DepartmentMember, Organisation, Staff, StaffSession

IDLE = timedelta(minutes=30)
"""A session ends when its browser was silent for so long."""
LIFE = timedelta(hours=12)
"""A session ends after this time in any case: a working day."""
USED_EVERY = timedelta(minutes=1)
"""How often at most the use of a session is written down."""
TRIES = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(minutes=15)


@dataclass(frozen=True)
class SignedIn:
    """Whom a session belongs to; `csrf` is the token that its forms carry."""

    actor: Actor
    csrf: str
    must_change_password: bool
    available: bool


@dataclass(frozen=True)
class _Try:
    """What a counted try needs: the account, None where there is none that may be signed in to just now."""

    staff_id: int
    kept: str


def lock_after(failures: int) -> timedelta | None:
    """Return how long an account is locked after so many wrong passwords in a row."""
    if failures < TRIES:
        return None
    doubled: int = 1 << min(failures - TRIES, 10)
    return min(FIRST_LOCK * doubled, LONGEST_LOCK)


class StaffSessions:
    """Opens, finds and ends sessions. The browser holds a random token of 256 bits, the database only its SHA-256."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime] = now, passwords: Passwords | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords or Passwords()

    def sign_in(self, username: str, password: str) -> str | None:
        """Return the token of a new session, or None; which of the many reasons it was is not told."""
        attempt = self._count_try(Staff.username == normal_username(username))
        if not self._passwords.fits(attempt.kept if attempt else None, password) or attempt is None:
            return None
        rehashed = self._passwords.hash(password) if self._passwords.is_outdated(attempt.kept) else None
        with self._database.write() as session:
            staff = session.get_one(Staff, attempt.staff_id, with_for_update=True)
            if staff.disabled_at is not None or staff.password_hash != attempt.kept:
                return None  # changed meanwhile
            staff.failed_logins, staff.locked_until = 0, None
            if rehashed is not None:
                staff.password_hash = rehashed
            self._delete_ended(session)
            self._record(session, staff.id, "staff.signed_in")
            return self._open(session, staff.id)

    def change_password(self, actor: Actor, old: str, new: str) -> str:
        """Set a new password, end all sessions of the account and return the token of a new one.

        Raises `Invalid` when the old password is wrong or the new one cannot be used; wrong ones count as at sign-in.
        """
        with self._database.read() as session:
            username = session.get_one(Staff, actor.id).username
        check_password(new, username)
        if plain(new) == plain(old):
            raise Invalid("新密码和原来的一样，请换一个。")
        attempt = self._count_try(Staff.id == actor.id)
        if not self._passwords.fits(attempt.kept if attempt else None, old) or attempt is None:
            raise Invalid(f"原来的密码不对。连续输错 {TRIES} 次后，要等几分钟才能再试。")
        hashed = self._passwords.hash(new)
        with self._database.write() as session:
            staff = session.get_one(Staff, actor.id, with_for_update=True)
            if staff.disabled_at is not None or staff.password_hash != attempt.kept:
                raise NotAllowed  # reset or disabled meanwhile
            staff.password_hash, staff.must_change_password = hashed, False
            staff.failed_logins, staff.locked_until = 0, None
            session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
            self._record(session, staff.id, "staff.password_changed")
            return self._open(session, staff.id)

    def session(self, token: str, *, use: bool = True) -> SignedIn | None:
        """Return whom the token belongs to, None when its session has ended.

        A look with `use=False` does not keep the session alive: an open event stream is no sign of a person.
        """
        moment, digest = self._clock(), _digest(token)
        found = (
            select(StaffSession, Staff, Organisation.level)
            .join(Staff, Staff.id == StaffSession.staff_id)
            .join(Organisation, Organisation.id == Staff.organisation_id)
            .where(
                StaffSession.token_digest == digest,
                StaffSession.expires_at > moment,
                StaffSession.last_used_at > moment - IDLE,
                Staff.disabled_at.is_(None),
            )
        )
        with self._database.read() as session:
            row = session.execute(found).one_or_none()
            if row is None:
                return None
            opened, staff, level = row
            departments = session.scalars(
                select(DepartmentMember.department_id).where(DepartmentMember.staff_id == staff.id)
            ).all()
        if use and opened.last_used_at <= moment - USED_EVERY:
            with self._database.write() as session:
                used = update(StaffSession).where(StaffSession.token_digest == digest)
                session.execute(used.values(last_used_at=moment))
        actor = Actor(
            staff.id, staff.display_name, staff.role, staff.organisation_id, level, tuple(sorted(departments))
        )
        return SignedIn(actor, opened.csrf, staff.must_change_password, staff.available)

    def sign_out(self, token: str) -> None:
        """End the session; who has no other one is not there any more."""
        with self._database.write() as session:
            opened = session.get(StaffSession, _digest(token))
            if opened is None:
                return
            session.delete(opened)
            session.flush()
            others = select(StaffSession.token_digest).where(StaffSession.staff_id == opened.staff_id).limit(1)
            if session.scalar(others) is None:
                session.execute(update(Staff).where(Staff.id == opened.staff_id).values(last_seen_at=None))
            self._record(session, opened.staff_id, "staff.signed_out")

    def _count_try(self, which: ColumnElement[bool]) -> _Try | None:
        """Count one try; an unknown account costs one write too, so that time does not tell it from a known one."""
        moment = self._clock()
        with self._database.write() as session:
            staff = session.scalar(select(Staff).where(which).with_for_update())
            locked = staff is not None and staff.locked_until is not None and staff.locked_until > moment
            if staff is not None and not locked:
                staff.failed_logins += 1
                lock = lock_after(staff.failed_logins)
                staff.locked_until = moment + lock if lock else None
            staff_id = staff.id if staff else None
            self._record(session, staff_id, "staff.sign_in_tried", locked=locked)
            if staff is None or locked or staff.disabled_at is not None or staff.password_hash is None:
                return None
            return _Try(staff.id, staff.password_hash)

    def _open(self, session: Session, staff_id: int) -> str:
        token, moment = secrets.token_urlsafe(32), self._clock()
        session.add(
            StaffSession(
                token_digest=_digest(token),
                staff_id=staff_id,
                csrf=secrets.token_urlsafe(32),
                created_at=moment,
                last_used_at=moment,
                expires_at=moment + LIFE,
            )
        )
        return token

    def _delete_ended(self, session: Session) -> None:
        moment = self._clock()
        ended = or_(StaffSession.expires_at <= moment, StaffSession.last_used_at <= moment - IDLE)
        session.execute(delete(StaffSession).where(ended))

    def _record(self, session: Session, staff_id: int | None, event: str, **details: object) -> None:
        session.add(
            AuditEvent(
                at=self._clock(),
                actor=f"staff:{staff_id}" if staff_id else "unknown",
                event=event,
                object_type="staff",
                object_id=staff_id,
                details=details,
            )
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
