"""What a team does may go past midnight.

Why: a night watch, the night of New Year, a lantern fair until half past twelve needed two
activities, one for each day. An end before the start is on the next day now.
"""

from alembic import op

revision = "0035"
down_revision = "0034"

# The first migration named it without op.f, so its table stands in its name twice.
OLD = "ck_activities_ends_after_it_starts"
NEW = "ck_activities_takes_time"
# Back again they last until midnight; of their dates each keeps its own hours.
UNTIL_MIDNIGHT = "UPDATE activities SET ends = '23:59:59.000000' WHERE ends < starts"


def upgrade() -> None:
    with op.batch_alter_table("activities") as activities:
        activities.drop_constraint(OLD, type_="check")
        activities.create_check_constraint(op.f(NEW), "ends <> starts")


def downgrade() -> None:
    op.execute(UNTIL_MIDNIGHT)
    with op.batch_alter_table("activities") as activities:
        activities.drop_constraint(op.f(NEW), type_="check")
        activities.create_check_constraint(OLD, "ends > starts")
