import type { JsonObject } from '../kernel/json.ts'
import { CSRF, fields, form, json, oauthError, operation, page, redirect, SESSION } from './parts.ts'

const OWN = [{ bearer: [] }, { session: [] }]
const OWN_ERRORS = {
  400: oauthError('invalid_request, naming the parameter.'),
  401: oauthError('Nobody is signed in, to callers that want JSON or bring a token.'),
  403: oauthError('A token of an app that is not first_party, or a call from another site.'),
}
const DONE = { description: 'Done, to callers that want JSON.', content: json({ type: 'object' }) }
const INSTANT: JsonObject = { type: 'string', format: 'date-time' }
const MAYBE: JsonObject = { type: ['string', 'null'] }
const TEXTS: JsonObject = { type: 'array', items: { type: 'string' } }

const LISTED_SESSION: JsonObject = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    is_current: { type: 'boolean', description: 'The one of the caller.' },
    methods: TEXTS,
    browser: MAYBE,
    address: MAYBE,
    signed_in_at: INSTANT,
    last_used_at: INSTANT,
    expires_at: INSTANT,
  },
}
const LISTED_GRANT: JsonObject = {
  type: 'object',
  properties: {
    client: fields([], { id: 'Of the Client.', name: 'Its name, or its id.' }),
    scopes: TEXTS,
    whole_user: { type: 'boolean', description: 'Whether it may read the User itself.' },
    allowed_at: INSTANT,
  },
}

const pageOrJson = (description: string, properties: JsonObject): JsonObject => ({
  description,
  content: { 'text/html': { schema: { type: 'string' } }, ...json({ type: 'object', properties }) },
})
const ending = (end: string): JsonObject => ({
  required: true,
  content: { ...json(fields(['end'], { end })), ...form(fields(['end', 'csrf'], { end, ...CSRF })) },
})

/** Where one is signed in and what one allowed, as pages and in JSON. */
export const OWN_ACCESS_PATHS: JsonObject = {
  '/auth/sessions': {
    get: operation('OAuth', 'Where one is signed in', {
      security: OWN,
      responses: {
        200: pageOrJson('The browsers.', { sessions: { type: 'array', items: LISTED_SESSION } }),
        303: redirect('To the login page.'),
        ...OWN_ERRORS,
      },
    }),
    post: operation('OAuth', 'Signs out elsewhere', {
      security: OWN,
      requestBody: ending('The id of a session, others or all.'),
      responses: { 200: DONE, 303: redirect('To the same page, or the login page.'), ...OWN_ERRORS },
    }),
  },
  '/auth/account': {
    get: operation('Sign-in', 'One’s own account: second factor, sessions, apps, recent activity', {
      security: SESSION,
      responses: { 200: page('The account.'), 303: redirect('To /auth/login.') },
    }),
  },
  '/auth/grants': {
    get: operation('OAuth', 'What one allowed applications', {
      security: OWN,
      responses: {
        200: pageOrJson('The applications.', { grants: { type: 'array', items: LISTED_GRANT } }),
        303: redirect('To the login page.'),
        ...OWN_ERRORS,
      },
    }),
    post: operation('OAuth', 'Takes back what an application was allowed, and ends its tokens', {
      security: OWN,
      requestBody: ending('The id of the Client.'),
      responses: { 200: DONE, 303: redirect('To the same page.'), ...OWN_ERRORS },
    }),
  },
}
