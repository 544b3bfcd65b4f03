"""Cases: what a worker sent in, with a number, a state, who acts by when, and how it ended."""

from casework.cases.desk import CaseDesk
from casework.cases.follow import CaseFollow
from casework.cases.listing import Filter
from casework.cases.mine import MyCases, Progress
from casework.cases.numbers import is_only_number, next_number, number_in
from casework.cases.opening import Opened, Submission, add_files, open_case, open_cases_of
from casework.cases.rounds import CaseRounds
from casework.cases.taps import ADD_TO_CASE, INTENTS, SHOW_CASE, WITHDRAW_CASE
from casework.cases.visibility import visible_cases

__all__ = [
    "ADD_TO_CASE",
    "INTENTS",
    "SHOW_CASE",
    "WITHDRAW_CASE",
    "CaseDesk",
    "CaseFollow",
    "CaseRounds",
    "Filter",
    "MyCases",
    "Opened",
    "Progress",
    "Submission",
    "add_files",
    "is_only_number",
    "next_number",
    "number_in",
    "open_case",
    "open_cases_of",
    "visible_cases",
]
