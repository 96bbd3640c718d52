// As compat.hpp, for what needs the headers of EXPLAIN, which 18 took apart.
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "commands/explain.h"
#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#endif
PGSCORE_SERVER_HEADERS_END
