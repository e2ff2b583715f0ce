import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import * as yaml from 'yaml'
import { createMasker } from './mask-secrets.ts'

const mask = createMasker(yaml)

describe('secrets in a document of requests', () => {
  test('are masked in YAML, and all else stays as it was typed', () => {
    assert.equal(
      mask(`PUT /Client/mywebapp

secret: verysecret
first_party: true
grant_types:
  - code
auth:
  authorization_code:
    redirect_uri: 'http://localhost:3001'
    secret_required: true
    refresh_token: true
`),
      `PUT /Client/mywebapp

secret: "***"
first_party: true
grant_types:
  - code
auth:
  authorization_code:
    redirect_uri: 'http://localhost:3001'
    secret_required: true
    refresh_token: true
`,
    )
  })

  const MASKED: readonly (readonly [what: string, typed: string, kept: string])[] = [
    ['in JSON', 'PUT U/x\n\n{"password": "S", "a": [1]}', 'PUT U/x\n\n{"password": "***", "a": [1]}'],
    [
      'in JSON with an escaped name',
      String.raw`PUT U/x${'\n\n'}{"pass\u0077ord": "S"}`,
      String.raw`PUT U/x${'\n\n'}{"pass\u0077ord": "***"}`,
    ],
    ['over several lines', 'PUT U/x\n\npassword: |\n  S\n  S\nid: x', 'PUT U/x\n\npassword: "***"\nid: x'],
    ['in quotes over lines', 'PUT U/x\n\npassword: "S\n  S"\nid: x', 'PUT U/x\n\npassword: "***"\nid: x'],
    [
      'deeper',
      'PUT U/x\n\ntwoFactor:\n secretKey: S\n enabled: true',
      'PUT U/x\n\ntwoFactor:\n secretKey: "***"\n enabled: true',
    ],
    [
      'of a webhook',
      'PUT A/x\n\nwebhook:\n headers:\n  X-A: S\n timeout: 5',
      'PUT A/x\n\nwebhook:\n headers:\n  X-A: "***"\n timeout: 5',
    ],
    ['of a key', 'PUT T/x\n\nkeys:\n - kty: OCT\n   k: S', 'PUT T/x\n\nkeys:\n - kty: OCT\n   k: "***"'],
    [
      'in a JSON Patch',
      'PATCH U/x\n\n[{"op":"add","path":"/password","value":"S"}]',
      'PATCH U/x\n\n[{"op":"add","path":"/password","value":"***"}]',
    ],
    ['behind an alias', 'PUT U/x\n\na: &s S\npassword: *s', 'PUT U/x\n\na: &s "***"\npassword: *s'],
    [
      'in a form',
      'POST /auth/token\n\ngrant_type=password&username=u&password=S&code=S',
      'POST /auth/token\n\ngrant_type=password&username=u&password=***&code=***',
    ],
    [
      'in the query',
      'GET /auth/x?client_id=a&client_secret=S&code=S',
      'GET /auth/x?client_id=a&client_secret=***&code=***',
    ],
    ['in a query over lines', 'GET /auth/x?a=b& \\\n token=S\\\n S&c=d', 'GET /auth/x?a=b&token=***&c=d'],
    [
      'in headers',
      'GET /User\nAuthorization: Basic S\nX-Own: S\naccept: text/yaml',
      'GET /User\nAuthorization: ***\nX-Own: ***\naccept: text/yaml',
    ],
    ['where the blank line is missing', 'PUT U/x\nid: x\npassword: S', 'PUT U/x\nid: ***\npassword: ***'],
    ['in what is no YAML', 'PUT U/x\n\n{"password": "S", ]', 'PUT U/x\n\n{"password": ***'],
    [
      'in lines that are no YAML',
      'PUT U/x\n\n\tpassword: S\n\t\tS\nid: [',
      'PUT U/x\n\n\tpassword: ***\n\t\t***\nid: [',
    ],
    ['in remarks', '# password=S\nGET /User # token: S', '# password=***\nGET /User # token: ***'],
    ['that are signed tokens', 'GET /x/eyJhbGciOiJI.eyJzdWIi.S-_x', 'GET /x/***'],
    ['in an address', 'PUT A/x\n\nurl: https://u:S@x.example', 'PUT A/x\n\nurl: https://***@x.example'],
    [
      'in a snippet that is written',
      'POST ui_snippet\n\ncommand: "PUT U/x\\n\\npassword: S"',
      'POST ui_snippet\n\ncommand: "***"',
    ],
    [
      'behind a name that is an alias',
      'PUT U/x\n\na: &n password\n*n : S',
      'PUT U/x\n\na: &n password\n*n : "***"',
    ],
    ['in a second document', 'PUT U/x\n\nid: x\n---\npassword: S', 'PUT U/x\n\nid: x\n---\npassword: ***'],
    [
      'in addresses within a Bundle',
      'POST /\n\n{"entry":[{"request":{"url":"/auth/x?code=S"},"fullUrl":"/User/x"}]}',
      'POST /\n\n{"entry":[{"request":{"url":"***"},"fullUrl":"/User/x"}]}',
    ],
    [
      'in a form within an exchange',
      'POST /console/exchange\n\n{"path":"/auth/token","body":"scope=a&password=S"}',
      'POST /console/exchange\n\n{"path":"/auth/token","body":"***"}',
    ],
    [
      'in a document within an exchange',
      String.raw`POST /console/exchange${'\n\n'}{"path":"/User/x","body":"{\"password\":\"S\"}"}`,
      'POST /console/exchange\n\n{"path":"/User/x","body":"***"}',
    ],
    [
      'in a search',
      'GET /User?.twoFactor.secretKey=S&password:exact=S',
      'GET /User?.twoFactor.secretKey=***&password:exact=***',
    ],
    [
      'at an absolute address',
      'POST https://h.example/auth/token?code=S',
      'POST https://h.example/auth/token?code=***',
    ],
    [
      'under an attribute called auth',
      'PUT C/x\n\nauth:\n  secret:\n    a: S',
      'PUT C/x\n\nauth:\n  secret:\n    a: "***"',
    ],
    [
      'by names that end like one',
      'POST /auth/x\n\nrepeatedPassword=S&device_code=S',
      'POST /auth/x\n\nrepeatedPassword=***&device_code=***',
    ],
    ['where there is no request yet', 'password: S', 'password: ***'],
    [
      'where the method is in small letters',
      'put User/x\n\npassword: S\nid: x',
      'put User/x\n\npassword: ***\nid: x',
    ],
    ['in lines that are no headers', 'PUT U/x\n password: S\nid: x', 'PUT U/x\n password: ***\nid: ***'],
    ['in a line of curl', '# curl -u root:S https://x.example', '# curl -u *** https://x.example'],
    [
      'that are private keys',
      'PUT U/x\n\nnote: |\n  -----BEGIN PRIVATE KEY-----\n  S\n  -----END PRIVATE KEY-----\n',
      'PUT U/x\n\nnote: |\n  ***\n',
    ],
    [
      'of several requests',
      'PUT U/x\n\npassword: S\n\nPUT U/y\n\npassword: S',
      'PUT U/x\n\npassword: "***"\n\nPUT U/y\n\npassword: "***"',
    ],
  ]
  for (const [what, typed, kept] of MASKED) test(`are masked ${what}`, () => assert.equal(mask(typed), kept))

  test('are not seen where there are none', () => {
    for (const text of [
      'PUT U/x\n\nsecurityLabel:\n - code: a\npassword: null\n',
      'GET /Client?.grant_types.0=code&_count=5',
      'PUT C/x\n\nauth:\n  password:\n    token_format: jwt\n',
      'nothing at all',
      '',
    ])
      assert.equal(mask(text), text)
  })

  test('stay masked, and masking again changes nothing', () => {
    for (const [, typed] of MASKED) assert.equal(mask(mask(typed)), mask(typed))
  })

  test('are found at any depth of any document, in JSON and in YAML', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{12}$/).map((text) => `Zq${text}`)
    const name = fc.constantFrom(
      'password',
      'secret',
      'secretKey',
      'client_secret',
      'refresh-token',
      'newPassword',
    )
    const wrapped = fc.array(fc.constantFrom('data', 'list', 'auth'), { maxLength: 4 })
    fc.assert(
      fc.property(secret, name, wrapped, fc.boolean(), (value, key, path, isJson) => {
        const document = path.reduce<unknown>(
          (inner, part) => (part === 'list' ? [inner, 'z'] : { a: 1, [part]: inner }),
          { id: 'x', [key]: value },
        )
        const body = isJson ? JSON.stringify(document) : yaml.stringify(document)
        assert.ok(!mask(`PUT /User/x\n\n${body}`).includes(value))
      }),
    )
  })

  test('cost nothing to speak of in a body that is as deep as it is long', () => {
    const deep = `PUT /User/x\n\n${'['.repeat(30_000)}`
    assert.equal(mask(deep), deep)
  })

  // NOTE: each of these once took half a minute, in which the server answered nobody.
  test('take no longer to find in a long line than in many short ones', () => {
    const before = process.cpuUsage()
    for (const text of [
      'a'.repeat(65_000),
      `GET /x\n\n${'-eyJaaaaa'.repeat(7000)}`,
      `PUT /User/x\n\n[a${' '.repeat(60_000)}b`,
      `PUT /User/x\nx: a${' '.repeat(60_000)}b`,
      `PUT /User/x\n\n${'a: &a 1\n'.repeat(7000)}`,
      `PUT /User/x\n\n{"kty":1${',"k":"x"'.repeat(7000)}}`,
    ])
      mask(text)
    assert.ok(process.cpuUsage(before).user < 10_000_000)
  })
})
