#!/usr/bin/env python3
"""Writes models/edge/pmml/*.pmml: the smallest PMML documents for one trap each; those of the other
kinds of models are written by pmml_kinds.py. What each must give stands in the document itself, as
PMML has it: ModelVerification. The expected values are computed in pmml/*.py, by formulas that are
written beside the elements and know nothing of the reader.

    pmml_edge.py [FOLDER]
"""
import os

from pmml import (
    ensembles,
    expressions,
    fields,
    regressions,
    segments,
    several_targets,
    small_things,
    syntax,
    trees,
)
from pmml.document import folder

os.makedirs(folder, exist_ok=True)
for make in (
    expressions.expressions,
    expressions.tables,
    expressions.normalized,
    expressions.dates,
    fields.fields,
    fields.invalid_level,
    regressions.regressions,
    regressions.targets,
    trees.trees,
    ensembles.ensembles,
    syntax.syntax,
    segments.segments,
    several_targets.several_targets,
    small_things.small_things,
):
    make()
