// The messages of an ONNX file that scoring needs, as plain structs (onnx/onnx.proto of ONNX 1.17),
// and their reader.
//
// Numbers of tensors are decoded to doubles at once: every type that is taken fits, integers below
// 2^53. Texts are views of the file's bytes, which must outlive the structs.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/exact_integers.hpp"
#include "base/interrupt.hpp"
#include "base/limits.hpp"

namespace pgscore::formats::onnx {

/// TensorProto.DataType.
enum class Type : std::int32_t {
  kUndefined = 0,
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kUint32 = 12,
  kUint64 = 13,
};
/// "float", "int64", ...: as ONNX writes types, tensor(float).
std::string type_name(Type type);

struct Tensor {
  std::string_view name;
  Type type = Type::kUndefined;
  std::vector<std::int64_t> dims;
  std::vector<double> numbers;          // all types but kString
  std::vector<std::string_view> texts;  // kString
  bool has_rounded_integers = false;    // some of `numbers` are integers from kExactIntegers on
};

struct GraphBody;

struct Attribute {
  enum class Kind : std::uint8_t {
    kOther,
    kFloat,
    kInt,
    kString,
    kTensor,
    kGraph,
    kFloats,
    kInts,
    kStrings
  };
  std::string_view name;
  std::string_view reference;  // in a function: the attribute of the call that it stands for
  Kind kind = Kind::kOther;
  float f = 0;
  std::int64_t i = 0;
  std::string_view s;
  Tensor tensor;
  std::vector<float> floats;
  std::vector<std::int64_t> ints;
  std::vector<std::string_view> strings;
  std::shared_ptr<GraphBody> graph;
};

struct Node {
  std::size_t index = 0;     // in the graph
  std::int64_t version = 0;  // of its operator set, where it is a function's; otherwise the file's
                             // counts
  std::string_view name, op_type, domain, overload;
  // An empty name: an optional one that is not there
  std::vector<std::string_view> inputs, outputs;
  std::vector<Attribute> attributes;
};

/// The type of an input or output of the graph.
struct ValueInfo {
  static constexpr std::int64_t kUnknown = -1;
  std::string_view name;
  Type type = Type::kUndefined;  // of the elements; of a map, of its values
  bool is_tensor = false;
  bool is_map = false;                            // a map, or a sequence of maps
  Type key_type = Type::kUndefined;               // of a map
  std::optional<std::vector<std::int64_t>> dims;  // kUnknown: named, or not given
};

/// A graph, or the body of a loop.
struct GraphBody {
  std::string_view graph_name;
  std::vector<Node> nodes;
  std::vector<Tensor> initializers;
  std::vector<ValueInfo> inputs, outputs;
};

/// Pairs of a domain ("" is ai.onnx) and its version.
using Opsets = std::vector<std::pair<std::string_view, std::int64_t>>;

/// A function of the model's own.
struct Function {
  std::string_view name, domain, overload;
  std::vector<std::string_view> inputs, outputs, attributes;
  std::vector<Attribute> defaults;
  std::vector<Node> nodes;
  Opsets opsets;

  /// Whether a call may give the attribute: it is declared, or has a default.
  bool has_attribute(std::string_view attribute) const;
  /// 0: it imports none of the domain.
  std::int64_t version_of(std::string_view operator_domain) const;
};

struct File : GraphBody {
  std::int64_t ir_version = 0;
  std::string_view producer_name, producer_version;
  Opsets opsets;
  std::vector<std::pair<std::string_view, std::string_view>> metadata;
  std::vector<Function> functions;
  std::deque<std::string> names;  // made while functions are inlined
};

/// Reads a ModelProto. Its views point into `bytes`, which must outlive the File. Fields that
/// scoring does not need are passed over. Throws kInvalidModel for malformed bytes or when there is
/// not exactly one graph, kUnsupportedModel for sparse initializers and for tensors outside of the
/// file or of a type that is not read, kLimitExceeded.
File read_file(Bytes bytes, const Limits &limits, Interrupt interrupt);

}  // namespace pgscore::formats::onnx
