#include "formats/wire/json_document.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#define JSON_NO_IO 1
#include <nlohmann/json.hpp>

#include "base/shown_text.hpp"
#include "base/pace.hpp"

namespace pgscore::formats {
namespace {

// In an array of numbers null is a NaN of its own, so that it can be told from "NaN" again.
constexpr std::uint64_t kNullBits = 0x7ff8'0000'0000'0001;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::optional<double> special_number(std::string_view text) {
  if (text == "NaN") return kNan;
  if (text == "Infinity") return kInfinity;
  if (text == "-Infinity") return -kInfinity;
  return std::nullopt;
}

/// The text that a non-finite element of an array of numbers was written as.
std::string_view special_text(double value) {
  if (std::isnan(value)) return "NaN";
  return value < 0 ? "-Infinity" : "Infinity";
}

}  // namespace

/// nlohmann-json's SAX events -> tape.
class JsonTapeWriter {
 public:
  JsonTapeWriter(JsonDocument &document, const Limits &limits, Interrupt interrupt)
      : document_(document), limits_(limits), interrupt_(interrupt) {}

  bool null() {
    if (!add_packed(std::bit_cast<double>(kNullBits))) put(Tag::kNull, 0);
    return true;
  }
  bool boolean(bool value) {
    plain();
    put(value ? Tag::kTrue : Tag::kFalse, 0);
    return true;
  }
  bool number_integer(std::int64_t value) { return number(static_cast<double>(value)); }
  bool number_unsigned(std::uint64_t value) { return number(static_cast<double>(value)); }
  bool number_float(double value, const std::string &) { return number(value); }
  bool string(const std::string &text) {
    const std::optional<double> special = special_number(text);
    if (special && add_packed(*special)) return true;
    plain();
    put_text(text);
    return true;
  }
  template <class Binary>
  bool binary(Binary &) {
    return false;  // JSON has no such value
  }
  bool start_array(std::size_t) { return open(Tag::kArray); }
  bool start_object(std::size_t) { return open(Tag::kObject); }
  bool key(const std::string &text) {
    ++frames_.back().count;
    put_text(text);
    return true;
  }
  bool end_array() { return close(); }
  bool end_object() { return close(); }

  template <class Exception>
  bool parse_error(std::size_t position, const std::string &, const Exception &e) {
    constexpr int kNumberOverflow = 406;  // nlohmann-json 3.x, exceptions.hpp: out_of_range.406
    throw Error(ErrorCode::kInvalidModel,
                e.id == kNumberOverflow ? "a number is out of range" : "not valid JSON",
                "The fault is at byte " + std::to_string(position) + ".");
  }

 private:
  using Tag = JsonDocument::Tag;
  struct Frame {
    std::uint64_t header;
    std::uint64_t count;
    Tag tag;  // an array starts as kNumbers and becomes kArray with the first element that is none
  };

  void put(Tag tag, std::uint64_t payload) {
    document_.tape_.push_back(std::uint64_t{static_cast<std::uint8_t>(tag)} << 56 | payload);
    if ((++events_ & 0xFFFF) == 0) interrupt_.check();
  }
  void put_text(const std::string &text) {
    if (text.find('\0') != std::string::npos)
      throw Error(ErrorCode::kInvalidModel, "a text contains a zero byte");
    put(Tag::kString, text.size());
    document_.tape_.push_back(document_.texts_.size());
    document_.texts_ += text;
  }
  void put_number(double value) {
    if (value >= 0 && value <= UINT32_MAX && value == std::floor(value) && !std::signbit(value)) {
      put(Tag::kInteger, static_cast<std::uint64_t>(value));
    } else {
      put(Tag::kNumber, 0);
      document_.tape_.push_back(std::bit_cast<std::uint64_t>(value));
    }
  }
  bool number(double value) {
    if (!add_packed(value)) put_number(value);
    return true;
  }

  /// Adds to an array of numbers; false when the value stands elsewhere.
  bool add_packed(double value) {
    if (frames_.empty() || frames_.back().tag != Tag::kNumbers) {
      plain();
      return false;
    }
    ++frames_.back().count;
    document_.tape_.push_back(std::bit_cast<std::uint64_t>(value));
    if ((++events_ & 0xFFFF) == 0) interrupt_.check();
    return true;
  }
  /// A value begins that is not an element of an array of numbers.
  void plain() {
    if (frames_.empty() || frames_.back().tag == Tag::kObject) return;
    if (frames_.back().tag == Tag::kNumbers) unpack();
    ++frames_.back().count;
  }
  void unpack() {
    Frame &frame = frames_.back();
    frame.tag = Tag::kArray;
    std::deque<std::uint64_t> words(
        document_.tape_.end() - static_cast<std::ptrdiff_t>(frame.count), document_.tape_.end());
    document_.tape_.resize(frame.header + 2);
    for (const std::uint64_t word : words) {
      const double value = std::bit_cast<double>(word);
      if (word == kNullBits)
        put(Tag::kNull, 0);
      else if (std::isfinite(value))
        put_number(value);
      else
        put_text(std::string(special_text(value)));
    }
  }
  bool open(Tag tag) {
    plain();
    if (frames_.size() >= limits_.max_nesting)
      throw Error(ErrorCode::kLimitExceeded, "the document is nested too deeply",
                  "The limit is " + std::to_string(limits_.max_nesting) + " levels.");
    frames_.push_back({document_.tape_.size(), 0, tag == Tag::kArray ? Tag::kNumbers : tag});
    put(tag, 0);
    document_.tape_.push_back(0);
    return true;
  }
  bool close() {
    const Frame &frame = frames_.back();
    document_.tape_[frame.header] =
        std::uint64_t{static_cast<std::uint8_t>(frame.tag)} << 56 | frame.count;
    document_.tape_[frame.header + 1] = document_.tape_.size();
    frames_.pop_back();
    return true;
  }

  JsonDocument &document_;
  const Limits &limits_;
  Interrupt interrupt_;
  std::vector<Frame> frames_;
  std::uint64_t events_ = 0;
};

namespace {

/// The characters of a text, of which the parser reads any number without an event: each is a step.
class PacedCharacter {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  PacedCharacter(const char *at, Pace &pace) : at_(at), pace_(&pace) {}
  const char &operator*() const { return *at_; }
  PacedCharacter &operator++() {
    pace_->spend(2);
    ++at_;
    return *this;
  }
  bool operator==(const PacedCharacter &other) const { return at_ == other.at_; }

 private:
  const char *at_;
  Pace *pace_;
};

}  // namespace

JsonDocument JsonDocument::parse(Bytes bytes, const Limits &limits, Interrupt interrupt) {
  JsonDocument document;
  document.interrupt_ = interrupt;
  JsonTapeWriter writer(document, limits, interrupt);
  const std::string_view text = as_text(bytes);
  Pace pace(interrupt);
  nlohmann::json::sax_parse(PacedCharacter(text.data(), pace),
                            PacedCharacter(text.data() + text.size(), pace), &writer);
  return document;
}

std::uint64_t JsonDocument::next(std::uint64_t position) const {
  switch (tag(position)) {
    case Tag::kNull:
    case Tag::kFalse:
    case Tag::kTrue:
    case Tag::kInteger:
      return position + 1;
    case Tag::kNumber:
    case Tag::kString:
      return position + 2;
    case Tag::kArray:
    case Tag::kNumbers:
    case Tag::kObject:
      break;
  }
  return tape_[position + 1];
}

JsonValue::Kind JsonValue::kind() const {
  using Tag = JsonDocument::Tag;
  if (packed_) {
    const std::uint64_t word = document_->tape_[position_];
    if (word == kNullBits) return Kind::kNull;
    return std::isfinite(std::bit_cast<double>(word)) ? Kind::kNumber : Kind::kString;
  }
  switch (document_->tag(position_)) {
    case Tag::kNull:
      return Kind::kNull;
    case Tag::kFalse:
    case Tag::kTrue:
      return Kind::kBoolean;
    case Tag::kInteger:
    case Tag::kNumber:
      return Kind::kNumber;
    case Tag::kString:
      return Kind::kString;
    case Tag::kArray:
    case Tag::kNumbers:
      return Kind::kArray;
    case Tag::kObject:
      break;
  }
  return Kind::kObject;
}

bool JsonValue::boolean() const {
  if (kind() != Kind::kBoolean) refuse("must be true or false");
  return document_->tag(position_) == JsonDocument::Tag::kTrue;
}

double JsonValue::finite_or_infinite(bool missing_allowed) const {
  const char *expected = missing_allowed ? "must be a number or null" : "must be a number";
  double value = kNan;
  if (packed_) {
    value = std::bit_cast<double>(document_->tape_[position_]);
  } else if (kind() == Kind::kNumber) {
    value = document_->tag(position_) == JsonDocument::Tag::kInteger
                ? static_cast<double>(document_->payload(position_))
                : std::bit_cast<double>(document_->tape_[position_ + 1]);
  } else if (kind() == Kind::kString) {
    const std::optional<double> special = special_number(text());
    if (!special) refuse(expected);
    value = *special;
  } else if (kind() != Kind::kNull) {
    refuse(expected);
  }
  if (!std::isnan(value)) return value;
  if (!missing_allowed) refuse(expected);
  return kNan;
}

double JsonValue::number() const { return finite_or_infinite(false); }
double JsonValue::number_or_missing() const { return finite_or_infinite(true); }

std::uint32_t JsonValue::unsigned_integer() const {
  const double value = kind() == Kind::kNumber ? number() : -1;
  if (!(value >= 0 && value < UINT32_MAX) || value != std::floor(value))
    refuse("must be an integer from 0 to 4294967294");
  return static_cast<std::uint32_t>(value);
}

std::string_view JsonValue::text() const {
  if (kind() != Kind::kString) refuse("must be a string");
  if (packed_) return special_text(std::bit_cast<double>(document_->tape_[position_]));
  return document_->text(position_);
}

std::uint64_t JsonValue::size() const {
  if (kind() != Kind::kArray) refuse("must be an array");
  return document_->payload(position_);
}

std::vector<double> JsonValue::numbers() const {
  std::vector<double> values;
  values.reserve(size());
  Pace pace(document_->interrupt_);
  for (const JsonValue element : elements()) {
    pace.spend(16);
    values.push_back(element.number());
  }
  return values;
}

std::vector<double> JsonValue::numbers_or_missing() const {
  std::vector<double> values;
  values.reserve(size());
  Pace pace(document_->interrupt_);
  for (const JsonValue element : elements()) {
    pace.spend(16);
    values.push_back(element.number_or_missing());
  }
  return values;
}

std::vector<std::uint32_t> JsonValue::unsigned_integers() const {
  std::vector<std::uint32_t> values;
  values.reserve(size());
  Pace pace(document_->interrupt_);
  for (const JsonValue element : elements()) {
    pace.spend(16);
    values.push_back(element.unsigned_integer());
  }
  return values;
}

std::vector<std::string> JsonValue::texts() const {
  std::vector<std::string> values;
  values.reserve(size());
  Pace pace(document_->interrupt_);
  for (const JsonValue element : elements()) {
    pace.spend(16);
    values.emplace_back(element.text());
  }
  return values;
}

JsonValue::Elements JsonValue::elements() const {
  if (kind() != Kind::kArray) refuse("must be an array");
  const bool packed = document_->tag(position_) == JsonDocument::Tag::kNumbers;
  return {Elements::Iterator({document_, position_ + 2, packed}),
          Elements::Iterator({document_, document_->next(position_), packed})};
}

JsonValue::Members JsonValue::members() const {
  if (kind() != Kind::kObject) refuse("must be an object");
  return {Members::Iterator({document_, position_ + 2, false}),
          Members::Iterator({document_, document_->next(position_), false})};
}

void JsonValue::refuse(const std::string &message, const std::string &detail) const {
  const std::string where = place();
  throw Error(ErrorCode::kInvalidModel, where.empty() ? message : where + ": " + message, detail);
}

std::string JsonValue::place() const {
  std::string place;
  JsonValue at = document_->root();
  while (at.position_ != position_) {
    JsonValue inside = at;
    if (at.kind() == Kind::kArray) {
      std::uint64_t index = 0;
      for (const JsonValue element : at.elements()) {
        if (element.position_ > position_) break;
        inside = element;
        ++index;
      }
      place += "[" + std::to_string(index - 1) + "]";
    } else {
      std::string_view name;
      for (const auto [key, value] : at.members()) {
        if (value.position_ > position_) break;
        name = key;
        inside = value;
      }
      place += (place.empty() ? "" : ".") + shown_plain(name);
    }
    at = inside;
  }
  return place;
}

JsonFields::JsonFields(JsonValue object) : object_(object) {
  // More than any object of a fixed schema has: keeps the search for twins short
  constexpr std::size_t kMostFields = 32;
  for (const auto [key, value] : object.members()) {
    for (const Field &field : fields_)
      if (field.key == key) value.refuse("the field appears twice");
    if (fields_.size() == kMostFields) value.refuse("the object has too many fields");
    fields_.push_back({key, value, false});
  }
}

std::optional<JsonValue> JsonFields::optional(std::string_view key) {
  for (Field &field : fields_) {
    if (field.key != key) continue;
    field.used = true;
    return field.value;
  }
  return std::nullopt;
}

JsonValue JsonFields::required(std::string_view key) {
  const std::optional<JsonValue> value = optional(key);
  if (!value) object_.refuse("field \"" + std::string(key) + "\" is missing");
  return *value;
}

void JsonFields::finish() const {
  for (const Field &field : fields_)
    if (!field.used) field.value.refuse("unknown field");
}

}  // namespace pgscore::formats
