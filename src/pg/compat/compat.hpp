// Differences between the PostgreSQL versions that pgscore supports: the only file, beside postgres.hpp's lower bound, that
// looks at PG_VERSION_NUM.
#pragma once
#include "pg/postgres.hpp"
