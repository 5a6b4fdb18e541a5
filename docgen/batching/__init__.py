"""A table of records → volumes and a manifest, by one process or by many, and whole whatever happens to the machine.

The way of a batch: rows are cut into volumes (`run`), each volume is read, composed and painted in one pass by whichever
process takes it (`volumes`, `workers`) inside a workspace of the batch's own (`workspace`); when all have passed, the volumes get
their names and the manifest is written last (`manifest`). A volume depends on nothing but its rows and the job, so a batch that
was stopped goes on where it was and ends with the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.batching.cluster import cluster_executor
    from docgen.batching.documents import RenderedDocuments, render_each
    from docgen.batching.entries import Entry, Progress, no_progress, read_entries
    from docgen.batching.job import BatchJob, Extent, check_batchable
    from docgen.batching.manifest import MANIFEST, verify
    from docgen.batching.measures import MeasuredVolumes
    from docgen.batching.printers import VOLUMES
    from docgen.batching.proofs import Proof, proof
    from docgen.batching.run import BatchResult, batch
    from docgen.batching.selection import NumberSpan, Selection
    from docgen.batching.settings import SPLIT, Settings
    from docgen.batching.volumes import VolumeFile
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "cluster": "cluster_executor",
            "documents": "RenderedDocuments render_each",
            "entries": "Entry Progress no_progress read_entries",
            "job": "BatchJob Extent check_batchable",
            "manifest": "MANIFEST verify",
            "measures": "MeasuredVolumes",
            "printers": "VOLUMES",
            "proofs": "Proof proof",
            "run": "BatchResult batch",
            "selection": "NumberSpan Selection",
            "settings": "SPLIT Settings",
            "volumes": "VolumeFile",
        },
    )

__all__ = [
    "MANIFEST",
    "SPLIT",
    "VOLUMES",
    "BatchJob",
    "BatchResult",
    "Entry",
    "Extent",
    "MeasuredVolumes",
    "NumberSpan",
    "Progress",
    "Proof",
    "RenderedDocuments",
    "Selection",
    "Settings",
    "VolumeFile",
    "batch",
    "check_batchable",
    "cluster_executor",
    "no_progress",
    "proof",
    "read_entries",
    "render_each",
    "verify",
]
