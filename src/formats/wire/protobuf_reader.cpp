#include "formats/wire/protobuf_reader.hpp"

#include <protozero/exception.hpp>
#include <utility>

namespace pgscore::formats {

using protozero::pbf_wire_type;

ProtobufReader::ProtobufReader(Bytes bytes, const char *name, Interrupt interrupt)
    : reader_(reinterpret_cast<const char *>(bytes.data()), bytes.size()),
      name_(name),
      interrupt_(interrupt) {}

ProtobufReader::ProtobufReader(std::string_view view, const ProtobufReader &parent,
                               const char *name, std::size_t index)
    : reader_(view.data(), view.size()),
      parent_(&parent),
      name_(name),
      index_(index),
      depth_(parent.depth_ + 1),
      interrupt_(parent.interrupt_) {
  if (depth_ > kMaxDepth) throw Error(ErrorCode::kLimitExceeded, "the file is nested too deeply");
}

std::string ProtobufReader::path() const {
  std::string path;
  for (const ProtobufReader *reader = this; reader->parent_ != nullptr; reader = reader->parent_) {
    std::string part = reader->name_;
    if (reader->index_ != kNoIndex) part += "[" + std::to_string(reader->index_) + "]";
    if (!path.empty()) part.append(".").append(path);
    path = std::move(part);
  }
  return path;
}

void ProtobufReader::refuse(const std::string &what, const std::string &hint) const {
  const std::string place = path();
  throw Error(ErrorCode::kInvalidModel, (place.empty() ? std::string(name_) : place) + ": " + what,
              {}, hint);
}

/// What goes wrong in f(), said in our words. `name`: of the field; nullptr for the message itself.
template <class F>
auto ProtobufReader::guarded(const char *name, F f) {
  const char *fault = nullptr;
  try {
    return f();
  } catch (const protozero::end_of_buffer_exception &) {
    fault = "it ends beyond the message that holds it";
  } catch (const protozero::varint_too_long_exception &) {
    fault = "a number has more than ten bytes";
  } catch (const protozero::invalid_length_exception &) {
    fault = "its length is no multiple of an element's";
  } catch (const protozero::exception &) {
    fault = "malformed field";
  }
  refuse(name == nullptr ? fault : std::string(name) + ": " + fault,
         "The file is damaged, incomplete or of another format: compare its size and checksum with "
         "the original's.");
}

bool ProtobufReader::next() {
  step();
  return guarded(nullptr, [&] { return reader_.next(); });
}

void ProtobufReader::skip() {
  guarded(nullptr, [&] { reader_.skip(); });
}

void ProtobufReader::expect(pbf_wire_type type, const char *name) const {
  if (!has(type)) refuse(std::string(name) + ": the field has another type");
}

std::int64_t ProtobufReader::integer(const char *name) {
  expect(pbf_wire_type::varint, name);
  return guarded(name, [&] { return reader_.get_int64(); });
}

float ProtobufReader::float32(const char *name) {
  expect(pbf_wire_type::fixed32, name);
  return guarded(name, [&] { return reader_.get_float(); });
}

std::string_view ProtobufReader::text(const char *name) {
  expect(pbf_wire_type::length_delimited, name);
  return guarded(name, [&] {
    const protozero::data_view view = reader_.get_view();
    return std::string_view(view.data(), view.size());
  });
}

ProtobufReader ProtobufReader::message(const char *name, std::size_t index) {
  return ProtobufReader(text(name), *this, name, index);
}

template <class Range, class T>
void ProtobufReader::append(const Range &range, std::vector<T> &values) {
  for (const T value : range) {
    step();
    values.push_back(value);
  }
}

void ProtobufReader::append_integers(const char *name, std::vector<std::int64_t> &values) {
  if (!has(pbf_wire_type::length_delimited)) return values.push_back(integer(name));
  guarded(name, [&] { append(reader_.get_packed_int64(), values); });
}

void ProtobufReader::append_floats(const char *name, std::vector<float> &values) {
  if (!has(pbf_wire_type::length_delimited)) return values.push_back(float32(name));
  guarded(name, [&] { append(reader_.get_packed_float(), values); });
}

void ProtobufReader::append_doubles(const char *name, std::vector<double> &values) {
  if (!has(pbf_wire_type::length_delimited)) {
    expect(pbf_wire_type::fixed64, name);
    return guarded(name, [&] { values.push_back(reader_.get_double()); });
  }
  guarded(name, [&] { append(reader_.get_packed_double(), values); });
}

}  // namespace pgscore::formats
