// An XML text in memory, parsed by pugixml, as formats need it: elements of one namespace with
// attributes and text.
//
// There is no DTD (a document type declaration is refused), no entity but XML's own five and
// character references, and no access to anything outside of the text. UTF-8, UTF-16, US-ASCII and
// ISO-8859-1 are read; what is handed out is valid UTF-8. Text in another encoding
// (other_xml_encoding) has to be converted before. The number of elements, the nesting and the
// length of names and attributes are limited before anything is built of them. An XmlElement is a
// pointer into the document; its readers throw kInvalidModel with the place: "line 12: Node: ...".
#pragma once
#include <cstdint>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"
#include "base/limits.hpp"

namespace pgscore::formats {

class XmlDocument;

class XmlElement {
 public:
  /// Without the prefix of the namespace.
  std::string_view name() const;
  bool is(std::string_view name) const { return this->name() == name; }

  /// Gives the value of an attribute, entities resolved, by its name with prefix; nullopt when it
  /// is not there. It lives as long as the document.
  std::optional<std::string_view> attribute(std::string_view name) const;
  /// The names of all attributes, with their prefixes, in order.
  std::vector<std::string_view> attribute_names() const;
  std::string_view required(std::string_view name) const;
  /// The attribute as a number; blanks around it are left out. "NaN" is refused.
  std::optional<double> number(std::string_view name) const;
  double required_number(std::string_view name) const;
  std::optional<std::uint32_t> count(std::string_view name) const;
  /// "true" or "1", "false" or "0".
  bool boolean(std::string_view name, bool otherwise) const;

  /// The text inside, as it stands; that of nested elements does not count.
  std::string text() const;

  class Children;
  /// The elements inside, in order, but those of other namespaces and those called "Extension".
  Children children() const;
  /// Those with that name.
  Children children(std::string_view name) const;
  /// All elements inside, whatever their namespace.
  Children all_children() const;
  std::optional<XmlElement> child(std::string_view name) const;
  XmlElement required_child(std::string_view name) const;
  /// The first of children(); nullopt when there is none.
  std::optional<XmlElement> first_child() const;

  /// Gives the line where the element begins, from 1, in the text as it was given.
  std::size_t line() const;
  /// Throws kInvalidModel: "line 12: Node: <message>".
  [[noreturn]] void refuse(const std::string &message, const std::string &detail = {},
                           const std::string &hint = {}) const;
  /// Throws kUnsupportedModel in the same manner.
  [[noreturn]] void refuse_unsupported(const std::string &message,
                                       const std::string &detail = {}) const;
  std::string place() const;

  bool operator==(const XmlElement &other) const { return node_ == other.node_; }

 private:
  friend class XmlDocument;
  XmlElement(const XmlDocument *document, pugi::xml_node node) : document_(document), node_(node) {}
  std::optional<double> parse_number(std::string_view name, std::string_view text) const;

  const XmlDocument *document_;
  pugi::xml_node node_;
};

class XmlElement::Children {
 public:
  class Iterator {
   public:
    Iterator(const Children *range, pugi::xml_node node) : range_(range), node_(node) {}
    XmlElement operator*() const { return {range_->document_, node_}; }
    Iterator &operator++() {
      node_ = range_->next(node_.next_sibling());
      return *this;
    }
    bool operator!=(const Iterator &other) const { return node_ != other.node_; }

   private:
    const Children *range_;
    pugi::xml_node node_;
  };
  /// These go over the elements of the range without a list of them: size() walks over all. The
  /// range points to the document and to the name that children() was given; both must outlive it,
  /// and it must outlive its iterators.
  Iterator begin() const { return {this, next(parent_.first_child())}; }
  Iterator end() const { return {this, pugi::xml_node()}; }
  bool empty() const { return !(begin() != end()); }
  std::size_t size() const {
    std::size_t size = 0;
    for (Iterator i = begin(); i != end(); ++i) ++size;
    return size;
  }

 private:
  friend class XmlElement;
  Children(const XmlDocument *document, pugi::xml_node parent, std::string_view name, bool all)
      : document_(document), parent_(parent), name_(name), all_(all) {}
  /// The first from `node` on that belongs to the range.
  pugi::xml_node next(pugi::xml_node node) const;

  const XmlDocument *document_;
  pugi::xml_node parent_;
  std::string_view name_;  // empty: any
  bool all_;
};

/// The encoding that the XML declaration names, in lower case, when the text is in one that
/// XmlDocument does not read.
std::optional<std::string> other_xml_encoding(Bytes bytes);
/// The name of the root element without its prefix, found without parsing: behind a byte order
/// mark, blanks, the XML declaration, comments, processing instructions and a document type
/// declaration. Empty when this is no XML.
std::string xml_root_name(Bytes bytes);

class XmlDocument {
 public:
  /// `max_nesting`: of elements. `is_utf8`: the text was converted, whatever its declaration says.
  /// Throws kInvalidModel when `bytes` is not a well-formed document, kLimitExceeded.
  XmlDocument(Bytes bytes, std::size_t max_nesting, const Limits &limits, Interrupt interrupt,
              bool is_utf8 = false);
  XmlDocument(const XmlDocument &) = delete;
  XmlDocument &operator=(const XmlDocument &) = delete;

  /// Gives the root element, whatever its name. It and all that is found in it point to this
  /// document, which must outlive them.
  XmlElement root() const { return {this, document_.document_element()}; }

 private:
  friend class XmlElement;
  friend class XmlElement::Children;
  std::size_t line_of(std::ptrdiff_t offset) const;
  void check(std::size_t max_nesting, const Limits &limits, Interrupt interrupt) const;
  /// Whether the element belongs to the namespace of the root: by its prefix.
  bool is_of_root_namespace(pugi::xml_node node) const;

  std::vector<char> text_;              // UTF-8; pugixml keeps its strings in here
  std::vector<std::size_t> line_ends_;  // offsets in the text as it was
  std::string prefix_;                  // of the root's name, with its colon
  pugi::xml_document document_;
};

}  // namespace pgscore::formats
