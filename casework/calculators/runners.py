"""The calculators over what a worker gave: each takes from it what its law needs. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from casework.calculators import limits
from casework.calculators.annual_leave import annual_leave_pay
from casework.calculators.calculation import Calculation, plain
from casework.calculators.double_pay import double_pay, double_pay_between
from casework.calculators.figures import (
    AVERAGE_WAGE,
    MATERNITY_DAYS,
    MINIMUM_WAGE,
    URBAN_INCOME,
    employment_grant,
    medical_grant,
)
from casework.calculators.given import Given
from casework.calculators.injury import FUND_PAYS_UNTIL, Dependants, Local, death, injury
from casework.calculators.leave_days import annual_leave_days
from casework.calculators.maternity import MISCARRIAGES, maternity_leave, miscarriage_leave
from casework.calculators.notice_pay import notice_pay
from casework.calculators.overtime import WORKDAYS_A_MONTH, Hours, hours_of_months, overtime
from casework.calculators.probation import probation
from casework.calculators.service import Service
from casework.calculators.severance import damages, severance


def run_severance(given: Given) -> Calculation:
    """Severance by Labour Contract Law, 47, with local figures."""
    average, minimum = given.local_value(AVERAGE_WAGE), given.local_value(MINIMUM_WAGE)
    return severance(_service(given), given.money("monthly_pay"), average, minimum)


def run_damages(given: Given) -> Calculation:
    """Damages by Labour Contract Law, 87, with local figures."""
    average, minimum = given.local_value(AVERAGE_WAGE), given.local_value(MINIMUM_WAGE)
    return damages(_service(given), given.money("monthly_pay"), average, minimum)


def run_double_pay(given: Given) -> Calculation:
    """The second pay by Labour Contract Law, 82: by days where they are known, else by whole months."""
    monthly = given.money("monthly_pay")
    if given.has("service_months") and not given.has("started"):
        return double_pay(_service(given), monthly)
    signed = given.has("signed")
    last_day = _day_before(given.earliest("signed")) if signed else _last_day(given)
    return double_pay_between(given.latest("started"), last_day, monthly, given.today, signed=signed)


def run_overtime(given: Given) -> Calculation:
    """Overtime by Labour Law, 44: hours told, or so many a day for some months."""
    weekday, how = Decimal(0), ""
    if given.has("hours_a_day"):
        months = given.number("overtime_months") if given.has("overtime_months") else Decimal(1)
        a_day = given.number("hours_a_day")
        weekday = hours_of_months(a_day, months)
        how = (
            f"平时的钟点：每天 {plain(a_day)} 小时 × 一个月平均 {WORKDAYS_A_MONTH} 个工作日 × {plain(months)} 个月"
            f" = {plain(weekday)} 小时。"
        )
    hours = Hours(
        weekday + _or_nothing(given, "weekday_hours"),
        _or_nothing(given, "rest_day_hours"),
        _or_nothing(given, "holiday_hours"),
    )
    return overtime(given.money("monthly_pay"), hours, counted_from=how)


def run_annual_leave(given: Given) -> Calculation:
    """Pay for leave not taken by Implementing Measures, 10."""
    return annual_leave_pay(given.whole("unpaid_days"), given.money("monthly_pay"))


def run_annual_leave_days(given: Given) -> Calculation:
    """Days of leave of this year by Regulations, 3, and Implementing Measures, 5 and 12."""
    joined = given.latest("joined") if given.has("joined") else None
    left = given.earliest("left") if given.has("left") else None
    taken = given.whole("taken") if given.has("taken") else 0
    year = left.year if left else given.today.year
    return annual_leave_days(given.whole("total_years"), year=year, joined=joined, left=left, taken=taken)


def run_notice_pay(given: Given) -> Calculation:
    """The month in place of notice by Labour Contract Law, 40."""
    known = given.has("service_months") or given.has("started")
    mean = given.money("mean_pay") if given.has("mean_pay") else None
    return notice_pay(given.money("monthly_pay"), _service(given) if known else None, mean)


def run_probation(given: Given) -> Calculation:
    """The length and the price of a probation by Labour Contract Law, 19, 20 and 83."""
    monthly = given.money("monthly_pay") if given.has("monthly_pay") else None
    paid = given.money("probation_pay") if given.has("probation_pay") else None
    minimum = given.local_value(MINIMUM_WAGE) if paid is not None else None
    return probation(
        given.code("contract_term"), given.whole("served"), monthly=monthly, paid=paid, minimum_wage=minimum
    )


def run_injury(given: Given) -> Calculation:
    """What a grade brings by 工伤保险条例, 35 to 37, with local figures."""
    grade = given.whole("grade")
    leaves = FUND_PAYS_UNTIL < grade <= 10
    local = Local(
        average=given.local_value(AVERAGE_WAGE),
        minimum=given.local_value(MINIMUM_WAGE) if grade <= 6 else None,
        medical=given.local_value(medical_grant(grade)) if leaves else None,
        employment=given.local_value(employment_grant(grade)) if leaves else None,
    )
    return injury(grade, given.money("monthly_pay"), local)


def run_death(given: Given) -> Calculation:
    """What a family has by 工伤保险条例, 39."""
    dependants = Dependants(
        given.yes("spouse"), int(_or_nothing(given, "relatives")), int(_or_nothing(given, "relatives_alone"))
    )
    average, income = given.local_value(AVERAGE_WAGE), given.local_value(URBAN_INCOME)
    return death(given.money("monthly_pay"), dependants, average=average, urban_income=income)


def run_maternity(given: Given) -> Calculation:
    """Leave for a birth or a miscarriage by 女职工劳动保护特别规定, 7."""
    kind = given.code("birth")
    starts = given.latest("starts") if given.has("starts") else None
    if kind in MISCARRIAGES:
        return miscarriage_leave(kind, starts=starts)
    children = given.whole("children") if given.has("children") else 1
    return maternity_leave(
        children=children, difficult=kind == "difficult", extra=given.local(MATERNITY_DAYS), starts=starts
    )


def run_limit_dispute(given: Given) -> Calculation:
    """The year to apply for arbitration."""
    return limits.arbitration_limit(given.earliest("knew"), given.today).as_calculation()


def run_limit_wages(given: Given) -> Calculation:
    """The year to claim wages, from leaving."""
    left = given.earliest("left") if given.has("left") else None
    return limits.wage_limit(left, given.today).as_calculation()


def run_limit_annual_leave(given: Given) -> Calculation:
    """The year to claim pay for annual leave."""
    left = given.earliest("left") if given.has("left") else None
    return limits.annual_leave_limit(given.whole("leave_year"), left, given.today).as_calculation()


def run_limit_inspection(given: Given) -> Calculation:
    """The two years of the labour inspectorate."""
    return limits.inspection_limit(given.earliest("happened"), given.today).as_calculation()


def run_limit_injury(given: Given) -> Calculation:
    """The year to claim an injury."""
    return limits.injury_limit(given.earliest("hurt"), given.today).as_calculation()


def run_limit_award(given: Given) -> Calculation:
    """The fifteen days to sue after an award."""
    return limits.lawsuit_limit(given.earliest("received"), given.today).as_calculation()


def _service(given: Given) -> Service:
    """Return the time of service, the shortest that may be meant: no sum is promised that is not there."""
    if given.has("service_months") and not given.has("started"):
        years, months = divmod(given.whole("service_months"), 12)
        return Service(years, months)
    return Service.between(given.latest("started"), _last_day(given))


def _last_day(given: Given) -> date:
    return given.earliest("ended") if given.has("ended") else given.today


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _or_nothing(given: Given, question: str) -> Decimal:
    return given.number(question) if given.has(question) else Decimal(0)
