#include "formats/recognize.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "formats/base64_artifact.hpp"
#include "formats/foreign_file.hpp"

namespace pgscore::formats {
namespace {

/// The format whose sniff takes `bytes` for a model; null: none of those that `format_name` allows.
const Format *sniffed(std::string_view format_name, Bytes bytes) {
  for (const Format &format : format_table())
    if ((format_name == "auto" || format_name == format.name) && format.sniff(bytes))
      return &format;
  return nullptr;
}

/// Recognizes a model behind marks and blanks, or as it is.
std::optional<Recognized> recognize_plain(std::string_view format_name, Bytes bytes) {
  const Bytes rest = without_mark(bytes);
  if (rest.size() < bytes.size())
    if (const Format *format = sniffed(format_name, rest)) return Recognized{format, rest};
  if (const Format *format = sniffed(format_name, bytes)) return Recognized{format, bytes};
  return std::nullopt;
}

std::string known_formats() {
  std::string names;
  for (const Format &format : format_table())
    names += (names.empty() ? "" : ", ") + std::string(format.name);
  return names;
}

[[noreturn]] void refuse_unrecognized(Bytes file) {
  const std::string known = "Formats are: " + known_formats() + ".";
  if (const std::optional<ForeignFile> foreign = recognize_foreign_file(file))
    throw Error(ErrorCode::kInvalidModel, "could not recognize the format of the model",
                "The file is " + foreign->what + ".",
                foreign->advice.empty() ? known : foreign->advice);
  if (file.empty())
    throw Error(ErrorCode::kInvalidModel, "the artifact is empty", {},
                "Pass the bytes of a model file.");
  throw Error(ErrorCode::kInvalidModel, "could not recognize the format of the model", {},
              known +
                  " If it is one of them, say which with format => '...': then the error says "
                  "what is wrong with the file.");
}

/// The format called `format_name`; null for "auto".
const Format *format_named(std::string_view format_name) {
  if (format_name == "auto") return nullptr;
  for (const Format &format : format_table())
    if (format_name == format.name) return &format;
  throw Error(ErrorCode::kInvalidArgument,
              "unknown model format \"" + std::string(format_name) + "\"", {},
              "Formats are: " + known_formats() + ".");
}

}  // namespace

Recognized recognize(std::string_view format_name, Bytes file, Interrupt interrupt) {
  const Format *named = format_named(format_name);
  if (auto plain = recognize_plain(format_name, file)) return std::move(*plain);
  if (std::optional<std::string> text = decode_base64_artifact(file, interrupt)) {
    auto decoded = std::make_unique<const std::string>(std::move(*text));
    if (auto inside = recognize_plain(format_name, as_bytes(*decoded))) {
      inside->decoded = std::move(decoded);
      return std::move(*inside);
    }
  }
  if (named == nullptr) refuse_unrecognized(file);
  return {named, file};
}

}  // namespace pgscore::formats
