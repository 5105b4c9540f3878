"""A call in heat or cold keeps what had happened to the elder before it, should it be undone.

Why: who is called counts as seen, so that a fall noted before is forgotten. A call noted by a slip
and undone left the fall forgotten, and nobody went to see them within a day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("weather_calls", sa.Column("change_before", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("weather_calls") as calls:
        calls.drop_column("change_before")
