"""The table of operations: each once, with its right, what it takes and what it answers.

Starlette's routes (`front`), the check of rights (`endpoints`) and the OpenAPI document (`openapi`) are made of it. A new
operation is one new entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from docgen.imposing.scheme import scheme_names
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.service.calls import JSON, Answer, Call
from docgen.service.parameters import DAY, FLAG, NUMBER, TEXT, WHOLE, Parameter
from docgen.service.tokens import Right
from docgen.service.work import book, catalogue, documents, genuine, papers

PDF = "application/pdf"
PNG = "image/png"


class Weight(Enum):
    """How much work an operation is: done by the service itself, quick, slow, slow unless the form has a fixed page.

    Work on the BOOK goes to one worker, so that what waits for the disk waits together.
    """

    NONE = "none"
    QUICK = "quick"
    SLOW = "slow"
    BY_FORM = "by form"
    BOOK = "book"


class KeyUse(Enum):
    """Whether an operation takes an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07)."""

    NONE = "none"
    ALLOWED = "allowed"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class BodyRule:
    """What an operation takes as its body: these media types, of this schema; `is_upload` for files, which are stored on disk."""

    media_types: Sequence[str]
    schema: Mapping[str, object] | str = "Record"
    is_upload: bool = False
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One operation: `answer` does it in a worker; None for one that the service itself does, by its name."""

    name: str
    method: str
    path: str
    right: Right | None
    summary: str
    answer: Callable[[Call], Answer] = lambda _call: Answer(404, JSON)
    weight: Weight = Weight.QUICK
    query: Sequence[Parameter] = ()
    body: BodyRule | None = None
    #: Media type → schema of what is answered where all is well; a file has none.
    answers: Mapping[str, object] | None = None
    status: int = 200
    key: KeyUse = KeyUse.NONE
    #: Whether it is a page for a browser, or a form of one, and no operation for programs.
    is_page: bool = False
    #: Does several calls at once, each for itself; then `answer` is not asked.
    answer_each: Callable[[Sequence[Call]], list[Answer]] | None = None
    #: Whether one address may ask it so often only (`rates`).
    is_limited: bool = False


ON = Parameter("on", DAY, "The day whose edition of the form is taken; without it the record's own date decides.")
PRINTED: Sequence[Parameter] = (
    Parameter("print", TEXT, "What is printed: all, a blank, or the data onto stock.", tuple(each.value for each in Print)),
    ON,
    Parameter(
        "for",
        TEXT,
        "What a PDF is for: an archive and screen readers, where nothing is said; any printer; or a print shop's press.",
        tuple(each.value for each in Purpose),
    ),
    Parameter("bleed", NUMBER, "How far beyond the trimmed edge is printed for the press, in millimetres."),
    Parameter("back", FLAG, "Whether the back of the form is printed too: of a duplicate it says whose it is."),
    Parameter("page", WHOLE, "Which page a PNG shows, from 1."),
    Parameter("dpi", NUMBER, "The resolution of a PNG."),
)
FETCHED = {PDF: None, documents.DOCX: None, JSON: None, "application/octet-stream": None}
FINISHED = BodyRule((PDF,), {"type": "string", "contentMediaType": PDF}, is_upload=True)
FILES = {PDF: None, documents.DOCX: None, PNG: None, JSON: "Document"}
CHOSEN: Sequence[Parameter] = (
    Parameter("organization", TEXT, "A part of the organization's name, where several have such a number."),
    Parameter("year", WHOLE, "The year, where several have such a number."),
)
FROM, TO = Parameter("from", DAY, "Issued on this day or later."), Parameter("to", DAY, "Issued on this day or before.")
LISTED: Sequence[Parameter] = (
    Parameter("form", TEXT, "Of this form."),
    *CHOSEN,
    Parameter("state", TEXT, "In this state.", ("issued", "printed", "void", "replaced")),
    Parameter("job", TEXT, "Issued by this job."),
    Parameter("search", TEXT, "With these words in the name, the number or the IIN."),
    Parameter("number", TEXT, "With this number."),
    FROM,
    TO,
    Parameter("first", WHOLE, "Which document comes first, from 0."),
    Parameter("count", WHOLE, "How many documents, at most 1000."),
)
NEW_ORGANIZATION = Parameter(
    "new-organization", FLAG, "The organization is a new one, though its name is nearly that of another."
)
ALLOW_DOUBLES = Parameter("allow-doubles", FLAG, "The person may have a document for the same course already.")
REASON: Mapping[str, object] = {"type": "string", "minLength": 1}
VALUES: Mapping[str, object] = {"type": "object"}


def _members(optional: Mapping[str, object] | None = None, **required: Mapping[str, object]) -> BodyRule:
    """Return the rule of a JSON body with these members."""
    properties = {**required, **(optional or {})}
    schema = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
    return BodyRule((JSON,), schema)


ORDER: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "form": {"type": "string"},
        "rows": {"type": "array", "items": {"type": "object"}, "minItems": 1},
        "numbered": {"type": "boolean"},
        **{name: {"type": "string"} for name in ("name", "each", "print", "to", "for")},
        "impose": {"type": "object", "properties": {"scheme": {"enum": scheme_names()}, "marks": {"type": "boolean"}}},
        "preflight": {"enum": ["all", "sample"]},
        "split": {"type": "integer", "minimum": 1},
        "skip-bad": {"type": "boolean"},
        "table": {"type": "object", "properties": {name: {"type": "string"} for name in ("sheet", "form-column")}},
    },
    "anyOf": [{"required": ["form"]}, {"required": ["table"]}],
    "examples": [{"form": "retraining-certificate", "rows": [{"surname": "Сейітқали", "given_name": "Бауыржан"}], "split": 100}],
}
RECORDS = BodyRule(tuple(documents.RECORD_TYPES), "Record")

OPERATIONS: Sequence[ApiOperation] = (
    ApiOperation(
        "makeDocument", "POST", "/v1/forms/{form}/documents", Right.MAKE,
        "Make a document of a record: PDF, DOCX or PNG, or JSON with the file and what was mended.",
        documents.make, Weight.BY_FORM, PRINTED, BodyRule(tuple(documents.RECORD_TYPES), "Record", is_optional=True), FILES,
    ),
    ApiOperation(
        "checkRecord", "POST", "/v1/forms/{form}/check", Right.MAKE,
        "List every problem of a record, or of a table of records; nothing is made.",
        documents.check, Weight.BY_FORM, (ON,), RECORDS, {JSON: "Findings"},
    ),
    ApiOperation(
        "listForms", "GET", "/v1/forms", Right.READ, "List the forms: what each is, and what is asked of it.",
        catalogue.list_forms, answers={JSON: "Forms"},
    ),
    ApiOperation(
        "showForm", "GET", "/v1/forms/{form}", Right.READ, "Show the record of a form as JSON Schema, with labels and a sample.",
        catalogue.show_form, query=(ON,), answers={catalogue.SCHEMA: {"type": "object"}},
    ),
    ApiOperation(
        "measureFile", "POST", "/v1/preflight", Right.MAKE, "Measure a finished PDF against the act, clause by clause.",
        papers.measure, Weight.SLOW, papers.MEASURED, FINISHED,
        {JSON: "Report"},
    ),
    ApiOperation(
        "mergeFiles", "POST", "/v1/merge", Right.MAKE, "Join PDF files, in the order of the parts.",
        papers.merge, Weight.SLOW, (), BodyRule(("multipart/form-data",), papers.FILES_SCHEMA, is_upload=True), {PDF: None},
    ),
    ApiOperation(
        "verifyDocument", "POST", "/v1/verify", Right.READ,
        "Say whether documents are genuine: of a PDF, a picture or the text of a code.",
        genuine.verify, Weight.SLOW, (), BodyRule(genuine.VERIFIED, papers.FILES_SCHEMA, is_upload=True), {JSON: "Verified"},
    ),
    ApiOperation(
        "askNumber", "GET", "/v1/numbers/{form}/{number:number}", None,
        "Say of a number whether it is valid, replaced or void, and nothing else.",
        genuine.ask_number, query=CHOSEN, answers={JSON: "State"}, is_limited=True,
    ),
    ApiOperation(
        "fetchPublished", "GET", "/published/{name}", None,
        "Fetch a file of what is published: a page that verifies, the list of void documents, the public keys.",
        genuine.fetch_published, answers=dict.fromkeys(("text/html", "application/cose", "application/jwk-set+json")),
    ),
    ApiOperation(
        "issueDocument", "POST", "/v1/register/{form}/documents", Right.ISSUE,
        "Issue a record: give it the next number of the register, and return the document.",
        weight=Weight.BOOK, query=(*PRINTED, NEW_ORGANIZATION, ALLOW_DOUBLES), body=RECORDS, answers=FILES, status=201,
        key=KeyUse.REQUIRED, answer_each=book.issue_each,
    ),
    ApiOperation(
        "listDocuments", "GET", "/v1/register/documents", Right.READ, "List documents of the register, a part at a time.",
        book.list_documents, query=LISTED, answers={JSON: "Documents"},
    ),
    ApiOperation(
        "showJournal", "GET", "/v1/register/{form}/journal", Right.READ, "Print the journal of a form's documents.",
        book.journal, Weight.SLOW, (*CHOSEN, FROM, TO), answers=dict.fromkeys(book.JOURNAL_TYPES),
    ),
    ApiOperation(
        "showDocument", "GET", "/v1/register/{form}/documents/{number:number}", Right.READ,
        "Show a document of the register: its record, and what happened to it.",
        book.show_document, query=CHOSEN, answers={JSON: {"type": "object"}},
    ),
    ApiOperation(
        "voidDocument", "POST", "/v1/register/{form}/documents/{number:number}/void", Right.ISSUE,
        "Declare a document void; its number is never given again.",
        book.void, Weight.BOOK, CHOSEN, _members(reason=REASON), {JSON: {"type": "object"}},
    ),
    ApiOperation(
        "correctDocument", "POST", "/v1/register/{form}/documents/{number:number}/correct", Right.ISSUE,
        "Correct a document that was not handed over, under its number.",
        book.correct, Weight.BOOK, CHOSEN, _members(reason=REASON, values=VALUES), {JSON: {"type": "object"}},
    ),
    ApiOperation(
        "reissueDocument", "POST", "/v1/register/{form}/documents/{number:number}/reissue", Right.ISSUE,
        "Issue a duplicate in place of a document, and return it.",
        book.reissue, Weight.BOOK, (*CHOSEN, *PRINTED),
        _members(reason=REASON, issued={"type": "string", "format": "date"}, optional={"values": VALUES}), FILES, 201,
        KeyUse.REQUIRED,
    ),
    ApiOperation(
        "orderRun", "POST", "/v1/runs", Right.MAKE, "Order a run: a table, or rows, printed into volumes.",
        weight=Weight.NONE, body=BodyRule((JSON, "multipart/form-data"), ORDER, is_upload=True), answers={JSON: "Run"},
        status=202, key=KeyUse.REQUIRED,
    ),
    ApiOperation("listRuns", "GET", "/v1/runs", Right.MAKE, "List one's own runs, the latest first.", weight=Weight.NONE,
              answers={JSON: {"type": "object"}}),
    ApiOperation("showRun", "GET", "/v1/runs/{run}", Right.MAKE, "Show a run: how far it is, its problems, its files.",
              weight=Weight.NONE, answers={JSON: "Run"}),
    ApiOperation("followRun", "GET", "/v1/runs/{run}/events", Right.MAKE, "Follow a run as a stream of events.",
              weight=Weight.NONE, answers={"text/event-stream": None}),
    ApiOperation("fetchManifest", "GET", "/v1/runs/{run}/manifest", Right.MAKE, "Fetch the manifest of a run.",
              weight=Weight.NONE, answers={JSON: {"type": "object"}}),
    ApiOperation("fetchFile", "GET", "/v1/runs/{run}/files/{name:path}", Right.MAKE, "Fetch a file of a run, or a part.",
              weight=Weight.NONE, answers=FETCHED),
    ApiOperation("cancelRun", "POST", "/v1/runs/{run}/cancel", Right.MAKE, "Stop a run.", weight=Weight.NONE,
              answers={JSON: "Run"}),
    ApiOperation("eraseRun", "DELETE", "/v1/runs/{run}", Right.MAKE, "Erase a run that has ended, with its files.",
              weight=Weight.NONE, status=204),
    ApiOperation("health", "GET", "/health", None, "Say that the service runs.", weight=Weight.NONE, answers={JSON: "State"}),
    ApiOperation("ready", "GET", "/ready", None, "Say whether a worker is ready; 503 if none is.", weight=Weight.NONE,
              answers={JSON: "State"}),
    ApiOperation("metrics", "GET", "/metrics", Right.READ, "Show counters in the format of Prometheus.", weight=Weight.NONE,
              answers={"text/plain": {"type": "string"}}),
    ApiOperation("describe", "GET", "/v1/openapi.json", None, "Show this description.",
              catalogue.describe, answers={JSON: {"type": "object"}}),
)  # fmt: skip
