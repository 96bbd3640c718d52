// ONNX models: https://onnx.ai. What is supported and how a graph becomes a model:
// docs/formats/onnx.md.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::onnx {

bool sniff(Bytes bytes);
void load(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::onnx
