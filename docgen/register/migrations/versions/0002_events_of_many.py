"""From here on one event may tell of many documents: its detail is a list. No table changes; an older docgen must not read it."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """The events of before stay as they are: they are hashed."""
