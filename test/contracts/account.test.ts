import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createAccountStore } from '../../src/accounts/account.sql.ts'
import { createPasswordStore } from '../../src/accounts/password.sql.ts'
import { forEachDatabase } from '../support/databases.ts'
import { storeDocument, storeUser } from '../support/stored-users.ts'

forEachDatabase('Accounts', (open) => {
  const setUp = async () => {
    const database = await open()
    const accounts = createAccountStore(database)
    await storeUser(database, { id: 'u1', userName: 'Ann', email: 'Ann@Example.org' })
    const idOf = async (name: string) => (await accounts.findByLoginName(name))?.id
    return { database, accounts, idOf }
  }

  it('finds a user by userName and id as they are written and by e-mail in any case, blanks around it ignored', async () => {
    const { idOf } = await setUp()
    for (const name of ['Ann', 'u1', 'ann@example.org', 'ANN@EXAMPLE.ORG', ' Ann ', '\tu1\u00a0'])
      assert.equal(await idOf(name), 'u1', name)
    for (const name of ['ann', 'U1', 'Ann%', 'A_n', '', ' ', 'Ann\u0000', 'A nn', `Ann${'x'.repeat(9999)}`])
      assert.equal(await idOf(name), undefined, name)
  })

  it('finds a userName that reads like an e-mail address in any case', async () => {
    const { database, idOf } = await setUp()
    await storeUser(database, { id: 'u2', userName: 'Bob@Example.org' })
    for (const name of ['Bob@Example.org', 'bob@example.org']) assert.equal(await idOf(name), 'u2', name)
  })

  it('finds nobody when a name means two people', async () => {
    const { database, idOf } = await setUp()
    await storeUser(database, { id: 'u2', userName: 'bob', email: 'shared@example.org' })
    await storeUser(database, { id: 'u3', userName: 'shared@example.org' })
    assert.equal(await idOf('shared@example.org'), undefined)
    assert.equal(await idOf('bob'), 'u2')
  })

  it('finds a user once whose names are all the same', async () => {
    const { database, idOf } = await setUp()
    await storeUser(database, { id: 'same@x', userName: 'same@x', email: 'same@x' })
    assert.equal(await idOf('same@x'), 'same@x')
  })

  it('tells who is inactive and has no deleted users', async () => {
    const { database, accounts, idOf } = await setUp()
    assert.equal((await accounts.find('u1'))?.isActive, true)
    await storeDocument(database, 'User', 'u1', { userName: 'Ann', inactive: true })
    assert.deepEqual(await accounts.findByLoginName('Ann'), {
      id: 'u1',
      userName: 'Ann',
      isActive: false,
      document: { userName: 'Ann', inactive: true },
      versionId: 1,
      createdAt: 0,
      updatedAt: 0,
    })
    await storeDocument(database, 'User', 'u1', {}, 1)
    assert.equal(await accounts.find('u1'), undefined)
    assert.equal(await idOf('Ann'), undefined)
  })

  it('guards a transaction against users that are not active any more', async () => {
    const { database, accounts } = await setUp()
    const outcome = async (id: string) => (await database.transact([accounts.activeGuard(id)])).kind
    assert.equal(await outcome('u1'), 'committed')
    assert.equal(await outcome('nobody'), 'refused')
    await storeDocument(database, 'User', 'u1', { inactive: true })
    assert.equal(await outcome('u1'), 'refused')
    await storeDocument(database, 'User', 'u1', {}, 1)
    assert.equal(await outcome('u1'), 'refused')
  })
})

forEachDatabase('Password hashes', (open) => {
  it('replaces a hash by a better one only while it is the one that was verified', async () => {
    const database = await open()
    const passwords = createPasswordStore(database)
    await database.transact([passwords.setStep('ann', 'old', new Date(1))])
    const rehash = async (from: string, to: string) =>
      (await database.transact([passwords.rehashGuard('ann', from, to)])).kind
    assert.equal(await rehash('other', 'wrong'), 'refused')
    assert.equal((await passwords.find('ann'))?.hash, 'old')
    assert.equal(await rehash('old', 'new'), 'committed')
    assert.equal((await passwords.find('ann'))?.hash, 'new')
    assert.equal(
      (await database.transact([passwords.unchangedGuard('ann', { hash: 'old', epoch: 0 })])).kind,
      'refused',
    )
    assert.equal(
      (await database.transact([passwords.unchangedGuard('ann', { hash: 'new', epoch: 0 })])).kind,
      'committed',
    )
    await database.transact([passwords.endAttemptsStep('ann')])
    assert.deepEqual(await passwords.find('ann'), { hash: 'new', epoch: 1 })
    const before = passwords.unchangedGuard('ann', { hash: 'new', epoch: 0 })
    assert.equal((await database.transact([before])).kind, 'refused')
    await database.transact([passwords.setStep('ann', 'third', new Date(2))])
    assert.equal((await passwords.find('ann'))?.hash, 'third')
    await database.transact([passwords.removeStep('ann')])
    assert.equal(await passwords.find('ann'), undefined)
  })
})
