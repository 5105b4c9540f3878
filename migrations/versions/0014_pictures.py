"""Photos that people hand in, sealed.

Why: a kitty's receipts and an errand's change want proof. They lie in the database, not in files:
kept and forgotten with their record, in the same backup, reachable from every web server (ADR 18).
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0", name="ck_pictures_has_points"),
        sa.ForeignKeyConstraint(["kept_by_id"], ["people.id"], name="fk_pictures_kept_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pictures"),
    )


def downgrade() -> None:
    op.drop_table("pictures")
