import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientAddress, networkOf } from './client-address.ts'

test('without trusted proxies the header is ignored, whatever it says', () => {
  assert.equal(clientAddress('192.0.2.1', '203.0.113.9', 0), '192.0.2.1')
  assert.equal(clientAddress(undefined, '203.0.113.9', 0), '0.0.0.0')
})

test('with n proxies the n-th entry from the right counts, and what clients put before it does not', () => {
  const header = 'forged, 198.51.100.7, 203.0.113.9, 10.0.0.2'
  assert.equal(clientAddress('10.0.0.1', header, 1), '10.0.0.2')
  assert.equal(clientAddress('10.0.0.1', header, 2), '203.0.113.9')
  assert.equal(clientAddress('10.0.0.1', header, 9), '10.0.0.1')
  assert.equal(clientAddress('10.0.0.1', header, 4), '10.0.0.1')
  assert.equal(clientAddress('10.0.0.1', '203.0.113.9:4711', 1), '203.0.113.9')
  assert.equal(clientAddress('10.0.0.1', '[2001:DB8::1]:443', 1), '2001:db8::1')
})

test('an address has one spelling', () => {
  assert.equal(clientAddress('::ffff:192.0.2.1', undefined, 0), '192.0.2.1')
  assert.equal(clientAddress('10.0.0.1', '::ffff:c000:201', 1), '192.0.2.1')
  assert.equal(clientAddress('10.0.0.1', '2001:DB8:0:0:0:0:0:1', 1), '2001:db8::1')
  assert.equal(clientAddress('fe80::1%eth0', undefined, 0), 'fe80::1')
})

test('the network of an IPv6 address is its /64, of IPv4 the address', () => {
  assert.equal(networkOf('192.0.2.1'), '192.0.2.1')
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(networkOf('2001:db8::1'), networkOf('2001:db8:0:0:ffff::'))
  assert.notEqual(networkOf('2001:db8:0:1::1'), networkOf('2001:db8::1'))
  assert.equal(networkOf('::1'), '0:0:0:0::/64')
  assert.equal(networkOf('64:ff9b::192.0.2.1'), '64:ff9b:0:0::/64')
})
