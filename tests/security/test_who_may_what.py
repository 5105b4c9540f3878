"""Every address for every kind of reader, in their own team and in another."""

import re
from urllib.parse import urlsplit

import pytest

from tests.security.conftest import ROLES

pytestmark = pytest.mark.walks

EVERYBODY = set(ROLES)
SIGNED_IN = EVERYBODY - {"visitor"}
COORDINATOR = {"coordinator"}
# Who gets an answer from an address of the team that volunteer and coordinator are in.
READERS = {
    "home.show_home": EVERYBODY,
    "home.show_community": EVERYBODY,
    "home.show_privacy": EVERYBODY,
    "home.show_help": EVERYBODY,
    "home.show_health": EVERYBODY,
    "home.show_manifest": EVERYBODY,
    "accounts.show_sign_in": EVERYBODY,
    "accounts.ask_for_code": EVERYBODY,
    "accounts.enter_code": EVERYBODY,
    "accounts.choose_person": EVERYBODY,
    # Who has given a right password and has a second step; in the village, nobody.
    "accounts.take_second_step": set(),
    "accounts.enter_card": EVERYBODY,
    "accounts.show_link": EVERYBODY,
    "accounts.register": EVERYBODY,
    "teams.show_teams": EVERYBODY,
    "teams.show_team": EVERYBODY,
    "teams.join": EVERYBODY,
    "activities.show_occurrence": EVERYBODY,
    "activities.show_dates": EVERYBODY,
    "feeds.download_date": EVERYBODY,
    # Opened by a secret of its own only; see tests/feeds.
    "feeds.read_calendar": set(),
    "feeds.show_calendars": SIGNED_IN,
    "home.show_my_week": SIGNED_IN,
    # A code that is not of today or of one's team is refused with a sentence, whoever brings it.
    "activities.arrive": SIGNED_IN,
    "activities.check_in_by_digits": SIGNED_IN,
    "activities.show_my_hours": SIGNED_IN,
    "activities.tell_mistake": SIGNED_IN,
    "accounts.show_settings": SIGNED_IN,
    "privacy.show_held": SIGNED_IN,
    "rights.ask_to_be_forgotten": SIGNED_IN,
    "rights.ask_for_member": COORDINATOR,
    "rights.answer_request": COORDINATOR,
    "hours.show_own_certificates": SIGNED_IN,
    "hours.ask_for_certificate": SIGNED_IN,
    "hours.ask_for_member": COORDINATOR,
    "hours.show_certificates": COORDINATOR,
    "hours.take_table_along": COORDINATOR,
    "hours.confirm_deeds": COORDINATOR,
    "hours.show_deed": COORDINATOR,
    # Whose it is; in the village, a volunteer's.
    "hours.show_certificate": {"volunteer", "coordinator"},
    "hours.show_sheet": {"volunteer", "coordinator"},
    "hours.check_certificate": EVERYBODY,
    "hours.show_stars": COORDINATOR,
    "hours.give_star": COORDINATOR,
    "hours.show_shown": {"volunteer", "coordinator"},
    # While the team is shown it; in the village it is issued.
    "hours.object_to_certificate": set(),
    "accounts.fill_in_safety_card": SIGNED_IN,
    "teams.fill_in_safety_card_of": COORDINATOR,
    # And who leads the date, on its day.
    "activities.show_safety_cards": COORDINATOR,
    "accounts.change_password": SIGNED_IN,
    # Who has a password; in the village, who runs the service.
    "accounts.change_second_step": {"operator"},
    "accounts.choose_password": SIGNED_IN,
    "teams.start_team": SIGNED_IN,
    "telling.show_my_messages": SIGNED_IN,
    "telling.change_choices": SIGNED_IN,
    "activities.tell_away": SIGNED_IN,
    "activities.tell_away_of": COORDINATOR,
    "telling.show_stop": EVERYBODY,
    "telling.show_kind": COORDINATOR,
    "telling.show_mail": COORDINATOR,
    "telling.change_choices_of": COORDINATOR,
    "telling.show_kinds": COORDINATOR,
    "telling.show_groups": COORDINATOR,
    "telling.disconnect_group": COORDINATOR,
    "telling.change_own_line": COORDINATOR,
    "activities.show_week": {"volunteer", "coordinator"},
    "activities.show_month": {"volunteer", "coordinator"},
    "activities.show_poster": {"volunteer", "coordinator"},
    "activities.withdraw": {"volunteer", "coordinator"},
    # Their own; in the village, a volunteer's.
    "activities.show_standing": {"volunteer", "coordinator"},
    "activities.pause_standing": {"volunteer", "coordinator"},
    "activities.end_standing": {"volunteer", "coordinator"},
    "activities.begin_standing": {"volunteer", "coordinator"},
    "activities.show_search": {"volunteer", "coordinator"},
    "activities.offer_swap": {"volunteer", "coordinator"},
    "activities.show_swap": {"volunteer", "coordinator"},
    "activities.show_standing_places": COORDINATOR,
    "activities.enter_standing": COORDINATOR,
    "activities.show_own_rota": {"volunteer", "coordinator"},
    "activities.change_wishes": {"volunteer", "coordinator"},
    # Who lives with somebody; in the village, the volunteer.
    "activities.sign_up_together": {"volunteer"},
    "teams.confirm_step": {"volunteer", "coordinator"},
    "teams.name_companion": COORDINATOR,
    "elders.show_visit": {"volunteer", "coordinator"},
    "elders.report_concern_from_visit": {"volunteer", "coordinator"},
    "elders.report_concern": {"volunteer", "coordinator"},
    "incidents.show_own_incidents": SIGNED_IN,
    "incidents.report_incident": {"volunteer", "coordinator"},
    "incidents.report_incident_at_date": {"volunteer", "coordinator"},
    "incidents.report_incident_on_visit": {"volunteer", "coordinator"},
    "incidents.report_incident_while_helping": {"volunteer", "coordinator"},
    # Who wrote it reads their own words; in the village, the volunteer.
    "incidents.show_incident": {"volunteer", "coordinator"},
    "incidents.show_photo": {"volunteer", "coordinator"},
    "incidents.correct_incident": {"volunteer", "coordinator"},
    "incidents.show_incidents": COORDINATOR,
    "incidents.show_incident_sheet": COORDINATOR,
    "elders.show_concerns": SIGNED_IN,
    # Who is named for it; see tests/elders/test_concerns.py.
    "elders.show_concern": set(),
    # Who has calls to make; in the village, the volunteer.
    "elders.show_own_calls": {"volunteer"},
    "elders.show_coverage_everywhere": {"operator"},
    "elders.show_place_readers": {"operator"},
    "elders.name_place_reader": {"operator"},
    "elders.record_visit": {"volunteer", "coordinator"},
    "elders.show_no_answer": {"volunteer", "coordinator"},
    "elders.give_back": {"volunteer", "coordinator"},
    "network.show_holidays": {"operator"},
    "home.show_outbox": {"operator"},
    "home.show_message": {"operator"},
    "home.show_waiting": {"operator"},
    "home.throw_away_waiting": {"operator"},
    "home.show_scheduler": {"operator"},
    "teams.show_verification": {"operator"},
    "teams.name_coordinator": {"operator"},
    "home.show_today": COORDINATOR,
    "activities.add_walk_in": COORDINATOR,
    "activities.cancel_date": COORDINATOR,
    "activities.change_rules": COORDINATOR,
    "activities.show_suitability": COORDINATOR,
    "activities.change_words": COORDINATOR,
    "activities.choose_scope": COORDINATOR,
    "activities.change_series": COORDINATOR,
    "activities.pause_activity": COORDINATOR,
    "activities.take_up_activity": COORDINATOR,
    "activities.call_off_days": COORDINATOR,
    "activities.show_days_off": COORDINATOR,
    "activities.end_activity": COORDINATOR,
    "activities.move_date": COORDINATOR,
    "activities.paste_jielong": COORDINATOR,
    "activities.show_jielong": COORDINATOR,
    "activities.plan_activity": COORDINATOR,
    "activities.show_activities": COORDINATOR,
    "activities.show_roster": COORDINATOR,
    "activities.show_texts": COORDINATOR,
    "activities.close_date": COORDINATOR,
    "activities.note_attendance": COORDINATOR,
    "activities.reopen_date": COORDINATOR,
    "activities.show_closing": COORDINATOR,
    "activities.show_hours": COORDINATOR,
    "activities.show_wall_sheet": COORDINATOR,
    "activities.type_sheet": COORDINATOR,
    "activities.show_rota": COORDINATOR,
    "activities.show_rota_sheet": COORDINATOR,
    "activities.change_seat": COORDINATOR,
    "activities.publish_rota": COORDINATOR,
    "elders.begin_round": COORDINATOR,
    "elders.end_round": COORDINATOR,
    "elders.name_readers": COORDINATOR,
    "elders.report_concern_about": COORDINATOR,
    "elders.set_birthday": COORDINATOR,
    "elders.show_coverage": COORDINATOR,
    "elders.show_festivals": COORDINATOR,
    "elders.show_round": COORDINATOR,
    "elders.show_round_sheet": COORDINATOR,
    "elders.show_rounds": COORDINATOR,
    "elders.cancel_visit": COORDINATOR,
    "elders.change_elder": COORDINATOR,
    "elders.end_care": COORDINATOR,
    # Only of who is off the list: test_mistaken_ends.py.
    "elders.take_back_end": COORDINATOR,
    "elders.move_visit": COORDINATOR,
    "elders.note_consent": COORDINATOR,
    "elders.pause_visits": COORDINATOR,
    "elders.note_change": COORDINATOR,
    "elders.show_due": COORDINATOR,
    "elders.plan_visit": COORDINATOR,
    "elders.set_risk": COORDINATOR,
    "elders.show_card": COORDINATOR,
    "elders.show_elder": COORDINATOR,
    "elders.add_from_file": COORDINATOR,
    "elders.download_form_sheet": COORDINATOR,
    "elders.show_elders": COORDINATOR,
    "elders.undo_import": COORDINATOR,
    "elders.show_health": COORDINATOR,
    "elders.show_readings": COORDINATOR,
    "elders.take_in": COORDINATOR,
    "elders.withdraw_consent": COORDINATOR,
    "meals.show_meal": EVERYBODY,
    # Who helps or eats; in the village, the members.
    "meals.show_meals": {"volunteer", "coordinator"},
    "meals.book": {"volunteer", "coordinator"},
    "meals.show_kitty": {"volunteer", "coordinator"},
    "meals.show_receipt": {"volunteer", "coordinator"},
    # Their own; in the village, a volunteer's.
    "meals.cancel_booking": {"volunteer", "coordinator"},
    "meals.pause_standing": {"volunteer", "coordinator"},
    "meals.end_standing": {"volunteer", "coordinator"},
    "meals.plan_meals": COORDINATOR,
    "meals.change_menu": COORDINATOR,
    "meals.change_meal": COORDINATOR,
    "meals.show_bookings": COORDINATOR,
    "meals.enter_booking": COORDINATOR,
    "meals.show_diners": COORDINATOR,
    "meals.change_booking": COORDINATOR,
    # Cooks and who brings the meals on their day; in the village it is later.
    "meals.show_kitchen": COORDINATOR,
    "meals.show_kitchen_sheet": COORDINATOR,
    "meals.show_round": COORDINATOR,
    "meals.show_round_sheet": COORDINATOR,
    "meals.show_home_safe": COORDINATOR,
    # And who keeps the money; in the village, a coordinator.
    "meals.enter_line": COORDINATOR,
    "meals.take_back_line": COORDINATOR,
    "meals.hand_kitty_over": COORDINATOR,
    # Everybody is asked for number and phone; see test_help_requests.py.
    "help_requests.ask_for_help": EVERYBODY,
    "help_requests.find_help_request": EVERYBODY,
    "help_requests.show_help_request": EVERYBODY,
    "help_requests.reopen": EVERYBODY,
    "help_requests.withdraw": EVERYBODY,
    "help_requests.add_words": EVERYBODY,
    "help_requests.show_all_own": SIGNED_IN,
    # Who asked it, and who is asked; in the village, a volunteer.
    "help_requests.show_own": {"volunteer"},
    "help_requests.show_offer": {"volunteer"},
    "help_requests.give_back": {"volunteer"},
    "help_requests.show_board": COORDINATOR,
    "help_requests.enter_help_request": COORDINATOR,
    "help_requests.tell_abilities": SIGNED_IN,
    "help_requests.tell_abilities_of": COORDINATOR,
    "help_requests.show_calls": COORDINATOR,
    "help_requests.note_call": COORDINATOR,
    "help_requests.show_money": COORDINATOR,
    # Nobody has handed in a photo in the village: tests/help_requests/test_intake.py.
    "help_requests.show_receipt": set(),
    "help_requests.show_signature": set(),
    "help_requests.answer_help_request": COORDINATOR,
    "reminders.show_call_list": COORDINATOR,
    "reminders.share_calls_out": COORDINATOR,
    "reminders.invite_members": COORDINATOR,
    "reminders.set_team_times": COORDINATOR,
    "reminders.set_activity_times": COORDINATOR,
    # Who has the share; in the village, a volunteer.
    "reminders.show_calls": {"volunteer", "coordinator"},
    # Opened by a signed link only; see tests/activities/test_confirming.py.
    "activities.answer_reminder": set(),
    "reminders.show_messages": COORDINATOR,
    "reminders.show_sent": COORDINATOR,
    "reminders.show_message": COORDINATOR,
    "teams.add_from_file": COORDINATOR,
    "teams.change_team": COORDINATOR,
    "teams.download_form_sheet": COORDINATOR,
    "teams.offer_team": COORDINATOR,
    "teams.paste_members": COORDINATOR,
    "teams.set_reminder": COORDINATOR,
    "teams.show_history": COORDINATOR,
    "teams.show_imports": COORDINATOR,
    "teams.show_member": COORDINATOR,
    "teams.show_members": COORDINATOR,
    "teams.undo_import": COORDINATOR,
}
WRITERS = {
    "accounts.sign_out": EVERYBODY,
    "accounts.act_for_oneself": EVERYBODY,
    # Who is the companion; in the village, a volunteer.
    "accounts.act_for": {"volunteer"},
    "teams.end_companionship": {"volunteer", "coordinator"},
    "teams.name_companion": COORDINATOR,
    "accounts.show_sign_in": EVERYBODY,
    "accounts.ask_for_code": EVERYBODY,
    "accounts.enter_code": EVERYBODY,
    "accounts.choose_person": EVERYBODY,
    "accounts.take_second_step": set(),
    "accounts.enter_card": EVERYBODY,
    "accounts.use_link": EVERYBODY,
    "accounts.renew_link": EVERYBODY,
    "accounts.register": EVERYBODY,
    "teams.join": EVERYBODY,
    "teams.apply": SIGNED_IN,
    "teams.start_team": SIGNED_IN,
    "teams.verify_team": {"operator"},
    "teams.name_coordinator": {"operator"},
    "teams.take_verification_back": {"operator"},
    "accounts.show_settings": SIGNED_IN,
    "accounts.change_password": SIGNED_IN,
    "accounts.change_second_step": {"operator"},
    "accounts.end_second_step": {"operator"},
    "accounts.choose_password": SIGNED_IN,
    "accounts.sign_out_everywhere": SIGNED_IN,
    "privacy.copy_held": SIGNED_IN,
    "rights.ask_to_be_forgotten": SIGNED_IN,
    "rights.ask_for_member": COORDINATOR,
    "rights.answer_request": COORDINATOR,
    "hours.ask_for_certificate": SIGNED_IN,
    "hours.ask_for_member": COORDINATOR,
    "hours.show_certificate": {"volunteer", "coordinator"},
    "hours.take_back": {"volunteer"},
    "hours.give_star": COORDINATOR,
    "hours.take_back_star": COORDINATOR,
    "hours.show_to_team": COORDINATOR,
    "hours.answer_objection": COORDINATOR,
    "hours.object_to_certificate": set(),
    "accounts.fill_in_safety_card": SIGNED_IN,
    "teams.fill_in_safety_card_of": COORDINATOR,
    "hours.take_members_along": COORDINATOR,
    "hours.take_table_along": COORDINATOR,
    "hours.confirm_deeds": COORDINATOR,
    "hours.show_deed": COORDINATOR,
    "hours.answer_note": COORDINATOR,
    # Who asked; in the village a volunteer, for whom the coordinator may speak.
    "rights.take_back": {"volunteer", "coordinator"},
    "accounts.end_card": SIGNED_IN,
    "feeds.make_calendar": SIGNED_IN,
    "feeds.renew_calendar": {"volunteer"},
    "feeds.end_calendar": {"volunteer"},
    "telling.change_choices": SIGNED_IN,
    "activities.tell_away": SIGNED_IN,
    "activities.tell_away_of": COORDINATOR,
    # In the village it is a volunteer's.
    "telling.add_device": SIGNED_IN,
    "telling.take_off_device": {"volunteer"},
    "telling.change_choices_of": COORDINATOR,
    "telling.show_groups": COORDINATOR,
    "telling.disconnect_group": COORDINATOR,
    "telling.change_own_line": COORDINATOR,
    "telling.stop": EVERYBODY,
    "teams.accept_team": {"volunteer"},
    "teams.decline_team": {"volunteer"},
    "teams.take_back_team": COORDINATOR,
    "teams.offer_team": COORDINATOR,
    "teams.make_card": COORDINATOR,
    "teams.end_card": COORDINATOR,
    "teams.end_links": COORDINATOR,
    "activities.sign_up": {"volunteer", "coordinator"},
    "activities.withdraw": {"volunteer", "coordinator"},
    "activities.pause_standing": {"volunteer", "coordinator"},
    "activities.end_standing_pause": {"volunteer", "coordinator"},
    "activities.end_standing": {"volunteer", "coordinator"},
    "activities.begin_standing": {"volunteer", "coordinator"},
    "activities.enter_standing": COORDINATOR,
    "activities.answer_search": {"volunteer", "coordinator"},
    "activities.come_after_all": {"volunteer", "coordinator"},
    "activities.release_search": COORDINATOR,
    # Only of a yes; in the village nobody has said one.
    "activities.undo_acceptance": set(),
    "activities.offer_swap": {"volunteer", "coordinator"},
    "activities.answer_swap": {"volunteer", "coordinator"},
    "activities.arrive": SIGNED_IN,
    "activities.check_in_by_digits": SIGNED_IN,
    "activities.tell_mistake": SIGNED_IN,
    "activities.leave": {"volunteer", "coordinator"},
    "activities.answer_note": COORDINATOR,
    "activities.close_date": COORDINATOR,
    "activities.confirm_hours": COORDINATOR,
    "activities.note_attendance": COORDINATOR,
    "activities.reopen_date": COORDINATOR,
    "activities.type_sheet": COORDINATOR,
    "activities.change_wishes": {"volunteer", "coordinator"},
    "activities.propose_rota": COORDINATOR,
    "activities.change_seat": COORDINATOR,
    "activities.publish_rota": COORDINATOR,
    "activities.take_place": {"volunteer", "coordinator"},
    "activities.answer_reminder": set(),
    "activities.confirm_place": {"volunteer", "coordinator"},
    "reminders.note_call": {"volunteer", "coordinator"},
    "reminders.undo_call": {"volunteer", "coordinator"},
    "reminders.hand_calls_on": {"volunteer", "coordinator"},
    "reminders.share_calls_out": COORDINATOR,
    "reminders.invite_members": COORDINATOR,
    "reminders.set_team_times": COORDINATOR,
    "reminders.set_activity_times": COORDINATOR,
    "activities.sign_up_together": {"volunteer"},
    "activities.leave_household": {"volunteer", "coordinator"},
    "teams.take_step": {"volunteer", "coordinator"},
    "activities.add_walk_in": COORDINATOR,
    "activities.change_rules": COORDINATOR,
    "activities.show_suitability": COORDINATOR,
    "activities.cancel_date": COORDINATOR,
    "activities.change_words": COORDINATOR,
    "activities.end_activity": COORDINATOR,
    "activities.change_series": COORDINATOR,
    "activities.pause_activity": COORDINATOR,
    "activities.take_up_activity": COORDINATOR,
    "activities.end_pause": COORDINATOR,
    "activities.call_off_days": COORDINATOR,
    "activities.take_days_back": COORDINATOR,
    "elders.let_dates_go_on": COORDINATOR,
    "activities.go_on_in_holiday": COORDINATOR,
    "home.throw_away_waiting": {"operator"},
    "network.show_holidays": {"operator"},
    "network.take_holiday_out": {"operator"},
    "network.close_holiday_year": {"operator"},
    "activities.move_date": COORDINATOR,
    "activities.paste_jielong": COORDINATOR,
    "activities.plan_activity": COORDINATOR,
    "activities.restore_date": COORDINATOR,
    "meals.book": {"volunteer", "coordinator"},
    "meals.cancel_booking": {"volunteer", "coordinator"},
    "meals.pause_standing": {"volunteer", "coordinator"},
    "meals.end_pause": {"volunteer", "coordinator"},
    "meals.end_standing": {"volunteer", "coordinator"},
    "meals.give_portion": COORDINATOR,
    "meals.note_no_show": COORDINATOR,
    "meals.change_booking": COORDINATOR,
    "meals.plan_meals": COORDINATOR,
    "meals.change_menu": COORDINATOR,
    "meals.change_meal": COORDINATOR,
    "meals.enter_booking": COORDINATOR,
    "meals.show_kitchen": COORDINATOR,
    "meals.show_round": COORDINATOR,
    "meals.choose_deliverer": COORDINATOR,
    "meals.release_deliverer": COORDINATOR,
    "meals.show_home_safe": COORDINATOR,
    "meals.open_kitty": COORDINATOR,
    "meals.enter_line": COORDINATOR,
    "meals.take_back_line": COORDINATOR,
    "meals.hand_kitty_over": COORDINATOR,
    "meals.end_kitty_handover": {"volunteer", "coordinator"},
    # The one to whom it is given; in the village, the volunteer.
    "meals.accept_kitty": {"volunteer"},
    "help_requests.ask_for_help": EVERYBODY,
    "help_requests.find_help_request": EVERYBODY,
    "help_requests.forget_help_requests": EVERYBODY,
    "help_requests.confirm": EVERYBODY,
    "help_requests.reopen": EVERYBODY,
    "help_requests.withdraw": EVERYBODY,
    "help_requests.add_words": EVERYBODY,
    "help_requests.take_up": EVERYBODY,
    "help_requests.show_offer": {"volunteer"},
    "help_requests.give_back": {"volunteer"},
    "help_requests.enter_help_request": COORDINATOR,
    "help_requests.welcome": EVERYBODY,
    "help_requests.tell_abilities": SIGNED_IN,
    "help_requests.tell_abilities_of": COORDINATOR,
    "help_requests.note_call": COORDINATOR,
    "help_requests.note_called_back": COORDINATOR,
    "help_requests.show_money": COORDINATOR,
    "help_requests.answer_help_request": COORDINATOR,
    "help_requests.search_members": COORDINATOR,
    "elders.search_elders": COORDINATOR,
    "teams.search_members": COORDINATOR,
    "elders.note_call": {"volunteer", "coordinator"},
    "elders.undo_call": {"volunteer", "coordinator"},
    "elders.report_concern": {"volunteer", "coordinator"},
    "incidents.report_incident": {"volunteer", "coordinator"},
    "incidents.report_incident_at_date": {"volunteer", "coordinator"},
    "incidents.report_incident_on_visit": {"volunteer", "coordinator"},
    "incidents.report_incident_while_helping": {"volunteer", "coordinator"},
    "incidents.correct_incident": {"volunteer", "coordinator"},
    "incidents.add_photo": {"volunteer", "coordinator"},
    "incidents.note_insurer": COORDINATOR,
    "incidents.note_step": COORDINATOR,
    "incidents.reopen_incident": COORDINATOR,
    "elders.report_concern_from_visit": {"volunteer", "coordinator"},
    "elders.note_step": set(),
    "elders.name_place_reader": {"operator"},
    "elders.begin_round": COORDINATOR,
    "elders.end_round": COORDINATOR,
    "elders.give_call": COORDINATOR,
    "elders.name_readers": COORDINATOR,
    "elders.report_concern_about": COORDINATOR,
    "elders.set_birthday": COORDINATOR,
    "elders.give_back": {"volunteer", "coordinator"},
    "elders.record_visit": {"volunteer", "coordinator"},
    # Only with the key of a page that was opened: test_unsent.py.
    "elders.send_record": set(),
    # Closing it; a visitor sees the page, and may not.
    "elders.begin_no_answer": {"volunteer", "coordinator"},
    "elders.log_step": {"volunteer", "coordinator"},
    "elders.close_no_answer": {"volunteer", "coordinator"},
    "elders.add_visitor": COORDINATOR,
    "elders.begin_now": COORDINATOR,
    "elders.begin_visits": COORDINATOR,
    "elders.cancel_visit": COORDINATOR,
    "elders.change_elder": COORDINATOR,
    "elders.end_care": COORDINATOR,
    # Only of who is off the list: test_mistaken_ends.py.
    "elders.take_back_end": COORDINATOR,
    "elders.move_visit": COORDINATOR,
    "elders.note_consent": COORDINATOR,
    "elders.pair": COORDINATOR,
    "elders.pause_visits": COORDINATOR,
    "elders.note_change": COORDINATOR,
    "elders.read_notes": {"volunteer"},
    "elders.arrive": {"volunteer", "coordinator"},
    "elders.leave_safely": {"volunteer", "coordinator"},
    "elders.plan_visit": COORDINATOR,
    "elders.set_risk": COORDINATOR,
    "elders.show_health": COORDINATOR,
    "elders.add_from_file": COORDINATOR,
    "elders.take_in": COORDINATOR,
    "elders.undo_import": COORDINATOR,
    "elders.unpair": COORDINATOR,
    "elders.withdraw_consent": COORDINATOR,
    "reminders.call_instead": COORDINATOR,
    "reminders.try_again": COORDINATOR,
    "reminders.note_no_answer": COORDINATOR,
    "reminders.tick_call": COORDINATOR,
    "teams.add_from_file": COORDINATOR,
    "teams.change_team": COORDINATOR,
    "teams.make_link": COORDINATOR,
    "teams.paste_members": COORDINATOR,
    "teams.renew_join_link": COORDINATOR,
    "teams.set_reminder": COORDINATOR,
    "teams.show_member": COORDINATOR,
    "teams.undo_import": COORDINATOR,
}
# No signing in opens these: a phone's calendar could not, and who answers a reminder need not.
BY_A_SECRET = {"feeds.read_calendar", "activities.answer_reminder"}
# A number that nothing has.
NOTHING = 987654


def lets_in(answer):
    """The address did what it is for, or said why not now; it did not turn the reader away."""
    if answer.status_code == 302:
        return urlsplit(answer.location).path != "/sign-in"
    return answer.status_code in {200, 409, 503}


def seen(answer):
    """What a reader can tell of an answer: its status and its words, without tokens and numbers."""
    text = re.sub(r'value="[^"]{20,}"', "", answer.text)
    return answer.status_code, re.sub(r"\d+", "", text)


def test_the_tables_of_this_file_know_every_address(rules):
    readable = {rule.endpoint for rule in rules if "GET" in rule.methods}
    writable = {rule.endpoint for rule in rules if "POST" in rule.methods}
    assert readable == set(READERS), "say in READERS who may read this address"
    assert writable == set(WRITERS), "say in WRITERS who may send something to this address"


@pytest.mark.parametrize("role", ROLES)
def test_each_page_opens_for_those_it_is_for_and_nobody_else(look, role):
    let_in = {rule.endpoint for rule, answer in look(role).own if lets_in(answer)}

    assert let_in == {endpoint for endpoint, roles in READERS.items() if role in roles}


@pytest.mark.parametrize("role", ROLES)
def test_another_teams_pages_stay_shut(look, rules, role):
    """Who may look into one team sees no more of another than anybody."""
    let_in = {
        rule.endpoint for rule, answer in look(role).other if rule.arguments and lets_in(answer)
    }
    of_everybody = {
        "teams.show_team",
        "teams.join",
        "accounts.show_link",
        "activities.show_dates",
        "activities.show_occurrence",
        "feeds.download_date",
        "help_requests.show_help_request",
        "help_requests.reopen",
        "help_requests.withdraw",
        "help_requests.add_words",
        "meals.show_meal",
        "telling.show_stop",
    }
    # Whoever is signed in and brings a code reads why it is not good for them.
    of_who_is_signed_in = of_everybody | {"activities.arrive"}
    of_one_person = {
        *BY_A_SECRET,
        "activities.sign_up_together",
        "home.show_message",
        "elders.show_concern",
        "elders.show_own_calls",
        "elders.name_place_reader",
        "teams.name_coordinator",
        "help_requests.show_own",
        "help_requests.show_offer",
        "help_requests.give_back",
        "hours.object_to_certificate",
        "help_requests.show_receipt",
        "help_requests.show_signature",
    }
    expected = {
        "stranger": {rule.endpoint for rule in rules if "GET" in rule.methods and rule.arguments}
        - of_one_person,
        "operator": of_who_is_signed_in
        | {"home.show_message", "elders.name_place_reader", "teams.name_coordinator"},
        "visitor": of_everybody,
    }
    assert let_in == expected.get(role, of_who_is_signed_in)


@pytest.mark.parametrize("role", ROLES)
def test_each_form_is_taken_from_those_it_is_for_and_refused_otherwise_without_a_trace(
    village, rules, contents, role
):
    browser = village.browsers[role]
    before = contents()
    turned_away = {}
    for rule in rules:
        if "POST" not in rule.methods or role in WRITERS[rule.endpoint]:
            continue
        data = {"role": village.own["role_id"], "details": "1", "save": "1", "publish": "1"}
        answer = browser.post(village.address(rule, village.own), data=data)
        turned_away[rule.endpoint] = answer.status_code
        assert not lets_in(answer), rule.endpoint

    assert contents() == before
    by_a_secret = {turned_away[name] for name in BY_A_SECRET & turned_away.keys()}
    others = {status for name, status in turned_away.items() if name not in BY_A_SECRET}
    assert by_a_secret <= {404}
    assert others <= ({302} if role == "visitor" else {403, 404})
    assert len(turned_away) == sum(role not in roles for roles in WRITERS.values())


@pytest.mark.parametrize("role", ["volunteer", "coordinator"])
def test_forms_of_another_team_are_refused_without_a_trace(village, rules, contents, role):
    browser = village.browsers[role]
    before = contents()
    answers = {}
    for rule in rules:
        if "POST" in rule.methods and WRITERS[rule.endpoint] <= {"volunteer", "coordinator"}:
            data = {"role": village.other["role_id"]}
            answers[rule.endpoint] = browser.post(village.address(rule, village.other), data=data)

    assert {answer.status_code for answer in answers.values()} <= {403, 404}
    assert len(answers) >= 18
    assert contents() == before


@pytest.mark.parametrize("role", ["volunteer", "coordinator", "operator"])
def test_numbers_of_one_team_under_another_lead_nowhere(village, rules, contents, role):
    """An address that names two things: our own team, and something of another."""
    mixed = {**village.other, "team_id": village.own["team_id"]}
    browser = village.browsers[role]
    before = contents()
    doubles = [rule for rule in rules if "team_id" in rule.arguments and len(rule.arguments) > 1]
    answers = [
        browser.open(village.address(rule, mixed), method=method).status_code
        for rule in doubles
        for method in sorted(rule.methods & {"GET", "POST"})
    ]
    assert set(answers) == {404}
    assert len(answers) >= 8
    assert contents() == before


@pytest.mark.parametrize("role", ["volunteer", "operator"])
def test_what_is_forbidden_looks_like_what_is_not_there(village, rules, role):
    browser = village.browsers[role]
    compared = 0
    for rule in rules:
        if "GET" not in rule.methods or role in READERS[rule.endpoint] or not rule.arguments:
            continue
        names = [name for name in rule.arguments if name.endswith("_id")]
        nowhere = {**village.own, **dict.fromkeys(names, NOTHING)}
        forbidden = browser.get(village.address(rule, village.own))
        unknown = browser.get(village.address(rule, nowhere))
        assert forbidden.status_code == 404, rule.endpoint
        assert seen(forbidden) == seen(unknown), rule.endpoint
        compared += 1
    assert compared >= 15


def test_a_visitor_is_asked_to_sign_in_whether_the_thing_is_there_or_not(village, rules):
    browser = village.browsers["visitor"]
    compared = 0
    for rule in rules:
        if "GET" not in rule.methods or "visitor" in READERS[rule.endpoint]:
            continue
        if rule.endpoint in BY_A_SECRET:
            continue
        numbers = {n: NOTHING if n.endswith("_id") else village.own[n] for n in rule.arguments}
        for address in (village.address(rule, village.own), village.address(rule, numbers)):
            answer = browser.get(address)
            assert answer.status_code == 302, address
            assert answer.location.startswith("/sign-in?next=/"), address
            compared += 1
    assert compared >= 40
