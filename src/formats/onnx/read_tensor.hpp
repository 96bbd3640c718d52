// One tensor of an ONNX file.
#pragma once
#include "formats/onnx/model.hpp"
#include "formats/wire/protobuf_reader.hpp"

namespace pgscore::formats::onnx {

/// Reads a TensorProto (onnx/onnx.proto, ONNX 1.17) whose elements become doubles or texts; texts
/// and the name refer to the file's bytes. Throws kInvalidModel when the elements do not fit the
/// dimensions or the type, kUnsupportedModel for types that nothing computes and for data outside
/// of the file.
Tensor read_tensor(ProtobufReader reader, Interrupt interrupt);

}  // namespace pgscore::formats::onnx
