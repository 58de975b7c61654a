"""The open report format as text (docs/report-format.md)."""

import json

from reports.document import ReportDocument, as_json


def render_json(document: ReportDocument) -> str:
    return json.dumps(as_json(document), ensure_ascii=False, indent=2) + "\n"
