import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { oathtoolCode } from '../support/authenticator.ts'
import { commandsOf, linesOf, shell } from '../support/document-commands.ts'
import { startTestServer } from '../support/test-app.ts'

const directory = mkdtempSync(join(tmpdir(), 'countersign-curl-'))
after(() => rmSync(directory, { recursive: true, force: true }))

test('the commands for one’s own UI work as they are typed', async () => {
  const server = await startTestServer()
  const { url, clock } = server
  assert.equal((await server.rest('PUT', '/User/my-user', { password: 'password' })).status, 201)
  const [begin, confirm, password, code, disable, ...rest] = commandsOf('docs/own-ui.md')
  assert.deepEqual(rest, [])
  const type = async (block: string | undefined, pasted = ''): Promise<readonly Record<string, unknown>[]> =>
    linesOf(await shell(url, pasted, [block], directory))

  const [signedIn, requested] = await type(begin)
  assert.deepEqual(signedIn, { redirect: `${url}/` })
  const key = new URL(String(requested?.uri)).searchParams.get('secret') ?? ''
  const next = async (): Promise<string> => {
    clock.advance(30_000)
    return oathtoolCode(key, clock.now())
  }
  assert.deepEqual(await type(confirm, await next()), [{}])
  const [asked] = await type(password)
  assert.deepEqual(asked?.methods, ['totp'])
  assert.deepEqual(await type(code, await next()), [{ redirect: `${url}/` }])
  assert.deepEqual(await type(disable, await next()), [{}])
})
