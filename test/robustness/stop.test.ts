import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Agent, request } from 'undici'
import { eventually } from '../support/eventually.ts'
import {
  ADMIN_PASSWORD,
  ROOT_AUTHORIZATION,
  ROOT_SECRET,
  spawnServerProcess,
  startServerProcess,
} from '../support/server-process.ts'
import { portWithoutListener } from '../support/servers.ts'

test('SIGTERM under load: what is answered is whole, connections end, the exit code is 0 within 10 s', async () => {
  const server = await startServerProcess()
  const agent = new Agent({ connections: 8 })
  let answered = 0
  let isDown = false
  const load = Array.from({ length: 8 }, async () => {
    while (!isDown)
      try {
        const response = await request(`${server.url}/User/admin`, {
          dispatcher: agent,
          headers: { authorization: ROOT_AUTHORIZATION },
        })
        const body = await response.body.json()
        assert.equal(response.statusCode, 200)
        assert.equal((body as { readonly id: string }).id, 'admin')
        answered += 1
        if (answered === 50) server.signal('SIGTERM')
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error
        isDown = true
      }
  })
  const startedAt = process.hrtime.bigint()
  assert.equal(await server.exited, 0)
  assert.ok(Number(process.hrtime.bigint() - startedAt) / 1e9 < 10)
  await Promise.all(load)
  await agent.close()
  assert.ok(answered >= 50)
  await assert.rejects(fetch(`${server.url}/health`))
  for (const secret of [ADMIN_PASSWORD, ROOT_SECRET, ROOT_AUTHORIZATION])
    assert.ok(!server.output().includes(secret))
})

test('a bad environment stops the start with all its faults and no stack', async () => {
  const failed = await startServerProcess({ COUNTERSIGN_URL: 'nowhere', COUNTERSIGN_NAME: 'x' }).then(
    () => assert.fail('it started'),
    (error: Error) => error.message,
  )
  assert.match(failed, /ended with 1/)
  assert.match(failed, /COUNTERSIGN_URL: expected/)
  assert.match(failed, /COUNTERSIGN_NAME: there is no such setting/)
  assert.doesNotMatch(failed, /\.ts:\d+/)
})

/** A request of which the last byte is still to come, as it stands on the wire. */
const beginRequest = async (port: number) => {
  const body = JSON.stringify({ data: { kept: true } })
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  const closed = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
  })
  const head = [
    'PUT /User/late HTTP/1.1',
    'Host: localhost',
    `Authorization: ${ROOT_AUTHORIZATION}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ]
  await new Promise((resolve) => socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, -1)}`, resolve))
  // NOTE: the server has begun with it when it has answered one that was sent later.
  await fetch(`http://127.0.0.1:${port}/health`)
  return { finish: () => socket.write(body.slice(-1)), closed }
}

const refusesConnections = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(false)
    })
    socket.on('error', () => resolve(true))
  })

test('a request that began before SIGTERM is finished; nobody else gets in; a second signal at once is the same', async () => {
  const server = await startServerProcess()
  const request = await beginRequest(server.port)
  server.signal('SIGTERM')
  server.signal('SIGINT')
  await eventually(() => refusesConnections(server.port))
  request.finish()
  assert.match(await request.closed, /^HTTP\/1\.1 201 /)
  assert.equal(await server.exited, 0)
})

test('an impatient second signal ends it at once, in spite of a request under way', async () => {
  const server = await startServerProcess()
  const request = await beginRequest(server.port)
  const began = performance.now()
  server.signal('SIGTERM')
  await eventually(() => performance.now() - began > 600)
  server.signal('SIGTERM')
  assert.equal(await server.exited, 1)
  assert.ok(performance.now() - began < 5000)
  assert.equal(await request.closed, '')
})

test('a log that is full from the first line on keeps nobody from being served', {
  skip: !existsSync('/dev/full') && 'needs /dev/full of Linux',
}, async () => {
  const shell = ['sh', '-c', 'exec "$@" >/dev/full 2>&1', 'sh']
  const server = await spawnServerProcess({}, shell)
  const answers = () => fetch(`${server.url}/health`).then(({ status }) => status === 200)
  await eventually(() => answers().catch(() => false))
  for (let turn = 0; turn < 20; turn += 1) assert.ok(await answers())
  server.signal('SIGTERM')
  assert.equal(await server.exited, 0)
})

test('npm start passes SIGTERM on, and ends with the code of the server', async () => {
  const port = await portWithoutListener()
  const directory = mkdtempSync(join(tmpdir(), 'countersign-npm-'))
  const launcher = spawn('npm', ['start'], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { PATH: process.env.PATH, HOME: directory, PORT: String(port), COUNTERSIGN_DATA_DIR: directory },
  })
  try {
    let output = ''
    launcher.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    await eventually(() => output.includes('Stop it with'))
    assert.match(output, /administrator +admin +password [\w-]{43}/)
    assert.match(output, new RegExp(`Open its console: http://localhost:${port}/console\n`))
    const exited = once(launcher, 'exit')
    launcher.kill('SIGTERM')
    assert.deepEqual(await exited, [0, null])
    assert.ok(await refusesConnections(port))
  } finally {
    try {
      process.kill(-(launcher.pid ?? 0), 'SIGKILL')
    } catch {
      // They have ended, as they should.
    }
    rmSync(directory, { recursive: true, force: true })
  }
})
