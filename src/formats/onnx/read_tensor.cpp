// TensorProto -> Tensor: the elements lie in one of six lists, by their type, or in raw bytes.
#include "formats/onnx/read_tensor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/shown_text.hpp"

namespace pgscore::formats::onnx {
namespace {

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

class TensorReader {
 public:
  explicit TensorReader(Interrupt interrupt) : interrupt_(interrupt) {}

  Tensor read(ProtobufReader reader) {
    Tensor tensor;
    Lists lists;
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
          reader.append_floats("float_data", lists.floats);
          break;
        case 5:
          reader.append_integers("int32_data", lists.integers);
          break;
        case 6:
          tensor.texts.push_back(reader.text("string_data"));
          break;
        case 7:
          reader.append_integers("int64_data", lists.integers);
          break;
        case 8:
          tensor.name = reader.text("name");
          break;
        case 9:
          lists.raw = reader.text("raw_data");
          break;
        case 10:
          reader.append_doubles("double_data", lists.doubles);
          break;
        case 11:
          reader.append_integers("uint64_data", lists.integers);
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
    decode(reader, tensor, lists);
    return tensor;
  }

 private:
  struct Lists {
    std::vector<float> floats;
    std::vector<double> doubles;
    std::vector<std::int64_t> integers;  // of int32_data, int64_data or uint64_data
    std::optional<std::string_view> raw;
  };

  [[noreturn]] static void refuse_external(std::string_view name) {
    throw Error(
        ErrorCode::kUnsupportedModel, "tensor " + shown(name) + " lies outside of the model file",
        "The file refers to another one with the tensor's data (external data).",
        "Save the model as one file, with onnx.save(model, path, save_as_external_data=False).");
  }

  void decode(const ProtobufReader &reader, Tensor &tensor, Lists &lists) {
    const std::uint64_t count = count_of(reader, tensor);
    const auto type = static_cast<std::int32_t>(tensor.type);
    if (type < static_cast<std::int32_t>(Type::kFloat) ||
        type > static_cast<std::int32_t>(Type::kUint64))
      throw Error(ErrorCode::kUnsupportedModel,
                  "tensor " + shown(tensor.name) +
                      " has elements of a type that is not supported (" + std::to_string(type) +
                      ")");
    if (tensor.type == Type::kString) {
      if (lists.raw) reader.refuse("texts cannot be raw data");
    } else if (lists.raw) {
      decode_raw(reader, tensor, *lists.raw, count);
    } else {
      take_list(tensor, lists);
    }
    const std::uint64_t found =
        tensor.type == Type::kString ? tensor.texts.size() : tensor.numbers.size();
    if (found != count)
      reader.refuse("its dimensions say " + std::to_string(count) + " elements, there are " +
                    std::to_string(found));
    tensor.has_rounded_integers =
        is_integer(tensor.type) &&
        std::any_of(tensor.numbers.begin(), tensor.numbers.end(),
                    [](double number) { return !(std::fabs(number) < kExactIntegers); });
  }

  void decode_raw(const ProtobufReader &reader, Tensor &tensor, std::string_view raw,
                  std::uint64_t count) {
    const std::size_t size = raw_size(tensor.type);
    if (raw.size() % size != 0 || raw.size() / size != count)
      reader.refuse("raw_data has " + std::to_string(raw.size()) + " bytes, " +
                    std::to_string(count) + " elements of type " + type_name(tensor.type) +
                    " need another number");
    ByteReader bytes(as_bytes(raw));
    tensor.numbers.resize(count);
    for (double &number : tensor.numbers) {
      step();
      number = raw_number(tensor.type, bytes);
    }
  }

  /// Takes the elements out of the list that belongs to their type.
  void take_list(Tensor &tensor, Lists &lists) {
    if (tensor.type == Type::kDouble) {
      tensor.numbers = std::move(lists.doubles);
    } else if (tensor.type == Type::kFloat) {
      tensor.numbers.reserve(lists.floats.size());
      for (const float value : lists.floats) {
        step();
        tensor.numbers.push_back(value);
      }
    } else {
      for (const std::int64_t value : lists.integers) {
        step();
        tensor.numbers.push_back(integer_number(tensor.type, value));
      }
    }
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

  static std::uint64_t count_of(const ProtobufReader &reader, const Tensor &tensor) {
    std::uint64_t count = 1;
    for (const std::int64_t dim : tensor.dims) {
      if (dim < 0) reader.refuse("a dimension is negative");
      if (dim != 0 && count > UINT64_MAX / static_cast<std::uint64_t>(dim))
        reader.refuse("its dimensions are too large");
      count *= static_cast<std::uint64_t>(dim);
    }
    return count;
  }

  void step() {
    if ((++num_steps_ & 0x3FFF) == 0) interrupt_.check();
  }

  Interrupt interrupt_;
  std::uint64_t num_steps_ = 0;
};

}  // namespace

Tensor read_tensor(ProtobufReader reader, Interrupt interrupt) {
  return TensorReader(interrupt).read(reader);
}

}  // namespace pgscore::formats::onnx
