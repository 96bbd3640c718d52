// The inputs and outputs of a graph: how a row becomes its tensors, and its tensors what the scoring functions return.
#pragma once
#include "formats/format.hpp"
#include "formats/onnx_graph.hpp"

namespace pgscore::formats {

void add_onnx_inputs(OnnxGraph &graph, const Source &source);
void add_onnx_outputs(OnnxGraph &graph);

}  // namespace pgscore::formats
