#!/usr/bin/env python3
"""Writes models/edge/catboost_*: the smallest CatBoost models for one trap each, as JSON and as
.cbm, with rows and scores.

CatBoost itself has no part in this. The models are put together by hand, byte by byte (class Flat),
and the scores come from the slow evaluator below, which was written from CatBoost's sources
(release 1.2.10, catboost/libs/model) and shares nothing with the C++ code: what both agree on, two
readings of the specification agree on. test/unit/catboost_conformance_test.cpp compares with real
models and CatBoost's own outputs.
"""
import csv
import json
import math
import os
import struct
import sys

import numpy as np

f32 = np.float32
MASK = (1 << 64) - 1

# ---- CityHash64 1.0, the branch for up to 16 bytes: the categories here are no longer -----------
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


# ---- the evaluator -----------------------------------------------------------------------------


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


# ---- JSON --------------------------------------------------------------------------------------


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


def to_json(model):
    features = {
        "float_features": [
            {
                "borders": f["borders"],
                "feature_id": f["id"],
                "feature_index": i,
                "flat_feature_index": f["flat"],
                "has_nans": f["has_nans"],
                "nan_value_treatment": f["nan_value_treatment"],
            }
            for i, f in enumerate(model["float"])
        ]
    }
    if model["cat"]:
        features["categorical_features"] = []
        for i, f in enumerate(model["cat"]):
            features["categorical_features"].append(
                {
                    "feature_id": f["id"],
                    "feature_index": i,
                    "flat_feature_index": f["flat"],
                    **({"values": f["values"]} if f.get("values") else {}),
                }
            )
    out = {
        "features_info": features,
        "model_info": info_of(model),
        "scale_and_bias": [model["scale"], model["bias"]],
    }
    if model["ctrs"]:
        features["ctrs"] = model["ctrs"]
        out["ctr_data"] = {}
        for key, table in model["tables"].items():
            elements, kind = json.loads(key)
            flat = ["18446744073709551615"] + list(
                next(iter(table["rows"].values()))
            )  # as the exporter does
            for hash_, row in table["rows"].items():
                flat += [str(hash_)] + list(row)
            stride = 1 + len(next(iter(table["rows"].values())))
            out["ctr_data"][json.dumps({"identifier": elements, "type": kind})] = {
                "counter_denominator": table["denominator"],
                "hash_map": flat,
                "hash_stride": stride,
            }
    if model["oblivious"]:
        out["oblivious_trees"] = [
            {"leaf_values": t["leaf_values"], "splits": [split_json(model, s) for s in t["splits"]]}
            for t in model["trees"]
        ]
    else:
        out["trees"] = [node_json(model, t) for t in model["trees"]]
    return json.dumps(out, indent=1, sort_keys=True)


# ---- .cbm --------------------------------------------------------------------------------------


class Flat:
    """A FlatBuffer written front to back: a table's children follow it, so all of its offsets are
    positive."""

    def __init__(self):
        self.data = bytearray(b"\0\0\0\0")
        self.pending = []

    def align(self, size, extra=0):
        while (len(self.data) + extra) % size:
            self.data.append(0)

    def finish(self, table):
        struct.pack_into("<I", self.data, 0, self.table(table))
        while self.pending:
            at, value = self.pending.pop(0)
            position = self.child(value)
            struct.pack_into("<I", self.data, at, position - at)
        return bytes(self.data)

    def table(self, fields):
        """fields: [None | (struct format, value) | child]"""
        self.align(8)
        vtable = len(self.data)
        self.data += bytes(4 + 2 * len(fields))
        self.align(8)
        table = len(self.data)
        self.data += struct.pack("<i", table - vtable)
        for i, field in enumerate(fields):
            if field is None:
                continue
            if isinstance(field, tuple) and isinstance(field[0], str) and field[0].startswith("="):
                self.align(struct.calcsize("<" + field[0][1:]))
                struct.pack_into("<H", self.data, vtable + 4 + 2 * i, len(self.data) - table)
                self.data += struct.pack("<" + field[0][1:], field[1])
            else:
                self.align(4)
                struct.pack_into("<H", self.data, vtable + 4 + 2 * i, len(self.data) - table)
                self.pending.append((len(self.data), field))
                self.data += b"\0\0\0\0"
        struct.pack_into("<HH", self.data, vtable, 4 + 2 * len(fields), len(self.data) - table)
        return table

    def child(self, value):
        if isinstance(value, str):
            value = value.encode()
        if isinstance(value, bytes):
            self.align(4)
            at = len(self.data)
            self.data += struct.pack("<I", len(value)) + value + b"\0"
            return at
        kind, items = value
        if kind == "table":
            return self.table(items)
        if kind in ("tables", "strings"):
            self.align(4)
            at = len(self.data)
            self.data += struct.pack("<I", len(items))
            for item in items:
                self.pending.append((len(self.data), ("table", item) if kind == "tables" else item))
                self.data += b"\0\0\0\0"
            return at
        size = struct.calcsize("<" + kind)
        self.align(8, 4)
        at = len(self.data)
        self.data += struct.pack("<I", len(items))
        for item in items:
            self.data += struct.pack("<" + kind, *(item if isinstance(item, tuple) else (item,)))
        assert size
        return at


CTR_TYPES = [
    "Borders",
    "Buckets",
    "BinarizedTargetMeanValue",
    "FloatTargetMeanValue",
    "Counter",
    "FeatureFreq",
]
NAN = {"AsIs": 0, "AsFalse": 1, "AsTrue": 2}


def base_table(elements, kind):
    of = lambda name: [e for e in elements if e["combination_element"] == name]
    combination = [
        ("i", [e["cat_feature_index"] for e in of("cat_feature_value")]),
        ("if", [(e["float_feature_index"], e["border"]) for e in of("float_feature")]),
        ("ii", [(e["cat_feature_index"], e["value"]) for e in of("cat_feature_exact_value")]),
    ]
    return [("table", combination), ("=b", CTR_TYPES.index(kind)), None]


def value_table(key, table):
    elements, kind = json.loads(key)
    buckets = 2
    while buckets < 2 * len(table["rows"]):
        buckets *= 2
    index = [(MASK, 0)] * buckets
    blob = b""
    for number, (hash_, row) in enumerate(table["rows"].items()):
        at = hash_ % buckets
        while index[at][0] != MASK:
            at = (at + 1) % buckets
        index[at] = (hash_, number)
        blob += (
            struct.pack("<fi", *row)
            if "MeanValue" in kind
            else struct.pack("<%di" % len(row), *row)
        )
    classes = len(next(iter(table["rows"].values()))) if kind in ("Borders", "Buckets") else 0
    return Flat().finish(
        [
            ("table", base_table(elements, kind)),
            b"".join(struct.pack("<QI", *b) for b in index),
            blob,
            ("=i", table["denominator"]),
            ("=i", classes),
        ]
    )


def to_cbm(model, half_leaves=False, leaf_weights=False):
    fields = [None] * 19
    fields[0] = ("=i", model["dimension"])
    if model["oblivious"]:
        fields[1] = ("i", [s for t in model["trees"] for s in t["splits"]])
        fields[2] = ("i", [len(t["splits"]) for t in model["trees"]])
        fields[8] = ("d", [v for t in model["trees"] for v in t["leaf_values"]])
        if leaf_weights:
            fields[9] = ("d", [1.0] * len(fields[8][1]))
    else:
        splits, sizes, starts, steps, leaf_ids, values = [], [], [], [], [], []

        def add(node):
            at = len(splits)
            splits.append(node.get("split", 0))
            steps.append([0, 0])
            leaf_ids.append(0xFFFFFFFF)
            if "split" not in node:
                leaf_ids[at] = len(values)
                values.extend(node["value"])
                return at
            for side, name in enumerate(("left", "right")):
                child = node[name]
                # A leaf may lie in its parent: the step is 0, the leaf is the parent's.
                if (
                    half_leaves
                    and "split" not in child
                    and steps[at] != [0, 0]
                    or half_leaves
                    and side == 0
                    and "split" not in child
                    and "split" in node["right"]
                ):
                    leaf_ids[at] = len(values)
                    values.extend(child["value"])
                else:
                    steps[at][side] = add(child) - at
            return at

        for tree in model["trees"]:
            starts.append(len(splits))
            add(tree)
            sizes.append(len(splits) - starts[-1])
        fields[1], fields[2], fields[3] = ("i", splits), ("i", sizes), ("i", starts)
        fields[8] = ("d", values)
        fields[10] = ("HH", [tuple(s) for s in steps])
        fields[11] = ("I", leaf_ids)
    fields[4] = (
        "tables",
        [[("=i", i), ("=i", f["flat"]), f["id"], ("=B", 1)] for i, f in enumerate(model["cat"])],
    )
    fields[5] = (
        "tables",
        [
            [
                ("=B", f["has_nans"]),
                ("=i", i),
                ("=i", f["flat"]),
                ("f", f["borders"]),
                f["id"],
                ("=b", NAN[f["nan_value_treatment"]]),
            ]
            for i, f in enumerate(model["float"])
        ],
    )
    fields[6] = (
        "tables",
        [[("=i", i), ("i", f["values"])] for i, f in enumerate(model["cat"]) if f.get("values")],
    )
    fields[7] = (
        "tables",
        [
            [
                (
                    "table",
                    [
                        ("table", base_table(c["elements"], c["ctr_type"])),
                        ("=i", c["target_border_idx"]),
                        ("=f", c["prior_numerator"]),
                        ("=f", c["prior_denomerator"]),
                        ("=f", c["shift"]),
                        ("=f", c["scale"]),
                    ],
                ),
                ("f", c["borders"]),
            ]
            for c in model["ctrs"]
        ],
    )
    if "text" in model:
        fields[12] = ("tables", [[("=i", 0), ("=i", 99), model["text"]]])
    fields[14], fields[16] = ("=d", model["scale"]), ("d", model["bias"])
    info = [
        [k, v if isinstance(v, str) else json.dumps(v)] for k, v in sorted(info_of(model).items())
    ]
    parts = ["static_provider_v1"] if model["ctrs"] else []
    core = Flat().finish(
        ["FlabuffersModel_v1", ("table", fields), ("tables", info), ("strings", parts)]
    )
    out = b"CBM1" + struct.pack("<I", len(core)) + core
    if model["ctrs"]:
        out += struct.pack("<I", len(model["tables"]))
        for key, table in model["tables"].items():
            value = value_table(key, table)
            out += struct.pack("<I", len(value)) + value
    return out


# ---- the models --------------------------------------------------------------------------------


def number(name, flat, borders, nan="AsIs", has_nans=False):
    return {
        "id": name,
        "flat": flat,
        "borders": [float(f32(b)) for b in borders],
        "nan_value_treatment": nan,
        "has_nans": has_nans,
    }


def category(name, flat, values=()):
    return {"id": name, "flat": flat, "values": sorted(category_hash(v) for v in values)}


def cat(i):
    return {"cat_feature_index": i, "combination_element": "cat_feature_value"}


def ctr(kind, elements, borders, prior=(0.5, 1), shift=0, scale=1, target=0):
    return {
        "borders": [float(f32(b)) for b in borders],
        "ctr_type": kind,
        "elements": elements,
        "prior_numerator": prior[0],
        "prior_denomerator": prior[1],
        "scale": scale,
        "shift": shift,
        "target_border_idx": target,
    }


def table(kind, elements, rows, denominator=0):
    """rows: [parts of the key, counts]; a part is a text or a bit"""
    return {
        json.dumps([elements, kind]): {
            "denominator": denominator,
            "rows": {
                combine([category_hash(p) if isinstance(p, str) else p for p in parts]): row
                for parts, row in rows
            },
        }
    }


def model(
    floats=(),
    cats=(),
    trees=(),
    ctrs=(),
    tables=(),
    dimension=1,
    loss="RMSE",
    scale=1,
    bias=None,
    oblivious=True,
    **more
):
    merged = {}
    for t in tables:
        merged.update(t)
    return {
        "float": list(floats),
        "cat": list(cats),
        "ctrs": list(ctrs),
        "tables": merged,
        "oblivious": oblivious,
        "trees": [dict(splits=t[0], leaf_values=t[1]) for t in trees] if oblivious else list(trees),
        "dimension": dimension,
        "loss": loss,
        "scale": scale,
        "bias": [0] * dimension if bias is None else bias,
        **more,
    }


def leaf(*values):
    return {"value": list(values)}


def split(condition, left, right):
    return {"split": condition, "left": left, "right": right}


def number_leaves(node, counter):
    if "split" in node:
        number_leaves(node["left"], counter)
        number_leaves(node["right"], counter)
    else:
        node["number"] = counter[0]
        counter[0] += 1


def cases():
    # NaN: three treatments, and one that does not count because the training data had no NaN.
    yield "nan", model(
        [
            number("as_is", 0, [0.5], "AsIs", True),
            number("as_true", 1, [0.5], "AsTrue", True),
            number("as_false", 2, [0.5], "AsFalse", True),
            number("forgotten", 3, [0.5], "AsTrue", False),
        ],
        trees=[([0], [1, 2]), ([1], [10, 20]), ([2], [100, 200]), ([3], [1000, 2000])],
    ), [["", "", "", ""], ["1", "1", "1", "1"], ["0", "0", "0", "0"], ["", "1", "", "1"]]
    # float32: 0.1 is rounded up, so it is not above the border that is 0.1's float32; the next
    # double may round to it too.
    yield "border_ties", model(
        [number("x", 0, [0.1, 1, 16777216])], trees=[([0, 1, 2], [0.1 * k for k in range(8)])]
    ), [
        ["0.1"],
        ["0.10000000149011612"],
        ["0.10000000149011613"],
        ["0.1000000089"],
        ["1"],
        ["1.00000001"],
        ["1.0000001"],
        ["16777217"],
        ["16777218"],
        ["-0.0"],
        ["inf"],
        ["-inf"],
        ["1e300"],
    ]
    # Sums in double, in the order of the trees; then scale, then bias.
    yield "sum_order", model(
        [number("x", 0, [0])],
        trees=[([0], [1e16, 0.1]), ([0], [1, 0.2]), ([0], [-1e16, 0.3]), ([], [0.7])],
        scale=1 / 3,
        bias=[0.1],
    ), [["-1"], ["1"], [""]]
    yield "no_trees", model([number("x", 0, [])], trees=[], bias=[2.5]), [["1"], [""]]
    values = ["red", "green", "7", "", "a long category!"]
    yield "one_hot", model(
        [number("x", 0, [0.5])],
        [category("colour", 1, values)],
        [([1, 0], [1, 2, 3, 4]), ([2, 3], [5, 6, 7, 8]), ([4], [10, 20]), ([5], [30, 40])],
    ), [["1", v] for v in values[:3] + values[4:]] + [["0", "blue"], ["1", "Red"], ["1", ""]]
    # Every kind of CTR on one feature: two and three classes, shift and scale, what never came.
    c = [cat(0)]
    two = [((w,), counts) for w, counts in (("a", (3, 5)), ("b", (0, 9)), ("c", (7, 0)))]
    three = [((w,), counts) for w, counts in (("a", (1, 2, 3)), ("b", (4, 0, 5)))]
    mean = [((w,), counts) for w, counts in (("a", (2.5, 4)), ("b", (-1.25, 3)))]
    once = [((w,), counts) for w, counts in (("a", (8,)), ("b", (9,)), ("c", (7,)))]
    ctrs = [
        ctr("Borders", c, [0.3, 0.6, 0.9]),
        ctr("Borders", c, [5, 9], prior=(1, 1), scale=15, shift=0),
        ctr("Buckets", c, [0.2, 0.4], target=1),
        ctr("BinarizedTargetMeanValue", c, [0.1, 0.5]),
        ctr("FloatTargetMeanValue", c, [-0.1, 0.1, 0.5], prior=(0, 1), shift=0.25, scale=2),
        ctr("Counter", c, [0.3, 0.35]),
        ctr("FeatureFreq", c, [0.3, 0.37], prior=(0, 1)),
    ]
    tables = [
        table("Borders", c, two),
        table("Buckets", c, three),
        table("BinarizedTargetMeanValue", c, mean),
        table("FloatTargetMeanValue", c, mean),
        table("Counter", c, once, 24),
        table("FeatureFreq", c, once, 24),
    ]
    count = sum(len(x["borders"]) for x in ctrs)
    yield "ctr_types", model(
        [], [category("c", 0)], [([i], [0, 2.0**-i]) for i in range(count)], ctrs, tables
    ), [["a"], ["b"], ["c"], ["d"], [""]]
    # More than two classes: those above the target border are good.
    ctrs = [ctr("Borders", c, [0.2, 0.5], target=t) for t in (0, 1)]
    yield "ctr_three_classes", model(
        [],
        [category("c", 0)],
        [([i], [0, 2.0**-i]) for i in range(4)],
        ctrs,
        [table("Borders", c, three)],
    ), [["a"], ["b"], ["c"]]
    # Combinations: two categories, a split of a number (NaN is above), one value of a category.
    elements = [
        cat(0),
        cat(1),
        {"float_feature_index": 0, "border": 0.5, "combination_element": "float_feature"},
        {
            "cat_feature_index": 1,
            "value": category_hash("y"),
            "combination_element": "cat_feature_exact_value",
        },
    ]
    rows = [
        (("a", "x", 0, 0), (1, 3)),
        (("a", "y", 1, 1), (6, 2)),
        (("b", "y", 0, 1), (0, 4)),
        (("-3", "y", 1, 1), (2, 2)),
    ]
    yield "ctr_combination", model(
        [number("n", 0, [0.5], "AsTrue", True)],
        [category("c", 1), category("d", 2, ["y"])],
        [([0, 2], [1, 2, 3, 4]), ([3, 4], [10, 20, 30, 40]), ([1], [100, 200])],
        [ctr("Borders", elements, [0.4, 0.5, 0.7])],
        [table("Borders", elements, rows)],
    ), [
        ["0", "a", "x"],
        ["1", "a", "y"],
        ["", "a", "y"],
        ["0", "b", "y"],
        ["0.50000001", "b", "y"],
        ["2", "-3", "y"],
        ["1", "a", "x"],
        ["1", "", "y"],
        ["0", "a", ""],
    ]
    # Trees that are not oblivious; in .cbm a leaf may lie in its parent.
    tree = split(0, leaf(1), split(1, split(2, leaf(2), leaf(3)), leaf(4)))
    other = split(2, split(0, leaf(10), leaf(20)), leaf(30))
    nonsymmetric = model(
        [number("x", 0, [0, 1]), number("y", 1, [0.5], "AsTrue", True)],
        trees=[tree, other, leaf(0.125)],
        oblivious=False,
    )
    for t in nonsymmetric["trees"]:
        number_leaves(t, [0])
    rows = [["-1", "0"], ["0.5", "0"], ["0.5", "1"], ["2", "0"], ["2", ""], ["", ""]]
    yield "nonsymmetric", nonsymmetric, rows
    yield "nonsymmetric_half_leaves", nonsymmetric, rows
    wide = model(
        [number("x", 0, [0, 1])],
        trees=[split(0, leaf(1, 2, 3), split(1, leaf(4, 5, 6), leaf(7, 8, 9)))],
        oblivious=False,
        dimension=3,
        loss="MultiRMSE",
        bias=[0.5, 0, -0.5],
        scale=2,
    )
    number_leaves(wide["trees"][0], [0])
    yield "nonsymmetric_wide", wide, [["-1"], ["0.5"], ["3"]]
    # Deeper than a block of six levels.
    yield "deep", model(
        [number("x", 0, [k / 10 for k in range(9)])],
        trees=[(list(range(9)), [k / 7 for k in range(512)])],
    ), [[str(k / 10 - 0.05)] for k in range(11)] + [[""]]
    x = [number("x", 0, [0])]
    params = lambda kind, names, to_label, count=0: {
        "class_label_type": kind,
        "class_names": names,
        "class_to_label": to_label,
        "classes_count": count,
    }
    yield "logloss_labels", model(
        x,
        trees=[([0], [-1.5, 0.75])],
        loss="Logloss",
        labels=["no", "yes"],
        class_params=params("String", ["no", "yes"], [0, 1]),
    ), [["-1"], ["1"]]
    yield "logloss_threshold", model(
        x, trees=[([0], [0.5, 1.5])], loss="Logloss", labels=["0", "1"], threshold=0.7
    ), [["-1"], ["1"]]
    yield "multiclass", model(
        x,
        trees=[([0], [1, 2, 3, 3, 2, 3])],
        dimension=3,
        loss="MultiClass",
        labels=["1", "2", "5.5"],
        class_params=params("Float", [1, 2, 5.5], [1, 2, 5.5]),
    ), [["-1"], ["1"]]
    # A class that was named but never came has no margin.
    yield "multiclass_absent", model(
        x,
        trees=[([0], [1, 2, 3, 0.5, 2, 1])],
        dimension=3,
        loss="MultiClass",
        labels=["0", "1", "2", "3"],
        class_to_label=[0, 1, 3],
        class_params=params("Integer", [], [0, 1, 3], 4),
    ), [["-1"], ["1"]]
    yield "one_vs_all", model(
        x,
        trees=[([0], [1, 2, 3, 0.5, 2, -1])],
        dimension=3,
        loss="MultiClassOneVsAll",
        labels=["0", "1", "2"],
    ), [["-1"], ["1"]]
    yield "multilabel", model(
        x, trees=[([0], [1, -2, 3, 0.5])], dimension=2, loss="MultiLogloss", labels=["0", "1"]
    ), [["-1"], ["1"]]
    yield "uncertainty", model(
        x, trees=[([0], [1, -2, 3, 0.5])], dimension=2, loss="RMSEWithUncertainty", bias=[10, 0]
    ), [["-1"], ["1"]]
    yield "poisson", model(x, trees=[([0], [1, -2])], loss="Poisson", bias=[0.5]), [["-1"], ["1"]]


def main():
    folder = (
        sys.argv[1]
        if len(sys.argv) > 1
        else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "edge")
    )
    for name, m, rows in cases():
        base = os.path.join(folder, "catboost_" + name)
        half = name.endswith("half_leaves")
        if not half:
            with open(base + ".json", "w", encoding="utf-8") as file:
                file.write(to_json(m) + "\n")
        with open(base + ".cbm", "wb") as file:
            file.write(to_cbm(m, half))
        names = [f["id"] for f in m["float"] + m["cat"]]
        with open(base + ".rows.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [names] + [[c if c != "" else "" for c in r] for r in rows]
            )
        with open(base + ".scores.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            for i, row in enumerate(rows):
                raw, leaves = score(m, row)
                raw = list(raw)
                predicted, label = outputs(m, raw)
                if i == 0:
                    writer.writerow(
                        ["raw%d" % k for k in range(len(raw))]
                        + ["prediction%d" % k for k in range(len(predicted))]
                        + (["class"] if label is not None else [])
                        + ["leaf%d" % k for k in range(len(leaves))]
                    )
                writer.writerow(
                    [repr(float(v)) for v in raw]
                    + [repr(float(v)) for v in predicted]
                    + ([label] if label is not None else [])
                    + leaves
                )


if __name__ == "__main__":
    main()
