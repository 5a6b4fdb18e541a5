"""The table of pages: each once, with its right, what it takes and who answers it. A new page is one new entry.

A form of a page is sent to the page's own path, so that a problem can be shown there, and is answered with another page to go to
(303), so that nothing is sent twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from docgen.service.operations import CHOSEN, FROM, TO, ApiOperation, BodyRule, Weight
from docgen.service.pages import catalogue, document, register, runs, stock, tables
from docgen.service.parameters import FLAG, TEXT, WHOLE, Parameter
from docgen.service.tokens import Right

#: The fields of a form, as a browser sends them.
FORM = BodyRule(("application/x-www-form-urlencoded",))
#: A file that a form sends, with its fields.
FILE = BodyRule(("multipart/form-data",), is_upload=True)
SEARCH = Parameter("search", TEXT, "Words that are sought.")
CHECKED = Parameter("checked", FLAG, "Whether what is missing is a problem.")
VERSION = Parameter("version", TEXT, "What the picture shows.")
FORM_ID = Parameter("form", TEXT, "Of this form.")
STATE = Parameter("state", TEXT, "In this state.", ("issued", "printed", "void", "replaced"))
JOB = Parameter("job", TEXT, "Issued by this job.")
SORT = Parameter("sort", TEXT, "In which order.", ("number", "surname"))
FIRST = Parameter("first", WHOLE, "Which comes first, from 0.")
AS = Parameter("as", TEXT, "In which format.", tuple(register.JOURNALS))
EXPORTED = Parameter("as", TEXT, "In which format.", tuple(register.EXPORTS))
SEAL = Parameter("seal", TEXT, "A seal that was noted down before.")
ISSUED = Parameter("issued", FLAG, "Whether it was issued just now.")
BACK = Parameter("back", TEXT, "The page to go on to.")

PAGES: Sequence[ApiOperation] = tuple(
    replace(page, is_page=True)
    for page in (
        ApiOperation("formsPage", "GET", "/", Right.READ, "The forms.", catalogue.list_forms, query=(SEARCH,)),
        ApiOperation(
            "documentPage", "GET", "/forms/{form}", Right.MAKE, "One document.", document.show, Weight.BY_FORM, (CHECKED,)
        ),
        ApiOperation(
            "takeDocument",
            "POST",
            "/forms/{form}",
            Right.MAKE,
            "Store, check, issue a document.",
            document.take,
            Weight.BY_FORM,
            body=FORM,
        ),
        ApiOperation(
            "documentPicture",
            "GET",
            "/forms/{form}/page.png",
            Right.MAKE,
            "The page as it will print.",
            document.picture,
            Weight.BY_FORM,
            (VERSION,),
        ),
        ApiOperation(
            "documentFile", "GET", "/forms/{form}/file.{to}", Right.MAKE, "The document as a file.", document.file, Weight.BY_FORM
        ),
        ApiOperation(
            "registerPage",
            "GET",
            "/register",
            Right.READ,
            "The documents of the register.",
            register.list_documents,
            query=(SEARCH, FORM_ID, STATE, JOB, FROM, TO, SORT, FIRST),
        ),
        ApiOperation(
            "journalFile",
            "GET",
            "/journal/{form}",
            Right.READ,
            "The journal of a form's documents.",
            register.journal,
            Weight.SLOW,
            (AS, *CHOSEN, FROM, TO),
        ),
        ApiOperation(
            "registeredFile",
            "GET",
            "/register/{form}/file.{to}/{number:number}",
            Right.READ,
            "A document of the register as a file.",
            register.file,
            Weight.BY_FORM,
            CHOSEN,
        ),
        ApiOperation(
            "registeredPage",
            "GET",
            "/register/{form}/{number:number}",
            Right.READ,
            "A document of the register.",
            register.show,
            query=(*CHOSEN, ISSUED),
        ),
        ApiOperation(
            "takeRegistered",
            "POST",
            "/register/{form}/{number:number}",
            Right.ISSUE,
            "Void, correct, reissue, print a document.",
            register.take,
            Weight.BOOK,
            (*CHOSEN, ISSUED),
            FORM,
        ),
        ApiOperation(
            "exportFile",
            "GET",
            "/export",
            Right.READ,
            "The documents that are sought, as a table.",
            register.export,
            Weight.SLOW,
            (EXPORTED, SEARCH, FORM_ID, STATE, JOB, FROM, TO, SORT),
        ),
        ApiOperation(
            "verifyPage", "GET", "/verify", Right.READ, "Whether the book is sound.", register.verify, Weight.SLOW, (SEAL,)
        ),
        ApiOperation("stockPage", "GET", "/stock", Right.READ, "Preprinted stock.", stock.list_stock),
        ApiOperation(
            "stockedPage", "GET", "/stock/{form}", Right.READ, "The stock of a form.", stock.show, Weight.QUICK, (FROM, TO)
        ),
        ApiOperation(
            "takeStock",
            "POST",
            "/stock/{form}",
            Right.ISSUE,
            "Record stock that was received, used or spoiled.",
            stock.take,
            Weight.BOOK,
            (FROM, TO),
            FORM,
        ),
        ApiOperation(
            "statementFile",
            "GET",
            "/stock/{form}/statement.{to}",
            Right.READ,
            "The closing statement of a period.",
            stock.statement,
            Weight.SLOW,
            (FROM, TO),
        ),
        ApiOperation("tablesPage", "GET", "/tables", Right.MAKE, "The tables and runs of a clerk.", tables.list_tables),
        ApiOperation("takeTable", "POST", "/tables", Right.MAKE, "Give a table.", tables.take_table, Weight.SLOW, body=FILE),
        ApiOperation(
            "tablePage",
            "GET",
            "/tables/{table}",
            Right.MAKE,
            "A table: columns, problems, settings.",
            tables.show_table,
            Weight.SLOW,
        ),
        ApiOperation(
            "takeChanges",
            "POST",
            "/tables/{table}",
            Right.MAKE,
            "Say what a table holds; order its run.",
            tables.take_changes,
            Weight.SLOW,
            body=FORM,
        ),
        ApiOperation(
            "proofFile",
            "GET",
            "/tables/{table}/proof.pdf",
            Right.MAKE,
            "The proof of a table.",
            tables.proof,
            Weight.SLOW,
            (FORM_ID,),
        ),
        ApiOperation(
            "correctedFile",
            "GET",
            "/tables/{table}/corrected.xlsx",
            Right.MAKE,
            "A table with its corrections.",
            tables.corrected,
        ),
        ApiOperation("runPage", "GET", "/runs/{run}", Right.MAKE, "How far a run is.", runs.show_run),
        ApiOperation(
            "takeRun", "POST", "/runs/{run}", Right.MAKE, "Stop a run, or hand it over.", runs.take, Weight.SLOW, body=FORM
        ),
        ApiOperation(
            "correctedRunFile",
            "GET",
            "/runs/{run}/corrected.xlsx",
            Right.MAKE,
            "The table of a run with its corrections.",
            runs.corrected,
        ),
        ApiOperation(
            "listFile",
            "GET",
            "/runs/{run}/list.{to}",
            Right.MAKE,
            "The list of a run's documents for the customer.",
            runs.customer_list,
            Weight.SLOW,
            (FORM_ID,),
        ),
        ApiOperation("whoPage", "GET", "/who", None, "Who the clerk is.", weight=Weight.NONE, query=(BACK,)),
        ApiOperation("enter", "POST", "/who", None, "Say who one is.", weight=Weight.NONE, query=(BACK,), body=FORM),
        ApiOperation("leave", "POST", "/leave", None, "Be unknown again.", weight=Weight.NONE, body=FORM),
        ApiOperation("chooseLanguage", "POST", "/language", None, "Choose a language.", weight=Weight.NONE, body=FORM),
        ApiOperation("sendAsset", "GET", "/assets/{digest}/{name}", None, "A file of the pages.", weight=Weight.NONE),
    )
)
