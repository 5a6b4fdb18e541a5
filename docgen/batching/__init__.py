"""A table of records → volumes and a manifest, by one process or by many, and whole whatever happens to the machine.

The way of a batch: rows are cut into volumes (`run`), each volume is read, composed and painted in one pass by whichever
process takes it (`volumes`, `workers`) inside a room of the batch's own (`room`); when all have passed, the volumes get their
names and the manifest is written last (`manifest`). A volume depends on nothing but its rows and the job, so a batch that was
stopped goes on where it stood and ends with the same bytes.
"""

from docgen.batching.checking import Entry, Progress, check, prepare, read_entries
from docgen.batching.job import check_batchable
from docgen.batching.manifest import MANIFEST, verify
from docgen.batching.printers import VOLUMES
from docgen.batching.run import BatchResult, batch
from docgen.batching.selection import Selection
from docgen.batching.settings import SPLIT, Settings
from docgen.batching.volumes import Volume

__all__ = [
    "MANIFEST",
    "SPLIT",
    "VOLUMES",
    "BatchResult",
    "Entry",
    "Progress",
    "Selection",
    "Settings",
    "Volume",
    "batch",
    "check",
    "check_batchable",
    "prepare",
    "read_entries",
    "verify",
]
