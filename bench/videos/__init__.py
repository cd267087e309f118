"""Cuts, labelled segments and processing plans of videos with exact truth."""
