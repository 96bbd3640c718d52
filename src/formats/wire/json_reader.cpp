#include "formats/wire/json_reader.hpp"

#include <charconv>
#include <optional>

#include "base/float_text.hpp"

namespace pgscore::formats {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Every character of numbers, NaN and Infinity. What they make together is for the number parser
/// to say.
bool is_number_character(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

}  // namespace

char JsonReader::next_visible() {
  check_interrupt();
  while (cursor_ != end_ && is_blank(*cursor_)) ++cursor_;
  if (cursor_ == end_) refuse_end();
  return *cursor_;
}

DocumentReader::Kind JsonReader::peek() {
  switch (next_visible()) {
    case '{':
      return Kind::kObject;
    case '[':
      return Kind::kArray;
    case '"':
      return Kind::kString;
    case 't':
    case 'f':
      return Kind::kBoolean;
    case 'n':
      return Kind::kNull;
    default:
      return Kind::kNumber;
  }
}

void JsonReader::begin(char bracket, const char *what) {
  if (next_visible() != bracket) refuse(std::string("expected ") + what);
  ++cursor_;
  check_nesting(containers_.size() + 1);
  containers_.push_back({bracket == '{', true});
}

bool JsonReader::next_item(bool is_object) {
  if (containers_.empty() || containers_.back().is_object != is_object)
    throw Error(ErrorCode::kInternal, "reader used out of order");
  Container &container = containers_.back();
  char c = next_visible();
  if (c == (is_object ? '}' : ']')) {
    ++cursor_;
    containers_.pop_back();
    return false;
  }
  if (!container.is_empty) {
    if (c != ',') refuse(is_object ? "expected \",\" or \"}\"" : "expected \",\" or \"]\"");
    ++cursor_;
    next_visible();
  }
  container.is_empty = false;
  return true;
}

bool JsonReader::next_key(std::string_view &key) {
  if (!next_item(true)) return false;
  if (next_visible() != '"') refuse("expected a key");
  key = string_token();
  if (next_visible() != ':') refuse("expected \":\"");
  ++cursor_;
  return true;
}

bool JsonReader::next_element() { return next_item(false); }

std::string JsonReader::text() {
  if (next_visible() != '"') refuse("expected a string");
  return std::string(string_token());
}

std::string_view JsonReader::string_token() {
  const char *from = ++cursor_;
  while (cursor_ != end_ && *cursor_ != '"') {
    if (*cursor_ == '\\') {
      unescape(from);
      return unescaped_;
    }
    if (static_cast<unsigned char>(*cursor_) < 0x20) refuse("control character in a string");
    ++cursor_;
  }
  if (cursor_ == end_) refuse_end();
  return {from, static_cast<std::size_t>(cursor_++ - from)};
}

void JsonReader::unescape(const char *from) {
  unescaped_.assign(from, cursor_);
  while (cursor_ != end_ && *cursor_ != '"') {
    const char c = *cursor_++;
    if (static_cast<unsigned char>(c) < 0x20) refuse("control character in a string");
    if (c != '\\') {
      unescaped_ += c;
      continue;
    }
    if (cursor_ == end_) refuse_end();
    switch (*cursor_++) {
      case '"':
        unescaped_ += '"';
        break;
      case '\\':
        unescaped_ += '\\';
        break;
      case '/':
        unescaped_ += '/';
        break;
      case 'b':
        unescaped_ += '\b';
        break;
      case 'f':
        unescaped_ += '\f';
        break;
      case 'n':
        unescaped_ += '\n';
        break;
      case 'r':
        unescaped_ += '\r';
        break;
      case 't':
        unescaped_ += '\t';
        break;
      case 'u': {
        std::uint32_t code = hex4();
        if (code >= 0xD800 && code < 0xDC00) {  // the first half of a pair (RFC 8259, section 7)
          if (remaining() < 2 || cursor_[0] != '\\' || cursor_[1] != 'u')
            refuse("unpaired surrogate in a string");
          cursor_ += 2;
          const std::uint32_t low = hex4();
          if (low < 0xDC00 || low > 0xDFFF) refuse("unpaired surrogate in a string");
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else if (code >= 0xDC00 && code <= 0xDFFF) {
          refuse("unpaired surrogate in a string");
        }
        append_code_point(code);
        break;
      }
      default:
        refuse("unknown escape in a string");
    }
  }
  if (cursor_ == end_) refuse_end();
  ++cursor_;
}

std::uint32_t JsonReader::hex4() {
  if (remaining() < 4) refuse_end();
  std::uint32_t code = 0;
  const auto parsed = std::from_chars(cursor_, cursor_ + 4, code, 16);
  if (parsed.ptr != cursor_ + 4) refuse("expected four hexadecimal digits");
  cursor_ += 4;
  return code;
}

void JsonReader::append_code_point(std::uint32_t code) {
  auto append = [&](std::uint32_t byte) { unescaped_ += static_cast<char>(byte); };
  if (code < 0x80) {
    append(code);
  } else if (code < 0x800) {
    append(0xC0 | code >> 6);
    append(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    append(0xE0 | code >> 12);
    append(0x80 | (code >> 6 & 0x3F));
    append(0x80 | (code & 0x3F));
  } else {
    append(0xF0 | code >> 18);
    append(0x80 | (code >> 12 & 0x3F));
    append(0x80 | (code >> 6 & 0x3F));
    append(0x80 | (code & 0x3F));
  }
}

bool JsonReader::take_word(std::string_view word) {
  if (remaining() < word.size() || std::string_view(cursor_, word.size()) != word) return false;
  cursor_ += word.size();
  return true;
}

std::string_view JsonReader::number_token() {
  const char *from = cursor_;
  while (cursor_ != end_ && is_number_character(*cursor_)) ++cursor_;
  return {from, static_cast<std::size_t>(cursor_ - from)};
}

float JsonReader::float32() {
  next_visible();
  const std::optional<float> value = parse_float32(number_token());
  if (!value) refuse("expected a number");
  return *value;
}

double JsonReader::float64() {
  next_visible();
  const std::optional<double> value = parse_float64(number_token());
  if (!value) refuse("expected a number");
  return *value;
}

std::int64_t JsonReader::integer() {
  next_visible();
  if (take_word("true")) return 1;
  if (take_word("false")) return 0;
  const std::optional<std::int64_t> value = parse_integer(number_token());
  if (!value) refuse("expected an integer");
  return *value;
}

void JsonReader::skip() {
  // Brackets are matched and strings are read, the rest is passed over: nothing of it is used.
  const std::size_t outside = containers_.size();
  do {
    const char c = next_visible();
    switch (c) {
      case '{':
      case '[':
        ++cursor_;
        check_nesting(containers_.size() + 1);
        containers_.push_back({c == '{', true});
        break;
      case '}':
      case ']':
        if (containers_.size() == outside || containers_.back().is_object != (c == '}'))
          refuse("unexpected bracket");
        ++cursor_;
        containers_.pop_back();
        break;
      case '"':
        string_token();
        break;
      case ',':
      case ':':
        if (containers_.size() == outside) refuse("expected a value");
        ++cursor_;
        break;
      case 't':
      case 'f':
      case 'n':
        if (!take_word("true") && !take_word("false") && !take_word("null")) refuse("unknown word");
        break;
      default:
        if (number_token().empty()) refuse("unexpected character");
    }
  } while (containers_.size() > outside);
}

template <class Number, class Parse>
void JsonReader::append_numbers(std::vector<Number> &out, Parse parse) {
  begin_array();
  containers_.pop_back();
  if (next_visible() == ']') {
    ++cursor_;
    return;
  }
  for (;;) {
    next_visible();
    out.push_back(parse());
    const char c = next_visible();
    if (c != ',' && c != ']') refuse("expected \",\" or \"]\"");
    ++cursor_;
    if (c == ']') return;
  }
}

void JsonReader::floats(std::vector<float> &out) {
  out.clear();
  append_numbers(out, [this] {
    // The usual number; whatever std::from_chars is not content with goes the long way
    float value = 0;
    const auto parsed = std::from_chars(cursor_, end_, value);
    if (parsed.ec != std::errc() || (parsed.ptr != end_ && is_number_character(*parsed.ptr)))
      return float32();
    cursor_ = parsed.ptr;
    return value;
  });
}

void JsonReader::append_doubles(std::vector<double> &out) {
  append_numbers(out, [this] {
    double value = 0;
    const auto parsed = std::from_chars(cursor_, end_, value);
    if (parsed.ec != std::errc() || (parsed.ptr != end_ && is_number_character(*parsed.ptr)))
      return float64();
    cursor_ = parsed.ptr;
    return value;
  });
}

void JsonReader::integers(std::vector<std::int32_t> &out) {
  out.clear();
  append_numbers(out, [this] {
    std::int32_t value = 0;
    const auto parsed = std::from_chars(cursor_, end_, value);
    if (parsed.ec == std::errc() && (parsed.ptr == end_ || !is_number_character(*parsed.ptr))) {
      cursor_ = parsed.ptr;
      return value;
    }
    const std::int64_t wide = integer();
    if (wide < INT32_MIN || wide > INT32_MAX)
      refuse("integer " + std::to_string(wide) + " is out of range");
    return static_cast<std::int32_t>(wide);
  });
}

void JsonReader::end_document() {
  while (cursor_ != end_ && is_blank(*cursor_)) ++cursor_;
  if (cursor_ != end_) refuse("unexpected data after the document");
}

}  // namespace pgscore::formats
