#!/usr/bin/env python3
"""Writes models/hostile/onnx: ONNX models with one fault each. Needs the Python package onnx
(Debian: python3-onnx)."""
import os

import hostile_functions
import hostile_graphs
import hostile_large
import hostile_operators
import hostile_trees
from malformed import FOLDER

MAKERS = (
    hostile_graphs.wire,
    hostile_graphs.tensors,
    hostile_graphs.nodes,
    hostile_graphs.inputs,
    hostile_graphs.texts,
    hostile_graphs.shapes,
    hostile_graphs.operators,
    hostile_trees.tree_nodes,
    hostile_trees.tree_values,
    hostile_trees.newer_trees,
    hostile_trees.tree_classes,
    hostile_operators.linear_and_svm,
    hostile_operators.features,
    hostile_operators.attributes,
    hostile_operators.operator_sets,
    hostile_functions.functions,
    hostile_functions.scans,
    hostile_functions.loops,
    hostile_large.large_tensors,
    hostile_large.large_work,
    hostile_large.texts_as_numbers,
)

if __name__ == "__main__":
    for old in os.listdir(FOLDER):
        os.remove(os.path.join(FOLDER, old))
    for make in MAKERS:
        make()
