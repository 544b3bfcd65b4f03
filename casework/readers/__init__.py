"""Readers of answers: what a tired worker types becomes a value, or it is said why not. Pure.

Every reader returns a value or raises `Unreadable`, whatever the text; none keeps or logs a word of it.
"""

from casework.readers.amounts import Amount, read_amount
from casework.readers.choices import Choice, read_choice, read_choices
from casework.readers.commands import Command, command_in
from casework.readers.dates import DateSpan, read_date
from casework.readers.identities import UNDER_WORKING_AGE, Identity, age_on, read_identity
from casework.readers.integers import Integer, read_integer
from casework.readers.names import read_name
from casework.readers.phones import read_phone
from casework.readers.questions import is_question, tells_facts
from casework.readers.texts import read_text
from casework.readers.unreadable import CODES, Unreadable
from casework.readers.yes_no import read_yes_no

__all__ = [
    "CODES",
    "UNDER_WORKING_AGE",
    "Amount",
    "Choice",
    "Command",
    "DateSpan",
    "Identity",
    "Integer",
    "Unreadable",
    "age_on",
    "command_in",
    "is_question",
    "read_amount",
    "read_choice",
    "read_choices",
    "read_date",
    "read_identity",
    "read_integer",
    "read_name",
    "read_phone",
    "read_text",
    "read_yes_no",
    "tells_facts",
]
