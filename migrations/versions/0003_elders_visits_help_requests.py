"""Elders and visits, help requests, consents and companions, codes, files, handing over."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


# In this order each table finds the ones that it refers to.
TABLES = [
    "consents",
    "companions",
    "code_wishes",
    "one_time_codes",
    "code_cards",
    "handovers",
    "imports",
    "elders",
    "elder_health",
    "emergency_contacts",
    "pairings",
    "visits",
    "visit_parts",
    "help_requests",
    "help_offers",
    "help_steps",
]


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(24), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(24), nullable=False),
        sa.Column("way", sa.String(24), nullable=False),
        sa.Column("witness", sa.Text(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_consents_person_id"),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["people.id"], name="fk_consents_recorded_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_person_scope", "consents", ["person_id", "scope"])
    op.create_table(
        "companions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("companion_id", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(24), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("consent_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["companion_id"], ["people.id"], name="fk_companions_companion_id"),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name="fk_companions_consent_id"),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name="fk_companions_ended_by_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_companions_made_by_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_companions_person_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_companions_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_companions"),
    )
    op.create_index("ix_companions_companion_id", "companions", ["companion_id"])
    op.create_index("ix_companions_person_id", "companions", ["person_id"])
    op.create_table(
        "code_wishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("contact_mark", sa.String(64), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_code_wishes"),
    )
    op.create_index("ix_code_wishes_contact_mark", "code_wishes", ["contact_mark"])
    op.create_index("ix_code_wishes_planned_at", "code_wishes", ["planned_at"])
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("contact_mark", sa.String(length=64), nullable=False),
        sa.Column("code_mark", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_one_time_codes_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_codes"),
    )
    op.create_index("ix_one_time_codes_contact_mark", "one_time_codes", ["contact_mark"])
    op.create_index("ix_one_time_codes_person_id", "one_time_codes", ["person_id"])
    op.create_table(
        "code_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("code_mark", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_code_cards_made_by_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_code_cards_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_code_cards"),
        sa.UniqueConstraint("number", name="uq_code_cards_number"),
    )
    op.create_index("ix_code_cards_person_id", "code_cards", ["person_id"])
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["giver_id"], ["memberships.id"], name="fk_handovers_giver_id"),
        sa.ForeignKeyConstraint(["taker_id"], ["memberships.id"], name="fk_handovers_taker_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_handovers_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
    )
    op.create_index("ix_handovers_taker_id", "handovers", ["taker_id"])
    op.create_index("ix_handovers_team_id", "handovers", ["team_id"])
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("made", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("form_key", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_imports_by_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_imports_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.UniqueConstraint("team_id", "form_key", name="uq_imports_team_id_form_key"),
    )
    op.create_index("ix_imports_team_id", "imports", ["team_id"])
    op.create_table(
        "elders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("preferred_name", sa.String(length=30), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("landline", sa.Text(), nullable=True),
        sa.Column("living", sa.Text(), nullable=True),
        sa.Column("categories", sa.Text(), nullable=True),
        sa.Column("communication_note", sa.Text(), nullable=True),
        sa.Column("caution_note", sa.Text(), nullable=True),
        sa.Column("key_holder", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("risk_level", sa.String(24), nullable=False),
        sa.Column("risk_reason", sa.Text(), nullable=True),
        sa.Column("risk_set_by_id", sa.Integer(), nullable=False),
        sa.Column("risk_set_on", sa.Date(), nullable=False),
        sa.Column("risk_review_on", sa.Date(), nullable=False),
        sa.Column("visit_channel", sa.String(24), nullable=False),
        sa.Column("interval_days", sa.Integer(), nullable=False),
        sa.Column("last_seen_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("status_note", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.String(24), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("interval_days BETWEEN 1 AND 366", name="ck_elders_interval_is_a_span"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_elders_person_id"),
        sa.ForeignKeyConstraint(["risk_set_by_id"], ["people.id"], name="fk_elders_risk_set_by_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_elders_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_elders"),
        sa.UniqueConstraint("team_id", "person_id", name="uq_elders_team_id_person_id"),
    )
    op.create_index("ix_elders_due_on", "elders", ["due_on"])
    op.create_index("ix_elders_person_id", "elders", ["person_id"])
    op.create_table(
        "elder_health",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("elder_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("diet_tags", sa.Text(), nullable=True),
        sa.Column("allergies", sa.Text(), nullable=True),
        sa.Column("ability_level", sa.Text(), nullable=True),
        sa.Column("ability_source", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["elder_id"], ["elders.id"], name="fk_elder_health_elder_id"),
        sa.PrimaryKeyConstraint("id", name="pk_elder_health"),
        sa.UniqueConstraint("elder_id", name="uq_elder_health_elder_id"),
    )
    op.create_table(
        "emergency_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("elder_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("has_key", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["elder_id"], ["elders.id"], name="fk_emergency_contacts_elder_id"),
        sa.PrimaryKeyConstraint("id", name="pk_emergency_contacts"),
        sa.UniqueConstraint("elder_id", "position", name="uq_emergency_contacts_elder_id_position"),
    )
    op.create_table(
        "pairings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("elder_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["elder_id"], ["elders.id"], name="fk_pairings_elder_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_pairings_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pairings"),
    )
    op.create_index("ix_pairings_elder_id", "pairings", ["elder_id"])
    op.create_index("ix_pairings_person_id", "pairings", ["person_id"])
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("elder_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(24), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("wall_starts", sa.DateTime(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("alone_reason", sa.Text(), nullable=True),
        sa.Column("allowed_by_id", sa.Integer(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("wall_left", sa.DateTime(), nullable=True),
        sa.Column("told_family", sa.Boolean(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=True),
        sa.Column("safe_at", sa.DateTime(), nullable=True),
        sa.Column("safe_by_id", sa.Integer(), nullable=True),
        sa.Column("safe_words", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["allowed_by_id"], ["people.id"], name="fk_visits_allowed_by_id"),
        sa.ForeignKeyConstraint(["elder_id"], ["elders.id"], name="fk_visits_elder_id"),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["people.id"], name="fk_visits_recorded_by_id"),
        sa.ForeignKeyConstraint(["safe_by_id"], ["people.id"], name="fk_visits_safe_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
    )
    op.create_index("ix_visits_elder_id", "visits", ["elder_id"])
    op.create_index("ix_visits_starts_at", "visits", ["starts_at"])
    op.create_table(
        "visit_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("withdrew_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_visit_parts_by_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_visit_parts_person_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_visit_parts_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visit_parts"),
        sa.UniqueConstraint("visit_id", "person_id", name="uq_visit_parts_visit_id_person_id"),
    )
    op.create_index("ix_visit_parts_person_id", "visit_parts", ["person_id"])
    op.create_table(
        "help_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("elder_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("asker_name", sa.Text(), nullable=True),
        sa.Column("asker_phone", sa.Text(), nullable=True),
        sa.Column("asker_phone_mark", sa.String(64), nullable=True),
        sa.Column("for_whom", sa.String(24), nullable=False),
        sa.Column("beneficiary", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("is_agreed", sa.Boolean(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("brief", sa.Text(), nullable=True),
        sa.Column("wanted", sa.String(24), nullable=False),
        sa.Column("wanted_words", sa.Text(), nullable=True),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("wall_agreed", sa.DateTime(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answer_by", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["people.id"], name="fk_help_requests_asker_id"),
        sa.ForeignKeyConstraint(["elder_id"], ["elders.id"], name="fk_help_requests_elder_id"),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["people.id"], name="fk_help_requests_entered_by_id"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_help_requests_place_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_help_requests_team_id"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_help_requests_visit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_help_requests"),
        sa.UniqueConstraint("number", name="uq_help_requests_number"),
        sa.UniqueConstraint("visit_id", name="uq_help_requests_visit_id"),
    )
    op.create_index("ix_help_requests_asked_at", "help_requests", ["asked_at"])
    op.create_index("ix_help_requests_asker_id", "help_requests", ["asker_id"])
    op.create_index("ix_help_requests_asker_phone_mark", "help_requests", ["asker_phone_mark"])
    op.create_index("ix_help_requests_elder_id", "help_requests", ["elder_id"])
    op.create_index("ix_help_requests_place_id", "help_requests", ["place_id"])
    op.create_index("ix_help_requests_status", "help_requests", ["status"])
    op.create_index("ix_help_requests_team_id", "help_requests", ["team_id"])
    op.create_table(
        "help_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("help_request_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_help_offers_by_id"),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_requests.id"], name="fk_help_offers_help_request_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_help_offers_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_help_offers"),
        sa.UniqueConstraint(
            "help_request_id", "person_id", name="uq_help_offers_help_request_id_person_id"
        ),
    )
    op.create_index("ix_help_offers_person_id", "help_offers", ["person_id"])
    op.create_table(
        "help_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("help_request_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_help_steps_by_id"),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_requests.id"], name="fk_help_steps_help_request_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_help_steps"),
    )
    op.create_index("ix_help_steps_help_request_id", "help_steps", ["help_request_id"])


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
