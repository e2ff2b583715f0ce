import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { spawnServerProcess, startServerProcess } from '../support/server-process.ts'
import { createSite, SITE_ENV } from '../support/site.ts'
import { findOnPath, mustBeFound } from '../support/tools.ts'

const SYNC_MICROSECONDS = 60_000

const folder = mkdtempSync(join(tmpdir(), 'countersign-disk-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a full disk: writes are unavailable, what is read goes on, and room is enough to go on', {
  skip: findOnPath('prlimit') === undefined && 'needs prlimit of util-linux to bound the size of files',
}, async () => {
  const server = await startServerProcess({ ...SITE_ENV, COUNTERSIGN_DATA_DIR: join(folder, 'full') })
  const site = createSite(() => server.url)
  await site.prepare()
  await site.addUser('owner')
  const browser = site.person()
  await site.signIn(browser, 'owner')
  const limit = (size: string) =>
    execFileSync(mustBeFound(findOnPath('prlimit'), 'prlimit'), [
      '--pid',
      `${server.pid}`,
      `--fsize=${size}:unlimited`,
    ])

  limit('1')
  const refused = await site.rest('PUT', '/User/late', { data: {} })
  const text = await refused.text()
  assert.equal(refused.status, 503, text)
  assert.equal(JSON.parse(text).resourceType, 'OperationOutcome')
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
  assert.doesNotMatch(text, /SQLITE|disk|countersign-disk/i)
  const other = site.person()
  const login = await site.signIn(other, 'owner', { token: site.code(1) })
  assert.equal(login.status, 503)
  assert.match(login.headers.get('content-type') ?? '', /text\/html/)
  assert.equal(await site.isSignedIn(browser), true)
  assert.equal((await site.rest('GET', '/User/owner')).status, 200)
  assert.equal((await site.send(new Request('http://x/.well-known/jwks.json'))).status, 200)

  limit('unlimited')
  await eventually(async () => (await site.rest('PUT', '/User/late', { data: {} })).status === 201)
  assert.equal((await site.rest('GET', '/User/late/_history')).status, 200)
})

/** In order: requests that came (`arrive`), answers that went out, syncs of the disk; of every thread. */
const eventsOf = (trace: string): readonly ('arrive' | 'answer' | 'sync')[] =>
  trace.split('\n').flatMap((line) => {
    if (/ (?:fsync|fdatasync)\(\d+(?:\) += 0| <unfinished)/.test(line)) return ['sync' as const]
    if (/ (?:read|recvfrom)\(\d+, "PUT \/User\/traced/.test(line)) return ['arrive' as const]
    if (/ resumed>"PUT \/User\/traced/.test(line)) return ['arrive' as const]
    return /"HTTP\/1\.1 201/.test(line) ? ['answer' as const] : []
  })

test('the disk is synced between each write’s arrival and its answer, and once for many at a time', async () => {
  const output = join(folder, 'trace.txt')
  const calls = 'trace=read,recvfrom,write,writev,sendto,sendmsg,fsync,fdatasync'
  // NOTE: a disk that takes its time is what sharing is for.
  const slowDisk = `inject=fsync,fdatasync:delay_enter=${SYNC_MICROSECONDS}`
  const server = await spawnServerProcess({ ...SITE_ENV, COUNTERSIGN_DATA_DIR: join(folder, 'traced') }, [
    mustBeFound(findOnPath('strace'), 'strace'),
    ...['-D', '-f', '-qq', '-s', '24', '-e', calls, '-e', slowDisk, '-o', output],
  ])
  await server.listening
  const site = createSite(() => server.url)
  const traced = async (id: string) => assert.equal((await site.rest('PUT', `/User/${id}`, {})).status, 201)
  const readTrace = () => readFileSync(output, 'utf8')
  for (let turn = 0; turn < 5; turn += 1) await traced(`traced-lone${turn}`)
  const whole = eventsOf(readTrace())
  const lone = whole.slice(whole.indexOf('arrive'))
  const loneText = lone.slice(0, lone.lastIndexOf('answer') + 1).join(' ')
  assert.match(loneText, /^(?:arrive (?:sync )+answer ?){5}$/, loneText)

  await Promise.all(Array.from({ length: 100 }, (_, index) => traced(`traced-burst${index}`)))
  const burst = eventsOf(readTrace()).slice(whole.length)
  const syncs = burst.filter((event) => event === 'sync').length
  assert.ok(syncs >= 1 && syncs <= 50, `${syncs} syncs for 100 writes`)
  assert.ok(burst.indexOf('sync') < burst.indexOf('answer'))
})
