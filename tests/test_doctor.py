"""`llmbook doctor`: which packages it looks for, where kernels run and why."""

import sys

import pytest

from llmbook_utils import doctor, gpu

where = sys.modules[gpu.backend.__module__]


@pytest.fixture(autouse=True)
def afresh():
    """What was found out before the test, and in it, is forgotten."""
    where.backend.cache_clear()
    yield
    where.backend.cache_clear()


def test_only_what_this_platform_needs_is_looked_for(tmp_path):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(
        "-c constraints.txt\n"
        "# numpy==1.0\n"
        "torch==2.13.0\n"
        f"here==1.2 ; sys_platform == '{sys.platform}'\n"
        f'there==3.4 ; sys_platform != "{sys.platform}"\n'
        "-e .\n"
    )
    assert doctor.pinned_versions(requirements) == {"torch": "2.13.0", "here": "1.2"}


def test_the_cpu_is_named_with_its_compiler_and_the_reason(monkeypatch):
    monkeypatch.setattr(where, "gpu_problem", lambda: (None, "cupy is not installed"))
    monkeypatch.setattr(where, "compiler", lambda: "/somewhere/zig")
    monkeypatch.setattr(where, "compiler_version", lambda: "9.8.7")
    fine, text = doctor.kernel_line()
    assert fine
    assert text == (
        "CUDA: kernels run on the CPU, compiled by ziglang 9.8.7: cupy is not installed"
    )


def test_a_machine_that_runs_no_kernels_is_not_fine(monkeypatch):
    monkeypatch.setattr(where, "gpu_problem", lambda: (None, "cupy is not installed"))
    monkeypatch.setattr(where, "compiler", lambda: None)
    fine, text = doctor.kernel_line()
    assert not fine
    assert "kernels cannot run" in text
    assert "pip install ziglang" in text


def test_the_report_has_the_line(capsys):
    doctor.report()
    assert f"CUDA: {gpu.backend().reason}" in capsys.readouterr().out
