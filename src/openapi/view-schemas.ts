import type { JsonObject } from '../kernel/json.ts'
import { ref } from './parts.ts'
import { META } from './schemas.ts'

const text = { type: 'string' }
const texts = { type: 'array', items: text }
const instant = { type: 'string', format: 'date-time' }
const seconds = { type: 'integer', description: 'Seconds since 1970.' }

/** At `/fhir` it reads `{reference: "User/x"}`. */
const reference = (type: string): JsonObject => ({
  type: 'object',
  properties: { resourceType: { const: type }, id: text, reference: text },
})

const view = (type: string, properties: JsonObject): JsonObject => ({
  type: 'object',
  readOnly: true,
  required: ['resourceType', 'id', 'meta'],
  properties: { resourceType: { const: type }, id: ref('Id'), meta: META, ...properties },
})

/** What is read and never written. */
export const VIEW_SCHEMAS: JsonObject = {
  Session: view('Session', {
    type: { type: 'string', description: 'browser, or the grant that made the token.' },
    user: reference('User'),
    client: reference('Client'),
    parent: reference('Session'),
    jti: text,
    scope: texts,
    audience: {},
    start: instant,
    end: instant,
    exp: seconds,
    refresh_token_exp: seconds,
    active: { type: 'boolean' },
  }),
  Grant: view('Grant', {
    user: reference('User'),
    client: reference('Client'),
    'requested-scope': texts,
    'provided-scope': texts,
    scope: text,
    start: instant,
  }),
  AuditEvent: view('AuditEvent', {
    recorded: instant,
    event: { type: 'string', description: 'sign-in, password-check, resource-update …' },
    outcome: { enum: ['success', 'failure'] },
    reason: { type: 'string', description: 'Why it failed: wrong-password, throttled …' },
    user: { ...reference('User'), description: 'Whom it is about.' },
    client: reference('Client'),
    actor: {
      type: 'object',
      description: 'Who did it: a User or a Client.',
      properties: { resourceType: { enum: ['User', 'Client'] }, id: text, reference: text },
    },
    factor: text,
    address: text,
    requestId: text,
    userAgent: text,
    detail: { type: 'object' },
  }),
  SigningKey: view('SigningKey', {
    kid: text,
    alg: { enum: ['RS256', 'ES256', 'EdDSA'] },
    state: { enum: ['next', 'active', 'retired'] },
    isOwn: { type: 'boolean', description: 'Of COUNTERSIGN_SIGNING_KEYS: the server does not change it.' },
    created: instant,
    signsFrom: instant,
    retired: { ...instant, description: 'When another key took its place; it verifies until it is removed.' },
    removed: { ...instant, description: 'When it will be published no more.' },
    publicKey: { type: 'object', description: 'As in the JWK Set.' },
  }),
}
