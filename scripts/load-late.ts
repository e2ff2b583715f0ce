// What the server loads only when it needs it; see compileOnce in with-node.mjs.
import '../src/db/migrate-postgres.ts'
import '../src/db/postgres-database.ts'
import '../src/db/sqlite-writer.ts'
import '../src/openapi/document.ts'
