#!/usr/bin/env python3
"""Writes model files of 20 to 90 MB into a folder: what a training library writes, and what was
made to take as much memory as it can. import_memory.sh measures what reading them takes.

    import_memory.py FOLDER

Needs python3-xgboost and python3-onnx.
"""
import copy
import json
import pathlib
import struct
import sys

import numpy
import onnx
import xgboost
from onnx import helper, numpy_helper

EDGE = pathlib.Path(__file__).resolve().parents[2] / "models" / "edge"
BYTES = 60_000_000


def xgboost_files(folder):
    rng = numpy.random.default_rng(1)
    x = rng.normal(size=(20_000, 50)).astype("float32")
    y = (x[:, 0] * x[:, 1] + rng.normal(size=20_000) > 0).astype(int)
    settings = dict(objective="reg:squarederror", max_depth=12, eta=0.01, min_child_weight=0)
    settings.update(tree_method="hist", nthread=2)
    booster = xgboost.train(settings, xgboost.DMatrix(x, y), 600)
    for name in ("xgboost.json", "xgboost.ubj", "xgboost.deprecated"):
        booster.save_model(str(folder / name))
    trees = ("booster[%d]:\n%s" % tree for tree in enumerate(booster.get_dump()))
    (folder / "dump.txt").write_text("\n".join(trees))
    trees = booster.get_dump(dump_format="json")
    (folder / "dump.json").write_text("[\n" + ",\n".join(trees) + "\n]")


def repeated(path, key):
    """The document with its trees repeated up to BYTES."""
    document = json.loads(path.read_text())
    trees = document[key]
    count = BYTES // len(json.dumps(trees)) + 1
    document[key] = [copy.copy(tree) for _ in range(count) for tree in trees]
    for number, tree in enumerate(document[key]):
        if "tree_index" in tree:
            tree["tree_index"] = number
    return document


def onnx_trees():
    """A graph of models/edge with its trees repeated."""
    model = onnx.load(str(EDGE / "onnx" / "tree_base.onnx"))
    node = next(n for n in model.graph.node if n.op_type.startswith("TreeEnsemble"))
    attributes = {a.name: a for a in node.attribute}
    trees = max(attributes["nodes_treeids"].ints) + 1
    times = min(BYTES // (60 * len(attributes["nodes_nodeids"].ints)), 90_000 // trees)
    for name, attribute in attributes.items():
        if not name.startswith(("nodes_", "target_")):
            continue
        for kind in ("ints", "floats", "strings"):
            values = list(getattr(attribute, kind))
            del getattr(attribute, kind)[:]
            by_tree = name in ("nodes_treeids", "target_treeids")
            getattr(attribute, kind).extend(
                value + i * trees if by_tree else value for i in range(times) for value in values
            )
    return model


def onnx_network():
    rng = numpy.random.default_rng(1)
    nodes, weights, last = [], [], "x"
    for i, shape in enumerate([(1000, 2000), (2000, 2000), (2000, 2000), (2000, 1)]):
        values = rng.normal(size=shape).astype("float32")
        weights.append(numpy_helper.from_array(values, "w%d" % i))
        nodes.append(helper.make_node("MatMul", [last, "w%d" % i], ["m%d" % i]))
        nodes.append(helper.make_node("Relu", ["m%d" % i], ["r%d" % i]))
        last = "r%d" % i
    info = helper.make_tensor_value_info
    inputs = [info("x", onnx.TensorProto.FLOAT, [None, 1000])]
    outputs = [info(last, onnx.TensorProto.FLOAT, [None, 1])]
    graph = helper.make_graph(nodes, "g", inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def graph_file(graph):
    return b"\x08\x08" + field(7, graph) + field(8, b"\x0a\x00\x10\x11")


def ubj_object(**members):
    keys = (b"i" + bytes([len(key)]) + key.encode() + value for key, value in members.items())
    return b"{" + b"".join(keys) + b"}"


def hostile_files():
    """(name, bytes)"""
    count = 10_000_000
    zeros = "0," * (count - 1) + "0"
    ubj_zeros = b"[$U#L" + struct.pack(">q", 2 * count) + bytes(2 * count)
    for key in ("left_children", "default_left"):
        tree = ubj_object(**{key: ubj_zeros})
        trees = ubj_object(gradient_booster=ubj_object(model=ubj_object(trees=b"[" + tree + b"]")))
        yield "hostile_%s.ubj" % key, ubj_object(learner=trees)
    text = (
        '{"learner":{"gradient_booster":{"model":{"trees":[{"split_conditions":[%s]}]}}}}' % zeros
    )
    yield "hostile_xgboost.json", text.encode()
    dump = "".join("booster[%d]:\n0:leaf=0\n" % i for i in range(99_000))
    yield "hostile_dump.txt", dump.encode()
    catboost = json.loads((EDGE / "catboost" / "deep.json").read_text())
    catboost["oblivious_trees"] = catboost["oblivious_trees"][:1]
    leaves = json.dumps(catboost["oblivious_trees"][0]["leaf_values"])
    yield "hostile_catboost.json", json.dumps(catboost).replace(leaves, "[%s]" % zeros).encode()
    lightgbm = json.loads((EDGE / "lightgbm" / "regression_dump.json").read_text())
    lightgbm["tree_info"] = lightgbm["tree_info"][:1]
    lightgbm["tree_info"][0]["tree_structure"] = "HERE"
    node = "{" + '"a":0,' * (count // 3) + '"leaf_value":0}'
    yield "hostile_lightgbm.json", json.dumps(lightgbm).replace('"HERE"', node).encode()
    strings = field(5, field(1, b"a") + b"\x4a\x00" * count + b"\xa0\x01\x08")
    yield "hostile_strings.onnx", graph_file(field(1, strings))
    yield "hostile_functions.onnx", b"\x08\x08" + field(7, b"") + b"\xca\x01\x00" * (count // 2)
    yield "hostile_nodes_2_mb.onnx", graph_file(b"\x0a\x00" * 1_000_000)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    xgboost_files(folder)
    lightgbm = repeated(EDGE / "lightgbm" / "regression_dump.json", "tree_info")
    (folder / "lightgbm.json").write_text(json.dumps(lightgbm))
    catboost = repeated(EDGE / "catboost" / "deep.json", "oblivious_trees")
    (folder / "catboost.json").write_text(json.dumps(catboost))
    onnx.save(onnx_trees(), str(folder / "trees.onnx"))
    onnx.save(onnx_network(), str(folder / "network.onnx"))
    for name, data in hostile_files():
        (folder / name).write_bytes(data)


main()
