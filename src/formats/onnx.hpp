// ONNX models: https://onnx.ai. What is supported and how a graph becomes a model:
// models/formats/onnx.md.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats {

bool sniff_onnx(Bytes bytes);
void load_onnx(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats
