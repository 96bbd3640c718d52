#include "registry/model_name.hpp"

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"

namespace pgscore::registry {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void check_name(std::string_view name, const char *what) {
  const auto refuse = [&](const char *rule) {
    throw Error(ErrorCode::kInvalidArgument, std::string("invalid ") + what + " " + in_quotes(name),
                rule);
  };
  if (name.empty()) refuse("The name is empty.");
  if (name.size() > kMaxNameBytes) refuse("The name is longer than 63 bytes.");
  if (name.find('@') != std::string_view::npos)
    refuse("\"@\" separates a model from its version or alias.");
  if (is_blank(name.front()) || is_blank(name.back()))
    refuse("The name begins or ends with a blank.");
  if (std::any_of(name.begin(), name.end(), is_control))
    refuse("The name has a control character.");
}

}  // namespace

void check_model_name(std::string_view name) { check_name(name, "model name"); }

void check_alias(std::string_view alias) {
  check_name(alias, "alias");
  if (std::all_of(alias.begin(), alias.end(), is_digit))
    throw Error(ErrorCode::kInvalidArgument, "invalid alias " + in_quotes(alias),
                "Digits alone name a version.");
}

ModelReference parse_model_reference(std::string_view text) {
  ModelReference reference;
  const std::size_t at = text.find('@');
  reference.model = text.substr(0, at);
  check_model_name(reference.model);
  if (at == std::string_view::npos) return reference;

  const std::string_view rest = text.substr(at + 1);
  if (!rest.empty() && std::all_of(rest.begin(), rest.end(), is_digit)) {
    int version = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), version);
    if (error != std::errc() || version < 1)
      throw Error(ErrorCode::kInvalidArgument, "invalid model version " + in_quotes(rest),
                  "Versions are numbered from 1.");
    reference.version = version;
  } else {
    check_alias(rest);
    reference.alias = rest;
  }
  return reference;
}

}  // namespace pgscore::registry
