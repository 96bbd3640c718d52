// The table of schema.cpp.
#pragma once
#include <span>
#include <string_view>

namespace pgscore::formats::pmml {

/// An element, with words between blanks. Children that may be there more than once end in "*"; of
/// those that begin with "|" there may be one in all, and of those that begin with "&".
struct ElementRule {
  std::string_view name;
  std::string_view used;             // attributes
  std::string_view no_effect;        // attributes without effect on scores
  std::string_view children;         // looked into
  std::string_view silent_children;  // without effect on scores
};
/// Gives all elements that are looked into, after the schemas of PMML 3.0 to 4.4; the names that
/// begin with "x-" are JPMML's. The table lives as long as the program.
std::span<const ElementRule> element_rules();

/// What is refused of an element, though a version of PMML has it: an attribute ("name"), one with
/// another value than this ("name=value") or a child ("Name"). `reason`: half a sentence.
struct RefusalRule {
  std::string_view element, what, reason;
};

/// Gives all refusals. Each `element` is the name of one of element_rules(). The table lives as
/// long as the program.
std::span<const RefusalRule> refusal_rules();

}  // namespace pgscore::formats::pmml
