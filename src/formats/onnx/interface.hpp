// The inputs and outputs of a graph: how a row becomes its tensors, and its tensors what the
// scoring functions return.
#pragma once
#include "formats/format.hpp"
#include "formats/onnx/graph.hpp"

namespace pgscore::formats::onnx {

/// 'node 3, Gemm "dense_1"'
std::string place_of(const Node &node);
/// Puts every node behind those whose outputs it reads; refuses circles. Node::index stays its
/// place in the file.
void sort_nodes(std::vector<Node> &nodes, Interrupt interrupt);

/// Every call of a function of the model's own becomes the nodes of its body.
void inline_functions(File &file, const Limits &limits, Budget &budget);
/// Reads nodes, each behind those that it needs.
void read_nodes(Graph &graph, const std::vector<Node> &nodes);

/// Adds an input to the builder for each element that a tensor has for one row, or for each key of
/// a map, and defines the graph's inputs with them. A matrix of open size has as many features as
/// source.features names beyond those of the other inputs, when it is the only one, and otherwise
/// as many as the nodes that read it need. Call it once, before any node is read. Throws
/// kUnsupportedModel for inputs that are neither tensors nor maps, whose size stays open, or whose
/// elements have an unsupported type; kInvalidModel, kLimitExceeded.
void add_inputs(Graph &graph, const Source &source);

/// Makes the builder's output of the graph's outputs, after all nodes are read. The first output
/// that is a label of a classifier makes it a classification, with the scores that belong to the
/// labels as probabilities; without one it is a regression, whose values are all numbers of all
/// outputs. Throws kInvalidModel when an output is computed by no node or there is none,
/// kUnsupportedModel when one holds integers beyond 2^53, or a text of the row that nothing is
/// compared with.
void add_outputs(Graph &graph);

}  // namespace pgscore::formats::onnx
