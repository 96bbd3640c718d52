// Protocol Buffers without a schema: the fields of a message of a file that nobody trusts, one
// after the other. protozero knows the wire format; here its exceptions become errors that name the
// field's place, every value's wire type is checked (protozero only asserts it), and the depth is
// bounded.
//
// No value can be used twice, so what is read is at most a few times the file. Unknown fields are
// skipped, as the format demands.
#pragma once
#include <cstdint>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"

namespace pgscore::formats {

class ProtobufReader {
 public:
  static constexpr unsigned kMaxDepth = 32;

  /// `name`: what the whole is called in messages. The interrupt is checked while fields are read.
  ProtobufReader(Bytes bytes, const char *name, Interrupt interrupt = {});

  /// Goes to the next field; false at the end of the message.
  bool next();
  std::uint32_t field() const { return static_cast<std::uint32_t>(reader_.tag()); }
  void skip();

  // The value of the field at hand. `name` is what messages call it.
  std::int64_t integer(const char *name);
  float float32(const char *name);
  /// The view lives as long as the file's bytes.
  std::string_view text(const char *name);
  /// A message; this reader must outlive it. `index`: its number among its like, for messages.
  ProtobufReader message(const char *name, std::size_t index = kNoIndex);
  // Repeated numbers: one value, or many packed into one field.
  void append_integers(const char *name, std::vector<std::int64_t> &values);
  void append_floats(const char *name, std::vector<float> &values);
  void append_doubles(const char *name, std::vector<double> &values);

  /// "graph.node[3].attribute[0]"; empty for the whole.
  std::string path() const;
  /// An error about this message.
  [[noreturn]] void refuse(const std::string &what, const std::string &hint = {}) const;

 private:
  static constexpr std::size_t kNoIndex = SIZE_MAX;

  ProtobufReader(std::string_view view, const ProtobufReader &parent, const char *name,
                 std::size_t index);
  template <class F>
  auto guarded(const char *name, F f);
  void expect(protozero::pbf_wire_type type, const char *name) const;
  void step() {
    if ((++steps_ & 0x3FFF) == 0) interrupt_.check();
  }
  template <class Range, class T>
  void append(const Range &range, std::vector<T> &values);
  bool has(protozero::pbf_wire_type type) const { return reader_.wire_type() == type; }

  protozero::pbf_reader reader_;
  const ProtobufReader *parent_ = nullptr;
  const char *name_;
  std::size_t index_ = kNoIndex;
  unsigned depth_ = 0;
  Interrupt interrupt_;
  std::uint32_t steps_ = 0;  // fields and numbers read
};

}  // namespace pgscore::formats
