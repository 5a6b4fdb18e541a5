"""Where things lie in the repository."""

from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
PACKAGE = ROOT / "docgen"
SAMPLES = ROOT / "samples"
FORMS = TESTS / "forms"
GOLDEN = TESTS / "golden"
