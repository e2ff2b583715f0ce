// Grant × client authentication × token format × second factor, every cell of it: each issues exactly what it must.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Cell, Matrix, Outcome } from '../support/grant-matrix.ts'
import {
  AUTHENTICATIONS,
  FACTOR_STATES,
  FORMATS,
  GRANTS,
  RESPONSE_TYPES,
  startMatrix,
} from '../support/grant-matrix.ts'

/** The whole of what the RFCs and the second factor ask, in words that no code under test knows. */
const expected = ({ grant, authentication, factor }: Cell): Outcome => {
  const needsProof = grant === 'client_credentials' || grant.endsWith('token-exchange')
  switch (authentication) {
    case 'basic and post':
    case 'basic and private_key_jwt':
      return [400, 'invalid_request']
    case 'none':
    case 'wrong secret':
    case 'wrong key':
      return [401, 'invalid_client']
    case 'none of a public client':
      if (needsProof) return [401, 'invalid_client']
  }
  if (grant === 'client_credentials') return 'client'
  if (grant.endsWith('token-exchange')) return 'user'
  return factor === 'none' || factor === 'right code' ? 'user' : [400, 'invalid_grant']
}

describe('the matrix of grants', () => {
  let matrix: Matrix
  let cells = 0
  before(async () => {
    matrix = await startMatrix()
  })

  for (const grant of GRANTS)
    for (const authentication of AUTHENTICATIONS)
      test(`${grant} with ${authentication}`, async () => {
        for (const format of FORMATS)
          for (const factor of FACTOR_STATES) {
            const cell = { grant, authentication, format, factor }
            assert.deepEqual(await matrix.run(cell), expected(cell), JSON.stringify(cell))
            cells += 1
          }
      })

  for (const responseType of RESPONSE_TYPES)
    test(`the authorization endpoint with ${responseType}`, async () => {
      for (const format of FORMATS)
        for (const factor of FACTOR_STATES) {
          const { userId, address } = await matrix.nextUser(factor)
          const answer = await matrix.authorize(matrix.app.person(address), userId, factor, {
            client_id: format,
            response_type: responseType,
            scope: 'openid',
            nonce: 'n-0S6_WzA2Mj',
          })
          const words = responseType.split(' ')
          const isSignedIn = factor === 'none' || factor === 'right code'
          const name = JSON.stringify({ responseType, format, factor })
          for (const [parameter, word] of [
            ['code', 'code'],
            ['access_token', 'token'],
            ['id_token', 'id_token'],
          ] as const)
            assert.equal(answer.has(parameter), isSignedIn && words.includes(word), `${name} ${parameter}`)
          const token = answer.get('access_token')
          if (token !== null) assert.equal(token.split('.').length === 3, format === 'jwt', name)
          const tokens = await matrix.tokensOf(userId, format)
          assert.equal(tokens, isSignedIn && words.includes('token') ? 1 : 0, name)
          cells += 1
        }
    })

  test('no cell was left out', () => {
    const states = FORMATS.length * FACTOR_STATES.length
    assert.equal(cells, (GRANTS.length * AUTHENTICATIONS.length + RESPONSE_TYPES.length) * states)
  })
})
