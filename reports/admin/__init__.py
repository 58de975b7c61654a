"""The back office of reports; each module registers its own pages."""

from reports.admin import reports

__all__ = ["reports"]
