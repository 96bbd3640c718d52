// As compat.hpp, for what needs the executor's headers: hooks whose parameters differ.
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "executor/executor.h"
PGSCORE_SERVER_HEADERS_END

// Parameters of ExecutorRun, and what passes them on.
#if PG_VERSION_NUM >= 180000
#define PGSCORE_RUN_PARAMETERS QueryDesc *query, ScanDirection direction, uint64 count
#define PGSCORE_RUN_ARGUMENTS query, direction, count
#else
#define PGSCORE_RUN_PARAMETERS QueryDesc *query, ScanDirection direction, uint64 count, bool execute_once
#define PGSCORE_RUN_ARGUMENTS query, direction, count, execute_once
#endif
