// ONNX bytes -> File. Field numbers are those of onnx/onnx.proto (ONNX 1.17).
#include <algorithm>

#include "base/shown_text.hpp"
#include "formats/onnx/model.hpp"
#include "formats/onnx/read_tensor.hpp"
#include "formats/wire/protobuf_reader.hpp"

namespace pgscore::formats::onnx {
namespace {

constexpr std::size_t kNoIndex = SIZE_MAX;
constexpr std::uint64_t kMaxAttributes = 1000;  // of one node, which looks for them by name

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
              read_tensor(message(reader, "initializer", file.initializers.size()), interrupt_));
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

  /// AttributeProto.AttributeType.
  static Attribute::Kind kind_of(std::int64_t type) {
    using Kind = Attribute::Kind;
    constexpr Kind kKinds[] = {Kind::kOther,  Kind::kFloat,  Kind::kInt,
                               Kind::kString, Kind::kTensor, Kind::kGraph,
                               Kind::kFloats, Kind::kInts,   Kind::kStrings};
    return type > 0 && type < 9 ? kKinds[type] : Kind::kOther;
  }

  /// Reads the field that the reader stands at if it is a value, and says of which kind; kOther for
  /// other fields, which are left.
  Attribute::Kind value(ProtobufReader &reader, Attribute &attribute) {
    using Kind = Attribute::Kind;
    switch (reader.field()) {
      case 2:
        attribute.f = reader.float32("f");
        return Kind::kFloat;
      case 3:
        attribute.i = reader.integer("i");
        return Kind::kInt;
      case 4:
        attribute.s = reader.text("s");
        return Kind::kString;
      case 5:
        attribute.tensor = read_tensor(message(reader, "t"), interrupt_);
        return Kind::kTensor;
      case 6:
        attribute.graph = std::make_shared<GraphBody>();
        graph(message(reader, "g"), *attribute.graph);
        return Kind::kGraph;
      case 7:
        reader.append_floats("floats", attribute.floats);
        return Kind::kFloats;
      case 8:
        reader.append_integers("ints", attribute.ints);
        return Kind::kInts;
      case 9:
        attribute.strings.push_back(reader.text("strings"));
        return Kind::kStrings;
      default:
        return Kind::kOther;
    }
  }

  Attribute attribute(ProtobufReader reader) {
    using Kind = Attribute::Kind;
    Attribute attribute;
    std::int64_t type = 0;
    Kind seen = Kind::kOther;  // files of the first IR version have no type: the value says it
    bool several = false;
    while (reader.next()) {
      if (reader.field() == 1) {
        attribute.name = reader.text("name");
      } else if (reader.field() == 20) {
        type = reader.integer("type");
      } else if (reader.field() == 21) {
        attribute.reference = reader.text("ref_attr_name");
      } else if (const Kind kind = value(reader, attribute); kind != Kind::kOther) {
        several = several || (seen != Kind::kOther && seen != kind);
        seen = kind;
      } else {
        reader.skip();
      }
    }
    attribute.kind = type == 0 ? seen : kind_of(type);
    if (several || (seen != Kind::kOther && seen != attribute.kind))
      reader.refuse("attribute " + shown(attribute.name) +
                    " has a value of another type than it says");
    return attribute;
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

  void count_text() { check_limit(++num_names_, limits_.max_columns, "names"); }

  const Limits &limits_;
  Interrupt interrupt_;
  std::uint64_t num_messages_ = 0, num_names_ = 0;
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
