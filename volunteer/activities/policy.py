"""Who may do what with activities. Whether it can be done *now* is a rule, not a policy."""

from volunteer.activities.glances import Chance
from volunteer.activities.models import (
    Activity,
    Occurrence,
    Signup,
    StandingPlace,
    StandInSearch,
    SwapOffer,
)
from volunteer.people.models import Person
from volunteer.teams import policy as teams
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team


def can_plan(me: Person | None, team: Team) -> bool:
    return teams.can_coordinate(me, team)


def can_change(me: Person | None, activity: Activity) -> bool:
    return teams.can_coordinate(me, activity.team)


def can_run(me: Person | None, occurrence: Occurrence) -> bool:
    """Moving, cancelling, signing others up: the team's coordinators."""
    return teams.can_coordinate(me, occurrence.team)


def can_sign_up(me: Person | None, occurrence: Occurrence) -> bool:
    """Active members of the team; a pause ends that."""
    return team_queries.is_active_member(occurrence.team, me)


def can_ask_for_place(chance: Chance) -> bool:
    """Whoever is in the team, pausing too: that a pause ends it, the rule itself says."""
    return chance.membership in team_queries.IN_TEAM


def can_withdraw(me: Person | None, signup: Signup, *, whom: Person | None = None) -> bool:
    """People give back their own place, or that of whom they act for; a coordinator anybody's.

    Only one's own powers count as a coordinator's, never those of the person acted for.
    """
    if me is None:
        return False
    whose = whom or me
    return signup.person_id == whose.id or can_run(me, signup.occurrence)


def can_confirm(me: Person | None, signup: Signup, *, whom: Person | None = None) -> bool:
    """Saying again that one comes: one's own place, or that of whom one acts for; or a coordinator
    anybody's."""
    return can_withdraw(me, signup, whom=whom)


def can_see_names(me: Person | None, occurrence: Occurrence) -> bool:
    """Who comes, and the leader's phone: members of the team, pausing ones too."""
    return teams.is_member(me, occurrence.team)


def can_see_safety_cards(me: Person | None, occurrence: Occurrence) -> bool:
    """Whom to call when something happens to who comes: the coordinators, and who leads it."""
    is_lead = me is not None and occurrence.activity.leader_id == me.id
    return can_run(me, occurrence) or (is_lead and teams.is_member(me, occurrence.team))


# --- coming every week, stand-ins and swaps ------------------------------------------------------


def can_come_every_week(me: Person | None, activity: Activity) -> bool:
    """Active members of the team; a pause ends that."""
    return team_queries.is_active_member(activity.team, me)


def can_change_standing(
    me: Person | None, standing: StandingPlace, *, whom: Person | None = None
) -> bool:
    """Seeing, pausing and ending it: people their own, or that of whom they act for; a coordinator
    anybody's."""
    if me is None:
        return False
    return standing.person_id == (whom or me).id or can_change(me, standing.activity)


def can_answer_search(whom: Person | None, search: StandInSearch) -> bool:
    """Saying that one comes instead: active members, asked or not, but not who can't come."""
    signup = search.signup
    is_other = whom is not None and whom.id != signup.person_id
    return is_other and can_sign_up(whom, signup.occurrence)


def can_offer_swap(me: Person | None, signup: Signup, *, whom: Person | None = None) -> bool:
    """For one's own place, or that of whom one acts for; a coordinator for anybody. It says who
    else comes when, so not for who has left the team."""
    return can_withdraw(me, signup, whom=whom) and can_see_names(signup.person, signup.occurrence)


def can_see_swap(me: Person | None, swap: SwapOffer, *, whom: Person | None = None) -> bool:
    """Both sides, and coordinators."""
    return can_take_back_swap(me, swap, whom=whom) or can_answer_swap(me, swap, whom=whom)


def can_take_back_swap(me: Person | None, swap: SwapOffer, *, whom: Person | None = None) -> bool:
    """Who offered it, or a coordinator for them."""
    return can_withdraw(me, swap.own, whom=whom)


def can_answer_swap(me: Person | None, swap: SwapOffer, *, whom: Person | None = None) -> bool:
    """Whom it was offered to, or a coordinator for them."""
    return can_withdraw(me, swap.other, whom=whom)


def can_check_in(me: Person | None, occurrence: Occurrence) -> bool:
    """Whoever is in the team, pausing too: who stands at the door has come."""
    return teams.is_member(me, occurrence.team)


def can_note_attendance(me: Person | None, occurrence: Occurrence) -> bool:
    """The list at the door, the sheet typed back, closing the day, opening it again."""
    return can_run(me, occurrence)


def can_write_wishes(
    me: Person | None, membership: Membership, *, whom: Person | None = None
) -> bool:
    """What a member wishes for the rota: oneself, or whom one acts for; or a coordinator for them.

    Only one's own powers count as a coordinator's, never those of the person acted for.
    """
    if me is None or not membership.is_in_team:
        return False
    return teams.can_change_membership(me, membership, whom=whom)


def can_enter_away_days(me: Person | None, membership: Membership) -> bool:
    """When a member is away, and what they remarked on it: the coordinators of a team they are in.
    One's own stand in one's settings."""
    return membership.is_in_team and teams.can_coordinate(me, membership.team)
