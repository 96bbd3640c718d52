// Inputs, and the scopes in which names of fields are looked up (PMML 4.4, MiningSchema).
#include "formats/pmml/fields.hpp"

#include <algorithm>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/mining_field.hpp"

namespace pgscore::formats::pmml {

using model::Op;
using model::Operand;

namespace {

/// All texts that are declared, valid or not.
std::vector<std::string> declared_texts(const DataField &field) {
  std::vector<std::string> texts = field.valid;
  texts.insert(texts.end(), field.invalid.begin(), field.invalid.end());
  texts.insert(texts.end(), field.missing.begin(), field.missing.end());
  return texts;
}

}  // namespace

// ---- one reading --------------------------------------------------------------------------------

Reading::Level::Level(Reading &reading, const XmlElement &at) : reading_(reading) {
  if (reading_.level_ >= kMaxLevel)
    throw Error(ErrorCode::kLimitExceeded, at.place() + ": expressions are nested too deeply",
                "The limit is " + std::to_string(kMaxLevel) +
                    ", with the fields and functions that they refer to.");
  ++reading_.level_;
}

void Reading::add_inputs(const XmlElement &schema) {
  for (const XmlElement mining_field : schema.children("MiningField")) {
    const std::string name(mining_field.required("name"));
    const DataField *field = dictionary_->field(name);
    if (field == nullptr || is_ignored(mining_field) || is_target(mining_field) ||
        inputs_.count(name) != 0)
      continue;
    if (findings_ != nullptr && findings_->used.count(name) == 0) continue;
    model::Input input;
    input.name = name;
    InputState state;
    state.column.type = field->type;
    if (field->type.is_text()) {
      std::vector<std::string> texts = declared_texts(*field);
      const Invalid treatment = invalid_treatment(mining_field);
      const bool is_open = field->valid.empty() || treatment == Invalid::kAsIs;
      // Declared texts are asked for as they are
      const bool takes_operations = is_open && texts.empty();
      if (is_open && findings_ != nullptr)
        if (const auto found = findings_->texts.find(name); found != findings_->texts.end()) {
          texts = found->second.texts;
          input.text_operations = found->second.operations;
        }
      const bool is_plain = input.text_operations.empty();
      state.column.texts = !is_open ? Texts::closed(texts)
                                    : Texts::open(is_plain ? texts : std::vector<std::string>());
      if (takes_operations) state.column.texts->set_input(builder().num_inputs());
      state.categories = state.column.texts;
      if (!is_plain) {
        for (const model::TextOperation &operation : input.text_operations)
          state.categories = state.categories->after(operation, mining_field);
        for (const std::string &text : texts) state.categories->find(text);
      }
      input.type = model::ColumnType::kCategory;
      input.categories = state.categories->texts();
      input.on_unknown = is_open || treatment == Invalid::kAsValue ? model::UnknownPolicy::kKeep
                         : treatment == Invalid::kReturnInvalid    ? model::UnknownPolicy::kNull
                                                                   : model::UnknownPolicy::kMissing;
    } else {
      input.unit = field->type.unit();
    }
    state.texts_at_first = input.categories.size();
    Operand operand = Operand::of(builder().add_input(std::move(input)));
    state.column.operand = operand;
    inputs_.emplace(name, std::move(state));
  }
}

std::optional<Column> Reading::input(std::string_view name) {
  const auto found = inputs_.find(name);
  if (found == inputs_.end()) return std::nullopt;
  InputState &state = found->second;
  if (!state.used && state.column.type.kind == Type::Kind::kDaysSince)
    state.column.operand = graph_.apply(
        Op::kSubtract,
        {state.column.operand, Operand::value(days_before_year(state.column.type.year))});
  if (!state.used && state.column.type.kind == Type::Kind::kSecondsSince)
    state.column.operand = graph_.apply(
        Op::kSubtract,
        {state.column.operand, Operand::value(days_before_year(state.column.type.year) * 86400)});
  state.used = true;
  return state.column;
}

Findings Reading::findings() const {
  Findings findings;
  for (const auto &[name, state] : inputs_) {
    if (!state.used) continue;
    findings.used.insert(name);
    if (!state.is_open()) continue;
    const std::vector<const Texts *> asked = state.column.texts->asked();
    if (asked.size() > 1)
      throw Error(ErrorCode::kUnsupportedModel,
                  asked[1]->place() +
                      ": a function of strings is applied to a field without declared values",
                  "Elsewhere the model asks about field " + shown(name) +
                      " as it is, or after other functions; such a field is read in one way only.",
                  "Declare the values of the field in the DataDictionary.");
    if (!asked.empty()) findings.texts[name] = {asked[0]->operations(), asked[0]->texts()};
  }
  return findings;
}

bool Reading::is_final() const {
  return std::all_of(inputs_.begin(), inputs_.end(), [](const auto &entry) {
    const InputState &state = entry.second;
    if (!state.used ||
        (state.categories != nullptr && state.categories->size() != state.texts_at_first))
      return false;
    if (!state.is_open()) return true;
    const std::vector<const Texts *> asked = state.column.texts->asked();
    return asked.empty() || (asked.size() == 1 && asked[0] == state.categories.get());
  });
}

// ---- scope --------------------------------------------------------------------------------------

Scope::Scope(Reading &reading, Scope *around, const XmlElement &model)
    : reading_(&reading), around_(around) {
  for (const XmlElement mining_field :
       model.required_child("MiningSchema").children("MiningField")) {
    const std::string name(mining_field.required("name"));
    if (is_target(mining_field)) targets_.push_back(name);
    if (is_ignored(mining_field)) continue;
    if (entries_.count(name) != 0) mining_field.refuse("field " + shown(name) + " is there twice");
    Entry entry;
    entry.mining_field = mining_field;
    entries_.emplace(name, std::move(entry));
  }
  if (targets_.empty() && around != nullptr) targets_ = around->targets_;
  if (around == nullptr) add_derived_fields(reading.dictionary().derived_fields());
  if (const auto transformations = model.child("LocalTransformations")) {
    std::vector<XmlElement> fields;
    for (const XmlElement field : transformations->children("DerivedField"))
      fields.push_back(field);
    add_derived_fields(fields);
  }
}

void Scope::add_derived_fields(const std::vector<XmlElement> &fields) {
  for (const XmlElement &field : fields) {
    Entry entry;
    entry.derived_field = field;
    const std::string name(field.required("name"));
    // A field of the MiningSchema that is a derived field of this very scope means that one (as
    // some producers write it).
    const auto found = entries_.find(name);
    if (found == entries_.end())
      entries_.emplace(name, std::move(entry));
    else if (!found->second.derived_field && reading_->dictionary().field(name) == nullptr &&
             (around_ == nullptr || !around_->has(name)))
      found->second = std::move(entry);
    else
      field.refuse("field \"" + name + "\" is there twice");
  }
}

bool Scope::has(std::string_view name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return around_ != nullptr && around_->has(name);
  const Entry &entry = found->second;
  return entry.state == Entry::State::kReady || entry.derived_field ||
         (around_ != nullptr ? around_->has(name) : reading_->dictionary().field(name) != nullptr);
}

bool Scope::is_derived(std::string_view name) const {
  const auto found = entries_.find(name);
  if (found != entries_.end() && found->second.derived_field) return true;
  const bool is_own = found != entries_.end() && !found->second.mining_field;
  return !is_own && around_ != nullptr && around_->is_derived(name);
}

void Scope::define(const std::string &name, Column column) {
  Entry entry;
  entry.state = Entry::State::kReady;
  entry.value = std::move(column);
  entries_[name] = std::move(entry);
}

Column Scope::field(std::string_view name, const XmlElement &at) {
  Entry &entry = find(name, at);
  if (entry.is_rounded) return entry.value;
  if (!entry.rounded) {
    entry.rounded = entry.value;
    entry.rounded->operand = graph().apply(Op::kToFloat32, {entry.value.operand});
  }
  return *entry.rounded;
}

Column Scope::unrounded_field(std::string_view name, const XmlElement &at) {
  return find(name, at).value;
}

Scope::Entry &Scope::find(std::string_view name, const XmlElement &at) {
  for (Scope *scope = this; scope != nullptr; scope = scope->around_) {
    const auto found = scope->entries_.find(name);
    if (found != scope->entries_.end()) return scope->resolve(found->second, name, at);
  }
  at.refuse("there is no field " + shown(name));
}

Scope::Entry &Scope::resolve(Entry &entry, std::string_view name, const XmlElement &at) {
  if (entry.state == Entry::State::kReady) return entry.same_as != nullptr ? *entry.same_as : entry;
  if (entry.state == Entry::State::kBusy)
    at.refuse("field " + shown(name) + " is defined by itself");
  const Reading::Level level(*reading_, at);
  entry.state = Entry::State::kBusy;
  if (entry.derived_field) {
    entry.value = evaluate_derived_field(*entry.derived_field, *this);
  } else if (around_ == nullptr) {
    const std::optional<Column> input = reading_->input(name);
    if (!input) at.refuse("there is no field " + shown(name));
    entry.value =
        treat_input(*entry.mining_field, reading_->dictionary().field(name), *input, *reading_);
    entry.is_rounded = input->type.kind != Type::Kind::kFloat;
  } else {
    Entry &base = around_->find(name, at);
    entry.value =
        treat_again(*entry.mining_field, reading_->dictionary().field(name), base.value, *reading_);
    entry.is_rounded = base.is_rounded;
    const Operand was = base.value.operand, is = entry.value.operand;
    if (is.column == was.column && (!is.is_constant() || is.constant == was.constant) &&
        entry.value.texts == base.value.texts)
      entry.same_as = &base;
  }
  entry.state = Entry::State::kReady;
  return entry.same_as != nullptr ? *entry.same_as : entry;
}

}  // namespace pgscore::formats::pmml
