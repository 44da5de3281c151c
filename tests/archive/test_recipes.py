"""The recipes for clusters in the documentation: they are valid for the programs that they are for."""

import ast
import re
from pathlib import Path

import pytest

pytest.importorskip("distributed")
from distributed.cli import dask_scheduler, dask_worker

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "archive.md").read_text(encoding="utf-8")


def block(language):
    (text,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return text


def arguments(call):
    """Arguments of the call that a Python recipe makes, by name."""
    return {one.arg: ast.literal_eval(one.value) for one in call.keywords}


def test_the_slurm_recipe_renders_a_job_that_starts_one_worker():
    jobqueue = pytest.importorskip("dask_jobqueue")
    calls = [node for node in ast.walk(ast.parse(block("python"))) if isinstance(node, ast.Call)]
    (call,) = [one for one in calls if getattr(one.func, "id", "") == "SLURMCluster"]
    options = {**arguments(call), "scheduler_options": {"port": 0, "dashboard_address": ":0"}}
    with jobqueue.SLURMCluster(**options) as cluster:
        script = cluster.job_script()
    assert "#SBATCH --cpus-per-task=1" in script
    assert "#SBATCH --mem=4G" in script
    assert "#SBATCH -t 04:00:00" in script
    lines = script.splitlines()
    (start,) = [line for line in lines if "dask worker" in line or "distributed.cli.dask_worker" in line]
    assert "--nthreads 1" in start
    assert "--lifetime 3h50m" in start
    assert lines.index("export OMP_NUM_THREADS=1") < lines.index(start)


def test_the_manifest_starts_programs_with_options_that_they_know():
    yaml = pytest.importorskip("yaml")
    documents = {(one["kind"], one["metadata"]["name"]): one for one in yaml.safe_load_all(block("yaml"))}
    commands = {}
    for (kind, name), document in documents.items():
        if kind == "Deployment":
            labels = document["spec"]["template"]["metadata"]["labels"]
            assert document["spec"]["selector"]["matchLabels"] == labels
            (container,) = document["spec"]["template"]["spec"]["containers"]
            commands[name] = container["command"]
    assert set(commands) == {"quakefringe-scheduler", "quakefringe-worker"}
    assert commands["quakefringe-scheduler"][:2] == ["dask", "scheduler"]
    dask_scheduler.main.make_context("scheduler", commands["quakefringe-scheduler"][2:])
    context = dask_worker.main.make_context("worker", commands["quakefringe-worker"][2:])
    assert context.params["nthreads"] == 1
    host, port = context.params["scheduler"].removeprefix("tcp://").split(":")
    service = documents["Service", host]
    assert [one["port"] for one in service["spec"]["ports"]] == [int(port)]
