"""One factory for each model. A factory alone makes something valid and dull."""

from factory.alchemy import SQLAlchemyModelFactory

from volunteer.core.database import session


class Factory(SQLAlchemyModelFactory):
    """Builds a row and commits it, as a use case would have."""

    class Meta:
        abstract = True
        sqlalchemy_session = session
        sqlalchemy_session_persistence = "commit"
