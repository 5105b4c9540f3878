"""Who acts on whose news, and who writes which letter: everything that runs upward, in one list."""

from volunteer.accounts import keys, links_by_mail, one_time_codes
from volunteer.accounts import queries as accounts
from volunteer.activities import away as activity_away
from volunteer.activities import (
    days_off,
    days_off_notices,
    lead_notices,
    lunches,
    notices,
    place_notices,
    planning,
    series_changes,
    signups,
    stand_in_notices,
    standing,
    swap_notices,
    ties,
)
from volunteer.activities import queries as activities
from volunteer.activities.attendance import mistakes
from volunteer.activities.jielong import history
from volunteer.activities.rota import notices as rota_notices
from volunteer.deeds import putting_down
from volunteer.deeds import queries as deeds
from volunteer.elders import away as visits_away
from volunteer.elders import (
    care,
    concern_notices,
    concern_queries,
    concerns,
    health,
    no_answer,
    pairing,
    recording,
    visits,
    weather,
    weather_notices,
)
from volunteer.elders import notices as visit_notices
from volunteer.elders import queries as elders
from volunteer.feeds import addresses
from volunteer.help_requests import abilities, asking, closing, matching
from volunteer.help_requests import away as helpers_away
from volunteer.help_requests import forgetting as help_forgetting
from volunteer.help_requests import late as help_late
from volunteer.help_requests import notices as help_notices
from volunteer.help_requests import queries as help_requests
from volunteer.hours import forgetting as hours_forgetting
from volunteer.hours import notices as hours_notices
from volunteer.hours import queries as hours
from volunteer.incidents import notices as incident_notices
from volunteer.incidents import queries as incidents
from volunteer.meals import away as meals_away
from volunteer.meals import delivery_round, diets, diners, kitchen_queries, kitty, menus
from volunteer.meals import forgetting as meal_forgetting
from volunteer.meals import notices as meal_notices
from volunteer.meals import queries as meals
from volunteer.meals import standing as standing_meals
from volunteer.notifications import devices, letters, outbox, rations
from volunteer.people import away, companions, consents, deaths, forgetting, profile, safety_cards
from volunteer.people import queries as people
from volunteer.reminders import (
    afterwards,
    duties,
    ladder,
    overdue,
    phone_tree,
    plans,
    watch,
    week_ahead,
)
from volunteer.rights import forgetting as rights_forgetting
from volunteer.rights import notices as rights_notices
from volunteer.rights import queries as rights_queries
from volunteer.teams import answers, handover, membership, shown
from volunteer.teams import forgetting as team_forgetting
from volunteer.teams import queries as teams
from volunteer.telling import choices


def wire() -> None:
    """Connect the parts. Doing it twice changes nothing."""
    wire_stepping_back()
    wire_consents()
    wire_deaths()
    wire_away()
    wire_doors()
    wire_teams()
    wire_activities()
    wire_help_requests()
    wire_forgetting()
    wire_rights_and_hours()
    wire_reminders()
    wire_elders()
    wire_meals()
    wire_incidents()


def wire_stepping_back() -> None:
    """What ends when somebody pauses or leaves a team, and what is theirs again afterwards."""
    membership.member_steps_back.tell(standing.hold_all)
    # In this order: who holds a date never waits for an activity.
    membership.member_stepped_back.tell(planning.release_lead)
    membership.member_stepped_back.tell(standing.end_all)
    membership.member_stepped_back.tell(signups.release_all)
    membership.member_stepped_back.tell(ties.leave_with)
    ties.guardian_changed.tell(signups.release_without_guardian)
    membership.member_stepped_back.tell(handover.end_with)
    membership.coordinator_stepped_back.tell(handover.end_with)
    membership.member_stepped_back.tell(visits.release_all)
    membership.member_stepped_back.tell(pairing.release_all)
    membership.member_stepped_back.tell(matching.release_all)
    membership.member_stepped_back.tell(abilities.forget_with)
    membership.member_stepped_back.tell(team_forgetting.forget_safety_card_with)
    membership.member_stepped_back.tell(weather.release_all)
    membership.member_stepped_back.tell(concerns.look_for_a_reader)
    membership.member_stepped_back.tell(delivery_round.release_all)
    membership.member_stepped_back.tell(kitty.end_with)
    membership.member_resumed.tell(standing.take_up_again)
    membership.team_empties.tell(care.check_nobody_counts_on)
    membership.team_empties.tell(matching.check_nobody_counts_on)
    membership.team_emptied.tell(planning.end_all_of)


def wire_consents() -> None:
    """What ends when somebody takes a consent back."""
    consents.consent_withdrawn.tell(companions.end_without_consent)
    consents.consent_withdrawn.tell(choices.stop_sms)
    consents.consent_withdrawn.tell(care.stop_without_consent)
    consents.consent_withdrawn.tell(diets.forget_without_consent)
    consents.consent_withdrawn.tell(safety_cards.forget_limits)


def wire_deaths() -> None:
    """What ends when somebody has died."""
    deaths.person_died.tell(membership.leave_all)
    deaths.person_died.tell(closing.withdraw_all_for)
    deaths.person_died.tell(keys.shut_for_good)
    deaths.person_died.tell(rights_forgetting.end_with_death)
    deaths.person_died.tell(away.forget_all_of)
    deaths.person_died.tell(safety_cards.forget_all_of)
    deaths.person_died.tell(standing_meals.end_all_of)
    # The last: what ends above may have written to them.
    deaths.person_died.tell(outbox.drop_all_of)


def wire_away() -> None:
    """What follows the days on which somebody is away."""
    activity_away.days_changed.tell(meals_away.follow)
    activity_away.days_changed.tell(helpers_away.follow)
    activity_away.lunches_by(meals_away.list_lunches)
    activity_away.visits_by(visits_away.list_visits)


def wire_doors() -> None:
    """What ends with a door or a phone number, and who writes of codes and links."""
    profile.contact_changed.tell(keys.end_what_was_sent)
    keys.doors_shut.tell(addresses.end_all_of)
    keys.doors_shut.tell(devices.take_off_all_of)
    companions.companionship_ended.tell(devices.take_off_companions)
    letters.written_by(one_time_codes.ONE_TIME_CODE, one_time_codes.write)
    letters.written_by(links_by_mail.NEW_LINK, links_by_mail.write)


def wire_teams() -> None:
    """In whose zone a day of messages begins, who writes of teams, and what they show."""
    rations.days_by(teams.zones_of)
    shown.showing_by(hours.is_showing)
    letters.written_by(answers.APPROVED, answers.write)
    letters.written_by(answers.REJECTED, answers.write)
    letters.written_by(handover.OFFERED, handover.write)
    letters.written_by(handover.ANSWERED, handover.write)


def wire_activities() -> None:
    """Who writes of dates, and of the places on them; and what goes with a deed."""
    putting_down.goes.tell(mistakes.drop_all_of)
    for kind in (notices.DATE_MOVED, notices.DATE_CANCELLED, notices.DATE_RESTORED):
        letters.written_by(kind, notices.write_changes)
    letters.written_by(notices.ACTIVITY_MOVED, notices.write_dates)
    letters.written_by(notices.ACTIVITY_ENDED, notices.write_dates)
    letters.written_by(notices.ACTIVITY_PAUSED, notices.write_dates)
    letters.written_by(notices.ACTIVITY_RESUMED, notices.write_dates)
    letters.written_by(notices.DATES_CALLED_OFF, days_off_notices.write)
    letters.written_by(notices.DATES_BACK_ON, days_off_notices.write)
    letters.written_by(lead_notices.LEAD_CHANGED, lead_notices.write_of_lead)
    letters.written_by(lead_notices.LEAD_LEFT, lead_notices.write_that_nobody_leads)
    letters.written_by(notices.ACTIVITY_CHANGED, notices.write_what_changed)
    for kind in (
        stand_in_notices.STAND_IN_ASKED,
        stand_in_notices.STAND_IN_FOUND,
        stand_in_notices.STAND_IN_NOT_FOUND,
        stand_in_notices.STAND_IN_UNDONE,
    ):
        letters.written_by(kind, stand_in_notices.write_of_searches)
    letters.written_by(stand_in_notices.PLACE_LEFT_LATE, stand_in_notices.write_left_late)
    for kind in (
        swap_notices.SWAP_OFFERED,
        swap_notices.SWAP_ANSWERED,
        swap_notices.SWAP_ENDED,
    ):
        letters.written_by(kind, swap_notices.write)
    letters.written_by(rota_notices.ROTA_INVITED, rota_notices.write)
    for kind in (
        place_notices.PLACE_FREED,
        place_notices.PLACE_ASKED,
        place_notices.PLACE_OPEN,
        place_notices.PLACE_TO_GIVE,
    ):
        letters.written_by(kind, place_notices.write)


def wire_help_requests() -> None:
    """Who writes of requests and offers."""
    for kind in (
        help_notices.HELP_ASKED,
        help_notices.HELP_OFFER_ANSWERED,
        help_notices.HELP_REOPENED,
        help_notices.HELP_NOBODY_FOUND,
        help_notices.HELP_PROGRESS,
    ):
        letters.written_by(kind, help_notices.write_about_requests)
    for kind in (
        help_notices.HELP_OFFERED,
        help_notices.HELP_CALLED_OFF,
        help_notices.HELP_WELCOMED,
        help_notices.HELP_AGREED,
    ):
        letters.written_by(kind, help_notices.write_about_offers)
    letters.written_by(help_late.HELP_LATE, help_late.write)


def wire_forgetting() -> None:
    """Who may still need to know somebody, and what of them goes with their name."""
    for needs in (
        activities.counts_on,
        elders.is_known,
        concern_queries.speaks_of,
        incidents.speaks_of,
        help_requests.waits_for_help,
        meals.keeps_a_kitty,
        hours.is_certified,
        deeds.has_served,
    ):
        forgetting.ask_before(needs)
    for needs in (
        people.acts_for_somebody,
        accounts.comes_in,
        teams.knows,
        meals.eats_with_us,
    ):
        forgetting.ask_before(needs, until_they_wish=True)
    forgetting.let_go_by(rights_queries.is_let_go)
    forgetting.person_forgotten.tell(keys.forget_account)
    forgetting.person_forgotten.tell(outbox.drop_what_waits_for)
    forgetting.person_forgotten.tell(help_forgetting.forget_requests_of)
    forgetting.person_forgotten.tell(meal_forgetting.forget_diner)
    forgetting.person_forgotten.tell(safety_cards.forget_all_of)
    forgetting.person_forgotten.tell(team_forgetting.forget_notes_on)
    forgetting.person_forgotten.tell(history.forget_names_of)
    forgetting.person_forgotten.tell(rights_forgetting.close_all_of)
    forgetting.person_forgotten.tell(hours_forgetting.forget_wishes_of)
    forgetting.person_forgotten.tell(hours_forgetting.forget_stars_of)


def wire_rights_and_hours() -> None:
    """Who writes of what people ask for by right, and of certificates."""
    letters.written_by(rights_notices.ASKED, rights_notices.write_to_who_answers)
    letters.written_by(rights_notices.DUE, rights_notices.write_to_who_answers)
    letters.written_by(rights_notices.ANSWERED, rights_notices.write_answers)
    letters.written_by(hours_notices.ASKED, hours_notices.write_to_who_issue)
    letters.written_by(hours_notices.ANSWERED, hours_notices.write_answers)


def wire_reminders() -> None:
    """What becomes of the hours at which a series reminds, and who writes by the clock."""
    series_changes.series_parted.tell(plans.go_on_in)
    planning.work_renamed.tell(plans.rename_work)
    letters.written_by(week_ahead.WEEK_AHEAD, week_ahead.write)
    letters.written_by(duties.DUTY_AHEAD, duties.write)
    letters.written_by(afterwards.THANKS, afterwards.write_thanks)
    letters.written_by(afterwards.HOURS_WAITING, afterwards.write_of_hours)
    letters.written_by(watch.SHORT_HANDED, watch.write)
    letters.written_by(overdue.ELDERS_OVERDUE, overdue.write)
    letters.written_by(ladder.CALLS_WAITING, ladder.write)
    letters.written_by(phone_tree.CALLS_TO_MAKE, phone_tree.write)


def wire_elders() -> None:
    """What follows when something changes for an elder, and who writes of it."""
    recording.needs_help.tell(asking.from_visit)
    care.care_stopped.tell(visits.cancel_all)
    care.care_stopped.tell(pairing.when_care_stops)
    care.care_stopped.tell(no_answer.when_care_stops)
    care.care_resumed.tell(pairing.when_care_resumes)
    for kind in (
        visit_notices.VISIT_PLANNED,
        visit_notices.VISIT_MOVED,
        visit_notices.VISIT_CANCELLED,
        visit_notices.VISITOR_MISSING,
        visit_notices.VISIT_OUT_ASKED,
        visit_notices.VISIT_NO_WORD,
    ):
        letters.written_by(kind, visit_notices.write)
    letters.written_by(visit_notices.CARE_CHANGED, visit_notices.write_of_care)
    letters.written_by(visit_notices.VISIT_ALARM, visit_notices.write_of_no_answer)
    letters.written_by(weather_notices.WEATHER_CALLS, weather_notices.write)
    for kind in (concern_notices.SOMETHING_TO_READ, concern_notices.READER_NEEDED):
        letters.written_by(kind, concern_notices.write)


def wire_meals() -> None:
    """What the lunches follow, and who writes of them."""
    care.home_told.tell(diners.follow_elder)
    health.allergies_told.tell(diets.follow_elder)
    # In this order: who is booked now need not hear that it had been off.
    notices.dates_changed.tell(meal_notices.tell_diners)
    notices.dates_changed.tell(standing_meals.fill_again)
    days_off.portions_by(meals.count_portions_on)
    lunches.found_by(meals.find_number_on)
    lunches.brought_by(kitchen_queries.list_bearers_on)
    series_changes.series_parted.tell(menus.go_on_in)
    letters.written_by(meal_notices.MEAL_CHANGED, meal_notices.write_to_diners)
    letters.written_by(meal_notices.MEAL_PLACE_FREED, meal_notices.write_of_portions)
    for kind in (meal_notices.MEAL_UNOPENED, meal_notices.MEAL_HOME_CALLS):
        letters.written_by(kind, meal_notices.write)


def wire_incidents() -> None:
    """Who writes of what has happened."""
    letters.written_by(incident_notices.INCIDENT_REPORTED, incident_notices.write_of_new)
    letters.written_by(incident_notices.INCIDENT_INSURER, incident_notices.write_of_insurer)
