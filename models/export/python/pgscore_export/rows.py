"""Input columns, test rows, and the model's own scores of them."""
import numpy as np

from .graph import Frame, Input, Raw


def _training_columns(model):
    """Number and names of the columns that the model was trained on, as far as it or its first step
    knows."""
    try:
        count = getattr(model, "n_features_in_", None)
    except (AttributeError, IndexError):
        count = None
    names = getattr(model, "feature_names_in_", None)
    if count is not None or names is not None:
        return count, names
    inner = []
    if hasattr(model, "steps"):
        inner = [step for _, step in model.steps if not isinstance(step, str)][:1]
    elif hasattr(model, "transformer_list"):
        inner = [step for _, step in model.transformer_list if not isinstance(step, str)]
    for step in inner:
        count, names = _training_columns(step)
        if count is not None or names is not None:
            break
    return count, names


def raw_frame(model, feature_names, graph):
    count, names = _training_columns(model)
    if feature_names is not None:
        names = list(feature_names)
    elif names is None:
        if count is None:
            raise ValueError("the model does not know its columns: give feature_names")
        names = ["f%d" % i for i in range(count)]
    if count is not None and len(names) != count:
        raise ValueError(
            "feature_names has %d names, the model has %d columns" % (len(names), count)
        )
    graph.inputs = [Input(str(name)) for name in names]
    return Frame([Raw(input_) for input_ in graph.inputs])


def rows_with_scores(model, rows, document):
    names = [str(name) for name in getattr(rows, "columns", [])]
    if not names:
        names = [
            str(name)
            for name in getattr(
                model, "feature_names_in_", ["f%d" % i for i in range(np.shape(rows)[1])]
            )
        ]
        if len(names) == len(document["inputs"]):
            names = [entry["name"] for entry in document["inputs"]]
    cells = np.asarray(rows, dtype=object)
    columns = [names.index(entry["name"]) for entry in document["inputs"]]

    def cell(value, category):
        if value is None or value != value:
            return None
        return str(value) if category else float(value)

    result = []
    expected = scores(model, rows)
    for r in range(len(cells)):
        row = {
            "inputs": [
                cell(cells[r, c], entry.get("type") == "category")
                for c, entry in zip(columns, document["inputs"])
            ]
        }
        for key, values in expected.items():
            row[key] = values[r]
        result.append(row)
    # linear nodes without any coefficient guard against infinities
    linear = any(
        node["type"] == "link"
        or node["type"] == "linear"
        and any(any(term["coefficients"]) for term in node["terms"])
        for node in document["nodes"]
    )
    return {"tolerance": 1e-12 if linear else 0, "rows": result}


def scores(model, rows):
    """What the model itself says: a dictionary of lists, one entry per row."""
    result = {}
    if hasattr(model, "classes_"):
        result["class"] = [str(label) for label in model.predict(rows)]
        if hasattr(model, "decision_function"):
            raw = np.asarray(model.decision_function(rows))
            result["raw"] = raw.reshape(len(raw), -1).tolist()
        if hasattr(model, "predict_proba"):
            probabilities = np.asarray(model.predict_proba(rows))
            result["probabilities"] = probabilities.tolist()
            if probabilities.shape[1] == 2:
                result["values"] = probabilities[:, 1:].tolist()
        elif "raw" in result and len(result["raw"][0]) == 1:
            result["values"] = result["raw"]
    else:
        values = np.asarray(model.predict(rows), dtype=float)
        result["values"] = values.reshape(len(values), -1).tolist()
    return result
