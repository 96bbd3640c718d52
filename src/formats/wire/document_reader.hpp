// Reads a JSON-like document from front to back, without building it in memory: the caller asks for
// what it expects next. JsonReader and UbjsonReader give the same answers for the same document, so
// a format is written once for both syntaxes.
//
//   reader.begin_object();
//   for (std::string_view key; reader.next_key(key);)
//     if (key == "trees") {
//       reader.begin_array();
//       while (reader.next_element()) ...
//     } else {
//       reader.skip();
//     }
//
// Every function throws kInvalidModel, naming the place, when the document is malformed, ends early
// or holds something else than asked for. Arrays of numbers are read in one call, so there is no
// call per element. Nothing is reserved on the word of the document alone, nothing recurses, and
// containers are nested max_nesting deep at most.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"
#include "base/limits.hpp"

namespace pgscore::formats {

class DocumentReader {
 public:
  enum class Kind : std::uint8_t { kObject, kArray, kString, kNumber, kBoolean, kNull };

  virtual ~DocumentReader() = default;

  /// What the next value is; reads nothing.
  virtual Kind peek() = 0;

  /// Goes into the object that comes next; next_key() then gives its keys one by one, and each
  /// value must be read or skipped before the next call. Throws kLimitExceeded beyond max_nesting.
  /// begin_array() and next_element() do the same for arrays.
  virtual void begin_object() = 0;
  /// False at the end of the object. `key` lives until the next call of the reader.
  virtual bool next_key(std::string_view &key) = 0;
  virtual void begin_array() = 0;
  /// False at the end of the array.
  virtual bool next_element() = 0;

  /// Each reads one value of its type. text() has its escapes resolved. float32() is rounded to
  /// float32 from the text or the wider number, and may be NaN or infinite.
  virtual std::string text() = 0;
  virtual float float32() = 0;
  virtual std::int64_t integer() = 0;  // true and false are 1 and 0
  virtual void skip() = 0;             // the next value, whatever it is

  /// A whole array of numbers, in place of what `out` held.
  virtual void floats(std::vector<float> &out) = 0;
  virtual void integers(std::vector<std::int32_t> &out) = 0;  // true and false are 1 and 0

  /// Refuses anything but blanks behind the document.
  virtual void end_document() = 0;

  /// Throws kInvalidModel: `what`, and where the reader stands.
  [[noreturn]] void refuse(const std::string &what, const char *hint = "") const;

 protected:
  DocumentReader(Bytes bytes, const Limits &limits, Interrupt interrupt);

  std::size_t remaining() const { return static_cast<std::size_t>(end_ - cursor_); }
  std::size_t position() const { return static_cast<std::size_t>(cursor_ - begin_); }
  [[noreturn]] void refuse_end() const { refuse("unexpected end of data", kCutOff); }
  void check_nesting(std::size_t depth) const;
  /// Asks whether to go on, about once per megabyte.
  void check_interrupt() {
    if (cursor_ < next_check_) return;
    interrupt_.check();
    next_check_ = remaining() > kCheckEvery ? cursor_ + kCheckEvery : end_;
  }

  static constexpr std::size_t kCheckEvery = std::size_t{1} << 20;
  const char *begin_;
  const char *cursor_;
  const char *end_;

 private:
  const Limits limits_;
  Interrupt interrupt_;
  const char *next_check_;
};

}  // namespace pgscore::formats
