// The inputs and outputs of a graph: how a row becomes its tensors, and its tensors what the
// scoring functions return.
#pragma once
#include "formats/format.hpp"
#include "formats/onnx_graph.hpp"

namespace pgscore::formats {

/// 'node 3, Gemm "dense_1"'
std::string onnx_place(const OnnxNode &node);
/// Puts every node behind those whose outputs it reads; refuses circles. OnnxNode::index stays its
/// place in the file.
void sort_onnx_nodes(std::vector<OnnxNode> &nodes, Interrupt interrupt);

/// Every call of a function of the model's own becomes the nodes of its body.
void inline_onnx_functions(OnnxFile &file, const Limits &limits, OnnxBudget &budget);
/// Reads nodes, each behind those that it needs.
void read_onnx_nodes(OnnxGraph &graph, const std::vector<OnnxNode> &nodes);

void add_onnx_inputs(OnnxGraph &graph, const Source &source);
void add_onnx_outputs(OnnxGraph &graph);

}  // namespace pgscore::formats
