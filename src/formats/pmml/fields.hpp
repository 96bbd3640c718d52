// The fields of a PMML document: the data dictionary, and the scopes in which names are looked up.
//
// A scope is that of a model element: the fields of its MiningSchema (those of the data dictionary
// or, within a segment, of the scope around it, each with its treatment of invalid, missing and
// outlying values), its LocalTransformations, and the outputs of segments before. Whatever a scope
// does not have is looked for in the one around it; the outermost one has the
// TransformationDictionary. A field becomes columns of the graph when it is first asked for; one
// that is never asked for costs nothing, and if it is an input, it is none.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats/pmml/column.hpp"

namespace pgscore::formats::pmml {

struct Interval {
  bool left_closed = true, right_closed = true;
  double left = -std::numeric_limits<double>::infinity(),
         right = std::numeric_limits<double>::infinity();
};
/// Reads an Interval. A margin that is left out is infinite. Throws kInvalidModel when closure is
/// missing or unknown, or a margin is no number.
Interval read_interval(const XmlElement &interval);
/// 1 where x lies in the interval, 0 where not, missing where it is missing.
model::Operand lies_in(Graph &graph, model::Operand x, const Interval &interval);

struct DataField {
  XmlElement element;
  Type type;
  bool is_continuous = true;
  std::vector<std::string> valid, invalid, missing;  // what Value says of single values
  std::vector<Interval> intervals;                   // of a number: the valid ones
};

/// DataDictionary, TransformationDictionary.
class Dictionary {
 public:
  /// Reads the DataDictionary and the TransformationDictionary of `root`, a PMML element, whose
  /// document must outlive this. Derived fields and functions are kept unread. Throws kInvalidModel
  /// for a field or function that is there twice, an unknown optype, type, property or element, and
  /// a value that does not fit the field's type; kUnsupportedModel for a Taxonomy.
  explicit Dictionary(const XmlElement &root);

  /// Both find by name; null when there is none. Pointers live as long as the dictionary.
  const DataField *field(std::string_view name) const;
  const XmlElement *function(std::string_view name) const;

  /// Gives the DerivedFields of the TransformationDictionary, in order.
  const std::vector<XmlElement> &derived_fields() const { return derived_fields_; }

 private:
  void add_function(const XmlElement &element);

  std::map<std::string, DataField, std::less<>> fields_;
  std::map<std::string, XmlElement, std::less<>> functions_;
  std::vector<XmlElement> derived_fields_;
};

/// What a first reading of a document finds out: which inputs a model uses, and the texts that it
/// asks about.
struct Findings {
  struct Texts {
    std::vector<model::TextOperation> operations;  // it asks about texts after these
    std::vector<std::string> texts;
  };
  std::map<std::string, Texts> texts;  // of fields whose list is open
  std::set<std::string> used;
};

/// What all parts of one reading share.
class Reading {
 public:
  /// `findings`: of the first reading; null in it.
  Reading(const Dictionary &dictionary, const Findings *findings, model::Builder &builder)
      : dictionary_(&dictionary), findings_(findings), graph_(builder) {}
  Reading(const Reading &) = delete;
  Reading &operator=(const Reading &) = delete;

  /// Each gives what the constructor was given; the graph belongs to this reading.
  const Dictionary &dictionary() const { return *dictionary_; }
  Graph &graph() { return graph_; }
  model::Builder &builder() { return graph_.builder(); }

  /// Adds the inputs of the outermost model. `schema`: its MiningSchema.
  void add_inputs(const XmlElement &schema);
  /// The column of an input; none when there is no such input.
  std::optional<Column> input(std::string_view name);
  /// What this reading found out.
  Findings findings() const;
  /// Whether the graph is right as it is: all inputs are used, and no list has grown.
  bool is_final() const;

  /// Where this column is true, the row is invalid: every result is missing.
  void add_invalid(model::Operand condition) {
    invalid_ = graph_.apply(model::Op::kOr,
                            {invalid_, graph_.if_missing(condition, model::Operand::value(0))});
  }
  model::Operand invalid() const { return invalid_; }

  /// Counts how deeply expressions, derived fields and models are nested.
  class Level {
   public:
    Level(Reading &reading, const XmlElement &at);
    ~Level() { --reading_.level_; }
    Level(const Level &) = delete;
    Level &operator=(const Level &) = delete;

   private:
    Reading &reading_;
  };

 private:
  static constexpr std::size_t kMaxLevel = 200;
  struct InputState {
    Column column;
    // Of a text: its own list, or the one after its operations
    std::shared_ptr<Texts> categories;
    std::size_t texts_at_first = 0;
    bool used = false;
    bool is_open() const { return column.is_text() && column.texts->is_open(); }
  };

  const Dictionary *dictionary_;
  const Findings *findings_;
  Graph graph_;
  std::map<std::string, InputState, std::less<>> inputs_;
  model::Operand invalid_ = model::Operand::value(0);
  std::size_t level_ = 0;
};

class Scope {
 public:
  /// The scope of a model element. `around`: of the model that it is a segment of.
  Scope(Reading &reading, Scope *around, const XmlElement &model);
  /// The scope of a function: its parameters.
  explicit Scope(Reading &reading) : reading_(&reading), is_function_(true) {}
  Scope(const Scope &) = delete;
  Scope &operator=(const Scope &) = delete;

  /// Each gives what all scopes of one reading share.
  Reading &reading() { return *reading_; }
  Graph &graph() { return reading_->graph(); }
  model::Builder &builder() { return reading_->builder(); }

  /// The value of a field. Throws when there is none of that name. `at`: the element that refers to
  /// it.
  Column field(std::string_view name, const XmlElement &at);
  /// The same, but numbers of the type float are not rounded yet: for comparisons that round.
  Column unrounded_field(std::string_view name, const XmlElement &at);
  bool has(std::string_view name) const;
  /// Whether the name is that of a derived field, of this scope or one around it.
  bool is_derived(std::string_view name) const;
  bool is_function() const { return is_function_; }
  bool is_outermost() const { return around_ == nullptr && !is_function_; }

  /// Adds a field whose value is known: an output, a parameter.
  void define(const std::string &name, Column column);

  /// The names of the target fields, in the order of the MiningSchema; inherited from the scope
  /// around when it has none.
  const std::vector<std::string> &targets() const { return targets_; }

 private:
  struct Entry {
    enum class State : std::uint8_t { kPending, kBusy, kReady };
    State state = State::kPending;
    std::optional<XmlElement> mining_field, derived_field;
    Column value;
    bool is_rounded = true;  // false: a float that was not rounded to float32
    std::optional<Column> rounded;
    Entry *same_as = nullptr;  // in the scope around
  };
  Entry &resolve(Entry &entry, std::string_view name, const XmlElement &at);
  Entry &find(std::string_view name, const XmlElement &at);
  void add_derived_fields(const std::vector<XmlElement> &fields);

  Reading *reading_;
  Scope *around_ = nullptr;
  bool is_function_ = false;
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<std::string> targets_;
};

}  // namespace pgscore::formats::pmml
