"""Writes a model (parts.py) as CatBoost's JSON."""
import json

from evaluator import conditions


def split_json(model, index):
    kind, i, threshold = conditions(model)[index]
    if kind == "float":
        return {
            "border": threshold,
            "float_feature_index": i,
            "split_index": index,
            "split_type": "FloatFeature",
        }
    if kind == "one_hot":
        return {
            "cat_feature_index": i,
            "split_index": index,
            "split_type": "OneHotFeature",
            "value": threshold,
        }
    return {
        "border": threshold,
        "ctr_target_border_idx": 0,
        "split_index": index,
        "split_type": "OnlineCtr",
    }


def node_json(model, node):
    if "split" not in node:
        return {
            "value": node["value"][0] if model["dimension"] == 1 else node["value"],
            "weight": 1,
        }
    return {
        "left": node_json(model, node["left"]),
        "right": node_json(model, node["right"]),
        "split": split_json(model, node["split"]),
    }


def info_of(model):
    info = {
        "params": {"loss_function": {"type": model["loss"], "params": {}}},
        "catboost_version_info": "Git info:\n    Commit: 0\n    Branch: tags/v1.2.10\n",
    }
    if "class_params" in model:
        info["class_params"] = model["class_params"]
    if "threshold" in model:
        info["binclass_probability_threshold"] = str(model["threshold"])
    return info


def float_feature_json(i, feature):
    return {
        "borders": feature["borders"],
        "feature_id": feature["id"],
        "feature_index": i,
        "flat_feature_index": feature["flat"],
        "has_nans": feature["has_nans"],
        "nan_value_treatment": feature["nan_value_treatment"],
    }


def category_json(i, feature):
    return {
        "feature_id": feature["id"],
        "feature_index": i,
        "flat_feature_index": feature["flat"],
        **({"values": feature["values"]} if feature.get("values") else {}),
    }


def ctr_data_json(tables):
    out = {}
    for key, table in tables.items():
        elements, kind = json.loads(key)
        width = len(next(iter(table["rows"].values())))
        # The first group is an empty bucket, as the exporter writes it.
        flat = ["18446744073709551615"] + list(next(iter(table["rows"].values())))
        for hash_, row in table["rows"].items():
            flat += [str(hash_)] + list(row)
        out[json.dumps({"identifier": elements, "type": kind})] = {
            "counter_denominator": table["denominator"],
            "hash_map": flat,
            "hash_stride": 1 + width,
        }
    return out


def to_json(model):
    features = {"float_features": [float_feature_json(i, f) for i, f in enumerate(model["float"])]}
    if model["cat"]:
        features["categorical_features"] = [category_json(i, f) for i, f in enumerate(model["cat"])]
    out = {
        "features_info": features,
        "model_info": info_of(model),
        "scale_and_bias": [model["scale"], model["bias"]],
    }
    if model["ctrs"]:
        features["ctrs"] = model["ctrs"]
        out["ctr_data"] = ctr_data_json(model["tables"])
    if model["oblivious"]:
        out["oblivious_trees"] = [
            {"leaf_values": t["leaf_values"], "splits": [split_json(model, s) for s in t["splits"]]}
            for t in model["trees"]
        ]
    else:
        out["trees"] = [node_json(model, t) for t in model["trees"]]
    return json.dumps(out, indent=1, sort_keys=True)
