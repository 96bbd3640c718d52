// FlatBuffers without a schema compiler: tables, vectors and strings of a buffer that nobody
// trusts. The layout is that of https://flatbuffers.dev/internals/: an offset is relative to where
// it stands; a table begins with the (signed) distance to its vtable, which holds for each field
// its place in the table, 0 when it has its default.
//
// Every read is checked against the buffer. Offsets may lead to the same place many times, so a
// small file could say a large model: what is read of it is charged to a budget of a few times its
// size. There is no recursion here; a caller goes only as deep as its schema.
#pragma once
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bytes.hpp"

namespace pgscore::formats {

class FlatBuffer {
 public:
  /// Looks at nothing yet. `bytes` must outlive this, and this the tables that it gives.
  explicit FlatBuffer(Bytes bytes)
      : bytes_(bytes), budget_(std::uint64_t{kBudgetFactor} * bytes.size() + kMinBudget) {}

  class Table;

  /// Gives the table that the first four bytes lead to. Throws kInvalidModel, as every read does,
  /// when it does not lie within the bytes or when the budget is used up.
  Table root();

 private:
  static constexpr unsigned kBudgetFactor = 16;
  static constexpr std::uint64_t kMinBudget = 1 << 16;

  [[noreturn]] static void refuse(const char *what) { throw Error(ErrorCode::kInvalidModel, what); }

  const std::byte *at(std::uint64_t position, std::uint64_t size) {
    if (position > bytes_.size() || size > bytes_.size() - position)
      refuse("an offset leads out of the data");
    if (size > budget_) refuse("the same data is used too often");
    budget_ -= size;
    return bytes_.data() + position;
  }
  template <class T>
  T scalar(std::uint64_t position) {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    std::memcpy(&value, at(position, sizeof value), sizeof value);
    return value;
  }
  std::uint64_t follow(std::uint64_t position) {
    return position + scalar<std::uint32_t>(position);
  }

  Bytes bytes_;
  std::uint64_t budget_;
};

class FlatBuffer::Table {
 public:
  /// `field`: its number in the schema, from 0.
  template <class T>
  T scalar(unsigned field, T otherwise) const {
    const std::uint64_t position = find(field, sizeof(T));
    return position == 0 ? otherwise : buffer_->scalar<T>(position);
  }
  std::optional<Table> table(unsigned field) const {
    const std::uint64_t position = find(field, sizeof(std::uint32_t));
    if (position == 0) return std::nullopt;
    return Table(*buffer_, buffer_->follow(position));
  }
  /// Empty when it is absent. The view lives as long as the buffer.
  std::string_view string(unsigned field) const {
    const Elements elements = find_elements(field, 1);
    return {reinterpret_cast<const char *>(elements.first), elements.count};
  }
  Bytes bytes(unsigned field) const {
    const Elements elements = find_elements(field, 1);
    return {elements.first, elements.count};
  }
  /// A vector of numbers or of plain structs.
  template <class T>
  std::vector<T> vector(unsigned field) const {
    static_assert(std::is_trivially_copyable_v<T>);
    const Elements elements = find_elements(field, sizeof(T));
    std::vector<T> values(elements.count);
    if (elements.count > 0) std::memcpy(values.data(), elements.first, elements.count * sizeof(T));
    return values;
  }
  std::vector<Table> tables(unsigned field) const {
    std::vector<Table> tables;
    const Elements elements = find_elements(field, sizeof(std::uint32_t));
    for (std::uint64_t i = 0; i < elements.count; ++i)
      tables.push_back(
          Table(*buffer_, buffer_->follow(elements.position + i * sizeof(std::uint32_t))));
    return tables;
  }
  std::vector<std::string> strings(unsigned field) const {
    std::vector<std::string> strings;
    const Elements elements = find_elements(field, sizeof(std::uint32_t));
    for (std::uint64_t i = 0; i < elements.count; ++i) {
      const std::uint64_t string = buffer_->follow(elements.position + i * sizeof(std::uint32_t));
      const auto size = buffer_->scalar<std::uint32_t>(string);
      strings.emplace_back(reinterpret_cast<const char *>(buffer_->at(string + sizeof size, size)),
                           size);
    }
    return strings;
  }

 private:
  friend class FlatBuffer;
  struct Elements {
    const std::byte *first = nullptr;
    std::uint64_t position = 0, count = 0;
  };

  Table(FlatBuffer &buffer, std::uint64_t position) : buffer_(&buffer), position_(position) {
    const std::int64_t vtable =
        static_cast<std::int64_t>(position) - buffer.scalar<std::int32_t>(position);
    if (vtable < 0) FlatBuffer::refuse("an offset leads out of the data");
    vtable_ = static_cast<std::uint64_t>(vtable);
    vtable_size_ = buffer.scalar<std::uint16_t>(vtable_);
    size_ = buffer.scalar<std::uint16_t>(vtable_ + 2);
    if (vtable_size_ < 4 || vtable_size_ % 2 != 0)
      FlatBuffer::refuse("the layout of a table is malformed");
    buffer.at(vtable_, vtable_size_);
    buffer.at(position_, size_);
  }
  /// 0 when the field is absent.
  std::uint64_t find(unsigned field, std::size_t size) const {
    const unsigned entry = 4 + 2 * field;
    if (entry + 2 > vtable_size_) return 0;
    const auto offset = buffer_->scalar<std::uint16_t>(vtable_ + entry);
    if (offset == 0) return 0;
    if (offset + size > size_) FlatBuffer::refuse("a field lies outside of its table");
    return position_ + offset;
  }
  Elements find_elements(unsigned field, std::size_t size) const {
    const std::uint64_t position = find(field, sizeof(std::uint32_t));
    if (position == 0) return {};
    const std::uint64_t vector = buffer_->follow(position);
    const auto count = buffer_->scalar<std::uint32_t>(vector);
    const std::uint64_t first = vector + sizeof count;
    return {buffer_->at(first, std::uint64_t{count} * size), first, count};
  }

  FlatBuffer *buffer_;
  std::uint64_t position_, vtable_ = 0;
  std::uint32_t vtable_size_ = 0, size_ = 0;
};

/// Stands here because it needs the whole Table.
inline FlatBuffer::Table FlatBuffer::root() { return Table(*this, follow(0)); }

}  // namespace pgscore::formats
