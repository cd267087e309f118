"""Damaged inputs: pictures, videos, requests."""
