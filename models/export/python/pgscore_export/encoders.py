"""OneHotEncoder and OrdinalEncoder (sklearn/preprocessing/_encoders.py)."""
import math
import numbers

import numpy as np

from .graph import Column, Frame, Number, Raw, Text
from .imputers import is_missing


class Categories:
    """The categories of one column of an encoder: texts, or numbers, or both missing."""

    def __init__(self, categories, cell, place):
        self.has_missing = any(is_missing(value) for value in categories)
        if sum(is_missing(value) for value in categories) > 1:
            raise NotImplementedError(
                "%s: None and NaN are two categories, SQL has one NULL" % place
            )
        present = [value for value in categories if not is_missing(value)]
        if all(isinstance(value, str) for value in present):
            self.is_text = True
        elif all(isinstance(value, (numbers.Real, np.bool_)) for value in present):
            self.is_text = False
        else:
            raise NotImplementedError(
                "%s: categories are neither all texts nor all numbers" % place
            )
        if not present:
            self.is_text = not isinstance(cell, Number)
        self.values = [
            None if is_missing(value) else value if self.is_text else float(value)
            for value in categories
        ]

    def table(self, outputs):
        """category to output, without the missing one"""
        return {value: out for value, out in zip(self.values, outputs) if value is not None}

    def missing_output(self, outputs, otherwise):
        return outputs[self.values.index(None)] if self.has_missing else otherwise


def encode(cell, categories, outputs, unknown, missing, graph):
    """The column that holds outputs[i] for categories[i]."""
    missing = categories.missing_output(outputs, missing)
    table = categories.table(outputs)
    if categories.is_text:
        return graph.look_up_text(graph.text(cell), table, unknown, missing)
    keys = sorted(table)
    if not keys:
        keys, table = [0.0], {0.0: unknown}
    return graph.node(
        "look_up",
        input=graph.number(cell).column,
        keys=keys,
        values=[table[key] for key in keys],
        unknown=unknown,
        missing=missing,
    )[0]


def _refuse_unknown(cell, categories, graph):
    """handle_unknown="error": an unknown category is an error, and so is NaN when it is none of the
    categories."""
    if categories.is_text:
        cell = graph.text(cell)
        cell.input.unknown = "error"
        if not categories.has_missing and cell.fill is None:
            cell.input.missing = graph.on_missing
        return
    cell = graph.number(cell)
    graph.guards.append(
        encode(cell, categories, [0.0] * len(categories.values), math.nan, 0.0, graph)
    )
    if not categories.has_missing:
        graph.refuse([Number(cell.column, cell.sources, bound=0)])


def _group_of(encoder, i, count):
    """Output of each category (infrequent ones share the last), and the number of outputs."""
    mapping = None
    if getattr(encoder, "_infrequent_enabled", False):
        mapping = encoder._default_to_infrequent_mappings[i]
    if mapping is None:
        return list(range(count)), count, None
    mapping = [int(group) for group in mapping]
    return mapping, max(mapping) + 1, max(mapping)


def apply_one_hot_encoder(encoder, frame, graph, place):
    # preprocessing/_encoders.py, OneHotEncoder.transform
    drops = getattr(encoder, "_drop_idx_after_grouping", None)
    if drops is None:
        drops = encoder.drop_idx_
    cells = []
    for i, (cell, values) in enumerate(zip(frame.cells, encoder.categories_)):
        categories = Categories(values, cell, place)
        groups, count, infrequent = _group_of(encoder, i, len(values))
        if (
            not categories.is_text
        ):  # preprocessing/_encoders.py, _check_X: force_all_finite="allow-nan"
            graph.refuse([graph.number(cell)], nan=False)
        if categories.is_text:
            for value in categories.table(groups):  # a dropped category is known all the same
                graph.text(cell).input.code(value)
        if encoder.handle_unknown == "error":
            _refuse_unknown(cell, categories, graph)
        dropped = None if drops is None else drops[i]
        for group in range(count):
            if group == dropped:
                continue
            outputs = [1.0 if g == group else 0.0 for g in groups]
            unknown = 0.0
            if (
                encoder.handle_unknown == "infrequent_if_exist"
                and infrequent is not None
                and group == infrequent
            ):
                unknown = 1.0
            members = [value for value, out in zip(categories.values, outputs) if out]
            simple = unknown == 0.0 and len(members) == 1
            if simple and members[0] is not None and not categories.is_text:
                column = graph.apply("indicator", graph.number(cell).column, members[0])
            elif simple and members[0] is not None and _is_plain_text(cell):
                text = graph.text(cell)
                column = graph.apply("indicator", Column(text.input), text.input.code(members[0]))
            else:
                column = encode(cell, categories, outputs, unknown, unknown, graph)
            cells.append(Number(column, bound=1))
    sparse = getattr(encoder, "sparse_output", getattr(encoder, "sparse", True))
    return Frame(cells, bool(sparse))


def _is_plain_text(cell):
    return isinstance(cell, Raw) or isinstance(cell, Text) and cell.fill is None and not cell.rename


def apply_ordinal_encoder(encoder, frame, graph, place):
    # preprocessing/_encoders.py, OrdinalEncoder.transform
    use_value = encoder.handle_unknown == "use_encoded_value"
    unknown = float(encoder.unknown_value) if use_value else math.nan
    encoded_missing = float(getattr(encoder, "encoded_missing_value", math.nan))
    cells = []
    for i, (cell, values) in enumerate(zip(frame.cells, encoder.categories_)):
        categories = Categories(values, cell, place)
        if not categories.is_text:
            graph.refuse([graph.number(cell)], nan=False)
        if not use_value:
            _refuse_unknown(cell, categories, graph)
        groups, _, _ = _group_of(encoder, i, len(values))
        # NaN is encoded_missing_value, None is a category like any other; SQL's NULL is the one
        # that was there at training.
        outputs = [
            encoded_missing if is_missing(value) and value is not None else float(group)
            for value, group in zip(values, groups)
        ]
        column = encode(cell, categories, outputs, unknown, unknown, graph)
        sources = []
        if math.isnan(categories.missing_output(outputs, unknown)):
            sources = [cell.input] if isinstance(cell, (Raw, Text)) else cell.sources
            if isinstance(cell, Text) and cell.fill is not None:
                sources = []
        bound = max([abs(out) for out in outputs + [unknown] if not math.isnan(out)], default=0.0)
        cells.append(Number(column, sources, use_value and math.isnan(unknown), bound=bound))
    return Frame(cells, False)
