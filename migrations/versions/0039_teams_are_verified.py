"""Since when an operator knows a team, and who said so.

Why: everybody may start a team and name any community, and read at once what its residents ask for,
with name, address and phone. From now on only a team that an operator knows does. The teams that
are there already were read so until today, and stay known: by nobody.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    with op.batch_alter_table("teams") as teams:
        teams.add_column(sa.Column("verified_at", sa.DateTime(), nullable=True))
        teams.add_column(sa.Column("verified_by_id", sa.Integer(), nullable=True))
        teams.create_foreign_key(
            op.f("fk_teams_verified_by_id"), "people", ["verified_by_id"], ["id"]
        )
    op.execute("UPDATE teams SET verified_at = created_at")


def downgrade() -> None:
    with op.batch_alter_table("teams") as teams:
        teams.drop_constraint(op.f("fk_teams_verified_by_id"), type_="foreignkey")
        teams.drop_column("verified_by_id")
        teams.drop_column("verified_at")
