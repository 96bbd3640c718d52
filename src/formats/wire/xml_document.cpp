#include "formats/wire/xml_document.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <new>

#include "base/float_text.hpp"
#include "base/grow.hpp"
#include "base/in_pieces.hpp"
#include "base/pace.hpp"
#include "base/refuse.hpp"
#include "base/shown_text.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "formats/wire/xml_parse.hpp"

namespace pgscore::formats {
namespace {

constexpr std::size_t kCheckEvery = std::size_t{1} << 16;

/// A fault of the text itself: no producer writes it so.
[[noreturn]] void refuse_text(const std::string &what, const std::string &detail = {}) {
  refuse(what, detail,
         "The file is damaged, incomplete or no XML: compare its size and checksum with the "
         "original's.");
}

void append_utf8(std::vector<char> &out, std::uint32_t code) {
  auto byte = [&](std::uint32_t value) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(value)));
  };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

std::vector<char> from_utf16(std::string_view bytes, bool big_endian, Pace &pace) {
  std::vector<char> out;
  out.reserve(bytes.size() / 2);
  auto unit = [&](std::size_t i) {
    const auto first = static_cast<unsigned char>(bytes[i]),
               second = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<std::uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  if (bytes.size() % 2 != 0) refuse_text("the text is not UTF-16");
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    pace.spend(4);
    std::uint32_t code = unit(i);
    if (code >= 0xD800 && code < 0xDC00 && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 &&
        unit(i + 2) < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    } else if (code >= 0xD800 && code < 0xE000) {
      refuse_text("the text is not UTF-16");
    }
    append_utf8(out, code);
  }
  return out;
}

/// The encoding that the XML declaration names, in lower case; empty when it names none.
std::string declared_encoding(std::string_view text) {
  text = without_leading_blanks(text);
  const std::string_view head = text.substr(0, 256);
  if (!head.starts_with("<?xml")) return {};
  const std::string_view declaration = head.substr(0, head.find("?>"));
  std::size_t at = declaration.find("encoding");
  if (at == declaration.npos) return {};
  at = declaration.find_first_of("\"'", at);
  if (at == declaration.npos) return {};
  const std::size_t end = declaration.find(declaration[at], at + 1);
  if (end == declaration.npos) return {};
  std::string name(declaration.substr(at + 1, end - at - 1));
  for (char &c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name;
}

/// is_utf8, piece by piece: a piece ends before the first byte of a character.
bool is_utf8_throughout(std::string_view text, Interrupt interrupt) {
  constexpr std::size_t kPiece = std::size_t{4} << 20;
  while (!text.empty()) {
    interrupt.check();
    std::size_t end = std::min(kPiece, text.size());
    while (end < text.size() && end > kPiece - 4 &&
           (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
      --end;
    if (!is_utf8(text.substr(0, end))) return false;
    text.remove_prefix(end);
  }
  return true;
}

enum class Utf16 : std::uint8_t { kNo, kLittleEndian, kBigEndian };

/// By its byte order mark, or by the zero bytes between the first characters; blanks may stand
/// before "<".
Utf16 utf16_of(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\xFF\xFE"sv)) return Utf16::kLittleEndian;
  if (text.starts_with("\xFE\xFF"sv)) return Utf16::kBigEndian;
  if (text.size() < 2) return Utf16::kNo;
  const auto begins = [](char c) { return c == '<' || kBlanks.find(c) != kBlanks.npos; };
  if (text[1] == '\0' && begins(text[0])) return Utf16::kLittleEndian;
  if (text[0] == '\0' && begins(text[1])) return Utf16::kBigEndian;
  return Utf16::kNo;
}

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

[[noreturn]] void refuse_encoding(const std::string &encoding) {
  throw Error(ErrorCode::kUnsupportedModel,
              "the encoding " + shown(encoding) + " of the XML is not read",
              "UTF-8, UTF-16, ISO-8859-1 and those that PostgreSQL converts are.",
              "Convert the file to UTF-8 and have its declaration say so: iconv -f " +
                  shown(encoding) + " -t UTF-8.");
}

std::vector<char> to_utf8(Bytes bytes, Interrupt interrupt) {
  Pace pace(interrupt);
  std::string_view text = as_text(bytes);
  if (const Utf16 order = utf16_of(text); order != Utf16::kNo) {
    const bool has_mark = text[0] == '\xFF' || text[0] == '\xFE';
    return from_utf16(text.substr(has_mark ? 2 : 0), order == Utf16::kBigEndian, pace);
  }
  if (const auto other = other_xml_encoding(bytes)) refuse_encoding(*other);
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  const std::string encoding = declared_encoding(text);
  if (encoding == "iso-8859-1" || encoding == "latin1") {
    std::vector<char> out;
    out.reserve(text.size() + text.size() / 8);
    for (char c : text) {
      pace.spend(4);
      append_utf8(out, static_cast<unsigned char>(c));
    }
    return out;
  }
  if (!is_utf8_throughout(text, interrupt))
    refuse_text("the text is not UTF-8", encoding.empty() || encoding == "utf-8"
                                             ? std::string()
                                             : "Its declaration says " + shown(encoding) + ".");
  std::vector<char> out;
  out.reserve(text.size());
  in_pieces(as_bytes(text), interrupt, [&](Bytes piece) {
    const std::string_view part = as_text(piece);
    out.insert(out.end(), part.begin(), part.end());
  });
  return out;
}

/// Text that was converted.
std::vector<char> checked_utf8(Bytes bytes, Interrupt interrupt) {
  const std::string_view text = as_text(bytes);
  if (!is_utf8_throughout(text, interrupt))
    throw Error(ErrorCode::kInternal, "a conversion to UTF-8 gave something else");
  return {text.begin(), text.end()};
}

/// Looks at the markup before pugixml does. -> offsets of the line ends. Throws kLimitExceeded: for
/// too many elements, each of which pugixml takes memory for; and for too much text in too few
/// elements, which pugixml would read without a look at anything else (xml_parse.hpp).
std::vector<std::size_t> scan(std::string_view text, const Limits &limits, Interrupt interrupt) {
  constexpr std::size_t kFewElements = 512, kMuchText = std::size_t{64} << 20;
  std::vector<std::size_t> line_ends;
  std::uint64_t elements = 0, counted = 0;  // counted: before the stretch from `start` on
  std::size_t start = 0;
  std::string_view until;  // the end of a comment and the like, whose content begins at `content`
  std::size_t content = 0;
  bool in_tag = false;
  char quote = 0;
  Pace pace(interrupt);
  for (std::size_t i = 0; i < text.size(); ++i) {
    pace.spend(1);
    const char c = text[i];
    if (c == '\n') {
      reserve_in_pieces(line_ends, line_ends.size() + 1, interrupt);
      line_ends.push_back(i);
    }
    if (c == '\0') refuse_text("the text contains a zero byte");
    if (elements - counted >= kFewElements) {
      counted = elements;
      start = i;
    } else if (i - start > kMuchText) {
      throw Error(ErrorCode::kLimitExceeded, "XML has too much text in too few elements",
                  "From line " + std::to_string(line_ends.size() + 1) + " back, " +
                      std::to_string(kMuchText) + " bytes are in fewer than " +
                      std::to_string(kFewElements) + " elements.");
    }
    if (!until.empty()) {
      if (c == '>' && text.substr(content, i < content ? 0 : i + 1 - content).ends_with(until))
        until = {};
    } else if (in_tag) {
      if (quote != 0 ? c == quote : c == '"' || c == '\'')
        quote = quote != 0 ? 0 : c;
      else if (quote == 0 && c == '>')
        in_tag = false;
    } else if (c == '<') {
      const std::string_view rest = text.substr(i);
      if (rest.starts_with("<!--")) {
        until = "-->";
        content = i + 4;
      } else if (rest.starts_with("<![CDATA[")) {
        until = "]]>";
        content = i + 9;
      } else if (rest.starts_with("<?")) {
        until = "?>";
        content = i + 2;
      } else {
        in_tag = true;
        elements += rest.starts_with("</") ? 0 : 1;
      }
    }
  }
  check_limit(elements, limits.max_nodes, "XML elements");
  return line_ends;
}

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

}  // namespace

// ---- document -----------------------------------------------------------------------------------

std::optional<std::string> other_xml_encoding(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  if (utf16_of(text) != Utf16::kNo || text.starts_with(kUtf8Mark)) return std::nullopt;
  std::string encoding = declared_encoding(text);
  constexpr std::array kRead = {std::string_view(""),           std::string_view("utf-8"),
                                std::string_view("utf8"),       std::string_view("utf-16"),
                                std::string_view("us-ascii"),   std::string_view("ascii"),
                                std::string_view("iso-8859-1"), std::string_view("latin1")};
  if (std::find(kRead.begin(), kRead.end(), encoding) != kRead.end()) return std::nullopt;
  // What is ASCII alone is the same in all encodings that a declaration can be read in.
  const bool is_ascii =
      std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0 || c == '\x1B'; });
  if (is_ascii) return std::nullopt;
  return encoding;
}

std::string xml_root_name(Bytes bytes) {
  std::string_view text = as_text(bytes);
  std::string narrow;
  if (utf16_of(text) != Utf16::kNo) {  // names that matter are ASCII; a prolog is short
    constexpr std::size_t kMaxProlog = std::size_t{1} << 16;
    for (const char c : text.substr(0, kMaxProlog))
      if (c != '\0') narrow += c;
    text = narrow;
    text.remove_prefix(std::min(text.find_first_not_of("\xFF\xFE"), text.size()));
  }
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  auto skip_past = [&text](std::string_view end) {
    const std::size_t at = text.find(end);
    text.remove_prefix(at == text.npos ? text.size() : at + end.size());
  };
  for (;;) {
    text = without_leading_blanks(text);
    if (text.starts_with("<!--")) {
      skip_past("-->");
    } else if (text.starts_with("<?")) {
      skip_past("?>");
    } else if (text.starts_with("<!DOCTYPE")) {
      const std::size_t end = text.find_first_of("[>");
      const bool has_subset = end != text.npos && text[end] == '[';
      do {
        skip_past(has_subset ? "]" : ">");
        text = without_leading_blanks(text);
      } while (has_subset && !text.empty() && text[0] != '>');
      if (has_subset && !text.empty()) text.remove_prefix(1);
    } else {
      break;
    }
  }
  if (!text.starts_with('<')) return {};
  const std::string_view name = text.substr(1, text.find_first_of(" \t\r\n/>", 1) - 1);
  return std::string(local_name(name.substr(0, 256)));
}

XmlDocument::XmlDocument(Bytes bytes, std::size_t max_nesting, const Limits &limits,
                         Interrupt interrupt, bool is_utf8)
    : text_(is_utf8 ? checked_utf8(bytes, interrupt) : to_utf8(bytes, interrupt)) {
  line_ends_ = scan({text_.data(), text_.size()}, limits, interrupt);
  constexpr unsigned kOptions =
      pugi::parse_cdata | pugi::parse_escapes | pugi::parse_wconv_attribute | pugi::parse_eol |
      pugi::parse_doctype | pugi::parse_ws_pcdata_single | pugi::parse_embed_pcdata;
  const pugi::xml_parse_result result = parse_xml(document_, text_, kOptions, interrupt);
  if (result.status == pugi::status_out_of_memory) throw std::bad_alloc();
  if (!result)
    refuse_text("line " + std::to_string(line_of(result.offset)) + ": the XML is malformed",
                std::string(result.description()) + ".");
  for (pugi::xml_node node : document_.children())
    if (node.type() == pugi::node_doctype)
      throw Error(ErrorCode::kUnsupportedModel, "XML with a document type declaration is not read",
                  {},
                  "Remove the declaration: models need none, and entities of a document's own are "
                  "not read.");
  const pugi::xml_node root = document_.document_element();
  if (!root) refuse_text("the XML has no root element");
  const std::string_view name = root.name();
  if (const std::size_t colon = name.find(':'); colon != name.npos)
    prefix_ = name.substr(0, colon + 1);
  check(max_nesting, limits, interrupt);
}

void XmlDocument::check(std::size_t max_nesting, const Limits &limits, Interrupt interrupt) const {
  std::size_t depth = 1, steps = 0;
  const pugi::xml_node root = document_.document_element();
  for (pugi::xml_node node = root; node;) {
    if (++steps % kCheckEvery == 0) interrupt.check();
    if (node.type() == pugi::node_element) {
      if (std::string_view(node.name()).size() > limits.max_string_bytes)
        XmlElement(this, node).refuse("the name is too long");
      for (pugi::xml_attribute attribute : node.attributes())
        if (std::string_view(attribute.value()).size() > limits.max_string_bytes ||
            std::string_view(attribute.name()).size() > limits.max_string_bytes)
          throw Error(ErrorCode::kLimitExceeded,
                      XmlElement(this, node).place() + ": an attribute is too long",
                      "The limit is " + std::to_string(limits.max_string_bytes) + " bytes.");
    }
    if (node.first_child()) {
      node = node.first_child();
      if (++depth > max_nesting)
        throw Error(ErrorCode::kLimitExceeded,
                    "line " + std::to_string(line_of(node.offset_debug())) +
                        ": XML elements are nested too deeply",
                    "The limit is " + std::to_string(max_nesting) + ".");
      continue;
    }
    while (node != root && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    if (node == root) break;
    node = node.next_sibling();
  }
}

std::size_t XmlDocument::line_of(std::ptrdiff_t offset) const {
  return static_cast<std::size_t>(
             std::lower_bound(line_ends_.begin(), line_ends_.end(),
                              static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0))) -
             line_ends_.begin()) +
         1;
}

bool XmlDocument::is_of_root_namespace(pugi::xml_node node) const {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  if (name.substr(0, colon == name.npos ? 0 : colon + 1) != prefix_) return false;
  const pugi::xml_attribute own = node.attribute("xmlns");
  return !own || node == document_.document_element() ||
         std::string_view(own.value()) == document_.document_element().attribute("xmlns").value();
}

// ---- elements -----------------------------------------------------------------------------------

pugi::xml_node XmlElement::Children::next(pugi::xml_node node) const {
  for (; node; node = node.next_sibling()) {
    if (node.type() != pugi::node_element) continue;
    if (all_) break;
    const std::string_view name = local_name(node.name());
    if (name == "Extension" || (!name_.empty() && name != name_)) continue;
    if (document_->is_of_root_namespace(node)) break;
  }
  return node;
}

std::string_view XmlElement::name() const { return local_name(node_.name()); }

std::optional<std::string_view> XmlElement::attribute(std::string_view name) const {
  for (pugi::xml_attribute attribute : node_.attributes())
    if (name == attribute.name()) return attribute.value();
  return std::nullopt;
}

std::vector<std::string_view> XmlElement::attribute_names() const {
  std::vector<std::string_view> names;
  for (pugi::xml_attribute attribute : node_.attributes()) names.emplace_back(attribute.name());
  return names;
}

std::string_view XmlElement::required(std::string_view name) const {
  const std::optional<std::string_view> value = attribute(name);
  if (!value) refuse("attribute \"" + std::string(name) + "\" is missing");
  return *value;
}

std::optional<double> XmlElement::parse_number(std::string_view name, std::string_view text) const {
  const std::optional<double> number = parse_float64(trimmed(text));
  if (!number || std::isnan(*number))
    refuse("attribute \"" + std::string(name) + "\" must be a number",
           "It is " + shown(text) + ".");
  return number;
}

std::optional<double> XmlElement::number(std::string_view name) const {
  const std::optional<std::string_view> value = attribute(name);
  return value ? parse_number(name, *value) : std::nullopt;
}

double XmlElement::required_number(std::string_view name) const {
  return *parse_number(name, required(name));
}

std::optional<std::uint32_t> XmlElement::count(std::string_view name) const {
  const std::optional<std::string_view> value = attribute(name);
  if (!value) return std::nullopt;
  const std::optional<std::int64_t> count = parse_integer(trimmed(*value));
  if (!count || *count < 0 || *count > UINT32_MAX)
    refuse("attribute \"" + std::string(name) + "\" must be a count",
           "It is " + shown(*value) + ".");
  return static_cast<std::uint32_t>(*count);
}

bool XmlElement::boolean(std::string_view name, bool otherwise) const {
  const std::optional<std::string_view> value = attribute(name);
  if (!value) return otherwise;
  if (*value == "true" || *value == "1") return true;
  if (*value == "false" || *value == "0") return false;
  refuse("attribute \"" + std::string(name) + "\" must be true or false",
         "It is " + shown(*value) + ".");
}

std::string XmlElement::text() const {
  std::string text = node_.value();
  for (pugi::xml_node child : node_.children())
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      text += child.value();
  return text;
}

XmlElement::Children XmlElement::children() const { return {document_, node_, {}, false}; }
XmlElement::Children XmlElement::children(std::string_view name) const {
  return {document_, node_, name, false};
}
XmlElement::Children XmlElement::all_children() const { return {document_, node_, {}, true}; }

std::optional<XmlElement> XmlElement::child(std::string_view name) const {
  for (const XmlElement child : children(name)) return child;
  return std::nullopt;
}

XmlElement XmlElement::required_child(std::string_view name) const {
  const std::optional<XmlElement> found = child(name);
  if (!found) refuse("element " + std::string(name) + " is missing");
  return *found;
}

std::optional<XmlElement> XmlElement::first_child() const {
  for (const XmlElement child : children()) return child;
  return std::nullopt;
}

std::size_t XmlElement::line() const { return document_->line_of(node_.offset_debug()); }

std::string XmlElement::place() const {
  return "line " + std::to_string(line()) + ": " + shown_plain(name());
}

void XmlElement::refuse(const std::string &message, const std::string &detail,
                        const std::string &hint) const {
  throw Error(ErrorCode::kInvalidModel, place() + ": " + message, detail, hint);
}

void XmlElement::refuse_unsupported(const std::string &message, const std::string &detail) const {
  throw Error(ErrorCode::kUnsupportedModel, place() + ": " + message, detail);
}

}  // namespace pgscore::formats
