"""Packaging: the plugin's zip passes the site's checks and loads in QGIS; versions and packages agree."""

import configparser
import importlib.util
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

import quakefringe

ROOT = Path(__file__).resolve().parent.parent


def load_script(path):
    """A script as a module; `tools` is no package."""
    spec = importlib.util.spec_from_file_location(f"quakefringe_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


packager = load_script(ROOT / "tools" / "package.py")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The zip of the last commit."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("git archive makes the zip, but this is no git checkout or git is missing")
    return packager.build(folder=tmp_path_factory.mktemp("dist"))


@pytest.fixture
def make_zip(tmp_path):
    """Function that makes a valid zip with changed files; a value of None omits the file."""

    def make(**changes):
        files = {
            "quakefringe/__init__.py": "",
            "quakefringe/LICENSE": "GPL",
            "quakefringe/metadata.txt": (ROOT / "metadata.txt").read_text(encoding="utf-8"),
            "quakefringe/resources/icons/quakefringe.png": "",
        }
        files.update(changes.pop("files", {}))
        path = tmp_path / "plugin.zip"
        with zipfile.ZipFile(path, "w") as target:
            for name, text in files.items():
                if text is not None:
                    target.writestr(name, text)
        return path

    return make


def test_archive_of_the_last_commit_passes_the_checks(archive):
    assert packager.check(archive) == []


def test_archive_contains_the_plugin_and_no_development_files(archive):
    with zipfile.ZipFile(archive) as source:
        names = source.namelist()
    tops = {name.split("/")[1] for name in names}
    assert {"engine", "ui", "resources", "plugin.py", "metadata.txt", "LICENSE", "README.md"} <= tops
    development = {"training", "tests", "bench", "tools", "docs", ".ci", "Makefile", ".gitignore"}
    assert tops.isdisjoint(development | {"pyproject.toml", "setup.py", "mkdocs.yml"})


def test_a_valid_archive_passes_the_checks(make_zip):
    assert packager.check(make_zip()) == []


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"quakefringe/engine/fast.so": "x"}, "fast.so is a kind of file"),
        ({"quakefringe/run.sh": "x"}, "run.sh is a kind of file"),
        ({"quakefringe/__pycache__/a.pyc": "x"}, "a kind of file"),
        ({"elsewhere/a.py": ""}, "is outside quakefringe/"),
        ({"quakefringe/LICENSE": None}, "LICENSE is missing"),
        ({"quakefringe/a.py": "import pickle"}, "imports pickle"),
        ({"quakefringe/a.py": "from torch import nn"}, "imports torch"),
        ({"quakefringe/a.py": "eval('1')"}, "calls eval"),
        ({"quakefringe/a.py": "run('ls', shell=True)"}, "passes shell="),
        ({"quakefringe/a.py": "match 1:\n    case 1: pass"}, "is not Python 3.9"),
        ({"quakefringe/a.py": "x = ("}, "is not Python 3.9"),
        ({"quakefringe/metadata.txt": "[general]\nname=Some plugin\nversion=one\n"}, "about is missing"),
        ({"quakefringe/resources/icons/quakefringe.png": None}, "is not in the archive"),
    ],
)
def test_content_that_the_site_refuses_is_reported(make_zip, files, reason):
    problems = packager.check(make_zip(files=files))
    assert any(reason in line for line in problems), problems


def test_archive_that_is_too_large_is_refused(make_zip, monkeypatch):
    monkeypatch.setattr(packager, "MAX_BYTES", 100)
    assert any("the site accepts" in line for line in packager.check(make_zip()))


def test_all_files_state_the_same_version():
    metadata = packager.metadata((ROOT / "metadata.txt").read_text(encoding="utf-8"))
    project = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert metadata["version"] == quakefringe.__version__ == project.group(1)
    assert f"## {quakefringe.__version__}" in changes


def test_qgis_loads_the_archive_in_a_fresh_profile(archive, tmp_path):
    program = shutil.which("/usr/bin/qgis_process.bin") or shutil.which("qgis_process")
    if program is None:
        pytest.skip("qgis_process is not installed")
    plugins = tmp_path / "profiles" / "default" / "python" / "plugins"
    plugins.mkdir(parents=True)
    with zipfile.ZipFile(archive) as source:
        source.extractall(plugins)
    environment = dict(os.environ)
    for name in ("PYTHONPATH", "VIRTUAL_ENV", "QGIS_PLUGINPATH"):
        environment.pop(name, None)
    environment.update(
        QGIS_CUSTOM_CONFIG_PATH=str(tmp_path), QT_QPA_PLATFORM="offscreen", XDG_RUNTIME_DIR=str(tmp_path)
    )

    def call(*arguments):
        return subprocess.run(
            [program, *arguments], env=environment, check=False, capture_output=True, text=True, timeout=120
        )

    enabled = call("plugins", "enable", "quakefringe")
    assert enabled.returncode == 0, enabled.stdout + enabled.stderr
    listed = call("list")
    assert "quakefringe:detect" in listed.stdout, listed.stdout[-500:] + listed.stderr
    assert "quakefringe:diagnose" in listed.stdout
    assert "Traceback" not in listed.stdout + listed.stderr


def test_metadata_is_readable_by_qgis():
    parser = configparser.ConfigParser()  # with interpolation as in QGIS, which a single % breaks
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    assert all(parser.get("general", key) for key in parser["general"])
    assert parser.getboolean("general", "hasProcessingProvider")


def test_every_folder_of_modules_is_a_package_of_the_distribution(monkeypatch):
    pytest.importorskip("setuptools")
    monkeypatch.chdir(ROOT)
    listed = load_script(ROOT / "setup.py").packages()
    folders = {path.parent for top in ("engine", "training") for path in (ROOT / top).rglob("*.py")}
    expected = {"quakefringe", *(".".join(("quakefringe", *f.relative_to(ROOT).parts)) for f in folders)}
    assert expected <= set(listed)
    assert not [name for name in listed if name.startswith(("quakefringe.tests", "quakefringe.ui"))]
