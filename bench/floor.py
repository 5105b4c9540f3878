"""The least that there is: one Flask page with one row read by SQLAlchemy. What we compare with."""

import os

from flask import Flask
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Model(DeclarativeBase):
    pass


class Place(Model):
    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


app = Flask(__name__)
engine = create_engine(os.environ["DATABASE_URL"])


@app.get("/")
def show() -> str:
    with Session(engine) as session:
        return f"<!doctype html><title>Floor</title><p>{session.scalar(select(Place.name))}</p>"
