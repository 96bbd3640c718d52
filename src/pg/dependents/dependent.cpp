#include "pg/dependents/dependent.hpp"

#include <algorithm>

#include "pg/boundary/guard.hpp"
#include "pg/catalog/spi.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "catalog/pg_proc.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

// Asks whether any expression in the database could score a model. An object that holds an
// expression depends ("n" in pg_depend) on each function and type in it, so only objects that
// depend on a scoring function or on a type that names a model matter. In most databases there is
// none, and this query is cheaper than planning the one below.
constexpr char kAnyCandidate[] = R"sql(
SELECT FROM pg_depend d
 WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_type'::regclass) AND d.deptype = 'n'
   AND d.refobjid = ANY (ARRAY(SELECT p.oid FROM pg_proc p WHERE p.proname ~ '^predict' UNION ALL
                               SELECT t.oid FROM pg_type t
                                WHERE t.typname IN ('model_version', 'planned_model')))
   AND NOT EXISTS (SELECT FROM pg_depend m
                    WHERE m.classid = d.classid AND m.objid = d.objid AND m.deptype = 'e')
 LIMIT 1
)sql";

// Gives a row for each expression; an index may have two (columns, predicate). `relation` is the
// table or view that the object belongs to.
constexpr char kExpressions[] = R"sql(
WITH member AS (
  SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
   WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'pgscore'
), names_model AS (
  SELECT m.classid, m.objid FROM member m JOIN pg_proc p ON p.oid = m.objid
   WHERE m.classid = 'pg_proc'::regclass AND p.proname ~ '^predict'
   UNION ALL
  SELECT m.classid, m.objid FROM member m JOIN pg_type t ON t.oid = m.objid
   WHERE m.classid = 'pg_type'::regclass AND t.typname IN ('model_version', 'planned_model')
), candidate AS (
  SELECT DISTINCT d.classid, d.objid
    FROM names_model n JOIN pg_depend d ON d.refclassid = n.classid AND d.refobjid = n.objid
   WHERE d.deptype = 'n'
     AND NOT EXISTS (SELECT FROM member m WHERE m.classid = d.classid AND m.objid = d.objid)
), expression (classid, objid, objsubid, kind, relation, owner, derived, holds_scores, trees) AS (
  SELECT CASE WHEN w.rulename = '_RETURN' THEN 'pg_class'::regclass ELSE c.classid::regclass END,
         CASE WHEN w.rulename = '_RETURN' THEN w.ev_class ELSE c.objid END, 0,
         CASE WHEN w.rulename <> '_RETURN' THEN 'rule'
              WHEN r.relkind = 'm' THEN 'materialized view' ELSE 'view' END,
         r.oid, r.relowner, false, false, ARRAY[w.ev_action::text, w.ev_qual::text]
    FROM candidate c JOIN pg_rewrite w ON w.oid = c.objid JOIN pg_class r ON r.oid = w.ev_class
   WHERE c.classid = 'pg_rewrite'::regclass
   UNION ALL
  SELECT CASE WHEN a.attgenerated = '' THEN 'pg_attrdef'::regclass ELSE 'pg_class'::regclass END,
         CASE WHEN a.attgenerated = '' THEN d.oid ELSE d.adrelid END,
         CASE WHEN a.attgenerated = '' THEN 0 ELSE d.adnum END,
         CASE WHEN a.attgenerated = '' THEN 'column default' ELSE 'generated column' END,
         r.oid, r.relowner, a.attgenerated <> '' AND NOT a.attislocal, a.attgenerated = 's',
         ARRAY[d.adbin::text]
    FROM candidate c JOIN pg_attrdef d ON d.oid = c.objid JOIN pg_class r ON r.oid = d.adrelid
    JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
   WHERE c.classid = 'pg_attrdef'::regclass
   UNION ALL
  SELECT CASE WHEN k.oid IS NULL THEN 'pg_class'::regclass ELSE 'pg_constraint'::regclass END,
         COALESCE(k.oid, c.objid), 0,
         CASE WHEN k.oid IS NULL THEN 'index' ELSE 'exclusion constraint' END,
         r.oid, r.relowner, x.relispartition, true, ARRAY[i.indexprs::text, i.indpred::text]
    FROM candidate c JOIN pg_index i ON i.indexrelid = c.objid
    JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class r ON r.oid = i.indrelid
    LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('u', 'p', 'x')
   WHERE c.classid = 'pg_class'::regclass
   UNION ALL
  SELECT 'pg_class'::regclass, c.objid, 0, 'partition key',
         r.oid, r.relowner, r.relispartition, true, ARRAY[p.partexprs::text]
    FROM candidate c JOIN pg_partitioned_table p ON p.partrelid = c.objid
    JOIN pg_class r ON r.oid = c.objid
   WHERE c.classid = 'pg_class'::regclass
   UNION ALL
  SELECT c.classid::regclass, c.objid, 0,
         CASE WHEN k.contypid = 0 THEN 'check constraint' ELSE 'domain constraint' END,
         k.conrelid, COALESCE(r.relowner, t.typowner), NOT k.conislocal, true, ARRAY[k.conbin::text]
    FROM candidate c JOIN pg_constraint k ON k.oid = c.objid
    LEFT JOIN pg_class r ON r.oid = k.conrelid LEFT JOIN pg_type t ON t.oid = k.contypid
   WHERE c.classid = 'pg_constraint'::regclass AND k.contype = 'c'
   UNION ALL
  SELECT c.classid::regclass, c.objid, 0, 'policy',
         r.oid, r.relowner, false, false, ARRAY[p.polqual::text, p.polwithcheck::text]
    FROM candidate c JOIN pg_policy p ON p.oid = c.objid JOIN pg_class r ON r.oid = p.polrelid
   WHERE c.classid = 'pg_policy'::regclass
   UNION ALL
  SELECT c.classid::regclass, c.objid, 0, 'trigger',
         r.oid, r.relowner, t.tgparentid <> 0, false, ARRAY[t.tgqual::text]
    FROM candidate c JOIN pg_trigger t ON t.oid = c.objid JOIN pg_class r ON r.oid = t.tgrelid
   WHERE c.classid = 'pg_trigger'::regclass
   UNION ALL
  SELECT c.classid::regclass, c.objid, 0, 'statistics',
         r.oid, r.relowner, false, false, ARRAY[s.stxexprs::text]
    FROM candidate c JOIN pg_statistic_ext s ON s.oid = c.objid
    JOIN pg_class r ON r.oid = s.stxrelid
   WHERE c.classid = 'pg_statistic_ext'::regclass
   UNION ALL
  SELECT c.classid::regclass, c.objid, 0,
         CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
         0, p.proowner, false, false, ARRAY[p.prosqlbody::text, p.proargdefaults::text]
    FROM candidate c JOIN pg_proc p ON p.oid = c.objid
   WHERE c.classid = 'pg_proc'::regclass
   UNION ALL
  SELECT c.classid::regclass, c.objid, 0, 'domain default',
         0, t.typowner, false, false, ARRAY[t.typdefaultbin::text]
    FROM candidate c JOIN pg_type t ON t.oid = c.objid
   WHERE c.classid = 'pg_type'::regclass
)
SELECT e.classid::oid, e.objid, e.objsubid, e.kind,
       (pg_identify_object(CASE WHEN d.oid IS NULL THEN e.classid ELSE 'pg_class'::regclass END,
                           COALESCE(d.adrelid, e.objid),
                           COALESCE(d.adnum, e.objsubid))).identity,
       e.relation, e.owner, e.derived, e.holds_scores, tree
  FROM expression e
       LEFT JOIN pg_attrdef d ON e.classid = 'pg_attrdef'::regclass AND d.oid = e.objid,
       unnest(e.trees) tree
 WHERE tree IS NOT NULL
 ORDER BY e.kind, 5, e.objid
)sql";

// Finds functions whose body is a text. Those of the extension itself name no model.
constexpr char kTexts[] = R"sql(
SELECT p.oid, CASE p.prokind WHEN 'p' THEN 'procedure (by text)' ELSE 'function (by text)' END,
       (pg_identify_object('pg_proc'::regclass, p.oid, 0)).identity, p.proowner, p.prosrc
  FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
 WHERE l.lanname NOT IN ('c', 'internal') AND p.prosqlbody IS NULL
   AND strpos(p.prosrc, $1) > 0 AND p.prosrc ~* 'predict'
 ORDER BY 2, 3
)sql";

Dependent dependent_of(const std::vector<Cell> &row) {
  Dependent out;
  out.class_id = row[0].oid();
  out.object_id = row[1].oid();
  out.sub_id = row[2].integer();
  out.kind = row[3].text();
  out.object = row[4].text();
  out.relation = row[5].oid();
  out.owner = row[6].oid();
  out.derived = row[7].boolean();
  out.holds_scores = row[8].boolean();
  return out;
}

bool same_object(const Dependent &a, const Dependent &b) {
  return a.class_id == b.class_id && a.object_id == b.object_id && a.sub_id == b.sub_id;
}

std::vector<Dependent> find_functions_by_text(const std::string &model) {
  std::vector<Dependent> found;
  for (const auto &row : execute(kTexts, {parameter(model)}).rows) {
    std::vector<ModelUse> uses = uses_in_text(row[4].text(), model);
    if (uses.empty()) continue;
    Dependent function;
    function.class_id = ProcedureRelationId;
    function.object_id = row[0].oid();
    function.kind = row[1].text();
    function.object = row[2].text();
    function.owner = row[3].oid();
    function.by_text = true;
    function.uses = std::move(uses);
    found.push_back(std::move(function));
  }
  return found;
}

}  // namespace

std::vector<Dependent> find_dependents() {
  std::vector<Dependent> found;
  if (execute(kAnyCandidate).empty()) return found;
  for (const auto &row : execute(kExpressions).rows) {
    Dependent next = dependent_of(row);
    std::vector<ModelUse> uses = uses_in_tree(row[9].text());
    if (uses.empty()) continue;
    if (found.empty() || !same_object(found.back(), next)) found.push_back(std::move(next));
    std::move(uses.begin(), uses.end(), std::back_inserter(found.back().uses));
  }
  return found;
}

std::vector<Dependent> find_dependents(const std::string &model) {
  std::vector<Dependent> found = find_dependents();
  for (Dependent &each : found)
    std::erase_if(each.uses, [&](const ModelUse &use) { return use.reference.model != model; });
  std::erase_if(found, [](const Dependent &each) { return each.uses.empty(); });
  std::vector<Dependent> functions = find_functions_by_text(model);
  std::move(functions.begin(), functions.end(), std::back_inserter(found));
  return found;
}

std::string describe(const Dependent &dependent) { return dependent.kind + " " + dependent.object; }

std::string describe_each(const std::vector<Dependent> &dependents) {
  constexpr std::size_t kMostBytes = 1500;  // a message's DETAIL has room for 2,048
  std::string out;
  for (const Dependent &each : dependents) {
    if (out.size() > kMostBytes) {
      const auto left = &dependents.back() - &each + 1;
      return out + "\nand " + std::to_string(left) +
             (left == 1 ? " other object" : " other objects") + " (see pgscore.dependents)";
    }
    out += (out.empty() ? "" : "\n") + describe(each) + " depends on model " +
           each.uses.front().text();
  }
  return out;
}

}  // namespace pgscore::pg
