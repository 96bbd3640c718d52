// verify_model proves that what runs is what was trained.
//
// Without a query it scores the stored test rows again, with the plan that queries use. With a
// query it scores the query's rows and compares the margins with those of the XGBoost library: they
// must agree bit for bit. The library trusts its files. So it never sees the stored file, only a
// copy of what we have read in it (formats/xgboost/copy.hpp).
#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/xgboost/copy.hpp"
#include "kernels/interruptible.hpp"
#include "kernels/kernel.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/registry_table.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/catalog/version_source.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/registry/test_rows.hpp"
#include "pg/registry/xgboost_module.hpp"
#include "pg/row/single_input.hpp"
#include "pg/settings.hpp"
#include "registry/model_name.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

// Adds one row to the result set. Uses the memory context of the caller, which is reset after the
// function.
void put_row(ReturnSetInfo *results, std::int32_t row_no, const char *output,
             const std::vector<double> &expected, const std::vector<double> &got, std::int64_t ulp,
             bool ok) {
  const Datum expected_datum = float8_array_result(expected), got_datum = float8_array_result(got);
  call([=] {
    Datum values[6] = {Int32GetDatum(row_no), CStringGetTextDatum(output),
                       expected_datum,        got_datum,
                       Int64GetDatum(ulp),    BoolGetDatum(ok)};
    bool nulls[6] = {};
    tuplestore_putvalues(results->setResult, results->setDesc, values, nulls);
    for (int i = 1; i <= 3; ++i) pfree(DatumGetPointer(values[i]));
  });
}

void verify_test_rows(ReturnSetInfo *results, const TestedModel &model,
                      const std::vector<TestRow> &rows) {
  for (const TestRow &row : rows) {
    check_interrupts();
    const TestResult result = run_test(row, model);
    put_row(results, row.row_no, row.output.c_str(), row.expected, result.got, result.ulp,
            result.ok);
  }
}

// ---- with a query -------------------------------------------------------------------------------

constexpr long kRowsPerFetch = 512;

/// Runs a query with the rights of the caller, and gives its rows in their order.
class QueryRows {
 public:
  explicit QueryRows(const std::string &query) {
    const char *text = query.c_str();
    portal_ = call([text] {
      SPI_connect();
      SPIParseOpenOptions options{};
      options.read_only = true;
      return SPI_cursor_parse_open(nullptr, text, &options);
    });
  }
  /// Reads the next rows, each as NULL or a row value; empty at the end.
  std::vector<Datum> fetch() {
    Portal portal = portal_;
    const std::uint64_t count = call([portal] {
      if (SPI_tuptable != nullptr) SPI_freetuptable(SPI_tuptable);
      SPI_cursor_fetch(portal, true, kRowsPerFetch);
      return SPI_processed;
    });
    std::vector<Datum> rows(count);
    Datum *out = rows.data();
    call([=] {
      TupleDesc columns = SPI_tuptable->tupdesc;
      if (columns->tdtypeid == RECORDOID && columns->tdtypmod < 0) BlessTupleDesc(columns);
      for (std::uint64_t i = 0; i < count; ++i)
        out[i] = heap_copy_tuple_as_datum(SPI_tuptable->vals[i], columns);
    });
    return rows;
  }
  void close() {
    Portal portal = portal_;
    call([portal] {
      SPI_cursor_close(portal);
      SPI_finish();
    });
  }

 private:
  Portal portal_;
};

void verify_query(ReturnSetInfo *results, const TestedModel &model, std::int64_t version_id,
                  const std::string &query) {
  const std::string format = as_registry_owner([&] {
    return std::string(
        execute("SELECT format FROM catalog_version WHERE id = $1", {parameter(version_id)}, true)
            .first()[0]
            .text());
  });
  if (!format.starts_with("xgboost"))
    throw Error(ErrorCode::kWrongTask,
                "model " + in_quotes(model.name) + " is not an XGBoost model",
                "Its format is " + in_quotes(format) + ".",
                "Without a query, verify_model checks the stored test rows of any model.");
  std::optional<XGBoostModel> judge;
  {
    const VersionSource made_from = source_of(version_id);
    judge.emplace(formats::xgboost::copy(made_from.format, made_from.source, import_limits(),
                                         kServerInterrupt));
  }
  const plan::Plan plan = model.plan;
  const std::size_t num_features = plan.num_inputs();
  const std::size_t width = kernels::output_width(plan, kernels::Want::kRaw);
  kernels::Scratch scratch(plan, 1, kernel_name());
  // Made before SPI is connected: memory of SPI is gone when the rows are closed.
  SingleInput input(plan, model.name, RECORDOID, CurrentMemoryContext);
  QueryRows rows(query);
  std::vector<double> values(num_features), got(width), expected(width);
  std::vector<float> features;
  std::vector<double> all_got;
  std::int32_t row_no = 0;
  for (std::vector<Datum> batch = rows.fetch(); !batch.empty(); batch = rows.fetch()) {
    check_interrupts();
    features.assign(batch.size() * num_features, 0);
    all_got.assign(batch.size() * width, model::kMissing);
    std::vector<bool> scored(batch.size());
    for (std::size_t r = 0; r < batch.size(); ++r) {
      scored[r] = input.read(batch[r], values.data()) == RowStatus::kScorable;
      const Datum row = batch[r];
      call([row] { pfree(DatumGetPointer(row)); });
      if (!scored[r]) continue;
      for (std::size_t i = 0; i < num_features; ++i)
        features[r * num_features + i] = static_cast<float>(values[i]);
      kernels::score(plan, {values.data(), 1, 1}, kernels::Want::kRaw, scratch,
                     all_got.data() + r * width, kServerInterrupt);
    }
    const XGBoostModel::Margins margins = judge->margins(features, batch.size());
    if (margins.width != width)
      throw Error(ErrorCode::kInvalidModel, "the XGBoost library gives another number of margins",
                  "It gives " + std::to_string(margins.width) + " a row, the model has " +
                      std::to_string(width) + ".");
    for (std::size_t r = 0; r < batch.size(); ++r) {
      ++row_no;
      // A policy of the model makes its result NULL, which XGBoost does not know
      if (!scored[r]) continue;
      std::int64_t ulp = 0;
      for (std::size_t i = 0; i < width; ++i) {
        got[i] = all_got[r * width + i];
        expected[i] = margins.values[r * width + i];
        ulp = std::max(ulp, registry::ulp_distance(expected[i], got[i]));
      }
      put_row(results, row_no, "raw", expected, got, ulp, ulp == 0);
    }
  }
  rows.close();
}

Datum verify_model(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const auto query = optional_text_argument(fcinfo, 1);
  const registry::ModelReference reference = registry::parse_model_reference(name);
  const ModelRow model = get_model(reference.model);
  require_privilege(model, reference.model, Privilege::kSelect);
  call([fcinfo] { InitMaterializedSRF(fcinfo, 0); });
  auto *results = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);

  const ResolvedVersion version = find_version(model, reference);
  const PlanRef plan = plan_of(version);
  const TestedModel tested{plan.plan(), reference.model};
  if (query)
    verify_query(results, tested, version.version_id, *query);
  else
    verify_test_rows(results, tested,
                     as_registry_owner([&] { return read_test_rows(version.version_id); }));
  PG_RETURN_NULL();
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(verify_model, pgscore::pg::verify_model);
