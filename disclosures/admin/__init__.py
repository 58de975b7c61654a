"""The back office of what is published; each module registers its own pages."""

from disclosures.admin import agencies, calendar, catalogue, complaints, decisions, documents, items, people, tokens

__all__ = ["agencies", "calendar", "catalogue", "complaints", "decisions", "documents", "items", "people", "tokens"]
