// The database's schema as a whole, for a database that is new. What a step of migrations.cpp changes is
// changed here, too; a test holds the two equal.
#pragma once

namespace rec {

/// SQL of all tables and indexes of the newest schema.
extern const char* const kWholeSchema;

}  // namespace rec
