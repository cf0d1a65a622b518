"""What the release before the first migration installed."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing: a warehouse of that release is there."""
