import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserView } from '../user-view.ts'
import { userInfo } from '../user-view.ts'
import { userInfoText } from './userinfo-text.ts'

test('the text follows every change of what it shows', () => {
  const user: UserView = {
    id: 'ann',
    isActive: true,
    document: { email: 'ann@example.org' },
    versionId: 1,
    createdAt: 1000,
    updatedAt: 2000,
    twoFactor: undefined,
  }
  const changes: readonly Partial<UserView>[] = [
    {},
    { id: 'bob' },
    { versionId: 2 },
    { createdAt: 3000 },
    { updatedAt: 4000 },
    { twoFactor: { enabled: false, transport: undefined } },
    { twoFactor: { enabled: true, transport: undefined } },
    { twoFactor: { enabled: true, transport: 'mail' } },
    { document: { email: 'else@example.org' } },
    {},
  ]
  for (const change of changes)
    for (const view of [
      { ...user, ...change },
      { ...user, ...change },
    ])
      assert.equal(userInfoText(view), JSON.stringify(userInfo(view)), JSON.stringify(change))
})
