"""A date that rests by a pause of its series is not one that was changed by hand.

Why: what is changed by hand stays as it is when the series is planned anew. Dates that rested
counted as such, so a pause that was taken back brought them back as they had been planned before.
"""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("UPDATE occurrences SET is_changed = false WHERE pause_id IS NOT NULL")


def downgrade() -> None:
    op.execute("UPDATE occurrences SET is_changed = true WHERE pause_id IS NOT NULL")
