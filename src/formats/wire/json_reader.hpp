// DocumentReader for JSON text (RFC 8259), with the three extensions that XGBoost's own writer and
// reader have (src/common/json.cc, JsonReader::ParseNumber): NaN, Infinity and -Infinity are
// numbers.
#pragma once
#include <vector>

#include "formats/wire/document_reader.hpp"

namespace pgscore::formats {

class JsonReader final : public DocumentReader {
 public:
  /// Stands before the first value, and reads nothing yet. `bytes` must outlive the reader; the
  /// limits are copied.
  explicit JsonReader(Bytes bytes, const Limits &limits = {}, Interrupt interrupt = {})
      : DocumentReader(bytes, limits, interrupt) {}

  /// These do what document_reader.hpp says. A value that begins like none of the other kinds is
  /// kNumber, and is refused when it is read. Calls that do not go with the container at hand are
  /// kInternal.
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

  /// Of formats that are JSON only.
  double float64();
  /// A whole array of numbers, behind what `out` holds: the leaves of a model come in many arrays.
  void append_doubles(std::vector<double> &out);

 private:
  struct Container {
    bool is_object;
    bool is_empty;  // no element has been read yet: a comma does not belong before the next one
  };

  /// Moves over blanks; throws at the end of the data.
  char next_visible();
  void begin(char bracket, const char *what);
  bool next_item(bool is_object);
  bool take_word(std::string_view word);
  std::string_view number_token();
  /// The text of a string; points into the document when it has no escapes, else into unescaped_.
  std::string_view string_token();
  void unescape(const char *from);
  void append_code_point(std::uint32_t code);
  std::uint32_t hex4();
  template <class Number, class Parse>
  void append_numbers(std::vector<Number> &out, Parse parse);

  std::vector<Container> containers_;
  std::string unescaped_;
};

}  // namespace pgscore::formats
