"""UBJSON as XGBoost writes it."""
import struct

TYPED = {  # arrays of a tree and of categories that XGBoost stores typed
    "left_children": "l",
    "right_children": "l",
    "parents": "l",
    "split_indices": "l",
    "split_type": "U",
    "default_left": "U",
    "categories": "l",
    "categories_nodes": "l",
    "categories_segments": "L",
    "categories_sizes": "L",
    "split_conditions": "d",
    "base_weights": "d",
    "leaf_weights": "d",
    "loss_changes": "d",
    "sum_hessian": "d",
    "offsets": "l",
    "values": "i",
    "feature_segments": "l",
    "sorted_idx": "l",
    "weights": "d",
}
STRUCT = {"l": ">i", "L": ">q", "U": ">B", "i": ">b", "d": ">f", "I": ">h"}


def ubjson(value, key=None, kind=None):
    if isinstance(value, dict):
        # The values of integer categories have the width of their type.
        kinds = {7: "d", 9: "i", 10: "U", 11: "I", 12: "I", 13: "l", 14: "l", 15: "L", 16: "L"}
        inner = kinds.get(value.get("type")) if "values" in value else None
        body = b"".join(
            b"L" + struct.pack(">q", len(k.encode())) + k.encode() + ubjson(value[k], k, inner)
            for k in sorted(value)
        )
        return b"{" + body + b"}"
    if isinstance(value, list):
        kind = (kind if key == "values" else None) or TYPED.get(key)
        if kind:
            return (
                b"[$"
                + kind.encode()
                + b"#L"
                + struct.pack(">q", len(value))
                + b"".join(struct.pack(STRUCT[kind], v) for v in value)
            )
        return b"[#L" + struct.pack(">q", len(value)) + b"".join(ubjson(v) for v in value)
    if isinstance(value, str):
        return b"SL" + struct.pack(">q", len(value.encode())) + value.encode()
    if isinstance(value, bool):
        return b"T" if value else b"F"
    if isinstance(value, int):
        return b"L" + struct.pack(">q", value)
    return b"d" + struct.pack(">f", value)
