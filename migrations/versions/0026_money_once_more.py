"""For one request money may be handed over more than once.

Why: when the first volunteer can't go on, or a request is opened again, the next one needs money,
too; what went before it is counted and signed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    with op.batch_alter_table("errands") as errands:
        errands.drop_constraint(op.f("uq_errands_help_request_id"), type_="unique")
        errands.create_index(op.f("ix_errands_help_request_id"), ["help_request_id"])


def downgrade() -> None:
    # There is room for one again: the last, of which something may still be on the way.
    op.execute(
        sa.text(
            "DELETE FROM errands WHERE id NOT IN"
            " (SELECT max(id) FROM errands GROUP BY help_request_id)"
        )
    )
    with op.batch_alter_table("errands") as errands:
        errands.drop_index(op.f("ix_errands_help_request_id"))
        errands.create_unique_constraint(op.f("uq_errands_help_request_id"), ["help_request_id"])
