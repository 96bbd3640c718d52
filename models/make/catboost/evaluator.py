"""A slow evaluator of CatBoost models, written from CatBoost's sources (release 1.2.10,
catboost/libs/model). It shares nothing with the C++ code."""
import json
import math

import numpy as np

f32 = np.float32
MASK = (1 << 64) - 1

# CityHash64 1.0, the branches for up to 16 bytes: no category here is longer.
K2, K3, MUL = 0x9AE16A3B2F90404F, 0xC949D7C7509E6557, 0x9DDFEA08EB382D69


def mix(u, v):
    a = ((u ^ v) * MUL) & MASK
    a ^= a >> 47
    b = ((v ^ a) * MUL) & MASK
    b ^= b >> 47
    return (b * MUL) & MASK


def category_hash(text):
    s = text.encode("utf-8")
    n = len(s)
    assert n <= 16, text
    if n > 8:
        a, b = int.from_bytes(s[:8], "little"), int.from_bytes(s[-8:], "little")
        x = (b + n) & MASK
        h = mix(a, (x >> n | x << (64 - n)) & MASK) ^ b
    elif n >= 4:
        h = mix(n + (int.from_bytes(s[:4], "little") << 3), int.from_bytes(s[-4:], "little"))
    elif n > 0:
        y, z = s[0] + (s[n >> 1] << 8), n + (s[-1] << 2)
        h = ((y * K2) & MASK) ^ ((z * K3) & MASK)
        h ^= h >> 47
        h = (h * K2) & MASK
    else:
        h = K2
    h &= 0xFFFFFFFF
    return h - (1 << 32) if h >= 1 << 31 else h


def combine(values):
    key = 0
    for value in values:
        key = 0x4906BA494954CB65 * (key + 0x4906BA494954CB65 * (value & MASK)) & MASK
    return key


def above(feature, border, x):
    """cpu/quantization.h: NaN is an infinity, but only where the training data had NaN."""
    if math.isnan(x):
        treatment = feature["nan_value_treatment"] if feature["has_nans"] else "AsIs"
        x = {"AsIs": math.nan, "AsFalse": -math.inf, "AsTrue": math.inf}[treatment]
    with np.errstate(over="ignore"):
        return bool(f32(x) > f32(border))


def ctr_value(model, ctr, floats, hashes):
    parts = []
    for element in ctr["elements"]:
        kind = element["combination_element"]
        if kind == "cat_feature_value":
            parts.append(hashes[element["cat_feature_index"]])
        elif kind == "float_feature":
            i = element["float_feature_index"]
            parts.append(int(above(model["float"][i], element["border"], floats[i])))
        else:
            parts.append(int(hashes[element["cat_feature_index"]] == element["value"]))
    table = model["tables"][json.dumps([ctr["elements"], ctr["ctr_type"]])]
    row = None if None in parts else table["rows"].get(combine(parts))
    kind = ctr["ctr_type"]
    if kind in ("Counter", "FeatureFreq"):
        good, total = (row[0] if row else 0), table["denominator"]
    elif row is None:
        good, total = 0, 0
    elif kind in ("BinarizedTargetMeanValue", "FloatTargetMeanValue"):
        good, total = row
    elif kind == "Buckets":
        good, total = row[ctr["target_border_idx"]], sum(row)
    elif len(row) > 2:
        good, total = sum(row[ctr["target_border_idx"] + 1 :]), sum(row)
    else:
        good, total = row[1], sum(row)
    with np.errstate(all="ignore"):
        mean = (f32(good) + f32(ctr["prior_numerator"])) / (
            f32(total) + f32(ctr["prior_denomerator"])
        )
        return (mean + f32(ctr["shift"])) * f32(ctr["scale"])


def conditions(model):
    out = []
    for i, feature in enumerate(model["float"]):
        out += [("float", i, b) for b in feature["borders"]]
    for i, feature in enumerate(model["cat"]):
        out += [("one_hot", i, v) for v in feature.get("values", [])]
    for i, ctr in enumerate(model["ctrs"]):
        out += [("ctr", i, b) for b in ctr["borders"]]
    return out


def score(model, row):
    """-> raw values, leaf numbers"""
    floats = [math.nan if c == "" else float(c) for c in row[: len(model["float"])]]
    # A missing category is no category at all.
    hashes = [None if c == "" else category_hash(c) for c in row[len(model["float"]) :]]
    truth = []
    for kind, i, threshold in conditions(model):
        if kind == "float":
            truth.append(above(model["float"][i], threshold, floats[i]))
        elif kind == "one_hot":
            truth.append(hashes[i] == threshold)
        else:
            truth.append(bool(ctr_value(model, model["ctrs"][i], floats, hashes) > f32(threshold)))
    sums, leaves = [0.0] * model["dimension"], []
    for tree in model["trees"]:
        if model["oblivious"]:
            leaf = sum(truth[s] << k for k, s in enumerate(tree["splits"]))
            values = tree["leaf_values"][leaf * model["dimension"] :][: model["dimension"]]
        else:
            node = tree
            while "split" in node:
                node = node["right"] if truth[node["split"]] else node["left"]
            values, leaf = node["value"], node["number"]
        sums = [s + v for s, v in zip(sums, values)]
        leaves.append(leaf)
    scale, bias = model["scale"], model["bias"]
    if scale != 1:
        sums = [scale * s for s in sums]
    if any(bias):
        sums = [s + b for s, b in zip(sums, bias)]
    return sums, leaves


def outputs(model, raw):
    """-> names and values of what predict returns besides raw values; the class"""
    loss = model["loss"]
    sigmoid = lambda x: 1 / (1 + math.exp(-x)) if x > -700 else 0.0
    if loss in ("Logloss", "CrossEntropy"):
        p = sigmoid(raw[0])
        threshold = model.get("threshold", 0.5)
        return [1 - p, p], model["labels"][raw[0] > -math.log(1 / threshold - 1)]
    if loss in ("MultiClass", "MultiClassOneVsAll", "MultiLogloss"):
        if "class_to_label" in model:
            expanded = [-math.inf] * len(model["labels"])
            for k, label in enumerate(model["class_to_label"]):
                expanded[label] = raw[k]
            raw[:] = expanded
        if loss == "MultiClass":
            e = [math.exp(x - max(raw)) for x in raw]
            return [x / sum(e) for x in e], model["labels"][raw.index(max(raw))]
        p = [sigmoid(x) if x > -math.inf else 0.0 for x in raw]
        return p, None if loss == "MultiLogloss" else model["labels"][raw.index(max(raw))]
    if loss in ("Poisson", "Tweedie"):
        return [math.exp(raw[0])], None
    if loss == "RMSEWithUncertainty":
        return [raw[0], math.exp(2 * raw[1])], None
    return list(raw), None
