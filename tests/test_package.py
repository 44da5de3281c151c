"""The plugin's zip: the site would take it, QGIS loads it, and nothing of the workshop is in it."""

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


def load_packager():
    """`tools/package.py` as a module; tools are no package."""
    spec = importlib.util.spec_from_file_location("quakefringe_packager", ROOT / "tools" / "package.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


packager = load_packager()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The zip of the last commit."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("the zip is made by git archive: this is no git checkout, or git is missing")
    return packager.build(folder=tmp_path_factory.mktemp("dist"))


@pytest.fixture
def made(tmp_path):
    """Makes a zip that would pass, with changes: a value of None leaves the file out."""

    def make(**changes):
        files = {
            "quakefringe/__init__.py": "",
            "quakefringe/LICENSE": "GPL",
            "quakefringe/metadata.txt": (ROOT / "metadata.txt").read_text(encoding="utf-8"),
            "quakefringe/resources/icons/quakefringe.png": "",
        }
        files.update(changes.pop("files", {}))
        path = tmp_path / "made.zip"
        with zipfile.ZipFile(path, "w") as held:
            for name, text in files.items():
                if text is not None:
                    held.writestr(name, text)
        return path

    return make


def test_archive_of_the_last_commit_would_be_taken(archive):
    assert packager.check(archive) == []


def test_archive_holds_the_plugin_and_nothing_of_the_workshop(archive):
    with zipfile.ZipFile(archive) as held:
        names = held.namelist()
    tops = {name.split("/")[1] for name in names}
    assert {"engine", "ui", "resources", "plugin.py", "metadata.txt", "LICENSE", "README.md"} <= tops
    workshop = {"training", "tests", "bench", "tools", ".ci", "Makefile", "pyproject.toml", ".gitignore"}
    assert tops.isdisjoint(workshop)


def test_what_would_pass_passes(made):
    assert packager.check(made()) == []


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"quakefringe/engine/fast.so": "x"}, "fast.so is of a kind"),
        ({"quakefringe/run.sh": "x"}, "run.sh is of a kind"),
        ({"quakefringe/__pycache__/a.pyc": "x"}, "of a kind"),
        ({"elsewhere/a.py": ""}, "outside quakefringe/"),
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
def test_what_the_site_blocks_is_found(made, files, reason):
    wrong = packager.check(made(files=files))
    assert any(reason in line for line in wrong), wrong


def test_archive_that_is_too_large_is_refused(made, monkeypatch):
    monkeypatch.setattr(packager, "LARGEST", 100)
    assert any("the site takes" in line for line in packager.check(made()))


def test_one_version_everywhere():
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
    with zipfile.ZipFile(archive) as held:
        held.extractall(plugins)
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


def test_metadata_is_what_a_parser_of_qgis_reads():
    parser = configparser.ConfigParser()  # with interpolation, as QGIS does: a lone % would break it
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    assert all(parser.get("general", key) for key in parser["general"])
    assert parser.getboolean("general", "hasProcessingProvider")
