"""The back office of reports; each module registers its own pages."""

from reports.admin import former, outline, reports

__all__ = ["former", "outline", "reports"]
