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

void add_inputs(Graph &graph, const Source &source);
void add_outputs(Graph &graph);

}  // namespace pgscore::formats::onnx
