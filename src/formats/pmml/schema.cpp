#include "formats/pmml/schema.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/shown_text.hpp"
#include "formats/long_cells.hpp"
#include "formats/pmml/schema_table.hpp"

namespace pgscore::formats::pmml {
namespace {

constexpr std::string_view kSeparators = " \n";

/// Calls `take` with each word of a list of the table.
template <class Take>
void for_each_word(std::string_view list, Take take) {
  for (std::size_t at = list.find_first_not_of(kSeparators); at != list.npos;
       at = list.find_first_not_of(kSeparators, at)) {
    const std::size_t end = std::min(list.find_first_of(kSeparators, at), list.size());
    take(list.substr(at, end - at));
    at = end;
  }
}

/// What may stand at one place.
struct Use {
  bool matters = true;   // used; false: without effect on scores
  bool is_list = false;  // a child that may be there more than once
  // A child of those of which there may be one in all: '|' or '&'
  char group = 0;
  std::optional<std::string> value;  // an attribute that may have this value only
  std::string_view reason;           // why not another one, or why not at all
  bool is_refused = false;
};

struct Rule {
  const ElementRule *element;
  std::map<std::string, Use, std::less<>> attributes, children;
};

/// "name", "name=value" and, of children, "Name*": many, "|Name", "&Name": one in all.
Use parse_use(std::string_view word, bool matters, std::string &name) {
  Use use;
  use.matters = matters;
  if (word.starts_with('|') || word.starts_with('&')) {
    use.group = word[0];
    word.remove_prefix(1);
  }
  if (word.ends_with('*')) {
    use.is_list = true;
    word.remove_suffix(1);
  }
  name = std::string(word.substr(0, word.find('=')));
  if (name.size() < word.size()) use.value = std::string(word.substr(name.size() + 1));
  return use;
}

void add(std::map<std::string, Use, std::less<>> &to, std::string_view list, bool matters) {
  for_each_word(list, [&](std::string_view word) {
    std::string name;
    Use use = parse_use(word, matters, name);
    to.emplace(std::move(name), std::move(use));
  });
}

using Rules = std::map<std::string_view, Rule>;

Rules read_rules() {
  Rules rules;
  for (const ElementRule &element : element_rules()) {
    Rule &rule = rules[element.name];
    rule.element = &element;
    add(rule.attributes, element.used, true);
    add(rule.attributes, element.no_effect, false);
    add(rule.children, element.children, true);
    add(rule.children, element.silent_children, false);
  }
  for (const RefusalRule &refusal : refusal_rules()) {
    Rule &rule = rules.at(refusal.element);
    std::string name;
    Use use = parse_use(refusal.what, true, name);
    use.reason = refusal.reason;
    use.is_refused = !use.value;
    const bool is_child = name[0] >= 'A' && name[0] <= 'Z';
    (is_child ? rule.children : rule.attributes)[name] = std::move(use);
  }
  return rules;
}

/// An attribute in a namespace of its own, or one that declares a namespace.
bool is_foreign(std::string_view attribute) {
  return attribute == "xmlns" || attribute.find(':') != attribute.npos;
}

class Checker {
 public:
  explicit Checker(Interrupt interrupt) : rules_(read_rules()), interrupt_(interrupt) {}

  void check_attributes(const XmlElement &element, const Rule &rule) const {
    for (const std::string_view name : element.attribute_names()) {
      if (is_foreign(name)) continue;
      const auto found = rule.attributes.find(name);
      if (found == rule.attributes.end())
        element.refuse("unknown attribute " + shown(name),
                       "No version of PMML from 3.0 to 4.4 has it there.",
                       "Remove it when it has no effect on scores; what belongs to the producer "
                       "alone stands in an Extension or "
                       "in a namespace of its own.");
      const Use &use = found->second;
      if (use.is_refused)
        element.refuse_unsupported("attribute " + shown(name) + " is not supported",
                                   sentence(use.reason));
      if (use.value && !is_value(*element.attribute(name), *use.value))
        element.refuse_unsupported(
            "attribute " + shown(name) + " may only be \"" + *use.value + "\"",
            "It is " + shown(*element.attribute(name)) + ". " + sentence(use.reason));
    }
  }

  /// The children that are to be checked, too.
  std::vector<XmlElement> check_children(const XmlElement &element, const Rule &rule) const {
    std::vector<XmlElement> inside;
    std::set<std::string_view> seen;
    std::map<char, std::string_view> of_group;
    for (const XmlElement child : element.children()) {
      const auto found = rule.children.find(child.name());
      if (found == rule.children.end())
        child.refuse("this element is unknown in " + std::string(element.name()),
                     rules_.count(child.name()) != 0
                         ? ""
                         : "No version of PMML from 3.0 to 4.4 has it there.");
      const Use &use = found->second;
      if (use.is_refused)
        child.refuse_unsupported("this element is not supported in " + std::string(element.name()),
                                 sentence(use.reason));
      if (!use.is_list && !seen.insert(found->first).second)
        child.refuse("there is another one in the same " + std::string(element.name()));
      if (use.group != 0 && !of_group.emplace(use.group, found->first).second)
        child.refuse("there is a " + std::string(of_group[use.group]) + " in the same " +
                     std::string(element.name()));
      if (use.matters) inside.push_back(child);
    }
    return inside;
  }

  void check(const XmlElement &root) {
    std::vector<XmlElement> rest = {root};
    for (std::size_t steps = 1; !rest.empty(); ++steps) {
      if (steps % 1024 == 0) interrupt_.check();
      const XmlElement element = rest.back();
      rest.pop_back();
      const auto rule = rules_.find(element.name());
      // A model that is not supported: find_model_kind says so.
      if (rule == rules_.end()) continue;
      check_attributes(element, rule->second);
      const std::vector<XmlElement> inside = check_children(element, rule->second);
      rest.insert(rest.end(), inside.rbegin(), inside.rend());
    }
  }

  const Rule &rule(std::string_view element) const { return rules_.at(element); }
  const Rules &rules() const { return rules_; }

 private:
  static bool is_value(std::string_view text, std::string_view value) {
    if (text == value) return true;
    if (value == "false" || value == "0") return text == "false" || text == "0";
    return false;
  }
  static std::string sentence(std::string_view reason) {
    std::string text(reason);
    if (text.empty()) return text;
    if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text + ".";
  }

  Rules rules_;
  Interrupt interrupt_;
};

std::string listed(const std::map<std::string, Use, std::less<>> &uses, bool matters) {
  std::string text;
  for (const auto &[name, use] : uses) {
    if (use.is_refused || use.value || use.matters != matters) continue;
    text += (text.empty() ? "`" : ", `") + name + "`";
  }
  return text;
}

std::string refusals(const Rule &rule) {
  std::string text;
  for (const auto *uses : {&rule.attributes, &rule.children})
    for (const auto &[name, use] : *uses) {
      if (!use.is_refused && !use.value) continue;
      text += (text.empty() ? "`" : "; `") + name + "`" +
              (use.value ? " but `" + *use.value + "`" : "") + ": " + std::string(use.reason);
    }
  return text;
}

}  // namespace

void check_schema(const XmlElement &element, Interrupt interrupt) {
  Checker(interrupt).check(element);
}

void check_document(const XmlElement &root, const XmlElement &model, Interrupt interrupt) {
  Checker checker(interrupt);
  checker.check_attributes(root, checker.rule("PMML"));
  for (const XmlElement &child : checker.check_children(root, checker.rule("PMML")))
    checker.check(child);
  checker.check(model);
}

std::string schema_page() {
  const Checker checker{Interrupt()};
  std::string text =
      "# PMML, element by element\n\n"
      "<!-- made by formats_pmml_schema_test from src/formats/pmml/schema_table.cpp -->\n\n" +
      LongCells::wrapped(
          "What the reader makes of the elements and attributes of PMML 3.0 to 4.4. What is not in "
          "this table is refused when a document is imported, by its name and line. Attributes and "
          "elements of other namespaces, and everything inside an `Extension`, have no effect, "
          "except the distributions that R's pmml wrote into the `Extension`s of `BayesInputs`. "
          "Elements that have no effect are not looked into.") +
      "\n| element | used | without effect on scores | refused |\n|---|---|---|---|\n";
  LongCells cells;
  for (const ElementRule &element : element_rules()) {
    const Rule &rule = checker.rule(element.name);
    const std::string name = "`" + std::string(element.name) + "`";
    auto both = [&](bool matters) {
      std::string cell = listed(rule.attributes, matters);
      const std::string children = listed(rule.children, matters);
      if (!cell.empty() && !children.empty()) cell += "; ";
      cell += children;
      return cell;
    };
    text += "| " + name + " | " + cells.cell(name + ", used", both(true)) + " | " +
            cells.cell(name + ", without effect on scores", both(false)) + " | " +
            cells.cell(name + ", refused", refusals(rule)) + " |\n";
  }
  return text + cells.notes();
}

}  // namespace pgscore::formats::pmml
