#!/usr/bin/env python3
"""Runs run_cases.py of the conformance folder with what the model files themselves do not say:

- names of the columns, for models that have none (features => the header of the case's input);
- the encoded input, for models whose file holds category codes but not the categories;
- iterations, where the manifest says that the expected values are of the first trees only;
- the base score that the expected values of one case were computed with.

    conformance.py FOLDER [arguments of run_cases.py]
"""
import importlib.util
import json
import os
import re
import sys

folder = sys.argv[1]
spec = importlib.util.spec_from_file_location("run_cases", os.path.join(folder, "run_cases.py"))
runner = importlib.util.module_from_spec(spec)
spec.loader.exec_module(runner)

# Case -> options. This model is of XGBoost 3.1; its expected values are of 1.7.4, which silently takes the base_score
# "[9.9333334E-1]" for 0.5. With that base score everything else must be the same.
OPTIONS = {"ankane-regression": {"base_score": 0.5}}

INSPECT = "SELECT json_agg(f->>'name') FROM jsonb_array_elements(pgscore.inspect_model({artifact})->'features') f"
IMPORT = runner.IMPORT[:-1] + ", features => {features}::jsonb)"
original_run_case = runner.run_case
original_open = open
header = []


def read_manifest(path):
    with original_open(path, encoding="utf-8") as file:
        return json.load(file)


def run_case(server, functions, path, name, limits):
    manifest = read_manifest(os.path.join(path, "manifest.json"))
    encoded = os.path.join(path, "input_encoded.csv")
    source = encoded if os.path.exists(encoded) else os.path.join(path, manifest["input_csv"])
    header[:] = runner.read_csv(source)[0]
    original_read_csv = runner.read_csv
    # The runner joins folder and manifest["input_csv"]; that one path is answered with the encoded rows.
    plain = os.path.join(path, manifest["input_csv"])
    runner.read_csv = lambda file: original_read_csv(source if file == plain else file)
    try:
        return original_run_case(server, functions, path, name, limits)
    finally:
        runner.read_csv = original_read_csv


def import_model(server, name, manifest, artifact, options):
    options = dict(options)
    if "tree_limit" in manifest:
        options.setdefault(runner.LIMIT_OPTION, manifest["tree_limit"])
    options.update(OPTIONS.get(manifest["name"], {}))
    values = {"name": runner.literal(name), "artifact": "'\\x%s'::bytea" % artifact.hex(),
              "options": runner.literal(json.dumps(options)), "format": runner.literal(runner.DEFAULT_FORMAT)}
    names = json.loads(server.run(INSPECT.format(**values) + ";") or "[]") or []
    nameless = names and all(re.fullmatch(r"f\d+", x) for x in names) and len(names) == len(header)
    values["features"] = runner.literal(json.dumps(header)) if nameless and len(set(header)) == len(header) else "NULL"
    try:
        server.run(runner.DROP.format(**values) + ";")
    except runner.SqlError:
        pass
    server.run(IMPORT.format(**values) + ";")


runner.run_case = run_case
runner.import_model = import_model
sys.exit(runner.main())
