"""The back office of reports; each module registers its own pages."""

from reports.admin import outline, reports

__all__ = ["outline", "reports"]
