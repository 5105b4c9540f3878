"""A name of one character stands before the longer ones that begin with it.

Why: behind its syllable the key went on with a sign that letters and spaces come before, so that 李
stood behind 李秀英 in every list.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

# As long as the column is.
LONGEST = 200
BEFORE, NOW = "|", "  |"


def upgrade() -> None:
    rewrite(BEFORE, NOW)


def downgrade() -> None:
    rewrite(NOW, BEFORE)


def rewrite(old: str, new: str) -> None:
    """The end of the syllables, in everybody's key."""
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, sort_key FROM people")).all()
    keys = [{"id": row.id, "key": row.sort_key.replace(old, new, 1)[:LONGEST]} for row in rows]
    if keys:
        connection.execute(sa.text("UPDATE people SET sort_key = :key WHERE id = :id"), keys)
