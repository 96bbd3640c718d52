#include "pg/explain/coefficients.hpp"

#include <string>

#include "explain/coefficients.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/registry/arguments.hpp"

namespace pgscore::pg {
namespace {

NullableDatum text_column_of(std::string_view text) {
  return column(text_result(in_server_encoding(text)));
}

/// The class or target of a margin; NULL where there is one.
NullableDatum margin_column(const model::Output &output, std::uint32_t margin) {
  if (output.raw.size() <= 1) return null_column();
  if (margin < output.labels.size()) return text_column_of(output.labels[margin]);
  if (margin < output.values.size()) return text_column_of(output.values[margin].name);
  return text_column_of(std::to_string(margin));
}

}  // namespace

void add_coefficient_rows(const model::Model &model, ResultRows &rows) {
  for (std::uint32_t margin = 0; margin < model.output.raw.size(); ++margin) {
    const explain::Coefficients found = explain::coefficients_of(model, margin, kServerInterrupt);
    const NullableDatum name = margin_column(model.output, margin);
    rows.add({name, text_column_of("(intercept)"), null_column(),
              column(Float8GetDatum(found.intercept))});
    for (const explain::Coefficient &term : found.terms) {
      const model::Input &input = model.inputs[term.input];
      rows.add({name, text_column_of(input.name),
                term.category ? text_column_of(input.categories[*term.category]) : null_column(),
                term.value ? column(Float8GetDatum(*term.value)) : null_column()});
    }
  }
}

}  // namespace pgscore::pg
