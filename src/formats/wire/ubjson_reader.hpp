// DocumentReader for Universal Binary JSON, draft 12, as XGBoost reads and writes it
// (src/common/json.cc, UBJReader and UBJWriter): numbers are big-endian; arrays may be typed and
// counted ("[$d#L..."), containers counted ("[#L..."); unsigned arrays wider than 8 bits are stored
// as signed ones of the same width.
#pragma once
#include <vector>

#include "formats/wire/document_reader.hpp"

namespace pgscore::formats {

class UbjsonReader final : public DocumentReader {
 public:
  /// Stands before the first value, and reads nothing yet. `bytes` must outlive the reader; the
  /// limits are copied.
  explicit UbjsonReader(Bytes bytes, const Limits &limits = {}, Interrupt interrupt = {})
      : DocumentReader(bytes, limits, interrupt) {}

  /// These do what document_reader.hpp says; no-op markers ("N") before a value are passed over. A
  /// typed array holds numbers only. Calls that do not go with the container at hand are kInternal.
  Kind peek() override;
  void begin_object() override { begin('{', "an object"); }
  bool next_key(std::string_view &key) override;
  void begin_array() override { begin('[', "an array"); }
  bool next_element() override;
  std::string text() override;
  float float32() override;
  std::int64_t integer() override;
  void skip() override;
  void floats(std::vector<float> &out) override;
  void integers(std::vector<std::int32_t> &out) override;
  void end_document() override;

 private:
  struct Container {
    bool is_object;
    bool is_counted;
    char type;  // of the elements of a typed array, 0: each has its own marker
    std::uint64_t left;
  };

  char take();
  char peek_marker();
  /// The marker of the next value: its own, or the type of the array that it stands in.
  char take_marker();
  template <class Number>
  Number number();
  std::uint64_t length();
  std::string_view bytes(std::uint64_t count);
  std::int64_t integer_of(char marker);
  float float_of(char marker);
  void skip_scalar(char marker);
  void begin(char bracket, const char *what);
  bool next_item(bool is_object);
  template <class Number, class Read>
  void numbers(std::vector<Number> &out, Read read);
  template <class Stored, class Number, class Convert>
  void typed(std::vector<Number> &out, std::uint64_t count, Convert convert);

  std::vector<Container> containers_;
};

}  // namespace pgscore::formats
