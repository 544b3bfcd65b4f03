"""Answers as they are read back: to the worker, with her numbers masked, and to staff. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from casework.calculators.calculation import yuan
from casework.call_back_rules import masked as masked_phone
from casework.procedures.model import Step, Value

PAPERS = {"resident": "身份证", "hk_macao_tw": "港澳台证件", "passport": "护照", "other": "证件"}


def spoken(step: Step, value: Value) -> str:
    """Return an answer in words, whole."""
    match step.kind:
        case "choice":
            return step.title_of(str(value))
        case "choices":
            return "、".join(step.title_of(str(code)) for code in value) or "没有"
        case "identity":
            return f"{PAPERS.get(value['type'], PAPERS['other'])} {value['number']}"
        case "date":
            return _date(value)
        case "amount":
            return _amount(value)
        case "union" | "district":
            return str(value["name"]) or "还没定"
        case "region":
            return str(value).replace("/", "")
    return str(value)


def masked(step: Step, value: Value) -> str:
    """Return an answer in words, of which numbers that tell who she is show their ends only."""
    if step.kind == "phone":
        return masked_phone(str(value))
    if step.kind == "identity":
        number = str(value["number"])
        return spoken(step, {**value, "number": f"{number[:3]}{'*' * max(len(number) - 5, 3)}{number[-2:]}"})
    return spoken(step, value)


def _amount(value: Value) -> str:
    if isinstance(value, Mapping):
        return f"大约{yuan(Decimal(value['yuan']))}"
    return yuan(Decimal(value))


def _date(value: Value) -> str:
    if isinstance(value, Mapping):
        return f"{_day(value['from'])}到{_day(value['to'])}之间"
    return _day(str(value))


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"
