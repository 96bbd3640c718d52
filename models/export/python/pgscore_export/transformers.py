"""The table of transforming steps, and those that are made of others."""
import numpy as np

from .encoders import apply_one_hot_encoder, apply_ordinal_encoder
from .graph import Frame
from .imputers import apply_missing_indicator, apply_simple_imputer
from .numeric_features import (
    apply_binarizer,
    apply_function_transformer,
    apply_k_bins_discretizer,
    apply_polynomial_features,
    apply_selector,
)
from .scalers import (
    apply_max_abs_scaler,
    apply_min_max_scaler,
    apply_robust_scaler,
    apply_standard_scaler,
)


def transform(step, frame, graph, place):
    if step is None or isinstance(step, str) and step == "passthrough":
        return frame
    if isinstance(step, str) and step == "drop":
        return Frame([])
    for class_ in type(step).__mro__:
        function = _TRANSFORMERS.get(class_.__name__)
        if function is not None and class_.__module__.startswith("sklearn."):
            return function(step, frame, graph, place)
    raise NotImplementedError("%s: transformer %s is not supported" % (place, type(step).__name__))


def pipeline_steps(pipeline, place):
    return [("%s.%s" % (place, name), step) for name, step in pipeline.steps]


def apply_pipeline(pipeline, frame, graph, place):
    for inner, step in pipeline_steps(pipeline, place):
        frame = transform(step, frame, graph, inner)
    return frame


def _column_indices(transformer, name, columns, frame, place):
    known = getattr(transformer, "_transformer_to_input_indices", {})
    if name in known:
        return list(known[name])
    if isinstance(columns, slice):
        return list(range(*columns.indices(len(frame.cells))))
    columns = np.atleast_1d(columns)
    if columns.dtype == bool:
        return list(np.flatnonzero(columns))
    if columns.dtype.kind in "iu":
        return [int(i) for i in columns]
    names = [str(name) for name in transformer.feature_names_in_]
    return [names.index(str(column)) for column in columns]


def apply_column_transformer(transformer, frame, graph, place):
    weights = transformer.transformer_weights or {}
    cells = []
    for name, step, columns in transformer.transformers_:
        if isinstance(step, str) and step == "drop":
            continue
        indices = _column_indices(transformer, name, columns, frame, place)
        if not indices:
            continue
        part = Frame([frame.cells[i] for i in indices], frame.sparse)
        part = transform(step, part, graph, "%s.%s" % (place, name))
        if name in weights:
            part.cells = [graph.map(cell, "multiply", weights[name]) for cell in part.cells]
        cells += part.cells
    return Frame(cells, bool(getattr(transformer, "sparse_output_", False)))


def apply_feature_union(union, frame, graph, place):
    weights = union.transformer_weights or {}
    cells, sparse = [], False
    for name, step in union.transformer_list:
        part = transform(step, frame, graph, "%s.%s" % (place, name))
        part = Frame(part.cells, part.sparse)
        if name in weights:
            part.cells = [graph.map(cell, "multiply", weights[name]) for cell in part.cells]
        cells += part.cells
        sparse = sparse or part.sparse
    return Frame(cells, sparse)


_TRANSFORMERS = {
    "Pipeline": apply_pipeline,
    "ColumnTransformer": apply_column_transformer,
    "FeatureUnion": apply_feature_union,
    "StandardScaler": apply_standard_scaler,
    "MinMaxScaler": apply_min_max_scaler,
    "MaxAbsScaler": apply_max_abs_scaler,
    "RobustScaler": apply_robust_scaler,
    "SimpleImputer": apply_simple_imputer,
    "MissingIndicator": apply_missing_indicator,
    "OneHotEncoder": apply_one_hot_encoder,
    "OrdinalEncoder": apply_ordinal_encoder,
    "KBinsDiscretizer": apply_k_bins_discretizer,
    "Binarizer": apply_binarizer,
    "PolynomialFeatures": apply_polynomial_features,
    "FunctionTransformer": apply_function_transformer,
    "SelectorMixin": apply_selector,
}
