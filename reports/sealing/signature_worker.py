"""Run by ``signatures.py`` as a process of its own: who signed a PDF that somebody sent, and does it still hold.

Standard input is the file; standard output one JSON list. It asks nobody: no revocation list, no other certificate.
"""

import io
import json
import logging
import os
import sys
from typing import Any

from disclosures.confinement import give_way, leave_network, limit

MOST = 10  # signatures looked at


def main(cpu_seconds: int) -> None:
    leave_network()
    give_way()
    limit(cpu_seconds)
    logging.disable(logging.CRITICAL)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    data = sys.stdin.buffer.read()

    from pyhanko.pdf_utils.reader import PdfFileReader

    found = PdfFileReader(io.BytesIO(data), strict=False).embedded_regular_signatures
    json.dump([examine(signature) for signature in found[:MOST]], answer, ensure_ascii=False)
    answer.close()


def examine(signature: Any) -> dict[str, Any]:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    certificate = signature.signer_cert
    told = {
        "signer": certificate.subject.native.get("common_name") or certificate.subject.human_friendly,
        "fingerprint": certificate.sha256.hex(),
        "at": str(signature.sig_object.get("/M", "")),
        "holds": False,
    }
    try:
        context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        status = validate_pdf_signature(signature, context)
        whole = status.coverage is not None and status.coverage.name == "ENTIRE_FILE"
        told["holds"] = bool(status.intact and status.valid and whole)
    except Exception:
        logging.exception("not to be verified")  # told as broken: whatever the reason, it proves nothing
    return told


if __name__ == "__main__":
    main(int(sys.argv[1]))
