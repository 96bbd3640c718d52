"""SimpleImputer and MissingIndicator (sklearn/impute/_base.py)."""
import numbers

from .graph import Frame, Number, Raw, Text


def is_missing(value):
    return (
        value is None
        or (isinstance(value, numbers.Real) and value != value)
        or type(value).__name__ == "NAType"
    )


def apply_simple_imputer(imputer, frame, graph, place):
    nan_is_missing = is_missing(imputer.missing_values)
    texts = _are_texts(imputer.statistics_, frame.cells, imputer.missing_values, place)
    keep_all = imputer.strategy == "constant" or getattr(imputer, "keep_empty_features", False)
    cells = []
    for cell, fill, is_text in zip(frame.cells, imputer.statistics_, texts):
        if is_missing(fill) and not keep_all:
            continue  # nothing was present at training: the column is dropped
        if is_text:
            cell = graph.text(cell)
            fill = str(fill)
            cell.input.code(fill)
            if nan_is_missing:
                # an earlier imputer may have filled it already
                cells.append(
                    Text(cell.input, cell.fill if cell.fill is not None else fill, cell.rename)
                )
            else:
                old = str(imputer.missing_values)
                rename = {text: fill if to == old else to for text, to in cell.rename.items()}
                rename.setdefault(old, fill)
                cells.append(Text(cell.input, fill if cell.fill == old else cell.fill, rename))
            continue
        # impute/_base.py: NaN is refused unless it is what to replace, infinities always
        cell = graph.number(cell)
        graph.refuse([cell], nan=not nan_is_missing)
        bound = max(cell.bound, abs(float(fill)))
        if nan_is_missing:
            cells.append(
                Number(
                    graph.apply("if_missing", cell.column, fill), origin=cell.origin, bound=bound
                )
            )
        else:
            equal = graph.apply("equal", cell.column, imputer.missing_values)
            column = graph.apply("if", equal, fill, cell.column)
            cells.append(Number(column, cell.sources, cell.partial, cell.origin, bound))
    if imputer.add_indicator:
        cells += apply_missing_indicator(imputer.indicator_, frame, graph, place).cells
    return Frame(cells, frame.sparse)


def _are_texts(values, cells, missing_values, place):
    """Which columns of an imputer hold texts."""
    result = []
    for value, cell in zip(values, cells):
        if isinstance(cell, Raw) and cell.input.kind is not None:
            result.append(cell.input.kind == "category")
        else:
            result.append(
                isinstance(cell, Text) or isinstance(value, str) or isinstance(missing_values, str)
            )
    return result


def apply_missing_indicator(indicator, frame, graph, place):
    # impute/_base.py, MissingIndicator.transform
    cells = []
    nan_is_missing = is_missing(indicator.missing_values)
    checked = indicator.error_on_new and indicator.features == "missing-only"
    for i, cell in enumerate(frame.cells):
        is_text = isinstance(cell, Text) or isinstance(cell, Raw) and cell.input.kind == "category"
        if i not in indicator.features_:
            if (
                checked and nan_is_missing
            ):  # "has missing values in transform but have no missing values in fit"
                if not is_text:
                    graph.refuse([graph.number(cell)])
                elif graph.text(cell).fill is None:
                    cell.input.missing = graph.on_missing
            elif checked:
                raise NotImplementedError(
                    "%s: MissingIndicator with error_on_new and missing_values=%r"
                    % (place, indicator.missing_values)
                )
            continue
        if is_text:
            cell = graph.text(cell)
            if nan_is_missing:
                column = graph.look_up_text(Text(cell.input, cell.fill, cell.rename), {}, 0.0, 1.0)
            else:
                column = graph.look_up_text(cell, {str(indicator.missing_values): 1.0}, 0.0, 0.0)
        else:
            cell = graph.number(cell)
            graph.refuse([cell], nan=not nan_is_missing)
            if nan_is_missing:
                column = graph.apply("is_missing", cell.column)
            else:
                column = graph.apply("indicator", cell.column, indicator.missing_values)
        cells.append(Number(column, bound=1))
    return Frame(cells, frame.sparse)
