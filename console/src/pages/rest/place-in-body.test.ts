import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeInBody } from './place-in-body.ts'

/** Where the bar stands. */
const placeOf = (text: string): string | undefined => {
  const position = text.indexOf('▮')
  const place = placeInBody(text.replace('▮', ''), position)
  return place && `${place.kind} ${place.path.join('.')} ${text.slice(place.from, position)}`.trim()
}

const YAML: readonly (readonly [string, string | undefined])[] = [
  ['us▮', 'name  us'],
  ['id: x\nus▮', 'name  us'],
  ['twoFactor:\n en▮', 'name twoFactor en'],
  ['twoFactor:\n webhook:\n  endpoint: x\n  ti▮', 'name twoFactor.webhook ti'],
  ['twoFactor:\n webhook:\n  endpoint: x\n va▮', 'name twoFactor va'],
  ['auth:\n  authorization_code:\n    token_format: j▮', 'value auth.authorization_code.token_format j'],
  ['first_party: ▮', 'value first_party'],
  ['grant_types:\n  - co▮', 'name grant_types.[] co'],
  ['grant_types:\n- code\n- im▮', 'name grant_types.[] im'],
  ['emails:\n  - value: a\n    ty▮', 'name emails.[] ty'],
  ['emails:\n- value: a\n- ty▮', 'name emails.[] ty'],
  ['emails:\n  - value: a\nna▮', 'name  na'],
  ['jwt:\n  keys:\n    - kty: EC\n      format: p▮', 'value jwt.keys.[].format p'],
  ['title: some text ▮', undefined],
  ['title: "a▮', 'value title "a'],
]

for (const [text, place] of YAML)
  test(`in YAML: ${JSON.stringify(text)}`, () => assert.equal(placeOf(text), place))

const JSON_TEXTS: readonly (readonly [string, string | undefined])[] = [
  ['{▮', 'name'],
  ['{"us▮', 'name  "us'],
  ['{"id": "x", us▮', 'name  us'],
  ['{"twoFactor": {"en▮', 'name twoFactor "en'],
  ['{"twoFactor": {"enabled": true}, "na▮', 'name  "na'],
  ['{"auth": {"password": {"token_format": "j▮', 'value auth.password.token_format "j'],
  ['{"first_party": t▮', 'value first_party t'],
  ['{"grant_types": ["code", "▮', 'name grant_types.[] "'],
  ['{"emails": [{"value": "a{,:", "ty▮', 'name emails.[] "ty'],
  ['{}▮', undefined],
]

for (const [text, place] of JSON_TEXTS) test(`in JSON: ${text}`, () => assert.equal(placeOf(text), place))
