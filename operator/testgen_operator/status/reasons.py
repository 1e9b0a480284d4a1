"""Condition types and reasons."""

from __future__ import annotations
