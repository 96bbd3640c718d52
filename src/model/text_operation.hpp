// What is done with a text before it is looked up among the categories of an input: PMML's
// functions of strings.
//
// Each of them keeps a part of the text or changes the case of ASCII letters, byte by byte. These
// commute, so the result of several is a part of the text, read with one change of case: nothing is
// copied, and nothing is allocated for a row.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pgscore::model {

/// The functions. Letters are those of ASCII: the case of others depends on a locale.
enum class TextFunction : std::uint8_t {
  kSubstring,  // `count` characters from the first-th one on, counted from 1, as far as they are
               // there
  kUpper,
  kLower,
  kTrim,  // without the blanks (U+0020) at both ends
};

struct TextOperation {
  TextFunction function = TextFunction::kTrim;
  std::uint32_t first = 0, count = 0;  // kSubstring: first is at least 1; otherwise 0
  bool operator==(const TextOperation &) const = default;
};

/// The most operations of one input: more than anybody writes, and little work for a text.
inline constexpr std::size_t kMaxTextOperations = 16;

/// The result of text operations: `text` with its ASCII letters in one case. It refers to the text
/// that it was made of.
struct NormalText {
  enum class Letters : std::uint8_t { kAsTheyAre, kUpper, kLower };
  std::string_view text;
  Letters letters = Letters::kAsTheyAre;

  /// Gives byte i of the result, i < text.size().
  char at(std::size_t i) const {
    const char c = text[i];
    if (letters == Letters::kUpper)
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (letters == Letters::kLower)
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return c;
  }
  /// Compare the result as std::string_view::compare does; str() copies it.
  int compare(std::string_view other) const {
    if (letters == Letters::kAsTheyAre) return text.compare(other);
    const std::size_t common = std::min(text.size(), other.size());
    for (std::size_t i = 0; i < common; ++i)
      if (const char c = at(i); c != other[i])
        return static_cast<unsigned char>(c) < static_cast<unsigned char>(other[i]) ? -1 : 1;
    return text.size() == other.size() ? 0 : text.size() < other.size() ? -1 : 1;
  }
  bool operator==(std::string_view other) const {
    return text.size() == other.size() && compare(other) == 0;
  }
  std::string str() const {
    std::string out(text);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = at(i);
    return out;
  }
};

/// Gives `count` characters of UTF-8 from number `first` on, counted from 1. A byte that continues
/// no character counts as part of the one before.
inline std::string_view substring(std::string_view text, std::uint32_t first, std::uint32_t count) {
  auto skip = [text](std::size_t at, std::uint32_t characters) {
    for (; characters > 0 && at < text.size(); --characters) do
        ++at;
      while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
    return at;
  };
  const std::size_t begin = skip(0, first - 1);
  return text.substr(begin, skip(begin, count) - begin);
}

/// Gives the result of `operations`, done one after the other. They have the members of
/// TextOperation.
template <class Operations>
NormalText normal_text(const Operations &operations, std::string_view text) {
  NormalText normal{text};
  for (const auto &operation : operations) {
    switch (static_cast<TextFunction>(operation.function)) {
      case TextFunction::kSubstring:
        normal.text = substring(normal.text, operation.first, operation.count);
        break;
      case TextFunction::kUpper:
        normal.letters = NormalText::Letters::kUpper;
        break;
      case TextFunction::kLower:
        normal.letters = NormalText::Letters::kLower;
        break;
      case TextFunction::kTrim: {
        const std::size_t begin = std::min(normal.text.find_first_not_of(' '), normal.text.size());
        normal.text.remove_prefix(begin);
        normal.text.remove_suffix(normal.text.size() - (normal.text.find_last_not_of(' ') + 1));
        break;
      }
    }
  }
  return normal;
}

}  // namespace pgscore::model
