#!/usr/bin/env python3
"""Writes models/hostile/pgscore_json/*.json: the smallest malformed pgscore JSON files, one fault
each, named by the file. pgscore_json_test holds the message that each must give."""
import copy
import json
import os
import sys

TREE = {
    "feature": [0, -1, -1],
    "threshold": [0.5, None, None],
    "left": [1, None, None],
    "right": [2, None, None],
    "value": [None, 1, 2],
}
TREES = {
    "type": "trees",
    "features": [0],
    "compare": "float32",
    "sum": "float64",
    "base": [0],
    "trees": [TREE],
}
MODEL = {
    "pgscore_model": 1,
    "inputs": [{"name": "a"}, {"name": "b", "type": "category", "categories": ["x", "y"]}],
    "nodes": [TREES, {"type": "link", "function": "logistic", "inputs": [2]}],
    "output": {"task": "regression", "values": [{"name": "value", "column": 3}], "raw": [2]},
}


def changed(path, value):
    """MODEL with one place changed; a value of ... deletes it."""
    model = copy.deepcopy(MODEL)
    at = model
    for key in path[:-1]:
        at = at[key]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return model


def tree(**fields):
    return changed(["nodes", 0, "trees", 0], dict(TREE, **fields))


def compact(model):
    return json.dumps(model, separators=(",", ":"))


CASES = {
    "version": changed(["pgscore_model"], 2),
    "unknown_field": changed(["nodes", 0, "colour"], 1),
    "unknown_type": changed(["nodes", 0, "type"], "neural"),
    "unknown_operation": changed(["nodes", 1], {"type": "apply", "op": "divine", "args": [1]}),
    "missing_field": changed(["nodes", 0, "base"], ...),
    "wrong_type": changed(["inputs", 0, "name"], 5),
    "no_output": changed(["output"], ...),
    "duplicate_name": changed(["inputs", 1, "name"], "a"),
    "duplicate_category": changed(["inputs", 1, "categories"], ["x", "x"]),
    "later_column": changed(["nodes", 0, "features"], [7]),
    "own_column": changed(["nodes", 1, "inputs"], [3]),
    "cycle": tree(left=[0, None, None]),
    "two_parents": tree(left=[1, None, None], right=[1, None, None]),
    "child_out_of_range": tree(right=[2147483648, None, None]),
    "nan_threshold": tree(threshold=[None, None, None]),
    "text_threshold": tree(threshold=["low", None, None]),
    "no_leaf_value": tree(value=[None, 1, 2][:2]),
    "feature_out_of_range": tree(feature=[1, -1, -1]),
    "fraction_child": tree(left=[1.5, None, None]),
    "empty_tree": tree(feature=[], threshold=[], left=[], right=[], value=[]),
    "same_ids": tree(id=[4, 5, 5]),
    "huge_category": tree(categories=[[4294967294], None, None]),
    "leaf_width": changed(["nodes", 0, "leaf_width"], 3),
    "float32_leaf": changed(
        ["nodes", 0], dict(TREES, sum="float32", trees=[dict(TREE, value=[None, 0.1, 0.2])])
    ),
    "zero_divisor": changed(["nodes", 0], dict(TREES, aggregate="average", divisor=0)),
    "cuts_not_ascending": changed(
        ["nodes", 0], {"type": "discretize", "input": 0, "cuts": [2, 1], "values": [0, 1, 2]}
    ),
    "look_up_size": changed(["nodes", 0], {"type": "look_up", "input": 1, "values": [1]}),
    "arity": changed(["nodes", 0], {"type": "apply", "op": "if", "args": [1, 2]}),
    "coefficients": changed(
        ["nodes", 0],
        {"type": "linear", "intercept": [1], "terms": [{"column": 0, "coefficients": [1, 2]}]},
    ),
    "one_class": changed(["output"], {"task": "classification", "labels": ["a"], "class_code": 2}),
    "test_row_width": dict(MODEL, test_rows={"rows": [{"inputs": [1], "values": [2]}]}),
    "zero_byte": changed(["inputs", 0, "name"], "a\0b"),
}


def texts_of_cases():
    texts = {name: compact(model) for name, model in CASES.items()}
    good = compact(MODEL)
    texts["truncated"] = good[: len(good) // 2]
    texts["trailing"] = good + "{}"
    texts["duplicate_field"] = good.replace('"base":[0]', '"base":[0],"base":[1]')
    texts["nesting"] = '{"pgscore_model":1,"facts":' + "[" * 5000 + "]" * 5000 + "}"
    texts["number_overflow"] = good.replace("0.5", "1e999")
    texts["bare_nan"] = good.replace("0.5", "NaN")
    texts["many_fields"] = '{"pgscore_model":1,' + ",".join('"f%d":0' % i for i in range(40)) + "}"
    return texts


def main(folder):
    os.makedirs(folder, exist_ok=True)
    texts = texts_of_cases()
    for name, text in texts.items():
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8", newline="") as file:
            file.write(text + "\n")
    with open(os.path.join(folder, "bad_utf8.json"), "wb") as file:
        file.write(
            compact(MODEL)
            .replace('"name":"a"', '"name":"\\u00ff"')
            .encode()
            .replace(b"\\u00ff", b"\xff\xfe")
        )
    print("pgscore_json/hostile.py: %d files" % (len(texts) + 1))


if __name__ == "__main__":
    main(
        sys.argv[1]
        if len(sys.argv) > 1
        else os.path.join(
            os.path.dirname(os.path.abspath(__file__)), "..", "..", "hostile", "pgscore_json"
        )
    )
