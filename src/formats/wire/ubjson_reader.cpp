#include "formats/wire/ubjson_reader.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <type_traits>

#include "base/float_text.hpp"

namespace pgscore::formats {
namespace {

/// Bytes of one number of a typed array; 0 for types that may not be elements of one. Types without
/// content (null, true) are refused there: a count of 2^60 of them would cost nothing to write.
std::size_t element_size(char type) {
  switch (type) {
    case 'i':
    case 'U':
    case 'C':
      return 1;
    case 'I':
      return 2;
    case 'l':
    case 'd':
      return 4;
    case 'L':
    case 'D':
      return 8;
    default:
      return 0;
  }
}

template <class Number>
Number from_big_endian(const char *bytes) {
  char buffer[sizeof(Number)];
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    buffer[i] = bytes[std::endian::native == std::endian::big ? i : sizeof(Number) - 1 - i];
  Number value;
  std::memcpy(&value, buffer, sizeof value);
  return value;
}

}  // namespace

char UbjsonReader::peek_marker() {
  while (cursor_ != end_ && *cursor_ == 'N') ++cursor_;  // "no-op" may stand before any value
  if (cursor_ == end_) refuse_end();
  return *cursor_;
}

char UbjsonReader::take() {
  if (cursor_ == end_) refuse_end();
  return *cursor_++;
}

char UbjsonReader::take_marker() {
  check_interrupt();
  if (!containers_.empty() && containers_.back().type != 0) return containers_.back().type;
  peek_marker();
  return *cursor_++;
}

template <class Number>
Number UbjsonReader::number() {
  return from_big_endian<Number>(bytes(sizeof(Number)).data());
}

std::string_view UbjsonReader::bytes(std::uint64_t count) {
  if (count > remaining()) refuse_end();
  const std::string_view out(cursor_, count);
  cursor_ += count;
  return out;
}

std::uint64_t UbjsonReader::length() {
  const std::int64_t length = integer_of(take());
  if (length < 0) refuse("a length is negative");
  return static_cast<std::uint64_t>(length);
}

std::int64_t UbjsonReader::integer_of(char marker) {
  switch (marker) {
    case 'T':
      return 1;
    case 'F':
      return 0;
    case 'i':
      return number<std::int8_t>();
    case 'U':
    case 'C':
      return number<std::uint8_t>();
    case 'I':
      return number<std::int16_t>();
    case 'l':
      return number<std::int32_t>();
    case 'L':
      return number<std::int64_t>();
    default:
      refuse("expected an integer");
  }
}

float UbjsonReader::float_of(char marker) {
  switch (marker) {
    case 'd':
      return number<float>();
    case 'D':
      return static_cast<float>(number<double>());
    case 'H': {
      const std::optional<float> value = parse_float32(bytes(length()));
      if (!value) refuse("expected a number");
      return *value;
    }
    case 'T':
    case 'F':
      refuse("expected a number");
    default:
      return static_cast<float>(integer_of(marker));
  }
}

DocumentReader::Kind UbjsonReader::peek() {
  if (!containers_.empty() && containers_.back().type != 0) return Kind::kNumber;
  switch (peek_marker()) {
    case '{':
      return Kind::kObject;
    case '[':
      return Kind::kArray;
    case 'S':
      return Kind::kString;
    case 'T':
    case 'F':
      return Kind::kBoolean;
    case 'Z':
      return Kind::kNull;
    default:
      return Kind::kNumber;
  }
}

void UbjsonReader::begin(char bracket, const char *what) {
  if (take_marker() != bracket) refuse(std::string("expected ") + what);
  check_nesting(containers_.size() + 1);
  Container container{bracket == '{', false, 0, 0};
  if (cursor_ != end_ && *cursor_ == '$') {
    ++cursor_;
    container.type = take();
    if (container.is_object || element_size(container.type) == 0)
      refuse("unsupported type of a typed container");
    if (cursor_ == end_ || *cursor_ != '#') refuse("a typed array has no count");
  }
  if (cursor_ != end_ && *cursor_ == '#') {
    ++cursor_;
    container.is_counted = true;
    container.left = length();
    // Every element takes a byte at least, so no count can keep the reader busy beyond the end of
    // the data.
    if (container.left > remaining() / std::max<std::size_t>(element_size(container.type), 1))
      refuse_end();
  }
  containers_.push_back(container);
}

bool UbjsonReader::next_item(bool is_object) {
  if (containers_.empty() || containers_.back().is_object != is_object)
    throw Error(ErrorCode::kInternal, "reader used out of order");
  Container &container = containers_.back();
  if (container.is_counted) {
    if (container.left-- > 0) return true;
  } else {
    if (peek_marker() != (is_object ? '}' : ']')) return true;
    ++cursor_;
  }
  containers_.pop_back();
  return false;
}

bool UbjsonReader::next_key(std::string_view &key) {
  check_interrupt();
  if (!next_item(true)) return false;
  key = bytes(length());
  return true;
}

bool UbjsonReader::next_element() { return next_item(false); }

std::string UbjsonReader::text() {
  if (take_marker() != 'S') refuse("expected a string");
  return std::string(bytes(length()));
}

float UbjsonReader::float32() { return float_of(take_marker()); }

std::int64_t UbjsonReader::integer() { return integer_of(take_marker()); }

void UbjsonReader::skip_scalar(char marker) {
  switch (marker) {
    case 'Z':
    case 'T':
    case 'F':
      return;
    case 'S':
    case 'H':
      bytes(length());
      return;
    default:
      if (element_size(marker) == 0) refuse("unknown type of a value");
      bytes(element_size(marker));
  }
}

void UbjsonReader::skip() {
  const std::size_t outside = containers_.size();
  do {
    // One step: a value of the container at hand, or its end.
    if (containers_.size() > outside) {
      Container &container = containers_.back();
      if (container.type != 0) {
        // begin() saw to it that this does not overflow
        bytes(container.left * element_size(container.type));
        containers_.pop_back();
        continue;
      }
      if (!next_item(container.is_object)) continue;
      if (containers_.back().is_object) bytes(length());
    }
    const Kind kind = peek();
    if (kind == Kind::kObject || kind == Kind::kArray)
      begin(kind == Kind::kObject ? '{' : '[', "a container");
    else
      skip_scalar(take_marker());
  } while (containers_.size() > outside);
}

template <class Stored, class Number, class Convert>
void UbjsonReader::typed(std::vector<Number> &out, std::uint64_t count, Convert convert) {
  out.resize(count);  // begin() saw to it that the data holds as many
  for (Number &value : out) {
    value = convert(from_big_endian<Stored>(cursor_));
    cursor_ += sizeof(Stored);
  }
  check_interrupt();
}

template <class Number, class Read>
void UbjsonReader::numbers(std::vector<Number> &out, Read read) {
  out.clear();
  begin_array();
  const Container array = containers_.back();
  auto cast = [](auto value) { return static_cast<Number>(value); };
  const bool is_float_array = std::is_same_v<Number, float> && array.type == 'd';
  switch (is_float_array ? 0 : array.type) {
    case 0:
      if (!is_float_array) {
        while (next_element()) out.push_back(read());
        return;
      }
      typed<float>(out, array.left, cast);
      break;
    case 'i':
      typed<std::int8_t>(out, array.left, cast);
      break;
    case 'U':
    case 'C':
      typed<std::uint8_t>(out, array.left, cast);
      break;
    case 'I':
      typed<std::int16_t>(out, array.left, cast);
      break;
    case 'l':
      typed<std::int32_t>(out, array.left, cast);
      break;
    default:
      while (next_element()) out.push_back(read());
      return;
  }
  containers_.pop_back();
}

void UbjsonReader::floats(std::vector<float> &out) {
  numbers(out, [this] { return float32(); });
}

void UbjsonReader::integers(std::vector<std::int32_t> &out) {
  numbers(out, [this] {
    const std::int64_t wide = integer();
    if (wide < INT32_MIN || wide > INT32_MAX)
      refuse("integer " + std::to_string(wide) + " is out of range");
    return static_cast<std::int32_t>(wide);
  });
}

void UbjsonReader::end_document() {
  while (cursor_ != end_ && *cursor_ == 'N') ++cursor_;
  if (cursor_ != end_) refuse("unexpected data after the document");
}

}  // namespace pgscore::formats
