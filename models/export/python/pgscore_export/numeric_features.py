"""Bins, thresholds, polynomials, functions of numbers, and the selection of features."""
import itertools
import math
import numbers

import numpy as np

from .graph import Frame, Number
from .library import VERSION, allows_nan


def apply_k_bins_discretizer(discretizer, frame, graph, place):
    # preprocessing/_discretization.py: searchsorted(edges[1:-1], x, side="right") since 1.1
    if VERSION < (1, 1):
        raise NotImplementedError("%s: KBinsDiscretizer of scikit-learn before 1.1" % place)
    if discretizer.dtype is not None and np.dtype(discretizer.dtype) != np.float64:
        raise NotImplementedError("%s: KBinsDiscretizer with dtype %s" % (place, discretizer.dtype))
    cells = []
    numbers_ = [graph.number(cell) for cell in frame.cells]
    graph.refuse(numbers_)
    for cell, edges in zip(numbers_, discretizer.bin_edges_):
        cuts = np.unique(edges[1:-1])
        # equal edges count once for each in searchsorted
        bins = [float(np.searchsorted(edges[1:-1], -np.inf, side="right"))]
        bins += [float(np.searchsorted(edges[1:-1], cut, side="right")) for cut in cuts]
        if discretizer.encode == "ordinal":
            column = graph.node("discretize", input=cell.column, cuts=list(cuts), values=bins)[0]
            cells.append(Number(column, cell.sources, cell.partial, bound=len(edges)))
        else:
            for k in range(len(edges) - 1):
                values = [1.0 if bin_ == k else 0.0 for bin_ in bins]
                column = graph.node(
                    "discretize", input=cell.column, cuts=list(cuts), values=values
                )[0]
                cells.append(Number(column, cell.sources, cell.partial, bound=1))
    return Frame(cells, discretizer.encode == "onehot")


def apply_binarizer(binarizer, frame, graph, place):
    # preprocessing/_data.py: Binarizer validates its input without force_all_finite="allow-nan",
    # unlike the scalers
    cells = [graph.number(cell) for cell in frame.cells]
    graph.refuse(cells)
    return Frame([graph.map(cell, "greater", binarizer.threshold) for cell in cells], frame.sparse)


def apply_polynomial_features(poly, frame, graph, place):
    # preprocessing/_polynomial.py, the dense branch: a term is its first column times the term of
    # the other columns
    if frame.sparse:
        raise NotImplementedError("%s: PolynomialFeatures of a sparse matrix" % place)
    cells = [graph.number(cell) for cell in frame.cells]
    graph.refuse(cells)
    if isinstance(poly.degree, numbers.Integral):
        low, high = 0, int(poly.degree)
    else:
        low, high = poly.degree
    terms, out = {}, []
    choose = (
        itertools.combinations if poly.interaction_only else itertools.combinations_with_replacement
    )

    def term(columns):
        if columns not in terms:
            if len(columns) == 1:
                terms[columns] = cells[columns[0]]
            else:
                first, rest = cells[columns[0]], term(columns[1:])
                product = graph.apply("multiply", rest.column, first.column)
                terms[columns] = Number(
                    product,
                    first.sources | rest.sources,
                    first.partial or rest.partial,
                    bound=first.bound * rest.bound,
                )
        return terms[columns]

    if poly.include_bias:
        # 1 whatever the value
        out.append(Number(graph.apply("if_missing", math.nan, 1.0), bound=1))
    for degree in range(max(low, 1), high + 1):
        out += [term(columns) for columns in choose(range(len(cells)), degree)]
    return Frame(out)


_FUNCTIONS = {
    "log": ("log", True),
    "log1p": ("log1p", True),
    "sqrt": ("sqrt", True),
    "exp": ("exp", False),
    "expm1": ("expm1", False),
    "absolute": ("abs", False),
    "abs": ("abs", False),
    "fabs": ("abs", False),
    "negative": ("negate", False),
    "floor": ("floor", False),
    "ceil": ("ceil", False),
}


def apply_function_transformer(transformer, frame, graph, place):
    # preprocessing/_function_transformer.py: nothing is validated unless it is asked for
    function = transformer.func
    if transformer.validate:
        graph.refuse([graph.number(cell) for cell in frame.cells])
    if function is None:
        return frame
    if isinstance(function, np.ufunc) and not transformer.kw_args:
        if function is np.square:
            cells = [graph.number(cell) for cell in frame.cells]
            return Frame(
                [
                    Number(graph.apply("multiply", c.column, c.column), c.sources, c.partial)
                    for c in cells
                ],
                frame.sparse,
            )
        if function.__name__ in _FUNCTIONS and getattr(np, function.__name__) is function:
            op, partial = _FUNCTIONS[function.__name__]
            cells = []
            for cell in frame.cells:
                cell = graph.map(cell, op)
                cell.partial = cell.partial or partial
                cells.append(cell)
            return Frame(cells, frame.sparse)
    raise NotImplementedError("%s: FunctionTransformer with function %r" % (place, function))


def apply_selector(selector, frame, graph, place):
    # feature_selection/_base.py; what is dropped is no input at all, so nobody sees that it is
    # missing
    cells = [frame.cells[i] for i in np.flatnonzero(selector.get_support())]
    cells = [graph.number(cell) for cell in cells]
    graph.refuse(cells, nan=not allows_nan(selector))
    return Frame(cells, frame.sparse)
