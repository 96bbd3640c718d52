// A JSON text in memory, for formats that are small languages (many kinds of objects, keys in any
// order) and still may hold millions of numbers.
//
// The text is parsed by nlohmann-json's SAX interface into a tape: one deque of 64-bit words and
// one string of all texts. An array of numbers costs 8 bytes per number, anything else at most 16
// plus its text, so the whole stays below six times the file. There is no recursion, and the
// nesting is limited. A JsonValue is a position on the tape. Its typed readers throw kInvalidModel
// with the place in the message: "nodes[3].trees[17].threshold[5]: must be a number".
//
// JSON has no infinities and no NaN. Where a number is read, "Infinity" and "-Infinity" stand for
// the infinities, and null or "NaN" for a missing value where one is allowed.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"
#include "base/limits.hpp"

namespace pgscore::formats {

class JsonDocument;

class JsonValue {
 public:
  enum class Kind : std::uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };
  /// Says what the value is. "NaN", "Infinity" and "-Infinity" are strings, even where they are
  /// read as numbers.
  Kind kind() const;
  bool is_null() const { return kind() == Kind::kNull; }

  /// Each throws kInvalidModel when the value is of another kind. Integers go from 0 to 4294967294
  /// and may be written with a fraction of 0 (2.0). A string lives as long as the document.
  bool boolean() const;
  double number() const;             // not missing
  double number_or_missing() const;  // NaN is missing
  std::uint32_t unsigned_integer() const;
  std::string_view text() const;

  /// Each reads an array, all of whose elements must be what the reader of one value takes, and
  /// asks the document's interrupt as it goes.
  std::uint64_t size() const;  // of an array
  std::vector<double> numbers() const;
  std::vector<double> numbers_or_missing() const;
  std::vector<std::uint32_t> unsigned_integers() const;
  std::vector<std::string> texts() const;

  /// Elements of an array, members of an object: for (JsonValue v : array.elements()), for (auto
  /// [key, v] : object.members()).
  class Elements;
  class Members;
  Elements elements() const;
  Members members() const;

  /// Throws kInvalidModel: "<place>: <message>". The place of the root is empty.
  [[noreturn]] void refuse(const std::string &message, const std::string &detail = {}) const;
  /// "nodes[3].trees[17]", found by a walk from the root: for messages only.
  std::string place() const;

 private:
  friend class JsonDocument;
  JsonValue(const JsonDocument *document, std::uint64_t position, bool packed)
      : document_(document), position_(position), packed_(packed) {}
  double finite_or_infinite(bool missing_allowed) const;

  const JsonDocument *document_;
  std::uint64_t position_;
  bool packed_;  // an element of an array of numbers: the word is the number itself
};

class JsonDocument {
 public:
  /// Throws kInvalidModel when `text` is not JSON in UTF-8, kLimitExceeded when it is nested too
  /// deeply.
  static JsonDocument parse(Bytes text, const Limits &limits, Interrupt interrupt);
  JsonValue root() const { return {this, 0, false}; }

 private:
  friend class JsonValue;
  friend class JsonTapeWriter;
  enum class Tag : std::uint8_t {
    kNull,
    kFalse,
    kTrue,
    kInteger,
    kNumber,
    kString,
    kArray,
    kNumbers,
    kObject
  };

  /// These read what stands at the position of a value, which is not checked. text() is that of a
  /// kString, and lives as long as the document.
  Tag tag(std::uint64_t position) const { return static_cast<Tag>(tape_[position] >> 56); }
  std::uint64_t payload(std::uint64_t position) const {
    return tape_[position] & ((std::uint64_t{1} << 56) - 1);
  }
  std::uint64_t next(std::uint64_t position) const;  // behind the value at `position`
  std::string_view text(std::uint64_t position) const {
    return std::string_view(texts_).substr(tape_[position + 1], payload(position));
  }

  // A value is tag and payload in one word, and for some a second word:
  //   kInteger                    payload: the value (32 bits)
  //   kNumber                     second word: the double
  //   kString                     payload: length; second word: offset in texts_
  //   kArray, kObject, kNumbers   payload: number of elements; second word: position behind the
  //                               last one. An object's elements are pairs of a kString and a
  //                               value; kNumbers' elements are plain doubles.
  Interrupt interrupt_;  // of who reads it
  std::deque<std::uint64_t> tape_;
  std::string texts_;
};

class JsonValue::Elements {
 public:
  class Iterator {
   public:
    explicit Iterator(JsonValue value) : value_(value) {}
    JsonValue operator*() const { return value_; }
    Iterator &operator++() {
      value_.position_ =
          value_.packed_ ? value_.position_ + 1 : value_.document_->next(value_.position_);
      return *this;
    }
    bool operator!=(const Iterator &other) const {
      return value_.position_ != other.value_.position_;
    }

   private:
    JsonValue value_;
  };
  /// A range over the elements, in their order. It points into the document.
  Elements(Iterator begin, Iterator end) : begin_(begin), end_(end) {}
  Iterator begin() const { return begin_; }
  Iterator end() const { return end_; }

 private:
  Iterator begin_, end_;
};

class JsonValue::Members {
 public:
  struct Member {
    std::string_view key;
    JsonValue value;
  };
  class Iterator {
   public:
    explicit Iterator(JsonValue key) : key_(key) {}
    Member operator*() const {
      return {key_.document_->text(key_.position_), {key_.document_, key_.position_ + 2, false}};
    }
    Iterator &operator++() {
      key_.position_ = key_.document_->next(key_.position_ + 2);
      return *this;
    }
    bool operator!=(const Iterator &other) const { return key_.position_ != other.key_.position_; }

   private:
    JsonValue key_;
  };
  /// A range over the members, in their order; a key may be there twice. It points into the
  /// document.
  Members(Iterator begin, Iterator end) : begin_(begin), end_(end) {}
  Iterator begin() const { return begin_; }
  Iterator end() const { return end_; }

 private:
  Iterator begin_, end_;
};

/// Strict reading of one object: every member is asked for by name, and finish() refuses those that
/// nobody asked for.
class JsonFields {
 public:
  /// Collects the members of `object`, whose document must outlive this. Throws kInvalidModel when
  /// it is no object, has a key twice, or more than 32 members.
  explicit JsonFields(JsonValue object);

  /// Both mark the member as asked for. required() throws kInvalidModel when there is none,
  /// optional() gives nullopt; null is a value.
  JsonValue required(std::string_view key);
  std::optional<JsonValue> optional(std::string_view key);

  /// Throws kInvalidModel, with its place, for the first member that nobody asked for. Call it
  /// last.
  void finish() const;

 private:
  struct Field {
    std::string_view key;
    JsonValue value;
    bool used;
  };
  JsonValue object_;
  std::vector<Field> fields_;
};

}  // namespace pgscore::formats
