// A bounded reader of untrusted bytes. Every read either stays inside or throws; nothing is ever
// read unaligned through a cast.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/error.hpp"

namespace pgscore {

using Bytes = std::span<const std::byte>;

/// View the same memory as text, or as bytes. Nothing is copied or checked: the text need not be
/// UTF-8, and the view lives as long as the memory.
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}
inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte *>(text.data()), text.size()};
}

/// The advice where a file ends before it should.
inline constexpr const char *kCutOff =
    "The file may have been cut off: compare its size with the original's.";

class ByteReader {
 public:
  /// Reads `bytes` from the front. They are not copied: they outlive the reader and all that it
  /// gives.
  explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

  /// Count the bytes that have been read, and those that are left.
  std::size_t position() const { return position_; }
  std::size_t remaining() const { return bytes_.size() - position_; }
  bool at_end() const { return remaining() == 0; }

  /// Gives the next `count` bytes. The view lives as long as the input. Throws kInvalidModel when
  /// so many are not left.
  Bytes take(std::size_t count) {
    if (count > remaining())
      throw Error(ErrorCode::kInvalidModel, "unexpected end of data",
                  "At byte " + std::to_string(position_) + ": " + std::to_string(count) +
                      " bytes are needed, " + std::to_string(remaining()) + " are left.",
                  kCutOff);
    Bytes out = bytes_.subspan(position_, count);
    position_ += count;
    return out;
  }
  void skip(std::size_t count) { take(count); }

  /// Read sizeof(T) bytes as one number of the arithmetic type T, and `length` bytes as they are.
  /// All throw as take() does.
  template <class T>
  T little_endian() {
    return number<T, std::endian::little>();
  }
  template <class T>
  T big_endian() {
    return number<T, std::endian::big>();
  }
  std::string_view text(std::size_t length) { return as_text(take(length)); }

 private:
  template <class T, std::endian Order>
  T number() {
    static_assert(std::is_arithmetic_v<T>);
    Bytes raw = take(sizeof(T));
    std::byte buffer[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i)
      buffer[i] = raw[Order == std::endian::native ? i : sizeof(T) - 1 - i];
    T value;
    std::memcpy(&value, buffer, sizeof value);
    return value;
  }

  Bytes bytes_;
  std::size_t position_ = 0;
};

}  // namespace pgscore
