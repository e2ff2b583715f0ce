import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseRequests, requestAt } from './request-text.ts'

const shapesOf = (text: string) =>
  parseRequests(text).requests.map(({ method, target, headers, body }) => ({
    line: `${method} ${target}`,
    headers: headers.map(({ name, value }) => `${name}: ${value}`),
    body: body?.text,
  }))

describe('a document of requests', () => {
  test('may hold one without slash and without headers, its body indented by one blank and with blanks at the end', () => {
    const body = 'twoFactor:\n issuerName: my-app \n webhook:\n  timeout: 500'
    assert.deepEqual(shapesOf(`PUT AuthConfig/myconfig\n\n${body}\n\n`), [
      { line: 'PUT AuthConfig/myconfig', headers: [], body },
    ])
  })

  test('has headers until a blank line, then the body as it is', () => {
    assert.deepEqual(
      shapesOf(
        'PUT /User/x?_pretty=true  \nContent-Type : text/yaml \nif-match:W/"7"\n\nid: x\n\nname: {}\n',
      ),
      [
        {
          line: 'PUT /User/x?_pretty=true',
          headers: ['Content-Type: text/yaml', 'if-match: W/"7"'],
          body: 'id: x\n\nname: {}',
        },
      ],
    )
  })

  test('goes on with the path after a backslash at the end of the line', () => {
    assert.deepEqual(shapesOf('GET /User?\\\n  name=ann& \\ \n  _count=5\naccept: text/yaml'), [
      { line: 'GET /User?name=ann&_count=5', headers: ['accept: text/yaml'], body: undefined },
    ])
  })

  test('begins the next request at a line with method and path after a blank line, or after ###', () => {
    const text = `# first
PUT /User/a

id: a
text: |
  GET /not-a-request

  GET /nor-this
GET /nor-this-without-a-blank-line

DELETE /User/b
GET /User/c
### last
POST User HTTP/1.1

{"id": "d"}`
    assert.deepEqual(
      shapesOf(text).map(({ line }) => line),
      ['PUT /User/a', 'DELETE /User/b', 'GET /User/c', 'POST User'],
    )
    assert.match(shapesOf(text)[0]?.body ?? '', /GET \/nor-this-without-a-blank-line$/)
    assert.equal(shapesOf(text)[3]?.body, '{"id": "d"}')
  })

  test('takes JSON right below the path for the body', () => {
    assert.equal(shapesOf('POST /User\n{"id": "a"}')[0]?.body, '{"id": "a"}')
  })

  test('reads lines of Windows and the blanks of a copied page', () => {
    assert.deepEqual(shapesOf('PUT\u00a0/User/x\r\naccept: a\r\n\r\nid: x\r\n'), [
      { line: 'PUT /User/x', headers: ['accept: a'], body: 'id: x\r' },
    ])
  })

  test('says what it does not understand, and where', () => {
    const faultsOf = (text: string) =>
      parseRequests(text).faults.map(({ from, to, message }) => [text.slice(from, to), message])
    assert.deepEqual(faultsOf('get /User'), [
      ['get /User', 'write the method in capitals at the beginning of the line: GET /User'],
    ])
    assert.deepEqual(faultsOf('hello\n\nGET /User'), [
      ['hello', 'expected a request: METHOD path, such as GET /User'],
    ])
    assert.deepEqual(faultsOf('PUT /User/x\n id: x'), [
      [' id: x', 'expected a header (Name: value), or a blank line before the body'],
    ])
  })

  test('finds the request at a position', () => {
    const text = 'GET /a\n\n\nGET /b\n\n'
    const parsed = parseRequests(text)
    assert.equal(requestAt(parsed, 0)?.target, '/a')
    assert.equal(requestAt(parsed, 8)?.target, '/a')
    assert.equal(requestAt(parsed, 11)?.target, '/b')
    assert.equal(requestAt(parsed, text.length)?.target, '/b')
    assert.equal(requestAt(parseRequests('# only'), 3), undefined)
  })

  test('never loses a character: every part stands where it says', () => {
    const line = fc.constantFrom(
      'GET /a',
      'PUT b \\',
      'x: y',
      '',
      ' a: b',
      '{"a": 1}',
      '### t',
      '# r',
      '  /c',
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
        const text = lines.join('\n')
        for (const { method, methodSpan, headers, body, from, to } of parseRequests(text).requests) {
          assert.equal(text.slice(methodSpan.from, methodSpan.to), method)
          assert.ok(from <= to && to <= text.length)
          for (const { value, valueSpan } of headers)
            assert.equal(text.slice(valueSpan.from, valueSpan.to), value)
          if (body !== undefined) assert.equal(text.slice(body.from, body.to), body.text)
        }
      }),
    )
  })
})
