// A process of its own that writes until its disk is full, waits for room, and writes again.
import { once } from 'node:events'
import { openDatabase } from '../../src/db/open-database.ts'
import { Problem } from '../../src/kernel/problem.ts'

// NOTE: a write beyond the limit is then an error to the writer and no longer the end of the process.
process.on('SIGXFSZ', () => {})

const database = await openDatabase({ kind: 'sqlite', directory: process.argv[2] ?? '' })
const { sql } = database

const write = (name: string) =>
  database.transact([
    database.step(
      sql
        .insertInto('consent_grant')
        .values({ user_id: name, client_id: 'app', scope: 'x'.repeat(20_000), created_at: 1, updated_at: 1 }),
    ),
  ])
const count = async () => (await database.all(sql.selectFrom('consent_grant').select('user_id'))).length

/** Says what happened, and waits until the test has changed the size of the disk. */
const sayAndWait = async (line: string): Promise<void> => {
  console.log(line)
  await once(process.stdin, 'data')
}

await sayAndWait('opened')
let written = 0
let kind: string | undefined
while (kind === undefined)
  await write(`n${written}`).then(
    () => {
      written += 1
    },
    (error: unknown) => {
      kind = error instanceof Problem ? error.details.kind : String(error)
    },
  )
await sayAndWait(`full ${kind} ${written > 0 && (await count()) === written}`)
await write('after')
console.log(`recovered ${(await count()) === written + 1}`)
await database.close()
process.exit(0)
