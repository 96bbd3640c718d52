#include "registry/planned_model.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "registry/model_name.hpp"

namespace pgscore::registry {
namespace {

constexpr std::string_view kVersion = " version ", kIdentity = " #";
constexpr int kIdentityDigits = 12;  // hexadecimal

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-' || c == '@';
}

std::string quoted(const std::string &name) {
  if (!name.empty() && std::all_of(name.begin(), name.end(), is_bare)) return name;
  std::string out = "\"";
  for (char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

/// Takes a text apart, from left to right.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), rest_(text) {}

  bool skip(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  void expect(std::string_view word) {
    if (!skip(word)) fail();
  }
  std::string name() {
    std::string out;
    if (!skip("\"")) {
      const auto length = static_cast<std::size_t>(
          std::find_if_not(rest_.begin(), rest_.end(), is_bare) - rest_.begin());
      if (length == 0) fail();
      out = rest_.substr(0, length);
      rest_.remove_prefix(length);
      return out;
    }
    for (;;) {
      const std::size_t quote = rest_.find('"');
      if (quote == std::string_view::npos) fail();
      out += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (!skip("\"")) return out;
      out += '"';
    }
  }
  int number() {
    int value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || value < 1) fail();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  std::uint64_t identity() {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value, 16);
    if (error != std::errc() || end - rest_.data() != kIdentityDigits) fail();
    rest_.remove_prefix(kIdentityDigits);
    return value;
  }
  void end() {
    if (!rest_.empty()) fail();
  }
  [[noreturn]] void fail() const {
    throw Error(ErrorCode::kInvalidArgument, "invalid planned model " + in_quotes(text_), {},
                "Values of this type are made by the planner.");
  }

 private:
  std::string_view text_, rest_;
};

std::string identity_text(std::uint64_t identity) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (int i = kIdentityDigits - 1; i >= 0; --i) out += kDigits[identity >> (4 * i) & 15];
  return out;
}

}  // namespace

std::string to_text(const PlannedModel &planned) {
  std::string out = quoted(planned.reference);
  if (!parse_model_reference(planned.reference).version)
    out.append(kVersion).append(std::to_string(planned.version));
  out.append(kIdentity).append(identity_text(planned.identity)).append(" (");
  if (planned.input == PlannedInput::kByPosition) return out + "*)";
  if (planned.input == PlannedInput::kAsWritten) return out + "=)";
  for (const std::string &column : planned.columns)
    out += (&column == &planned.columns.front() ? "" : ", ") + quoted(column);
  return out + ')';
}

PlannedModel parse_planned_model(std::string_view text) {
  Parser parser(text);
  PlannedModel planned;
  planned.reference = parser.name();
  const std::optional<int> fixed = parse_model_reference(planned.reference).version;
  if (fixed) {
    planned.version = *fixed;
  } else {
    parser.expect(kVersion);
    planned.version = parser.number();
  }
  parser.expect(kIdentity);
  planned.identity = parser.identity();
  parser.expect(" (");
  if (parser.skip("*")) {
    planned.input = PlannedInput::kByPosition;
  } else if (parser.skip("=")) {
    planned.input = PlannedInput::kAsWritten;
  } else {
    do planned.columns.push_back(parser.name());
    while (parser.skip(", "));
  }
  parser.expect(")");
  parser.end();
  return planned;
}

PlannedModel as_planned_elsewhere(PlannedModel planned) {
  const std::string model = parse_model_reference(planned.reference).model;
  planned.reference = model + "@" + std::to_string(planned.version);
  return planned;
}

}  // namespace pgscore::registry
