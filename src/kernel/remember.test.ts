import assert from 'node:assert/strict'
import { test } from 'node:test'
import { remember } from './remember.ts'

test('what comes often is computed once, what is long or long ago again', () => {
  const computed: string[] = []
  const lengthOf = remember((text) => {
    computed.push(text)
    return text.length
  })
  for (let index = 0; index < 5000; index += 1) {
    assert.equal(lengthOf(`text ${index}`), `text ${index}`.length)
    assert.equal(lengthOf('often'), 5)
  }
  assert.equal(computed.filter((text) => text === 'often').length, 1)
  assert.equal(computed.length, 5001)

  lengthOf('text 4999')
  assert.equal(computed.length, 5001)
  lengthOf('text 0')
  assert.equal(computed.length, 5002, 'the oldest is forgotten')

  const long = 'x'.repeat(10_000)
  assert.equal(lengthOf(long) + lengthOf(long), 20_000)
  assert.equal(computed.filter((text) => text === long).length, 2)
})
