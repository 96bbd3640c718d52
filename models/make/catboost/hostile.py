#!/usr/bin/env python3
"""Writes models/hostile/catboost: malformed CatBoost models, JSON and .cbm, each with one fault."""
import json
import os
import struct

import cbm_file
import json_file
import parts

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "hostile", "catboost")
C = [parts.cat(0)]
ROWS = [(("a",), (3, 5)), (("b",), (0, 9))]


def plain(**more):
    return parts.model(
        [parts.number("x", 0, [0.5])],
        [parts.category("c", 1, ["a"])],
        [([0, 1], [1, 2, 3, 4])],
        **more
    )


def with_ctr():
    return parts.model(
        [parts.number("x", 0, [0.5])],
        [parts.category("c", 1)],
        [([1], [1, 2])],
        [parts.ctr("Borders", C, [0.5])],
        [parts.table("Borders", C, ROWS)],
    )


def tree():
    return parts.model(
        [parts.number("x", 0, [0.5])],
        trees=[parts.split(0, parts.leaf(1), parts.leaf(2))],
        oblivious=False,
    )


def write(name, data):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(
            data if isinstance(data, bytes) else json.dumps(data, sort_keys=True).encode() + b"\n"
        )


def changed(model, change):
    document = json.loads(json_file.to_json(model))
    change(document)
    return document


def features(document):
    return document["features_info"]


def number(document):
    return features(document)["float_features"][0]


def category(document):
    return features(document)["categorical_features"][0]


def first_tree(document):
    return document["oblivious_trees"][0]


def info(document):
    return document["model_info"]


def only_table(document):
    return next(iter(document["ctr_data"].values()))


def whole(document):
    return document


def node(document):
    return document["trees"][0]


def of(model, place, value):
    """The model with other members of the object that `place` finds in it."""
    return changed(model, lambda d: place(d).update(value))


def labels(names):
    return {"class_names": names, "class_to_label": [0, 1], "classes_count": 0}


def tree_cases():
    yield "split_out_of_range", changed(
        plain(), lambda d: first_tree(d)["splits"][0].update(split_index=2)
    )
    yield "split_negative", changed(
        plain(), lambda d: first_tree(d)["splits"][0].update(split_index=-1)
    )
    yield "split_missing", changed(plain(), lambda d: first_tree(d)["splits"][0].pop("split_index"))
    yield "split_estimated", changed(
        plain(), lambda d: first_tree(d)["splits"][0].update(split_type="EstimatedFeature")
    )
    yield "leaf_count", changed(plain(), lambda d: first_tree(d)["leaf_values"].pop())
    yield "leaf_none", of(plain(), first_tree, {"leaf_values": []})
    yield "leaf_text", of(plain(), first_tree, {"leaf_values": ["1", "2", "3", "4"]})
    yield "leaf_widths", changed(
        plain(), lambda d: d["oblivious_trees"].append({"leaf_values": [1, 2, 3], "splits": []})
    )
    yield "depth", of(plain(), first_tree, {"splits": [{"split_index": 0}] * 40})
    yield "no_trees", changed(plain(), lambda d: d.pop("oblivious_trees"))
    yield "trees_twice", changed(plain(), lambda d: d.update(trees=[]))
    yield "no_features", changed(plain(), lambda d: d.pop("features_info"))
    yield "features_empty", of(plain(), whole, {"features_info": {}, "oblivious_trees": []})


def feature_cases():
    yield "borders_descend", of(plain(), number, {"borders": [1, 0.5]})
    yield "border_nan", changed(plain(), lambda d: number(d).update(borders=[float("nan")]))
    yield "nan_treatment", of(plain(), number, {"nan_value_treatment": "AsZero"})
    yield "index_twice", changed(
        plain(),
        lambda d: features(d)["float_features"].append(dict(number(d), flat_feature_index=7)),
    )
    yield "flat_index_twice", changed(plain(), lambda d: category(d).update(flat_feature_index=0))
    yield "index_missing", changed(plain(), lambda d: number(d).pop("feature_index"))
    yield "one_hot_twice", changed(plain(), lambda d: category(d).update(values=[5, 5]))
    yield "one_hot_range", changed(plain(), lambda d: category(d).update(values=[1 << 32]))


def info_cases():
    yield "bias_count", of(plain(), whole, {"scale_and_bias": [1, [1, 2]]})
    yield "bias_infinite", of(plain(), whole, {"scale_and_bias": [1, [float("inf")]]})
    yield "scale_nan", of(plain(), whole, {"scale_and_bias": [float("nan"), [0]]})
    yield "threshold", changed(
        plain(loss="Logloss"), lambda d: info(d).update(binclass_probability_threshold="1")
    )
    yield "labels_count", changed(
        plain(loss="Logloss"),
        lambda d: info(d).update(class_params=labels(["a", "b", "c"])),
    )
    yield "labels_twice", changed(
        plain(loss="Logloss"), lambda d: info(d).update(class_params=labels(["a", "a"]))
    )
    yield "loss_dimension", changed(
        plain(), lambda d: info(d)["params"]["loss_function"].update(type="MultiClass")
    )
    yield "params_text", changed(plain(), lambda d: info(d).update(params="{"))


def ctr_cases():
    yield "ctr_no_table", changed(with_ctr(), lambda d: d.pop("ctr_data"))
    yield "ctr_type", changed(with_ctr(), lambda d: features(d)["ctrs"][0].update(ctr_type="Magic"))
    yield "ctr_element", changed(
        with_ctr(),
        lambda d: features(d)["ctrs"][0]["elements"][0].update(combination_element="magic"),
    )
    yield "ctr_feature", changed(with_ctr(), lambda d: category(d).update(feature_index=4))
    yield "ctr_target", changed(
        with_ctr(), lambda d: features(d)["ctrs"][0].update(target_border_idx=2)
    )
    yield "ctr_stride", changed(with_ctr(), lambda d: only_table(d).update(hash_stride=2))
    yield "ctr_ragged", changed(with_ctr(), lambda d: only_table(d)["hash_map"].insert(2, 1))
    yield "ctr_hash", changed(with_ctr(), lambda d: only_table(d)["hash_map"].__setitem__(3, "1e5"))
    yield "ctr_hash_twice", changed(
        with_ctr(), lambda d: only_table(d)["hash_map"].__setitem__(3, only_table(d)["hash_map"][6])
    )
    yield "ctr_count", changed(with_ctr(), lambda d: only_table(d)["hash_map"].__setitem__(4, 1e12))
    yield "ctr_total", changed(
        with_ctr(),
        lambda d: only_table(d)["hash_map"].__setitem__(slice(4, 6), [2**31 - 1, 2**31 - 1]),
    )
    yield "ctr_key", changed(with_ctr(), lambda d: d.update(ctr_data={"{": only_table(d)}))


def node_cases():
    yield "node_both", of(tree(), node, {"value": 1})
    yield "node_one_child", changed(tree(), lambda d: node(d).pop("left"))
    yield "node_no_split", changed(tree(), lambda d: node(d).pop("split"))
    yield "node_empty", changed(tree(), lambda d: node(d).update(left={}))
    yield "node_width", changed(tree(), lambda d: node(d).update(left={"value": [1, 2]}))
    deep = {"value": 1}
    for _ in range(100):
        deep = {"left": deep, "right": {"value": 0}, "split": {"split_index": 0}}
    yield "nesting", changed(tree(), lambda d: d.update(trees=[deep]))


def core_of(cbm):
    return struct.unpack_from("<I", cbm, 4)[0]


def cbm_cases():
    good = cbm_file.to_cbm(plain())
    size = core_of(good)
    patch = (
        lambda data, at, form, value: data[:at]
        + struct.pack(form, value)
        + data[at + struct.calcsize(form) :]
    )
    yield "truncated", good[: len(good) // 2]
    yield "empty", b"CBM1"
    yield "core_size", patch(good, 4, "<I", size + 1)
    yield "core_size_64", b"CBM1" + struct.pack("<IQ", 0xFFFFFFFF, 1 << 62)
    yield "root", patch(good, 8, "<I", 0xFFFFFFF0)
    yield "root_at_end", patch(good, 8, "<I", size - 2)
    table = 8 + struct.unpack_from("<I", good, 8)[0]
    yield "vtable", patch(good, table, "<i", 1 << 30)
    yield "vtable_negative", patch(good, table, "<i", -(1 << 30))
    vtable = table - struct.unpack_from("<i", good, table)[0]
    yield "vtable_size", patch(good, vtable, "<H", 3)
    yield "vtable_long", patch(good, vtable, "<H", 0xFFFE)
    yield "field_outside", patch(good, vtable + 4, "<H", 0x7FF0)
    at = good.index(b"FlabuffersModel_v1") - 4
    yield "string_length", patch(good, at, "<I", 0xFFFFFFFF)
    yield "version", good.replace(b"FlabuffersModel_v1", b"FlabuffersModel_v2")
    yield "text_feature", cbm_file.to_cbm(plain(text="review"))
    yield "dimension", cbm_file.to_cbm(dict(plain(), dimension=2))
    yield "dimension_zero", cbm_file.to_cbm(dict(plain(), dimension=0))
    yield "split_out_of_range", cbm_file.to_cbm(
        plain() | {"trees": [dict(splits=[0, 9], leaf_values=[1, 2, 3, 4])]}
    )
    yield "split_negative", cbm_file.to_cbm(
        plain() | {"trees": [dict(splits=[0, -1], leaf_values=[1, 2, 3, 4])]}
    )
    yield "leaf_count", cbm_file.to_cbm(
        plain() | {"trees": [dict(splits=[0, 1], leaf_values=[1, 2, 3])]}
    )
    yield "depth", cbm_file.to_cbm(
        plain() | {"trees": [dict(splits=[0] * 40, leaf_values=[1, 2, 3])]}
    )
    # Thousands of features that are one and the same list of borders.
    yield "same_data", repeated()
    ctr = cbm_file.to_cbm(with_ctr())
    core = 8 + core_of(ctr)
    yield "ctr_tables", patch(ctr, core, "<I", 0xFFFFFFFE)
    yield "ctr_truncated", ctr[:-20]
    yield "ctr_missing", ctr[:core]
    blob = struct.pack("<iiii", 3, 5, 0, 9)
    at = ctr.index(blob) - 4
    yield "ctr_row", patch(ctr, at, "<I", 4)
    half = cbm_file.to_cbm(tree())
    steps = struct.pack("<IHHHHHH", 3, 1, 2, 0, 0, 0, 0)
    at = half.index(steps) + 4
    yield "node_cycle", patch(half, at + 2, "<H", 1)
    yield "node_outside", patch(half, at + 2, "<H", 700)
    leaves = struct.pack("<III", 0xFFFFFFFF, 0, 1)
    at = half.index(leaves)
    yield "node_leaf", patch(half, at + 4, "<I", 0x80000000)


def repeated():
    """A core whose list of float features says the same feature 20,000 times."""
    flat = cbm_file.Flat()
    feature = [("=B", 0), ("=i", 0), ("=i", 0), ("f", [float(k) for k in range(5000)]), "x"]
    fields = [None] * 19
    fields[0] = ("=i", 1)
    fields[5] = ("tables", [feature])
    data = bytearray(flat.finish(["FlabuffersModel_v1", ("table", fields)]))
    # The list is written anew behind everything: each of its offsets leads to the one table.
    list_at = None
    for at in range(
        0, len(data) - 8, 4
    ):  # the only vector with one element whose offset leads to a table with five fields
        if struct.unpack_from("<I", data, at)[0] == 1:
            target = at + 4 + struct.unpack_from("<I", data, at + 4)[0]
            if target + 4 <= len(data):
                vtable = target - struct.unpack_from("<i", data, target)[0]
                if 0 <= vtable < len(data) - 2 and struct.unpack_from("<H", data, vtable)[0] == 14:
                    list_at, table = at, target
    new = bytearray(struct.pack("<I", 20000))
    where = len(data)
    # Offsets are positive only: the table must be behind the list, so the whole of it is copied
    # there.
    tail = bytearray()
    base = where + 4 + 4 * 20000
    base += -base % 8
    copied = cbm_file.Flat()
    content = copied.finish(feature)
    root = struct.unpack_from("<I", content, 0)[0]
    for k in range(20000):
        new += struct.pack("<I", base + root - (where + 4 + 4 * k))
    new += bytes(base - where - len(new)) + content + tail
    for at in range(0, len(data) - 4, 4):
        if at + struct.unpack_from("<I", data, at)[0] == list_at:
            struct.pack_into("<I", data, at, where - at)
    data += new
    return b"CBM1" + struct.pack("<I", len(data)) + bytes(data)


def main():
    for make in (tree_cases, feature_cases, info_cases, ctr_cases, node_cases):
        for name, document in make():
            write(name + ".json", document)
    for name, data in cbm_cases():
        write(name + ".cbm", data)


if __name__ == "__main__":
    main()
