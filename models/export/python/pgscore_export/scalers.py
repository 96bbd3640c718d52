"""Scalers (sklearn/preprocessing/_data.py)."""
from .graph import Frame


def _divide(graph, cells, scale, sparse):
    # preprocessing/_data.py: a dense X is divided, a sparse one multiplied by the reciprocal
    # (inplace_column_scale).
    if sparse:
        return [graph.map(cell, "multiply", 1 / s) for cell, s in zip(cells, scale)]
    return [graph.map(cell, "divide", s) for cell, s in zip(cells, scale)]


def _scaled(frame, graph):
    """The input of a scaler (preprocessing/_data.py): NaN passes all of them, infinities none."""
    cells = [graph.number(cell) for cell in frame.cells]
    graph.refuse(cells, nan=False)
    return cells


def apply_standard_scaler(scaler, frame, graph, place):
    cells = _scaled(frame, graph)
    if scaler.with_mean:
        cells = [graph.map(cell, "subtract", mean) for cell, mean in zip(cells, scaler.mean_)]
    if scaler.with_std:
        cells = _divide(graph, cells, scaler.scale_, frame.sparse)
    return Frame(cells, frame.sparse)


def apply_min_max_scaler(scaler, frame, graph, place):
    cells = [
        graph.map(cell, "multiply", scale)
        for cell, scale in zip(_scaled(frame, graph), scaler.scale_)
    ]
    cells = [graph.map(cell, "add", low) for cell, low in zip(cells, scaler.min_)]
    if getattr(scaler, "clip", False):
        low, high = scaler.feature_range
        cells = [graph.map(graph.map(cell, "max", low), "min", high) for cell in cells]
        for cell in cells:
            cell.bound = max(abs(low), abs(high))
    return Frame(cells, frame.sparse)


def apply_max_abs_scaler(scaler, frame, graph, place):
    return Frame(_divide(graph, _scaled(frame, graph), scaler.scale_, frame.sparse), frame.sparse)


def apply_robust_scaler(scaler, frame, graph, place):
    cells = _scaled(frame, graph)
    if scaler.with_centering and not frame.sparse:
        cells = [graph.map(cell, "subtract", center) for cell, center in zip(cells, scaler.center_)]
    if scaler.with_scaling:
        cells = _divide(graph, cells, scaler.scale_, frame.sparse)
    return Frame(cells, frame.sparse)
