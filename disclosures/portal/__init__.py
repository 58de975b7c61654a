"""The public pages of an agency: what anyone may read. Nothing here knows applicants."""
