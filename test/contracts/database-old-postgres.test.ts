import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { openDatabase } from '../../src/db/open-database.ts'
import { atEnd } from '../support/endings.ts'

/** A message of the PostgreSQL protocol (§55.7): its type, its length, what it says. */
const message = (type: string, ...parts: readonly (Buffer | string)[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])
const int32 = (value: number): Buffer => Buffer.concat([int16(value >> 16), int16(value & 0xffff)])

const READY = message('Z', 'I')
const AUTHENTICATED = message('R', int32(0))
const INT4 = 23

/** One row with one number. */
const answerOf = (number: string): Buffer =>
  Buffer.concat([
    message('T', int16(1), 'number\0', int32(0), int16(0), int32(INT4), int16(4), int32(-1), int16(0)),
    message('D', int16(1), int32(number.length), number),
    message('C', 'SELECT 1\0'),
    READY,
  ])

/** Answers whatever it is asked with its version, as `server_version_num` has it. */
const startPostgresOf = async (version: string) => {
  const asked: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', () => {
      socket.write(Buffer.concat([AUTHENTICATED, READY]))
      socket.on('data', (data) => {
        if (data.toString('latin1', 0, 1) !== 'Q') return socket.end()
        asked.push(data.toString('utf8', 5, data.length - 1))
        return socket.write(answerOf(version))
      })
    })
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  atEnd(() => {
    server.close()
  })
  return { asked, url: `postgres://someone@127.0.0.1:${port}/old` }
}

test('a PostgreSQL older than 15 is refused by its version, before anything is written', async () => {
  const { asked, url } = await startPostgresOf('140023')
  await assert.rejects(openDatabase({ kind: 'postgres', url }), {
    message: 'Countersign needs PostgreSQL 15 or newer; DATABASE_URL leads to version 14',
  })
  assert.deepEqual(asked, ["select current_setting('server_version_num')::integer as number"])
})

test('a PostgreSQL of 15 is asked to go on', async () => {
  const { asked, url } = await startPostgresOf('150000')
  await assert.rejects(openDatabase({ kind: 'postgres', url }))
  assert.equal(asked[1], 'begin')
})
