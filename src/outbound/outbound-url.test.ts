import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outboundUrlFault } from './outbound-url.ts'

test('what the server would never call is told, however the address is written', () => {
  for (const url of ['https://example.org/a?b=c', 'http://127.0.0.1:9/', 'http://[::1]/', 'http://10.0.0.1/'])
    assert.equal(outboundUrlFault(url), undefined, url)
  for (const host of ['169.254.169.254', '0xA9FEA9FE', '[fe80::1]', '[::ffff:169.254.169.254]', '2852039166'])
    assert.match(outboundUrlFault(`http://${host}/`) ?? '', /link-local/, host)
  for (const [url, fault] of [
    ['ftp://example.org/', /http or https/],
    ['/path', /http or https/],
    ['https://exa mple.org/', /http or https/],
    ['https://ann:secret@example.org/', /user name or password/],
    ['https://example.org/#', /fragment/],
    [`https://example.org/${'x'.repeat(2048)}`, /at most 2048/],
  ] as const)
    assert.match(outboundUrlFault(url) ?? '', fault, url)
})
