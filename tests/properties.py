"""Hypothesis; where it is not installed, tests that need it are skipped.

So the tests in gpu/ run on a GPU machine that has only NumPy, pytest and cupy.
"""

try:
    from hypothesis import given, settings
    from hypothesis import strategies as st
except ImportError:
    from unittest.mock import MagicMock

    import pytest

    st = MagicMock()

    def settings(*_, **__):
        return lambda test: test

    def given(*_, **__):
        return pytest.mark.skip(reason="needs hypothesis")


__all__ = ["given", "settings", "st"]
