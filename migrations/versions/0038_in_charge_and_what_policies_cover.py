"""Who was in charge of a closed date, what an insurance covers, how long one learns.

Why: a record of service names who was in charge on the day (志愿服务记录与证明出具办法,
article 7), and who leads the activity may change afterwards. Days that are closed already keep who
leads it now: so they were told until today. Whether an insurance pays for the way, for trainings
and for harm done to others, the team looks up when something has happened, and so far nobody had
written it down. Hours of learning are told apart from those of service (article 8), and had no
place.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

COVERS = ("covers_travel", "covers_training", "covers_third_party")
AS_TOLD_SO_FAR = """
    UPDATE closings SET led_by_id = (
        SELECT activities.leader_id FROM occurrences
        JOIN activities ON activities.id = occurrences.activity_id
        WHERE occurrences.id = closings.occurrence_id
    )
"""


def upgrade() -> None:
    with op.batch_alter_table("closings") as closings:
        closings.add_column(sa.Column("led_by_id", sa.Integer(), nullable=True))
        closings.create_foreign_key(op.f("fk_closings_led_by_id"), "people", ["led_by_id"], ["id"])
    op.execute(AS_TOLD_SO_FAR)
    with op.batch_alter_table("insurance_policies") as policies:
        for name in COVERS:
            policies.add_column(
                sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
            )
    with op.batch_alter_table("trainings") as trainings:
        trainings.add_column(sa.Column("hours", sa.Integer(), nullable=True))
        trainings.create_check_constraint(
            op.f("ck_trainings_hours_of_learning"), "hours BETWEEN 1 AND 500"
        )


def downgrade() -> None:
    with op.batch_alter_table("trainings") as trainings:
        trainings.drop_constraint(op.f("ck_trainings_hours_of_learning"), type_="check")
        trainings.drop_column("hours")
    with op.batch_alter_table("insurance_policies") as policies:
        for name in COVERS:
            policies.drop_column(name)
    with op.batch_alter_table("closings") as closings:
        closings.drop_constraint(op.f("fk_closings_led_by_id"), type_="foreignkey")
        closings.drop_column("led_by_id")
