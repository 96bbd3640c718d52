"""What a CatBoost model consists of, and the model itself, as a dictionary."""
import json

from evaluator import category_hash, combine, f32


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
