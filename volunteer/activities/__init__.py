"""Activities, their dates, and who signed up.

An activity is the plan ("every Wednesday"); an occurrence is one date of it; a role is
a kind of work on that date, with its fewest and most people; a sign-up is a person's
place in a role, or in the queue for it.

Where what is decided:
- Which days a plan means: `recurrence`, `patterns`. What is planned, and put on the calendar:
  `planning`, `extending`, `holiday_questions`.
- Another plan for all coming dates: `series_changes`, after a look at `series_outcome`. One date:
  `single_date`. None for a while: `pausing`; none of some days of a team: `days_off`.
- Who may have a place, and why not: `eligibility`, with `ties`, `limits` and `insurance`. Taking it
  and giving it back: `signups`; who gets one that comes free: `waitlist`.
- Coming every week: `standing`, put on their dates by `filling`. Not this time: `excuses`, `swaps`,
  and `stand_ins` for who comes instead; `away` for some days. Whether one comes: `confirming`.
- A month proposed: `rota`. The list of a WeChat group: `jielong`. Who came: `attendance`.
- Lists of many dates are read as `glances`, past the ORM; `weeks` lays them out by day.
"""
