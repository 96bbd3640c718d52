/*
 * What pgscore is compared with: XGBoost's C API called once per row from an SQL function, the
 * booster kept open.
 */
#include "postgres.h"
#include "fmgr.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include <math.h>
#include <xgboost/c_api.h>

PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(xgboost_per_row);

/* xgboost_per_row(path text, features float8[]) -> float8 */
Datum xgboost_per_row(PG_FUNCTION_ARGS)
{
	static BoosterHandle booster = NULL;
	static char threads[] = "1";
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(1);
	int count, i;
	Datum *values;
	bool *nulls;
	float row[1024];
	char interface[512];
	bst_ulong const *shape;
	bst_ulong dimensions;
	float const *result;

	if (booster == NULL) {
		if (XGBoosterCreate(NULL, 0, &booster) != 0 ||
			XGBoosterLoadModel(booster, text_to_cstring(PG_GETARG_TEXT_PP(0))) != 0)
			elog(ERROR, "%s", XGBGetLastError());
		XGBoosterSetParam(booster, "nthread", threads);
	}
	deconstruct_array(array, FLOAT8OID, 8, true, 'd', &values, &nulls, &count);
	if (count > 1024) elog(ERROR, "too many features");
	for (i = 0; i < count; i++) row[i] = nulls[i] ? NAN : (float) DatumGetFloat8(values[i]);
	snprintf(interface, sizeof interface,
		"{\"data\": [%llu, true], \"shape\": [1, %d], \"typestr\": \"<f4\", \"version\": 3}",
			 (unsigned long long) (uintptr_t) row, count);
	if (XGBoosterPredictFromDense(booster, interface,
			"{\"type\": 0, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
			"\"missing\": NaN, \"strict_shape\": false, \"cache_id\": 0}",
			NULL, &shape, &dimensions, &result) != 0)
		elog(ERROR, "%s", XGBGetLastError());
	PG_RETURN_FLOAT8(result[0]);
}
