#!/usr/bin/python3
"""Model files of about MEGABYTES (100) for upload.sh: upload_models.py FOLDER [MEGABYTES].

Random trees in the form that each library writes; XGBoost's and CatBoost's through a file of a few
trees whose list is repeated."""
import json
import pathlib
import sys

import numpy as np
import xgboost

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "models/make/catboost"))
import cbm_file  # noqa: E402
import parts  # noqa: E402

FEATURES = 20


def lightgbm_text(rng, size):
    """Trees of 1,000 leaves: node i splits leaf i, so that children are i + 1 and a leaf."""
    nodes = 999
    head = (
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n"
        "max_feature_idx=%d\nobjective=regression\nfeature_names=%s\nfeature_infos=%s\n\n"
    ) % (FEATURES - 1, " ".join(f"f{i}" for i in range(FEATURES)), " ".join(["[-5:5]"] * FEATURES))

    def row(values):
        return " ".join(map(str, values))

    def tree(number):
        # A balanced tree of 999 nodes in heap order: children of node i are 2i + 1 and 2i + 2,
        # leaves are negative.
        children = np.arange(nodes)[:, None] * 2 + [1, 2]
        children = np.where(children < nodes, children, -(children - nodes) - 1)
        return (
            f"Tree={number}\nnum_leaves={nodes + 1}\nnum_cat=0\n"
            f"split_feature={row(rng.integers(0, FEATURES, nodes))}\n"
            f"split_gain={row(rng.random(nodes).round(4))}\n"
            f"threshold={row(rng.normal(size=nodes))}\n"
            f"decision_type={row([2] * nodes)}\n"
            f"left_child={row(children[:, 0])}\nright_child={row(children[:, 1])}\n"
            f"leaf_value={row(rng.normal(size=nodes + 1))}\n"
            f"leaf_weight={row(rng.integers(1, 99, nodes + 1))}\n"
            f"leaf_count={row(rng.integers(1, 99, nodes + 1))}\n"
            f"internal_value={row(rng.normal(size=nodes).round(5))}\n"
            f"internal_weight={row(rng.integers(1, 99, nodes))}\n"
            f"internal_count={row(rng.integers(1, 99, nodes))}\nis_linear=0\nshrinkage=0.1\n\n\n"
        )

    trees, length = [], 0
    while length < size:
        trees.append(tree(len(trees)))
        length += len(trees[-1])
    return (
        head + "".join(trees) + "end of trees\n\nparameters:\n[boosting: gbdt]\nend of parameters\n"
    ).encode()


def xgboost_json(rng, size):
    x = rng.normal(size=(20_000, FEATURES))
    parameters = {"max_depth": 12, "min_child_weight": 0, "tree_method": "hist", "nthread": 1}
    booster = xgboost.train(
        parameters, xgboost.DMatrix(x, x[:, 0] * x[:, 1] + rng.normal(size=len(x))), 10
    )
    document = json.loads(booster.save_raw("json"))
    model = document["learner"]["gradient_booster"]["model"]
    times = int(size / len(json.dumps(model["trees"], separators=(",", ":")))) + 1
    model["trees"] = [dict(tree, id=i) for i, tree in enumerate(model["trees"] * times)]
    model["tree_info"] = [0] * len(model["trees"])
    model["gbtree_model_param"]["num_trees"] = str(len(model["trees"]))
    return json.dumps(document, separators=(",", ":")).encode()


def catboost_cbm(rng, size):
    floats = [parts.number(f"f{i}", i, sorted(rng.normal(size=128))) for i in range(FEATURES)]
    tree = lambda: (
        list(map(int, rng.integers(0, 128 * FEATURES, 6))),
        list(rng.normal(size=64)),
    )  # noqa: E731
    model = parts.model(floats, trees=[tree() for _ in range(int(size / (2 * 64 * 8 + 7 * 4)))])
    return cbm_file.to_cbm(model, leaf_weights=True)  # as CatBoost writes them


def main():
    folder = pathlib.Path(sys.argv[1])
    size = float(sys.argv[2] if len(sys.argv) > 2 else 100) * 1e6
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in (
        ("lightgbm.txt", lightgbm_text),
        ("xgboost.json", xgboost_json),
        ("catboost.cbm", catboost_cbm),
    ):
        path = folder / name
        if not path.exists() or abs(path.stat().st_size / size - 1) > 0.1:
            path.write_bytes(make(np.random.default_rng(1), size))
        path.chmod(0o644)
        print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
