"""Names of firms and of their unions, taken apart so that they can be compared. Pure.

A firm's name is a place, a name of its own, a trade and a legal form (企业名称登记管理规定, article 6):
徐州 京东 物流 有限公司. Workers say some of it, in any order, and write it as it sounds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from pypinyin import lazy_pinyin

NATIONAL = "全国"

_FORMS = re.compile(
    "(?=[^0-9a-z\u4e00-\u9fff]|[工联基总有股集分子公个普])(?:"  # looked at first: four times as fast
    "工会(?:联合会|工作委员会|委员会)|(?:联合|基层|总)?工会|有限责任公司|(?:股份)?有限公司|股份公司|集团公司|集团"
    "|[总分子]公司|公司|个体工商户|(?:有限|普通)合伙|[^0-9a-z\u4e00-\u9fff]+)"
)
_TRADES = re.compile(
    "物流|快递|快运|速运|配送|运输|货运|供应链|仓储|仓库|仓|外卖"
    "|科技|技术|电子商务|电商|电子|电器|信息|网络|软件|通信|智能|新能源|能源|材料"
    "|商贸|贸易|实业|工贸|百货|超市|商场|商城|广场|零售|连锁|专卖"
    "|餐饮|餐厅|饭店|酒店|宾馆|食品|饮料|酒业|服饰|服装|制衣|纺织|鞋业|家居|家具|家政|保洁|保安"
    "|机械|机电|制造|加工|重工|工业|化工|汽车|装备|设备|钢铁|金属|塑料|包装|印刷"
    "|建筑|建设|建材|工程|装饰|装修|劳务|人力资源|物业|房地产|置业|医药|制药|生物|环保"
    "|服务|管理|咨询|投资|发展|开发|文化|传媒|教育|培训"
    "|工厂|厂|门店|分店|店|营业部|网点|站点|项目部|项目|车间|分部|基地|园区|中心|街道|办事处|社区"
)
_BEFORE = re.compile(
    "^(?:(?:我们?|咱们?|俺们?)(?:现在|目前)?)?(?:在|是)?(?:(?:单位|公司|厂子?|老板)的?)?(?:名字|名称|全称|全名)?"
    "(?:好像|大概|应该)?(?:就?是|叫做?|在)?[,，:：]?"
)
_AFTER = re.compile(
    "(?:的|上班|打工|干活|工作|做工|做事|送货|送外卖|跑单|开车|[那这](?:边|里|儿|块)|[吧啊呢呀了。.!！?？~～ ])+$"
)
_BETWEEN = re.compile("(?:的)?[那这](?:个|家|边|里|儿)的?")
_DISTRICT = re.compile("(?<=..)(?:街道办事处|街道|[省市区县镇乡])$")
_SHORT = (
    (re.compile("经济(?:技术)?开发区|(?<![经济术业])开发区"), "经开区"),
    (re.compile("高新(?:技术)?(?:产业)?开发区"), "高新区"),
)


@dataclass(frozen=True)
class Name:
    """A name taken apart: `own` is what tells it from others, `body` that and the trade, `places` what it is near."""

    own: str
    body: str
    places: frozenset[str] = frozenset()

    @property
    def sound(self) -> str:
        """What `own` sounds like."""
        return sound(self.own)


def union_name(name: str, region: str) -> Name:
    """Take the name of a union apart: 徐州京东物流有限公司工会委员会 of 江苏/徐州 has the own name 京东."""
    plain = _plain(name)
    strip = _places_pattern(region)
    return _named(plain, strip.sub("", plain) if strip is not None else plain, places_of(region))


def told_names(text: str, places: Collection[str]) -> list[Name]:
    """Take apart what a worker calls her employer, as it stands and without the words around it; [] for no name."""
    whole = unicodedata.normalize("NFKC", text).strip()
    inner = _BETWEEN.sub("", _AFTER.sub("", _BEFORE.sub("", whole)))
    names = {_told(_plain(each), places): None for each in (whole, inner)}
    return [name for name in names if len(name.own) >= 2]


@lru_cache(maxsize=5000)
def places_of(region: str | None) -> frozenset[str]:
    """Return the names of a region's parts as people say them: 江苏省/徐州市 gives 江苏 and 徐州."""
    parts = region.split("/") if region else []
    return frozenset(plain_place(part) for part in parts if part and part != NATIONAL)


def plain_place(name: str) -> str:
    """Leave out what kind of place it is, where two characters stay: 铜山区 is 铜山, 沛县 is 沛县."""
    return name if name.endswith(("经开区", "高新区")) else _DISTRICT.sub("", name)


def district_name(name: str, region: str) -> str:
    """Return the place that a street's or a county's union is of: 徐州市铜山区总工会 gives 铜山."""
    rest = in_short(_plain(name))
    for part in region.split("/"):
        outer = plain_place(part)
        after = re.sub("^[省市区县]", "", rest.removeprefix(outer))
        if outer and rest.startswith(outer) and len(after) >= 2:
            rest = after
    return plain_place(rest)


def in_short(text: str) -> str:
    """Write the names of development zones as people say them."""
    for pattern, short in _SHORT:
        text = pattern.sub(short, text)
    return text


def sound(text: str) -> str:
    """Return one character for each syllable of a text, the same for characters that sound the same (经 and 京)."""
    return text.translate(_SOUNDS)


class _Sounds(dict[int, str]):
    """For each character the sign of its syllable, tones left out; what is no Chinese character stays itself."""

    def __init__(self) -> None:
        super().__init__()
        self._signs: dict[str, str] = {}
        self._lock = Lock()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        syllable = lazy_pinyin(character)[0] if "\u4e00" <= character <= "\u9fff" else character
        with self._lock:
            if syllable != character and syllable not in self._signs:
                self._signs[syllable] = chr(0xE000 + len(self._signs))
            sign = self[code] = self._signs.get(syllable, character)
        return sign


_SOUNDS = _Sounds()


def _plain(text: str) -> str:
    return _FORMS.sub("", unicodedata.normalize("NFKC", text).lower())


def _told(plain: str, places: Collection[str]) -> Name:
    found = frozenset(place for place in places if place in plain)
    body = plain
    for place in sorted(found, key=len, reverse=True):
        body = re.sub(f"{place}[省市区县]?", "", body)
    return _named(plain, body, found)


def _named(plain: str, body: str, places: frozenset[str]) -> Name:
    """Choose the own name: without trades where two characters are left, without places where two are left."""
    own = _TRADES.sub("", body)
    if len(own) >= 2:
        return Name(own, body, places)
    return Name(body, body, places) if len(body) >= 2 else Name(plain, plain, places)


@lru_cache(maxsize=5000)
def _places_pattern(region: str) -> re.Pattern[str] | None:
    places = sorted(places_of(region), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, places))})[省市区县]?") if places else None
