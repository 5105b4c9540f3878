"""The places of a role are counted from an index alone.

Why: every list of dates counts them for each role, and a sign-up while others wait for it; the
index named the role only, so each place that was counted was read from the table.
"""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_index("ix_signups_role", "signups", ["role_id", "status", "answer_by"])
    op.drop_index(op.f("ix_signups_role_id"), table_name="signups")


def downgrade() -> None:
    op.create_index(op.f("ix_signups_role_id"), "signups", ["role_id"])
    op.drop_index("ix_signups_role", table_name="signups")
