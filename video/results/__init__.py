"""Labelled segments for other programs and for people: documents, tables, reports, plans, measures. No store."""
