#include "pg/catalog/read_model.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/file_encoding.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/settings.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

// Checks that the encoding of the database has the characters of a model's texts, which are UTF-8
// (model::verify). Such texts meet column names and values of the database, and are results.
void check_text(const std::string &text, const char *what) {
  if (fits_server_encoding(text)) return;
  throw Error(ErrorCode::kUnsupportedModel,
              std::string(what) + " " + in_quotes(shown_in_server_encoding(text)) +
                  " has characters that the encoding of the database lacks",
              std::string("The encoding of the database is ") + GetDatabaseEncodingName() +
                  "; \"?\" stands for such characters.",
              "Rename it with the arguments \"features\" or \"labels\", or use a database of "
              "encoding UTF8.");
}

void check_texts(const model::Model &model) {
  check_text(model.objective, "objective");
  for (const model::Input &input : model.inputs) {
    check_text(input.name, "feature name");
    for (const std::string &category : input.categories) check_text(category, "category");
  }
  for (const std::string &label : model.output.labels) check_text(label, "class label");
  for (const auto *list : {&model.output.values, &model.output.more})
    for (const model::NamedColumn &value : *list) {
      check_text(value.name, "output name");
      for (const std::string &text : value.texts) check_text(text, "output text");
    }
}

}  // namespace

model::Model read_model(std::string_view format, const formats::Source &source) {
  formats::Source converted = source;
  converted.to_utf8 = file_text_in_utf8;
  model::Model model = with_errors_shown(
      [&] { return formats::load(format, converted, import_limits(), kServerInterrupt); });
  check_texts(model);
  return model;
}

}  // namespace pgscore::pg
