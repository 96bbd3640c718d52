// ONNX models: https://onnx.ai. What is supported and how a graph becomes a model:
// docs/formats/onnx.md.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::onnx {

/// Whether every field up to the last byte is one of a ModelProto, with a version and a graph among
/// them. Does not look into the graph. Never throws.
bool sniff(Bytes bytes);

/// Reads the file into the builder; twice when it has text inputs, first to collect their
/// categories. Of `source` only the bytes are read, and the number of features. Throws
/// kInvalidModel and kUnsupportedModel with a hint, and kLimitExceeded.
void load(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::onnx
