#!/usr/bin/env python
"""Django's command line, with this project's settings."""

import os
import sys

from disclosures.printing import pdf_process

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    pdf_process.start_early(sys.argv)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
