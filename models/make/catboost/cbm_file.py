"""Writes a model (parts.py) as CatBoost's .cbm, byte by byte."""
import json
import struct

from evaluator import MASK
from json_file import info_of


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


class Nodes:
    """The nodes of trees that are not oblivious, in lists as .cbm has them."""

    def __init__(self, trees, half_leaves):
        self.half_leaves = half_leaves
        self.splits, self.sizes, self.starts = [], [], []
        self.steps, self.leaf_ids, self.values = [], [], []
        for tree in trees:
            self.starts.append(len(self.splits))
            self.add(tree)
            self.sizes.append(len(self.splits) - self.starts[-1])

    def add(self, node):
        """Appends the node and all below it. Returns its position."""
        at = len(self.splits)
        self.splits.append(node.get("split", 0))
        self.steps.append([0, 0])
        self.leaf_ids.append(0xFFFFFFFF)
        if "split" not in node:
            self.put_leaf(at, node)
            return at
        for side, name in enumerate(("left", "right")):
            child = node[name]
            if self.lies_in_parent(node, child, side, at):
                self.put_leaf(at, child)
            else:
                self.steps[at][side] = self.add(child) - at
        return at

    def lies_in_parent(self, node, child, side, at):
        """A leaf may lie in its parent: the step is 0, the leaf is the parent's."""
        if not self.half_leaves or "split" in child:
            return False
        return self.steps[at] != [0, 0] or (side == 0 and "split" in node["right"])

    def put_leaf(self, at, leaf):
        self.leaf_ids[at] = len(self.values)
        self.values.extend(leaf["value"])


def put_trees(fields, model, half_leaves, leaf_weights):
    if model["oblivious"]:
        fields[1] = ("i", [s for t in model["trees"] for s in t["splits"]])
        fields[2] = ("i", [len(t["splits"]) for t in model["trees"]])
        fields[8] = ("d", [v for t in model["trees"] for v in t["leaf_values"]])
        if leaf_weights:
            fields[9] = ("d", [1.0] * len(fields[8][1]))
        return
    nodes = Nodes(model["trees"], half_leaves)
    fields[1], fields[2], fields[3] = ("i", nodes.splits), ("i", nodes.sizes), ("i", nodes.starts)
    fields[8] = ("d", nodes.values)
    fields[10] = ("HH", [tuple(s) for s in nodes.steps])
    fields[11] = ("I", nodes.leaf_ids)


def category_table(i, feature):
    return [("=i", i), ("=i", feature["flat"]), feature["id"], ("=B", 1)]


def float_table(i, feature):
    return [
        ("=B", feature["has_nans"]),
        ("=i", i),
        ("=i", feature["flat"]),
        ("f", feature["borders"]),
        feature["id"],
        ("=b", NAN[feature["nan_value_treatment"]]),
    ]


def ctr_table(ctr):
    description = [
        ("table", base_table(ctr["elements"], ctr["ctr_type"])),
        ("=i", ctr["target_border_idx"]),
        ("=f", ctr["prior_numerator"]),
        ("=f", ctr["prior_denomerator"]),
        ("=f", ctr["shift"]),
        ("=f", ctr["scale"]),
    ]
    return [("table", description), ("f", ctr["borders"])]


def to_cbm(model, half_leaves=False, leaf_weights=False):
    fields = [None] * 19
    fields[0] = ("=i", model["dimension"])
    put_trees(fields, model, half_leaves, leaf_weights)
    categories = list(enumerate(model["cat"]))
    fields[4] = ("tables", [category_table(i, f) for i, f in categories])
    fields[5] = ("tables", [float_table(i, f) for i, f in enumerate(model["float"])])
    fields[6] = (
        "tables",
        [[("=i", i), ("i", f["values"])] for i, f in categories if f.get("values")],
    )
    fields[7] = ("tables", [ctr_table(c) for c in model["ctrs"]])
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
