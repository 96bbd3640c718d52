// Tables in Markdown whose longest cells stand as text below the table, for the pages of
// docs/formats that the code makes.
#pragma once
#include <string>
#include <string_view>

namespace pgscore::formats {

class LongCells {
 public:
  /// Returns `text`, or a pointer to the text below the table where it is too long for a cell.
  /// `title`: what the cell is about, with which its text below begins.
  std::string cell(const std::string &title, const std::string &text) {
    constexpr std::size_t kLongest = 250;
    if (text.size() <= kLongest) return text;
    notes_ += "\n" + wrapped(title + ": " + text + ".");
    return "listed below";
  }

  /// The paragraphs that follow the table; empty, or each with an empty line before it.
  const std::string &notes() const { return notes_; }

  /// `text` in lines of up to 100 bytes, broken at blanks, each with its line end.
  static std::string wrapped(std::string_view text) {
    constexpr std::size_t kWidth = 100;
    std::string lines;
    while (text.size() > kWidth) {
      const std::size_t at = text.rfind(' ', kWidth);
      if (at == text.npos) break;
      lines += std::string(text.substr(0, at)) + "\n";
      text.remove_prefix(at + 1);
    }
    return lines + std::string(text) + "\n";
  }

 private:
  std::string notes_;
};

}  // namespace pgscore::formats
