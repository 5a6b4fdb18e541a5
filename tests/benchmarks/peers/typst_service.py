"""Typst in the process of a service: uvicorn typst_service:app, with the folder and fonts in BENCH and FONTS.

The compiler, its fonts and the artwork are loaded once; a record goes in, a PDF comes out. Nothing is checked.
"""

from __future__ import annotations

import os

import typst
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = os.environ["BENCH"]
COMPILER = typst.Compiler(f"{FOLDER}/certificate.typ", root=FOLDER, font_paths=[os.environ["FONTS"]], ignore_system_fonts=True)


async def certificate(request: Request) -> Response:
    record = (await request.body()).decode()
    return Response(COMPILER.compile(sys_inputs={"record": record, "part": "all"}), media_type="application/pdf")


app = Starlette(routes=[Route("/certificate", certificate, methods=["POST"])])
