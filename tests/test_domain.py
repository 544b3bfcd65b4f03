"""The dialogue files keep what the rest of the system relies on."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
NLU_FILES = sorted((ROOT / "nlu_data" / "nlu").glob("*.yml"))
HELD_OUT = ROOT / "tests" / "conversations" / "nlu_held_out.yml"

INTENTS = [
    "greet",
    "goodbye",
    "thank",
    "affirm",
    "deny",
    "stop",
    "help",
    "bot_challenge",
    "ask_policy",
    "join_union",
    "apply_aid",
    "request_legal_aid",
    "calculate_entitlement",
    "report_hazard",
    "share_mood",
    "find_station",
    "check_case",
    "make_suggestion",
    "request_human",
    "recall_staff",
    "rate_service",
    "distress",
    "out_of_scope",
    "inform",
]
FIRST_BUBBLE = 120
PRIVACY_BUBBLE = 160
BUTTON_TITLE = 12
PLACEHOLDERS = {
    "utter_handed_over": {"department", "expectation", "place"},
    "utter_handed_over_closed": {"department", "opening"},
    "utter_handed_over_unknown": {"department"},
    "utter_expectation": {"minutes"},
    "utter_staff_joined": {"staff"},
    "utter_staff_away": {"place"},
    "utter_transferred": {"department"},
    "utter_call_back_ask_hours": {"last"},
    "utter_call_back_promised": {"hours", "last"},
    "utter_call_back_wrong_number": {"last"},
    "utter_recall_staff": {"who", "when"},
    "utter_cut_overlong": {"limit"},
    "utter_ask_which": {"question"},
    "utter_calculated_double_pay": {"service", "pay", "amount"},
    "utter_calculated_annual_leave": {"days", "pay", "amount"},
    "utter_calculated_double_pay_none": {"service"},
    "utter_calculated_damages": {"service", "pay", "amount"},
    "utter_calculated_overtime": {"hours", "pay", "amount"},
    "utter_calculated_annual_leave_days": {"years", "year", "amount"},
    "utter_calculated_annual_leave_days_none": {"years", "year"},
    "utter_calculated_notice_pay": {"pay", "amount"},
    "utter_calculated_probation": {"term", "allowed", "served", "amount"},
    "utter_calculated_probation_too_long": {"term", "allowed", "served"},
    "utter_calculated_probation_none": {"term", "allowed", "served"},
    "utter_calculated_injury": {"grade", "pay", "amount"},
    "utter_calculated_injury_death": {"pay", "amount"},
    "utter_calculated_maternity": {"kind", "amount"},
    "utter_calculated_maternity_local": {"kind", "amount"},
    "utter_calculated_limit": {"last_day", "amount"},
    "utter_calculated_limit_today": {"last_day"},
    "utter_calculated_limit_over": {"last_day"},
    "utter_point": {"point"},
    "utter_calculated_severance": {"service", "pay", "amount", "double"},
    "utter_meant": {"title", "conclusion"},
    "utter_privacy_notice": {"days"},
    "utter_continued": {"title"},
    "utter_local": {"region", "conclusion"},
    "utter_kind_noted": {"kind"},
    "utter_kind_forgotten": {"kind"},
    "utter_ask_city": {"region"},
    "utter_region_noted": {"region"},
    "utter_region_noted_alone": {"region"},
    "utter_form_consent": {"days", "purpose", "seen_by"},
    "utter_form_consent_sensitive": {"labels"},
    "utter_form_consent_again": {"title"},
    "utter_form_asked_seen": {"seen_by"},
    "utter_form_asked_time": {"working_days"},
    "utter_form_asked_why": {"purpose"},
    "utter_form_step": {"at", "of", "question"},
    "utter_form_example": {"example"},
    "utter_form_before": {"value"},
    "utter_form_files": {"count"},
    "utter_form_files_more": {"count"},
    "utter_form_files_kept": {"count"},
    "utter_form_resume": {"at", "of", "title"},
    "utter_form_known": {"number", "title"},
    "utter_form_paused": {"title"},
    "utter_form_needed": {"label"},
    "utter_membership_found": {"union"},
    "utter_membership_left": {"union"},
    "utter_membership_since": {"month", "year"},
    "utter_resume_offer": {"title"},
    "utter_case_opened": {"number", "promised"},
    "utter_case_moved_accepted": {"number", "promised"},
    "utter_case_moved_in_progress": {"number", "promised"},
    "utter_case_moved_done": {"number"},
    "utter_case_moved_refused": {"number"},
    "utter_case_progress": {"number", "state", "next"},
    "utter_case_line": {"number", "state"},
    "utter_case_several": {"count"},
    "utter_case_next": {"promised"},
    "utter_case_ask_withdraw": {"number"},
    "utter_case_withdrawn": {"number"},
    "utter_case_kept": {"number"},
    "utter_case_closed": {"number"},
    "utter_case_ask_worker": {"number", "words"},
    "utter_case_ask_add": {"number"},
    "utter_case_added": {"number", "promised"},
    "utter_case_remind_worker": {"number"},
    "utter_case_lapsed": {"number", "promised", "again"},
    "utter_advice_arbitration": {"day", "left"},
    "utter_advice_arbitration_soon": {"day", "left"},
    "utter_advice_injury": {"day", "left"},
    "utter_advice_injury_soon": {"day", "left"},
    "utter_advice_enforcement": {"day", "left"},
    "utter_advice_enforcement_soon": {"day", "left"},
}


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def load_front_matter(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])


def examples(files: list[Path]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for file in files:
        for block in load(file)["nlu"]:
            found[block["intent"]] += [line.removeprefix("- ").strip() for line in block["examples"].splitlines()]
    return found


def followed_paths(folder: str, key: str) -> list[Any]:
    return [path for file in sorted((ROOT / "nlu_data" / folder).glob("*.yml")) for path in load(file)[key]]


DOMAIN = load(ROOT / "domain.yml")
RESPONSES: dict[str, list[dict[str, Any]]] = DOMAIN["responses"]
BUTTON_TITLES = {name for name in RESPONSES if name.startswith("utter_button_")} - {"utter_button_expired"}
TRAINING = examples(NLU_FILES)
RULES = followed_paths("rules", "rules")
STORIES = followed_paths("stories", "stories")


def spoken(variation: dict[str, Any]) -> str:
    """Return what a response says: its text, or its card's conclusion."""
    return str(variation["text"] if "text" in variation else variation["custom"]["card"]["conclusion"])


def squeeze(text: str) -> str:
    return re.sub(r"[\s，。！？、,.!?…~～]+", "", text).lower()


@pytest.mark.parametrize("intent", INTENTS)
def test_every_promised_intent_is_declared_with_enough_examples(intent: str) -> None:
    assert intent in DOMAIN["intents"]
    assert len(set(TRAINING[intent])) >= 35


def test_questions_have_by_far_the_most_examples() -> None:
    assert len(TRAINING["ask_policy"]) >= 300


def test_training_knows_no_intent_that_the_domain_does_not_know() -> None:
    assert set(TRAINING) == set(DOMAIN["intents"])


def test_no_example_stands_twice() -> None:
    places = defaultdict(list)
    for intent, texts in TRAINING.items():
        for text in texts:
            places[text].append(intent)
    assert {text: intents for text, intents in places.items() if len(intents) > 1} == {}


def test_no_example_differs_from_another_intents_only_by_punctuation() -> None:
    places = defaultdict(set)
    for intent, texts in TRAINING.items():
        for text in texts:
            places[squeeze(text) or text].add(intent)
    assert {text: intents for text, intents in places.items() if len(intents) > 1} == {}


def test_held_out_sentences_are_really_held_out() -> None:
    held_out = examples([HELD_OUT])
    trained = {squeeze(text) for texts in TRAINING.values() for text in texts}
    assert set(held_out) == set(INTENTS)
    assert all(len(texts) >= 10 for texts in held_out.values())
    assert [text for texts in held_out.values() for text in texts if squeeze(text) in trained] == []


@pytest.mark.parametrize("name", RESPONSES)
def test_every_response_says_something_in_one_message(name: str) -> None:
    for variation in RESPONSES[name]:
        assert spoken(variation).strip() == spoken(variation) != ""
        assert "\n\n" not in spoken(variation)


@pytest.mark.parametrize("name", RESPONSES)
def test_every_response_fits_its_bubble(name: str) -> None:
    limit = PRIVACY_BUBBLE if name == "utter_privacy_notice" else FIRST_BUBBLE
    if name in BUTTON_TITLES:
        limit = BUTTON_TITLE
    assert all(len(spoken(variation)) <= limit for variation in RESPONSES[name])


@pytest.mark.parametrize("name", RESPONSES)
def test_placeholders_are_those_that_callers_fill(name: str) -> None:
    for variation in RESPONSES[name]:
        assert set(re.findall(r"\{(\w*)\}", spoken(variation))) == PLACEHOLDERS.get(name, set())


def test_buttons_lead_to_declared_intents_and_have_short_titles() -> None:
    buttons = [button for texts in RESPONSES.values() for text in texts for button in text.get("buttons", [])]
    assert buttons
    for button in buttons:
        assert button["payload"].removeprefix("/") in DOMAIN["intents"]
        assert button["payload"].startswith("/")
        assert 0 < len(button["title"]) <= BUTTON_TITLE


def test_every_procedure_that_an_entry_leads_to_has_a_button_title() -> None:
    entries = (ROOT / "knowledge_base" / "policies").glob("*/*.md")
    services = {load_front_matter(entry)["service"] for entry in entries} - {None}
    assert services
    assert {f"utter_button_{service}" for service in services} <= BUTTON_TITLES


def test_distress_answers_begin_with_help_not_with_law() -> None:
    for name in [name for name in RESPONSES if name.startswith("utter_distress")]:
        text = RESPONSES[name][0]["text"]
        assert re.search(r"(?<!\d)(110|120|12356|119)(?!\d)", text)
        assert not re.search(r"法|条例|规定|维权", text)


def test_every_intent_and_the_fallback_has_exactly_one_rule() -> None:
    first_steps = [rule["steps"][0]["intent"] for rule in RULES if "intent" in rule["steps"][0]]
    assert sorted(first_steps) == sorted([*DOMAIN["intents"], "nlu_fallback"])


def test_rules_and_stories_use_only_what_the_domain_declares() -> None:
    actions = {step["action"] for path in [*RULES, *STORIES] for step in path["steps"] if "action" in step}
    assert actions <= {*RESPONSES, *DOMAIN["actions"], *DOMAIN["forms"]}


def test_nothing_follows_an_action_that_reports_for_itself() -> None:
    for path in [*RULES, *STORIES]:
        actions_in_a_row = zip(path["steps"], path["steps"][1:], strict=False)
        assert not any("action" in first and "action" in second for first, second in actions_in_a_row)
