"""The public pages of the annual reports."""
