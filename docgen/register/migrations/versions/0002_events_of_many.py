"""From here on one event may concern many documents: its detail is a list. No table changes; an older docgen must not read it."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Leave the earlier events as they are: they are hashed."""
