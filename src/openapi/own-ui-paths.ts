import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { fields, form, json, oauthError, page, redirect } from './parts.ts'

const SECURITY = [{ bearer: [] }, { session: [] }]
const DONE = { description: 'Done.', content: json({ type: 'object' }) }
const CODE = { token: 'Six digits, as a string; totp, code and otp are taken as well.' }

const ERRORS = {
  400: oauthError('invalid_request, naming the parameter.'),
  401: oauthError('No token, a dead one, or none of a sign-in within ten minutes (RFC 9470).'),
  403: oauthError('A token of an app that is not first_party, or a call from another site.'),
  429: oauthError('Too many wrong tries, or a code was sent within 30 seconds; Retry-After.'),
}

const call = (summary: string, body: JsonObject, responses: JsonObject): JsonObject => ({
  post: {
    tags: ['Two-factor'],
    summary,
    security: SECURITY,
    requestBody: { required: true, content: json(body) },
    responses: { 200: DONE, ...responses, ...ERRORS },
  },
})

const KEY = fields([], { uri: 'otpauth://…, without transport.' })
const DELIVERY: JsonObject = {
  type: 'object',
  properties: {
    state: { enum: ['none', 'sent', 'failed', 'waiting'] },
    resend_after: { type: 'integer', description: 'Seconds; 0: now.' },
  },
}

const REQUEST = call(
  'Begins to enrol: answers a key, or sends a code',
  fields([], { transport: 'How codes shall be sent; goes to the webhook.' }),
  {
    200: { description: 'The key, or {}.', content: json(KEY) },
    422: oauthError('already_enabled'),
    503: oauthError('The code could not be sent.'),
  },
)
const CONFIRM = call('Turns it on with a code of the new key', fields(['token'], CODE), {
  422: oauthError('not_requested, already_enabled, wrong_token'),
})
const DISABLE = call('Turns it off with a code', fields(['token'], CODE), {
  422: oauthError('not_enabled, wrong_token'),
})
const SEND = call(
  'Has a code sent to turn it off with',
  { type: 'object' },
  {
    200: {
      description: 'Whether one was sent.',
      content: json({ type: 'object', properties: { delivery: DELIVERY } }),
    },
    422: oauthError('not_enabled'),
  },
)

/** The page and the JSON of one address: what both have is told of both. */
const merged = (one: JsonObject, other: JsonObject): JsonObject => {
  const both: Record<string, JsonValue> = { ...one }
  for (const [name, value] of Object.entries(other)) {
    const mine = both[name]
    both[name] = isJsonObject(mine) && isJsonObject(value) ? merged(mine, value) : (mine ?? value)
  }
  return both
}

const SIGN_IN_ERRORS = {
  400: oauthError('invalid_grant for a wrong name or password; invalid_request names the parameter.'),
  403: oauthError('Sent from another site, or a form without csrf.'),
  429: oauthError('Too many wrong tries; Retry-After.'),
}
const PENDING_ANSWER: JsonObject = {
  type: 'object',
  properties: {
    pending: { type: 'string', description: 'Names the sign-in in this browser.' },
    methods: { type: 'array', items: { type: 'string' }, description: 'totp' },
    delivery: DELIVERY,
    expires_in: { type: 'integer', description: 'Seconds.' },
  },
}
const SIGNED_IN = fields(['redirect'], { redirect: 'Where the browser goes next.' })
const ASKED_FOR: JsonObject = {
  type: 'object',
  properties: {
    methods: { type: 'array', items: { type: 'string' }, description: 'password' },
    client: fields(['id', 'name'], { id: 'Of the application that waits.', name: 'What to call it.' }),
    request: { type: 'string', description: 'To send back, where an application waits.' },
    login_hint: { type: 'string' },
    csrf: { type: 'string', description: 'For whoever sends a form instead of JSON.' },
    redirect: { type: 'string', description: 'Instead of all that: signed in already.' },
  },
}
const OVER = { 401: oauthError('login_required: no sign-in is under way any more.') }
const PENDING = fields([], { pending: 'Of the answer before; the newest one of the browser where left out.' })

const SIGN_IN: Readonly<Record<string, JsonObject>> = {
  '/auth/login': {
    get: { responses: { 200: { description: '', content: json(ASKED_FOR) } } },
    post: {
      requestBody: {
        content: json(
          fields(['username', 'password'], {
            username: 'userName, e-mail address or id.',
            password: '1 to 1024 bytes.',
            request: 'As it was told.',
            redirect_to: 'A path of this server.',
          }),
        ),
      },
      responses: {
        200: {
          description: 'To callers that want JSON: signed in, or what comes next.',
          content: json({ anyOf: [SIGNED_IN, PENDING_ANSWER] }),
        },
        410: oauthError('The request of the application is over.'),
        ...SIGN_IN_ERRORS,
      },
    },
  },
  '/auth/login/2fa/confirm': {
    get: { responses: { 200: { description: '', content: json(PENDING_ANSWER) }, ...OVER } },
    post: {
      requestBody: { content: json(merged(fields(['token'], CODE), PENDING)) },
      responses: {
        200: { description: 'To callers that want JSON.', content: json(SIGNED_IN) },
        422: oauthError('wrong_token'),
        ...OVER,
        ...SIGN_IN_ERRORS,
      },
    },
  },
  '/auth/logout': { post: { requestBody: { content: json({ type: 'object' }) } } },
  '/auth/login/2fa/refresh': {
    post: {
      requestBody: { content: json(PENDING) },
      responses: {
        200: { description: 'To callers that want JSON.', content: json(PENDING_ANSWER) },
        ...OVER,
        ...SIGN_IN_ERRORS,
      },
    },
  },
}

const FORM_OF_SEND: JsonObject = {
  tags: ['Two-factor'],
  summary: 'Has a code sent to turn it off with',
  requestBody: { required: true, content: form(fields(['csrf'], { csrf: 'The hidden field of the page.' })) },
  responses: { 303: redirect('Back to the page.'), 403: page('The form was not sent from our page.') },
}

/** Adds what one's own UI calls to the paths of the pages. */
export const withOwnUi = (pages: JsonObject): JsonObject => {
  const added: JsonObject = {
    ...SIGN_IN,
    ...Object.fromEntries(
      ['/auth/two-factor', '/app/auth/two-factor'].flatMap((prefix) => [
        [`${prefix}/request`, REQUEST],
        [`${prefix}/confirm`, CONFIRM],
        [`${prefix}/disable`, DISABLE],
        [`${prefix}/disable/send`, SEND],
      ]),
    ),
  }
  return merged(merged(pages, { '/auth/two-factor/disable/send': { post: FORM_OF_SEND } }), added)
}
