"""The text of a document."""
import json
import math
import numbers

import numpy as np


def _plain(value):
    """numpy types to Python's; what JSON cannot say to what the format says instead."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        value = float(value)
        if math.isnan(value):
            return None
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return value
    return value


def to_text(document):
    """One input, node or tree to a line. Python's repr gives the shortest text that reads back as
    the same double."""

    def dump(value):
        return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    def dump_node(node):
        if node["type"] != "trees":
            return dump(node)
        head = {key: value for key, value in node.items() if key != "trees"}
        return (
            dump(head)[:-1]
            + ',"trees":[\n'
            + ",\n".join(dump(tree) for tree in node["trees"])
            + "]}"
        )

    parts = []
    for key, value in document.items():
        if key == "inputs":
            text = "[\n" + ",\n".join(dump(item) for item in value) + "]"
        elif key == "nodes":
            text = "[\n" + ",\n".join(dump_node(item) for item in value) + "]"
        elif key == "test_rows":
            rows = ",\n".join(dump(row) for row in value["rows"])
            text = '{"tolerance":%s,"rows":[\n%s]}' % (dump(value["tolerance"]), rows)
        else:
            text = dump(value)
        parts.append(json.dumps(key) + ":" + text)
    return "{" + ",\n".join(parts) + "}\n"
