// ONNX bytes -> File. Field numbers are those of onnx/onnx.proto (ONNX 1.17).
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/shown_text.hpp"
#include "formats/onnx/model.hpp"
#include "formats/wire/protobuf_reader.hpp"

namespace pgscore::formats::onnx {
namespace {

constexpr std::size_t kNoIndex = SIZE_MAX;
constexpr std::uint64_t kMaxAttributes = 1000;  // of one node, which looks for them by name

float float_of_half(std::uint16_t half) {
  const int exponent = half >> 10 & 31;
  const auto fraction = static_cast<float>(half & 1023);
  const float size = exponent == 0    ? std::ldexp(fraction, -24)
                     : exponent == 31 ? (fraction == 0 ? std::numeric_limits<float>::infinity()
                                                       : std::numeric_limits<float>::quiet_NaN())
                                      : std::ldexp(fraction + 1024, exponent - 25);
  return (half & 0x8000) != 0 ? -size : size;
}

std::size_t raw_size(Type type) {
  switch (type) {
    case Type::kUint8:
    case Type::kInt8:
    case Type::kBool:
      return 1;
    case Type::kUint16:
    case Type::kInt16:
    case Type::kFloat16:
      return 2;
    case Type::kFloat:
    case Type::kInt32:
    case Type::kUint32:
      return 4;
    default:
      return 8;
  }
}

double raw_number(Type type, ByteReader &reader) {
  switch (type) {
    case Type::kFloat:
      return reader.little_endian<float>();
    case Type::kDouble:
      return reader.little_endian<double>();
    case Type::kFloat16:
      return float_of_half(reader.little_endian<std::uint16_t>());
    case Type::kInt8:
      return reader.little_endian<std::int8_t>();
    case Type::kUint8:
      return reader.little_endian<std::uint8_t>();
    case Type::kBool:
      return reader.little_endian<std::uint8_t>() != 0 ? 1 : 0;
    case Type::kInt16:
      return reader.little_endian<std::int16_t>();
    case Type::kUint16:
      return reader.little_endian<std::uint16_t>();
    case Type::kInt32:
      return reader.little_endian<std::int32_t>();
    case Type::kUint32:
      return reader.little_endian<std::uint32_t>();
    case Type::kUint64:
      return static_cast<double>(reader.little_endian<std::uint64_t>());
    default:
      return static_cast<double>(reader.little_endian<std::int64_t>());
  }
}

bool is_integer(Type type) {
  return type != Type::kFloat && type != Type::kDouble && type != Type::kFloat16;
}

class Reader {
 public:
  Reader(const Limits &limits, Interrupt interrupt) : limits_(limits), interrupt_(interrupt) {}

  File file(Bytes bytes) {
    ProtobufReader reader(bytes, "model", interrupt_);
    File file;
    bool has_graph = false;
    while (reader.next()) {
      switch (reader.field()) {
        case 1:
          file.ir_version = reader.integer("ir_version");
          break;
        case 2:
          file.producer_name = reader.text("producer_name");
          break;
        case 3:
          file.producer_version = reader.text("producer_version");
          break;
        case 7:
          if (has_graph) reader.refuse("there are two graphs");
          has_graph = true;
          graph(message(reader, "graph"), file);
          break;
        case 8:
          file.opsets.push_back(opset(message(reader, "opset_import", file.opsets.size())));
          break;
        case 14:
          file.metadata.push_back(
              metadata(message(reader, "metadata_props", file.metadata.size())));
          break;
        case 25:
          file.functions.push_back(function(message(reader, "functions", file.functions.size())));
          break;
        default:
          reader.skip();
      }
    }
    if (!has_graph) reader.refuse("there is no graph");
    return file;
  }

 private:
  /// Every message counts against a quota: a byte or two of the file can be one, and a few hundred
  /// bytes here.
  ProtobufReader message(ProtobufReader &reader, const char *name, std::size_t index = kNoIndex) {
    check_limit(++num_messages_, limits_.max_columns, "parts");
    if ((num_messages_ & 0xFFF) == 0) interrupt_.check();
    return reader.message(name, index);
  }

  static std::pair<std::string_view, std::int64_t> opset(ProtobufReader reader) {
    std::pair<std::string_view, std::int64_t> opset;
    while (reader.next()) {
      if (reader.field() == 1)
        opset.first = reader.text("domain");
      else if (reader.field() == 2)
        opset.second = reader.integer("version");
      else
        reader.skip();
    }
    if (opset.first == "ai.onnx") opset.first = "";
    return opset;
  }

  static std::pair<std::string_view, std::string_view> metadata(ProtobufReader reader) {
    std::pair<std::string_view, std::string_view> entry;
    while (reader.next()) {
      if (reader.field() == 1)
        entry.first = reader.text("key");
      else if (reader.field() == 2)
        entry.second = reader.text("value");
      else
        reader.skip();
    }
    return entry;
  }

  void graph(ProtobufReader reader, GraphBody &file) {
    while (reader.next()) {
      switch (reader.field()) {
        case 1:
          file.nodes.push_back(node(message(reader, "node", file.nodes.size()), file.nodes.size()));
          break;
        case 2:
          file.graph_name = reader.text("name");
          break;
        case 5:
          file.initializers.push_back(
              tensor(message(reader, "initializer", file.initializers.size())));
          break;
        case 11:
          file.inputs.push_back(value_info(message(reader, "input", file.inputs.size())));
          break;
        case 12:
          file.outputs.push_back(value_info(message(reader, "output", file.outputs.size())));
          break;
        case 15:
          throw Error(ErrorCode::kUnsupportedModel, "sparse initializers are not supported");
        default:
          reader.skip();
      }
    }
  }

  Node node(ProtobufReader reader, std::size_t index) {
    Node node;
    node.index = index;
    while (reader.next()) {
      switch (reader.field()) {
        case 1:
          count_text();
          node.inputs.push_back(reader.text("input"));
          break;
        case 2:
          count_text();
          node.outputs.push_back(reader.text("output"));
          break;
        case 3:
          node.name = reader.text("name");
          break;
        case 4:
          node.op_type = reader.text("op_type");
          break;
        case 5:
          check_limit(node.attributes.size() + 1, kMaxAttributes, "attributes of a node");
          node.attributes.push_back(
              attribute(message(reader, "attribute", node.attributes.size())));
          break;
        case 7:
          node.domain = reader.text("domain");
          break;
        case 8:
          node.overload = reader.text("overload");
          break;
        default:
          reader.skip();
      }
    }
    if (node.domain == "ai.onnx") node.domain = "";
    return node;
  }

  Function function(ProtobufReader reader) {
    Function function;
    auto add_text = [&](const char *name, std::vector<std::string_view> &list) {
      count_text();
      list.push_back(reader.text(name));
    };
    while (reader.next()) {
      switch (reader.field()) {
        case 1:
          function.name = reader.text("name");
          break;
        case 4:
          add_text("input", function.inputs);
          break;
        case 5:
          add_text("output", function.outputs);
          break;
        case 6:
          add_text("attribute", function.attributes);
          break;
        case 7:
          function.nodes.push_back(
              node(message(reader, "node", function.nodes.size()), function.nodes.size()));
          break;
        case 9:
          function.opsets.push_back(opset(message(reader, "opset_import", function.opsets.size())));
          break;
        case 10:
          function.domain = reader.text("domain");
          break;
        case 11:
          function.defaults.push_back(
              attribute(message(reader, "attribute_proto", function.defaults.size())));
          break;
        case 13:
          function.overload = reader.text("overload");
          break;
        default:
          reader.skip();
      }
    }
    if (function.domain == "ai.onnx") function.domain = "";
    return function;
  }

  Attribute attribute(ProtobufReader reader) {
    using Kind = Attribute::Kind;
    Attribute attribute;
    std::int64_t type = 0;
    Kind seen = Kind::kOther;  // files of the first IR version have no type: the value says it
    bool several = false;
    auto see = [&](Kind kind) {
      several = several || (seen != Kind::kOther && seen != kind);
      seen = kind;
    };
    while (reader.next()) {
      switch (reader.field()) {
        case 1:
          attribute.name = reader.text("name");
          break;
        case 2:
          attribute.f = reader.float32("f");
          see(Kind::kFloat);
          break;
        case 3:
          attribute.i = reader.integer("i");
          see(Kind::kInt);
          break;
        case 4:
          attribute.s = reader.text("s");
          see(Kind::kString);
          break;
        case 5:
          attribute.tensor = tensor(message(reader, "t"));
          see(Kind::kTensor);
          break;
        case 6:
          attribute.graph = std::make_shared<GraphBody>();
          graph(message(reader, "g"), *attribute.graph);
          see(Kind::kGraph);
          break;
        case 7:
          reader.append_floats("floats", attribute.floats);
          see(Kind::kFloats);
          break;
        case 8:
          reader.append_integers("ints", attribute.ints);
          see(Kind::kInts);
          break;
        case 9:
          attribute.strings.push_back(reader.text("strings"));
          see(Kind::kStrings);
          break;
        case 20:
          type = reader.integer("type");
          break;
        case 21:
          attribute.reference = reader.text("ref_attr_name");
          break;
        default:
          reader.skip();
      }
    }
    constexpr Kind kKinds[] = {Kind::kOther,  Kind::kFloat,  Kind::kInt,
                               Kind::kString, Kind::kTensor, Kind::kGraph,
                               Kind::kFloats, Kind::kInts,   Kind::kStrings};
    attribute.kind = type == 0 ? seen : type > 0 && type < 9 ? kKinds[type] : Kind::kOther;
    if (several || (seen != Kind::kOther && seen != attribute.kind))
      reader.refuse("attribute " + shown(attribute.name) +
                    " has a value of another type than it says");
    return attribute;
  }

  Tensor tensor(ProtobufReader reader) {
    Tensor tensor;
    std::vector<float> floats;
    std::vector<double> doubles;
    std::vector<std::int64_t> integers;  // of int32_data, int64_data or uint64_data
    std::optional<std::string_view> raw;
    while (reader.next()) {
      switch (reader.field()) {
        case 1:
          reader.append_integers("dims", tensor.dims);
          break;
        case 2:
          tensor.type = static_cast<Type>(reader.integer("data_type"));
          break;
        case 3:
          reader.refuse("segments of tensors are not supported");
        case 4:
          reader.append_floats("float_data", floats);
          break;
        case 5:
          reader.append_integers("int32_data", integers);
          break;
        case 6:
          tensor.texts.push_back(reader.text("string_data"));
          break;
        case 7:
          reader.append_integers("int64_data", integers);
          break;
        case 8:
          tensor.name = reader.text("name");
          break;
        case 9:
          raw = reader.text("raw_data");
          break;
        case 10:
          reader.append_doubles("double_data", doubles);
          break;
        case 11:
          reader.append_integers("uint64_data", integers);
          break;
        case 13:
          refuse_external(tensor.name);
        case 14:
          if (reader.integer("data_location") != 0) refuse_external(tensor.name);
          break;
        default:
          reader.skip();
      }
    }
    interrupt_.check();
    decode(reader, tensor, floats, doubles, integers, raw);
    return tensor;
  }

  [[noreturn]] static void refuse_external(std::string_view name) {
    throw Error(
        ErrorCode::kUnsupportedModel, "tensor " + shown(name) + " lies outside of the model file",
        "The file refers to another one with the tensor's data (external data).",
        "Save the model as one file, with onnx.save(model, path, save_as_external_data=False).");
  }

  void decode(const ProtobufReader &reader, Tensor &tensor, const std::vector<float> &floats,
              std::vector<double> &doubles, const std::vector<std::int64_t> &integers,
              std::optional<std::string_view> raw) {
    const std::uint64_t count = element_count(reader, tensor);
    const auto type = static_cast<std::int32_t>(tensor.type);
    if (type < static_cast<std::int32_t>(Type::kFloat) ||
        type > static_cast<std::int32_t>(Type::kUint64))
      throw Error(ErrorCode::kUnsupportedModel,
                  "tensor " + shown(tensor.name) +
                      " has elements of a type that is not supported (" + std::to_string(type) +
                      ")");
    std::uint64_t found = 0;
    if (tensor.type == Type::kString) {
      if (raw) reader.refuse("texts cannot be raw data");
      found = tensor.texts.size();
    } else if (raw) {
      const std::size_t size = raw_size(tensor.type);
      if (raw->size() % size != 0 || raw->size() / size != count)
        reader.refuse("raw_data has " + std::to_string(raw->size()) + " bytes, " +
                      std::to_string(count) + " elements of type " + type_name(tensor.type) +
                      " need another number");
      ByteReader bytes(as_bytes(*raw));
      tensor.numbers.resize(count);
      for (double &number : tensor.numbers) {
        step();
        number = raw_number(tensor.type, bytes);
      }
      found = count;
    } else if (tensor.type == Type::kFloat) {
      tensor.numbers.reserve(floats.size());
      for (const float value : floats) {
        step();
        tensor.numbers.push_back(value);
      }
      found = floats.size();
    } else if (tensor.type == Type::kDouble) {
      tensor.numbers = std::move(doubles);
      found = tensor.numbers.size();
    } else {
      for (const std::int64_t value : integers) {
        step();
        tensor.numbers.push_back(integer_number(tensor.type, value));
      }
      found = integers.size();
    }
    if (found != count)
      reader.refuse("its dimensions say " + std::to_string(count) + " elements, there are " +
                    std::to_string(found));
    if (!is_integer(tensor.type)) return;
    tensor.has_rounded_integers =
        std::any_of(tensor.numbers.begin(), tensor.numbers.end(),
                    [](double number) { return !(std::fabs(number) < kExactIntegers); });
  }

  /// int32_data holds the bits of float16, and of all short integers.
  static double integer_number(Type type, std::int64_t value) {
    switch (type) {
      case Type::kFloat16:
        return float_of_half(static_cast<std::uint16_t>(value));
      case Type::kBool:
        return value != 0 ? 1 : 0;
      case Type::kUint64:
        return static_cast<double>(static_cast<std::uint64_t>(value));
      default:
        return static_cast<double>(value);
    }
  }

  static std::uint64_t element_count(const ProtobufReader &reader, const Tensor &tensor) {
    std::uint64_t count = 1;
    for (const std::int64_t dim : tensor.dims) {
      if (dim < 0) reader.refuse("a dimension is negative");
      if (dim != 0 && count > UINT64_MAX / static_cast<std::uint64_t>(dim))
        reader.refuse("its dimensions are too large");
      count *= static_cast<std::uint64_t>(dim);
    }
    return count;
  }

  ValueInfo value_info(ProtobufReader reader) {
    ValueInfo info;
    while (reader.next()) {
      if (reader.field() == 1)
        info.name = reader.text("name");
      else if (reader.field() == 2)
        type(message(reader, "type"), info);
      else
        reader.skip();
    }
    return info;
  }

  void type(ProtobufReader reader, ValueInfo &info) {
    while (reader.next()) {
      switch (reader.field()) {
        case 1:
          if (!info.is_map) info.is_tensor = true;
          tensor_type(message(reader, "tensor_type"), info);
          break;
        case 4: {
          ProtobufReader sequence = message(reader, "sequence_type");
          while (sequence.next()) {
            if (sequence.field() == 1)
              type(message(sequence, "elem_type"), info);
            else
              sequence.skip();
          }
          info.is_tensor = false;
          break;
        }
        case 5: {
          info.is_map = true;
          ProtobufReader map = message(reader, "map_type");
          while (map.next()) {
            if (map.field() == 1)
              info.key_type = static_cast<Type>(map.integer("key_type"));
            else if (map.field() == 2)
              type(message(map, "value_type"), info);
            else
              map.skip();
          }
          break;
        }
        default:
          reader.skip();
      }
    }
  }

  void tensor_type(ProtobufReader reader, ValueInfo &info) {
    while (reader.next()) {
      if (reader.field() == 1) {
        info.type = static_cast<Type>(reader.integer("elem_type"));
      } else if (reader.field() == 2) {
        info.dims.emplace();
        ProtobufReader shape = message(reader, "shape");
        while (shape.next()) {
          if (shape.field() == 1)
            info.dims->push_back(dimension(message(shape, "dim", info.dims->size())));
          else
            shape.skip();
        }
      } else {
        reader.skip();
      }
    }
  }

  static std::int64_t dimension(ProtobufReader reader) {
    std::int64_t size = ValueInfo::kUnknown;
    while (reader.next()) {
      if (reader.field() == 1)
        size = reader.integer("dim_value");
      else
        reader.skip();
    }
    return size;
  }

  void step() {
    if ((++num_steps_ & 0x3FFF) == 0) interrupt_.check();
  }
  void count_text() { check_limit(++num_names_, limits_.max_columns, "names"); }

  const Limits &limits_;
  Interrupt interrupt_;
  std::uint64_t num_messages_ = 0, num_names_ = 0, num_steps_ = 0;
};

}  // namespace

std::string type_name(Type type) {
  constexpr const char *kNames[] = {"undefined", "float",  "uint8",  "int8",   "uint16",
                                    "int16",     "int32",  "int64",  "string", "bool",
                                    "float16",   "double", "uint32", "uint64"};
  const auto index = static_cast<std::int32_t>(type);
  return index >= 0 && index < 14 ? kNames[index] : std::to_string(index);
}

bool Function::has_attribute(std::string_view attribute) const {
  const auto is_it = [&](const Attribute &given) { return given.name == attribute; };
  return std::find(attributes.begin(), attributes.end(), attribute) != attributes.end() ||
         std::any_of(defaults.begin(), defaults.end(), is_it);
}

std::int64_t Function::version_of(std::string_view operator_domain) const {
  for (const auto &[name, version] : opsets)
    if (name == operator_domain) return version;
  return 0;
}

File read_file(Bytes bytes, const Limits &limits, Interrupt interrupt) {
  return Reader(limits, interrupt).file(bytes);
}

}  // namespace pgscore::formats::onnx
