"""``/data/``: what the last run of ``export_open_data`` has made."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from config.open_data.dictionary import dictionary
from config.open_data.dump import MANIFEST

TYPES = {
    ".jsonl": "application/x-ndjson",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
}


def last_run() -> tuple[Path, dict[str, Any]]:
    """The folder of the run that is shown now, and its manifest; 404 where none has been made."""
    folder = settings.OPEN_DATA_DIR.resolve()
    try:
        return folder, json.loads((folder / MANIFEST).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise Http404("还没有导出开放数据") from None


@require_safe
@cache_control(public=True, max_age=300)
def index(request: HttpRequest) -> HttpResponse:
    _, manifest = last_run()
    context = {
        "kinds": manifest["kinds"],
        "extra": [*manifest["dictionary"], {"name": MANIFEST}],
        "made_at": datetime.fromisoformat(manifest["made_at"]),
        "dictionary": dictionary(),
    }
    return render(request, "api/data.html", context)


@require_safe
def file(request: HttpRequest, name: str) -> Any:
    """One of the files of the manifest; nothing else of the folder."""
    folder, manifest = last_run()
    listed = {each["name"]: each for kind in manifest["kinds"] for each in kind["files"]}
    listed |= {each["name"]: each for each in manifest["dictionary"]}
    if name not in listed and name != MANIFEST:
        raise Http404("没有这个文件")
    try:
        opened = (folder / name).open("rb")
    except FileNotFoundError:
        raise Http404("没有这个文件") from None
    made = int((folder / name).stat().st_mtime)
    response: Any = FileResponse(opened, as_attachment=True, filename=name, content_type=TYPES[Path(name).suffix])
    tag = f'"{listed[name]["sha256"][:32]}"' if name in listed else f'"{made:x}"'
    response["ETag"], response["Last-Modified"] = tag, http_date(made)
    response["Cache-Control"] = "public, max-age=3600"
    response["Access-Control-Allow-Origin"] = "*"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer = get_conditional_response(request, etag=tag, last_modified=made, response=response)
    if answer is not response:
        opened.close()
    return answer
