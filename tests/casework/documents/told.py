"""What a worker told, in the shapes in which a form keeps it; and the text of a PDF file, to be read back."""

from __future__ import annotations

import base64
import re
import zlib
from typing import Any

LONG_AGO, LEFT = "2022-05-10", "2026-08-31"
STORY = "8月31日主管在群里说明天不用来了。\n7月、8月的工资没有发，我问过三次。"
NUMBER = "11010519491231002X"
"""A woman's, of 31 December 1949: the example that the standard itself gives."""


def answers(**other: Any) -> dict[str, Any]:
    """Return the answers of one who was dismissed and is owed two months, with some of them changed; None drops one."""
    usual: dict[str, Any] = {
        "name": "王小芳",
        "phone": "13800138000",
        "identity": {"type": "resident", "number": "320311199003070022"},
        "address": "徐州市云龙区某路 8 号",
        "employer": {"name": "徐州某某物流有限公司"},
        "employer_address": "徐州市铜山区某路 1 号",
        "job": "分拣员",
        "started": LONG_AGO,
        "ended": LEFT,
        "monthly_pay": "5000",
        "kinds": ["dismissal", "arrears"],
        "owed_amount": "10000",
        "owed_months": 2,
        "happened": STORY,
        "contract": "yes",
        "evidence": ["pay_record", "chat"],
        "status": "employee",
        "region": "江苏/徐州/云龙区",
    }
    return {key: value for key, value in {**usual, **other}.items() if value is not None}


def pdf_text(content: bytes) -> str:
    """Return what a PDF file of reportlab's says, line after line: its strings are UTF-16, the Latin ones bytes."""
    pages = re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)
    lines = [_line(each) for page in pages for each in _strings(_unpacked(page))]
    return "\n".join(lines)


def _unpacked(stream: bytes) -> bytes:
    return zlib.decompress(base64.a85decode(stream.strip().removesuffix(b"~>")))


def _strings(drawn: bytes) -> list[bytes]:
    return re.findall(rb"\(((?:[^\\()]|\\.)*)\)\s*Tj", drawn, re.DOTALL)


def _line(string: bytes) -> str:
    plain = re.sub(rb"\\([0-7]{3}|.)", lambda found: _byte(found.group(1)), string, flags=re.DOTALL)
    return plain.decode("latin-1" if len(plain) == 1 else "utf-16-be")  # a Latin letter in the font for those


def _byte(escaped: bytes) -> bytes:
    if len(escaped) == 3:
        return bytes([int(escaped, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(escaped, escaped)
