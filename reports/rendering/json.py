"""The open report format as text (docs/report-format.md)."""

import json

from reports.document import ReportDocument, as_json


def render_json(document: ReportDocument) -> str:
    """Of an issued report with all that is needed to compute its digest again."""
    return json.dumps(as_json(document), ensure_ascii=False, indent=2) + "\n"
