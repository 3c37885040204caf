"""Scores, baselines, comparisons and the evaluation page."""
