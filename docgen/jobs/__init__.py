"""Jobs: what a shop wants of a table, said once and kept in a small file.

    job = open_job("course-12.toml")
    problems, result = job.check(), job.batch()

A job holds whatever decides what comes out: form, table, columns, constants, print, register. `Job` is the one table of it: each
of its entries names the key of the file, the option of the command line and how a value is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.jobs.columns import ColumnGuess, ColumnGuesses, guess_columns
    from docgen.jobs.drafting import JobDraft, JobQuestion
    from docgen.jobs.job import ENTRIES, Job, OpenedJob
    from docgen.jobs.parts import joined, refuse_bad
    from docgen.jobs.reading import is_job_file, open_job
    from docgen.jobs.writing import job_text, refuse_name, save_job
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "columns": "ColumnGuess ColumnGuesses guess_columns",
            "drafting": "JobDraft JobQuestion",
            "job": "ENTRIES Job OpenedJob",
            "parts": "joined refuse_bad",
            "reading": "is_job_file open_job",
            "writing": "job_text refuse_name save_job",
        },
    )

__all__ = [
    "ENTRIES",
    "ColumnGuess",
    "ColumnGuesses",
    "Job",
    "JobDraft",
    "JobQuestion",
    "OpenedJob",
    "guess_columns",
    "is_job_file",
    "job_text",
    "joined",
    "open_job",
    "refuse_bad",
    "refuse_name",
    "save_job",
]
