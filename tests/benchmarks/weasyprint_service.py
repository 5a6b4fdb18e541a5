"""WeasyPrint in the process of a service of the same framework: uvicorn weasyprint_service:app. It paints docgen's own page."""

from __future__ import annotations

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from docgen import render

FORM = "retraining-certificate"


async def certificate(request: Request) -> Response:
    content = render(FORM, json.loads(await request.body()), engine="weasyprint")
    return Response(content, media_type="application/pdf")


app = Starlette(routes=[Route("/certificate", certificate, methods=["POST"])])
