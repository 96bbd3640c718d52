#!/usr/bin/env python3
"""Makes models/edge/onnx: the smallest graphs for one operator or trap each, with the outputs of
ONNX Runtime.

    edge.py [FUNCTION..]     the files of these functions alone

Needs the Python packages onnx and onnxruntime (Debian 13 has both); without them it says so and
changes nothing. Everything is drawn from a fixed seed. An empty cell is NaN.
"""
import os
import sys

from exported_operators import operators
from features import features
from functions import functions
from graph_case import FOLDER
from lenient import lenient
from linear_and_svm import linear_and_svm
from margins import margins
from pipeline import pipeline
from shapes import large_integers, shapes
from trees import trees, trees_5, trees_partial

# In this order: they draw from one generator.
MAKERS = (
    trees,
    trees_5,
    linear_and_svm,
    features,
    functions,
    shapes,
    pipeline,
    trees_partial,
    margins,
    large_integers,
    lenient,
    operators,
)

if __name__ == "__main__":
    by_name = {make.__name__: make for make in MAKERS}
    if not sys.argv[1:]:
        for old in os.listdir(FOLDER):
            os.remove(os.path.join(FOLDER, old))
    for name in sys.argv[1:] or by_name:
        by_name[name]()
