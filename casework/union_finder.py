"""Which union a worker can join: by its code, by what she calls her employer, by her district."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from math import ceil
from threading import Lock
from time import monotonic

from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from casework.firm_names import Name, district_name, in_short, places_of, sound, told_names, union_name
from casework.tables import Organisation

THRESHOLD = 72.0
"""Of 100: a name that is less alike is not offered."""
STALE_AFTER = 600.0
"""Seconds after which a renamed union is found by its new name; one that was added is found at once."""
_CANDIDATES = 300
_ELSEWHERE = 15.0
_BY_SOUND = 0.97
_SCENE = re.compile(r"^qrscene_", re.IGNORECASE)


@dataclass(frozen=True)
class Union:
    """A union as it is offered to a worker."""

    id: int
    name: str
    level: str
    region: str
    code: str | None

    @classmethod
    def of(cls, organisation: Organisation) -> Union:
        """Take it from its row."""
        return cls(organisation.id, organisation.name, organisation.level, organisation.region, organisation.code)


def by_code(session: Session, code: str) -> Union | None:
    """Return the union of this code, as a scene or a link carries it or a worker types it; None where there is none.

    Upper and lower case, full-width characters and spaces make no difference, unless two codes differ in nothing else.
    """
    plain = _SCENE.sub("", "".join(unicodedata.normalize("NFKC", code).split()))
    if not plain or len(plain) > 40:
        return None
    exact = session.execute(_unions().where(Organisation.code == plain)).first()
    if exact is not None:
        return Union(*exact)
    alike = session.execute(_unions().where(func.lower(Organisation.code) == plain.lower()).limit(2)).all()
    return Union(*alike[0]) if len(alike) == 1 else None


def by_name(session: Session, text: str, region: str | None = None, limit: int = 5) -> list[Union]:
    """Return the unions of firms and streets that a worker may mean, the likeliest first; [] where none is like it.

    Those in a place that she names are offered alone; of equally likely ones those in her `region` (`江苏/徐州`).
    """
    directory = _directory(session)
    told = told_names(text[:60], directory.places)
    said = frozenset[str]().union(*(name.places for name in told))
    near = said or places_of(region)
    ids = {found for name in told for found in directory.candidates(name, near)}
    if not ids:
        return []
    unions = [Union(*row) for row in session.execute(_unions().where(Organisation.id.in_(ids)))]
    scored = [(round(max(_likeness(name, union) for name in told), 1), union) for union in unions]
    fitting = [each for each in scored if each[0] >= THRESHOLD]
    if said:  # 京东徐州: not the one in 无锡, where there is one in 徐州
        fitting = [each for each in fitting if _within(said, places_of(each[1].region))] or fitting
    return _narrowed(fitting, near)[:limit]


def by_district(session: Session, text_or_region: str) -> list[Union]:
    """Return the union of the street that a text or a region (`江苏/徐州/铜山`) names, else that of its county.

    For workers without a firm: riders, drivers, casual workers. Several come back where places of one name lie in
    different cities and the text does not say which; none where it names no street or county.
    """
    directory = _directory(session)
    text = in_short(unicodedata.normalize("NFKC", text_or_region))
    named = [district for district in directory.districts if district.name in text]
    if not named:
        heard = sound(text)
        named = [district for district in directory.districts if district.sound in heard]
    said = {place for place in directory.places if place in text}
    wanted = [district.id for district in _narrowest(named, said)]
    rows = session.execute(_unions().where(Organisation.id.in_(wanted)).order_by(Organisation.id)) if wanted else ()
    return [Union(*row) for row in rows]


def _unions() -> Select[int, str, str, str, str | None]:
    return select(Organisation.id, Organisation.name, Organisation.level, Organisation.region, Organisation.code)


# How alike two names are.


def _likeness(told: Name, union: Union) -> float:
    """Return 0 to 100: how much of the own name that was told is in the union's, then how much is in neither."""
    name = union_name(union.name, union.region)
    score = max(_alike(told.own, name.own, told.body, name.body), _BY_SOUND * _sounds_alike(told, name))
    elsewhere = told.places and not _within(told.places, name.places) and not any(p in union.name for p in told.places)
    return score - _ELSEWHERE if elsewhere else score


def _sounds_alike(told: Name, name: Name) -> float:
    return _alike(told.sound, name.sound, sound(told.body), sound(name.body))


def _alike(told: str, name: str, told_body: str, body: str) -> float:
    covered = fuzz.partial_ratio(told, name)
    if len(name) < len(told):  # people lengthen a name at its end: 京东亚洲一号, but not 华东恒力 for 东恒
        covered *= (0.7 if told.startswith(name) else 0.4) + 0.3 * len(name) / len(told)
    return 0.8 * covered + 0.12 * fuzz.ratio(told, name) + 0.08 * fuzz.ratio(told_body, body)


def _narrowed(scored: Sequence[tuple[float, Union]], near: frozenset[str]) -> list[Union]:
    """Put the likeliest first; of equally likely ones leave out those elsewhere where one of them is near."""
    places = {union.id: places_of(union.region) for _, union in scored}
    at_hand = {score for score, union in scored if near and _within(near, places[union.id])}
    kept = [each for each in scored if each[0] not in at_hand or _within(near, places[each[1].id])]
    kept.sort(key=lambda each: (-each[0], -len(near & places[each[1].id]), each[1].id))
    return [union for _, union in kept]


def _within(near: frozenset[str], places: frozenset[str]) -> bool:
    """Tell whether one of two regions lies in the other; one that is not known lies everywhere."""
    return near <= places or places <= near


# What all unions are called, kept by a process.


@dataclass(frozen=True)
class District:
    """The union of a street or a county by the name of its place."""

    id: int
    is_street: bool
    places: frozenset[str]
    name: str
    sound: str


class Directory:
    """What names sound like: no more than is needed to find the few that are then looked at closely."""

    def __init__(self, rows: Iterable[Row[int, str, str, str]]) -> None:
        self.districts: list[District] = []
        self.places: set[str] = set()
        self._ids: list[int] = []
        self._sounds: list[str] = []
        self._places: list[frozenset[str]] = []
        self._by_sound: dict[str, list[int]] = {}
        regions: dict[str, frozenset[str]] = {}
        for row in rows:
            places = regions.get(row.region)
            if places is None:
                places = regions[row.region] = places_of(row.region)
                self.places |= places
            if row.level in ("street", "county"):
                self._add_district(row, places)
            if row.level in ("enterprise", "street"):
                self._add_name(row, places)

    def candidates(self, told: Name, near: frozenset[str]) -> list[int]:
        """Return the ids of unions whose own name has most of the told one's syllables, or stands within it."""
        wanted = told.sound
        least = len(wanted) if len(wanted) < 3 else ceil(0.6 * len(wanted))
        alike = process.extract(wanted, self._sounds, scorer=LCSseq.similarity, score_cutoff=least, limit=None)
        shorter = {wanted[start:end] for start in range(len(wanted)) for end in range(start + 2, len(wanted) + 1)}
        order = [(-score, -len(near & self._places[index]), index) for _, score, index in alike]
        order += [
            (0, -len(near & self._places[index]), index) for each in shorter for index in self._by_sound.get(each, ())
        ]
        return [self._ids[index] for _, _, index in nsmallest(_CANDIDATES, order)]

    def _add_name(self, row: Row[int, str, str, str], places: frozenset[str]) -> None:
        own = union_name(row.name, row.region).sound
        self._by_sound.setdefault(own, []).append(len(self._ids))
        self._ids.append(row.id)
        self._sounds.append(own)
        self._places.append(places)

    def _add_district(self, row: Row[int, str, str, str], places: frozenset[str]) -> None:
        name = district_name(row.name, row.region)
        if len(name) >= 2:
            self.districts.append(District(row.id, row.level == "street", places, name, sound(name)))


def _narrowest(named: Sequence[District], said: set[str]) -> list[District]:
    """Leave out a name within another's, places in another city than the one said, counties where a street is named."""
    names = {district.name for district in named}
    longest = [each for each in named if not any(each.name in name and each.name != name for name in names)]
    most = max((len(said & each.places) for each in longest), default=0)
    near = [each for each in longest if len(said & each.places) == most]
    return [each for each in near if each.is_street] or near


_kept: dict[str, tuple[tuple[int, int], float, Directory]] = {}
_reading = Lock()


def _directory(session: Session) -> Directory:
    """Return the names of all unions, read again where one was added or removed, and from time to time for the rest."""
    count, last = session.execute(select(func.count(), func.max(Organisation.id))).one()
    version, address = (count, last or 0), session.get_bind().engine.url.render_as_string(hide_password=True)
    with _reading:
        known = _kept.get(address)
        if known is not None and known[0] == version and monotonic() - known[1] < STALE_AFTER:
            return known[2]
        rows = session.execute(select(Organisation.id, Organisation.name, Organisation.level, Organisation.region))
        _kept.clear()  # one database a process
        _kept[address] = (version, monotonic(), Directory(rows))
        return _kept[address][2]
