import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPasswordHasher } from '../../src/accounts/password-hasher.node.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { jsonOf, startRest } from '../support/rest.ts'

const SCRYPT_OF_123456 = '$s0$f0801$HhKy93HnLn0qSmsS2JCZnQ==$P0oAp6yx6k8bCbeFN2UT9UfjKROuggn7deLbX2Mpm2M='

const hasher = await openPasswordHasher(systemRandom)

const startWithUser = async (user: object = { password: 'first password' }) => {
  const app = await startRest({ hasher })
  assert.equal((await app.send('PUT', '/User/ann', user)).status, 201)
  const isPassword = async (password: string): Promise<boolean> => {
    const hash = (await app.stores.passwords.find('ann'))?.hash
    return hash !== undefined && hasher.verify(hash, password)
  }
  const isSignedIn = async (cookie: string): Promise<boolean> =>
    (await app.request('/User/ann', { headers: { cookie } })).status === 403
  return { ...app, isPassword, isSignedIn }
}

test('a password is kept when a write leaves it out, changed when it gives one, gone when it says null', async () => {
  const { send, isPassword, stores } = await startWithUser()
  assert.match((await stores.passwords.find('ann'))?.hash ?? '', /^\$argon2id\$/)
  await send('PUT', '/User/ann', { title: 'Dr' })
  assert(await isPassword('first password'))
  await send('PUT', '/User/ann', { password: ' second password ' })
  assert(await isPassword(' second password '))
  await send('PATCH', '/User/ann', [{ op: 'add', path: '/password', value: 'third password' }])
  assert(await isPassword('third password'))
  await send('PATCH', '/User/ann', { password: null })
  assert.equal((await stores.passwords.find('ann'))?.hash, undefined)
})

test('the same password again is no change: no new version, and sessions go on', async () => {
  const { send, signIn, isSignedIn } = await startWithUser()
  const cookie = await signIn('ann')
  const before = await send('GET', '/User/ann')
  const after = await send('PUT', '/User/ann', { password: 'first password' })
  assert.equal(after.status, 200)
  assert.equal(after.headers.get('etag'), before.headers.get('etag'))
  assert(await isSignedIn(cookie))
})

test('another password, inactivity and deletion end the sessions at once', async () => {
  const { send, signIn, isSignedIn } = await startWithUser()
  const changes = [
    () => send('PUT', '/User/ann', { password: 'another one' }),
    () => send('PATCH', '/User/ann', { inactive: true }),
    () => send('DELETE', '/User/ann'),
  ]
  for (const change of changes) {
    await send('PUT', '/User/ann', {})
    const cookie = await signIn('ann')
    assert(await isSignedIn(cookie))
    assert.equal((await change()).status, 200)
    assert.equal(await isSignedIn(cookie), false)
    await send('PUT', '/User/ann', {})
    assert.equal(await isSignedIn(cookie), false, 'and they stay ended')
  }
})

test('a deleted user takes the password along', async () => {
  const { send, stores } = await startWithUser()
  await send('DELETE', '/User/ann')
  await send('PUT', '/User/ann', {})
  assert.equal((await stores.passwords.find('ann'))?.hash, undefined)
})

test('an imported scrypt hash is stored as it is; what only looks like one is refused', async () => {
  const { send, isPassword, stores } = await startWithUser({ password: SCRYPT_OF_123456 })
  assert.equal((await stores.passwords.find('ann'))?.hash, SCRYPT_OF_123456)
  assert(await isPassword('123456'))
  for (const password of [
    '$s0$',
    '$s0$ff0808$HhKy93HnLn0qSmsS2JCZnQ==$P0oAp6yx6k8bCbeFN2UT9UfjKROuggn7deLbX2Mpm2M=',
    '',
    'x'.repeat(1025),
    'é'.repeat(513),
    7,
    { a: 1 },
  ]) {
    const response = await send('PUT', '/User/ann', { password })
    assert.equal(response.status, 422)
    const outcome = await jsonOf(response)
    assert.deepEqual(outcome.issue[0].expression, ['User.password'])
    assert.doesNotMatch(JSON.stringify(outcome), /HhKy|xxxx|éé/)
  }
  assert.equal((await send('PUT', '/User/ann', { password: 'x'.repeat(1024) })).status, 200)
})

test('a transport that is too long is told in our words', async () => {
  const { send } = await startRest()
  const refused = await send('PUT', '/User/a', { twoFactor: { enabled: false, transport: 'x'.repeat(65) } })
  const [{ expression, diagnostics }] = (await jsonOf(refused)).issue
  assert.deepEqual(
    [expression, diagnostics],
    [['User.twoFactor.transport'], 'expected at most 64 characters'],
  )
})

test('there is no minimum length by default; one counts characters, and spares imported hashes', async () => {
  const { send: sendWithout } = await startRest()
  assert.equal((await sendWithout('PUT', '/User/a', { password: 'x' })).status, 201)
  assert.equal((await sendWithout('PUT', '/User/b', { password: '' })).status, 422)
  const { send } = await startRest({ env: { COUNTERSIGN_PASSWORD_MIN_LENGTH: '8' } })
  assert.equal((await send('PUT', '/User/a', { password: 'pässwör' })).status, 422)
  assert.equal((await send('PUT', '/User/a', { password: 'pässwörd' })).status, 201)
  assert.equal((await send('PUT', '/User/b', { password: SCRYPT_OF_123456 })).status, 201)
})

test('two users cannot share a user name, at once or one after the other; e-mail addresses may repeat', async () => {
  const { send } = await startRest()
  const responses = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      send('PUT', `/User/u${n}`, { userName: 'ann', email: 'a@b.example' }),
    ),
  )
  const statuses = responses.map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 201).length, 1)
  assert.equal(statuses.filter((status) => status === 409).length, 9)
  const owner = statuses.indexOf(201)
  const refused = await jsonOf(send('PUT', '/User/other', { userName: 'ann' }))
  assert.equal(refused.id, 'duplicate')
  assert.match(refused.issue[0].diagnostics, /userName/)
  assert.equal((await send('PUT', '/User/other', { email: 'A@b.example' })).status, 201)
  await send('PUT', `/User/u${owner}`, { userName: 'anna' })
  assert.equal((await send('PUT', '/User/other', { userName: 'ann' })).status, 200)
  assert.equal((await send('PUT', '/User/third', { userName: ' ann' })).status, 422)
  assert.equal((await send('PUT', '/User/third', { userName: 'Ann' })).status, 201)
  assert.equal((await send('PUT', '/User/fourth', { userName: 'Ann@b.example' })).status, 201)
  assert.equal((await send('PUT', '/User/fifth', { userName: 'ann@B.example' })).status, 409)
})

test('accounts are found by user name, e-mail in any case and id', async () => {
  const { send, stores } = await startRest()
  await send('PUT', '/User/u1', { userName: 'Ann', email: 'Ann@Example.org' })
  await send('PUT', '/User/u2', { email: 'two@example.org' })
  const find = async (name: string) => (await stores.accounts.findByLoginName(name))?.id
  assert.equal(await find('Ann'), 'u1')
  assert.equal(await find('ann'), undefined)
  assert.equal(await find('ANN@example.ORG'), 'u1')
  assert.equal(await find('u2'), 'u2')
  await send('PUT', '/User/u2', { email: 'ann@example.org' })
  assert.equal(await find('ann@example.org'), undefined, 'a name of two people is nobody’s')
  await send('DELETE', '/User/u2')
  assert.equal(await find('ann@example.org'), 'u1')
})

test('the second factor is shown without its secret, kept when left out and switched off only when told to', async () => {
  const { send, database } = await startRest()
  const secretKey = 'gezdgnbvgy3tqojqgezdgnbvgy3tqojq'
  assert.equal((await send('PUT', '/User/ann', { twoFactor: { enabled: true } })).status, 422)
  await send('PUT', '/User/ann', { twoFactor: { enabled: true, secretKey, transport: 'sms' } })
  const shown = { enabled: true, transport: 'sms' }
  assert.deepEqual((await jsonOf(send('GET', '/User/ann'))).twoFactor, shown)
  await send('PUT', '/User/ann', { title: 'Dr' })
  await send('PATCH', '/User/ann', { title: 'Mr' })
  assert.deepEqual((await jsonOf(send('GET', '/User?title=mr'))).entry[0].resource.twoFactor, shown)
  for (const masked of ['***', 'short', 'GEZDGNBVGY3TQOJQ======'])
    assert.equal((await send('PATCH', '/User/ann', { twoFactor: { secretKey: masked } })).status, 422)
  await send('PATCH', '/User/ann', { twoFactor: null })
  assert.equal((await jsonOf(send('GET', '/User/ann'))).twoFactor.enabled, false)
  const { events } = (await database.first<{ events: number }>(
    database.sql
      .selectFrom('audit_event')
      .select((eb) => eb.fn.countAll<number>().as('events'))
      .where('event', '=', 'two-factor-disable')
      .where('user_id', '=', 'ann')
      .where('actor', '=', 'Client/root'),
  )) ?? { events: 0 }
  assert.equal(Number(events), 1)
})
