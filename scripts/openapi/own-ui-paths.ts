import type { JsonObject } from '../../src/kernel/json.ts'
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

/** The page and the JSON of one address. */
const both = ({ post }: JsonObject, pagePost: JsonObject): JsonObject => {
  const [forJson, forForms] = [post, pagePost] as readonly JsonObject[]
  const content = (part: JsonObject | undefined): JsonObject =>
    ((part?.requestBody as JsonObject | undefined)?.content as JsonObject | undefined) ?? {}
  return {
    ...forForms,
    security: SECURITY,
    requestBody: { required: true, content: { ...content(forForms), ...content(forJson) } },
    responses: { ...(forForms?.responses as JsonObject), ...(forJson?.responses as JsonObject) },
  }
}

const FORM_OF_SEND: JsonObject = {
  tags: ['Two-factor'],
  summary: 'Has a code sent to turn it off with',
  requestBody: { required: true, content: form(fields(['csrf'], { csrf: 'The hidden field of the page.' })) },
  responses: { 303: redirect('Back to the page.'), 403: page('The form was not sent from our page.') },
}

/** Adds what one's own UI calls to the paths of the pages. */
export const withOwnUi = (pages: JsonObject): JsonObject => {
  const disable = pages['/auth/two-factor/disable'] as JsonObject
  const prefixes = ['/auth/two-factor', '/app/auth/two-factor']
  return {
    ...pages,
    ...Object.fromEntries(
      prefixes.flatMap((prefix) => [
        [`${prefix}/request`, REQUEST],
        [`${prefix}/confirm`, CONFIRM],
      ]),
    ),
    '/auth/two-factor/disable': { ...disable, post: both(DISABLE, disable.post as JsonObject) },
    '/auth/two-factor/disable/send': { post: both(SEND, FORM_OF_SEND) },
    '/app/auth/two-factor/disable': DISABLE,
    '/app/auth/two-factor/disable/send': SEND,
  }
}
