import assert from 'node:assert/strict'
import { oathtoolCode } from './authenticator.ts'
import type { TestApp } from './test-app.ts'

/** Makes a user with the password `password` whose second factor is on; the answer is the secret of the authenticator. */
export async function enableTwoFactor(server: TestApp, id: string): Promise<string> {
  assert.equal((await server.rest('PUT', `/User/${id}`, { password: 'password' })).status, 201)
  return enrol(server, id)
}

/** Turns on the second factor of a user with the password `password`, as they do it; the answer is the secret. */
export async function enrol(server: TestApp, id: string): Promise<string> {
  const person = server.person()
  const login = await person.visit('/auth/two-factor/enable')
  const page = await person.follow(await person.submit(login, { username: id, password: 'password' }))
  const uri = page.page.querySelector('a[href^="otpauth://"]')?.getAttribute('href') ?? ''
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const enabled = await person.submit(page, { token: await oathtoolCode(secret, server.clock.now()) })
  assert.equal(enabled.location, '/auth/two-factor')
  return secret
}
