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


def test_torch_is_tried_in_a_process_of_its_own():
    fine, text = doctor.torch_line()
    assert fine
    assert "computes, with" in text


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "lacks instructions"),
        ("raise ImportError('libtorch is not there')", "ImportError: libtorch is not there; run"),
        ("raise SystemExit(3)", "it says nothing"),
    ],
)
def test_torch_that_does_not_start_is_explained(monkeypatch, code, says):
    monkeypatch.setattr(doctor, "TORCH", code)
    fine, text = doctor.torch_line()
    assert not fine
    assert says in text


def test_an_old_processor_is_called_slow(monkeypatch):
    monkeypatch.setattr(doctor, "TORCH", "print('2.13.0 DEFAULT')")
    fine, text = doctor.torch_line()
    assert fine
    assert "without AVX2" in text


def test_a_python_that_is_too_new_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setattr(doctor.sys, "version_info", (3, 14, 0))
    fine, text = doctor.python_line()
    assert not fine
    assert "delete .venv" in text


def test_what_is_missing_comes_with_a_remedy(monkeypatch, capsys):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    doctor.report()
    assert "chromium (the browser tests): not found; install it" in capsys.readouterr().out


def test_an_old_nbgrader_is_named(monkeypatch):
    monkeypatch.setattr(doctor.importlib.metadata, "version", lambda name: "0.8.1")
    ((fine, text),) = doctor.version_lines({"nbgrader": "0.9.6"})
    assert not fine
    assert text.startswith("nbgrader 0.8.1, but 0.9.6 was tested")


def test_the_report_has_the_line(capsys):
    doctor.report()
    assert f"CUDA: {gpu.backend().reason}" in capsys.readouterr().out
