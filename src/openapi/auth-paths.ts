import type { JsonObject } from '../kernel/json.ts'
import { AUTHORIZATION, OAUTH_PATHS } from './oauth-paths.ts'
import {
  CSRF,
  FORGED,
  json,
  oauthError,
  operation,
  page,
  parameter,
  posted,
  redirect,
  SESSION,
} from './parts.ts'

const CODE = { token: 'Six digits; totp, code and otp are taken as well.' }
const END_OTHERS = { end_other_sessions: 'Present: signs out everywhere else.' }

const THROTTLED = page('Too many wrong tries; Retry-After says how long to wait.')
const AGAIN = page('Not right; the page says so and asks again.')

const SIGN_IN: JsonObject = {
  '/': {
    get: operation('Sign-in', 'The landing page of a signed-in browser', {
      security: SESSION,
      responses: { 200: page('Who is signed in.'), 303: redirect('To /auth/login.') },
    }),
  },
  '/auth/login': {
    get: operation('Sign-in', 'The first step; takes the query of /auth/authorize as well', {
      parameters: [
        ...AUTHORIZATION,
        parameter('query', 'redirect_to', 'A path of this server, plain or as Base64.'),
      ],
      responses: { 200: page('Login name and password.'), 303: redirect('Signed in already.') },
    }),
    post: operation('Sign-in', 'Proves the password', {
      requestBody: posted(['username', 'password', 'csrf'], {
        username: 'userName, e-mail address or id; email and login are taken as well.',
        password: '1 to 1024 bytes.',
        request: 'The hidden field of the page, where an application waits.',
        redirect_to: 'The hidden field of the page.',
        ...CSRF,
      }),
      responses: {
        303: redirect('To the code page, the application, or redirect_to.'),
        400: oauthError('invalid_grant, to callers that prefer JSON.'),
        403: FORGED,
        422: AGAIN,
        429: THROTTLED,
      },
    }),
  },
  '/auth/login/2fa/step-up': {
    get: operation('Sign-in', 'Says that an application wants a second factor of a session without one', {
      security: SESSION,
      parameters: [parameter('query', 'request', 'The pending request, sealed.')],
      responses: { 200: page('Who wants it.'), 303: redirect('Not signed in, or nothing is missing.') },
    }),
    post: operation('Sign-in', 'Begins a sign-in whose password the session stands for', {
      security: SESSION,
      requestBody: posted(['request', 'csrf'], { request: 'The hidden field of the page.', ...CSRF }),
      responses: { 303: redirect('To the code page.'), 403: FORGED },
    }),
  },
  '/auth/login/2fa/confirm': {
    get: operation('Sign-in', 'The second step', {
      responses: { 200: page('The code.'), 303: redirect('No sign-in is under way.') },
    }),
    post: operation('Sign-in', 'Proves the second factor and opens the session', {
      requestBody: posted(['token', 'csrf'], { ...CODE, ...CSRF }),
      responses: { 303: redirect('Signed in, or too late.'), 403: FORGED, 422: AGAIN, 429: THROTTLED },
    }),
  },
  '/auth/login/2fa/refresh': {
    post: operation('Sign-in', 'Sends the code once more by the webhook, every 30 seconds at most', {
      requestBody: posted(['csrf'], CSRF),
      responses: { 303: redirect('Back to the code page.'), 403: FORGED },
    }),
  },
  '/auth/logout': {
    get: operation('Sign-in', 'Asks whether to sign out', { responses: { 200: page('The question.') } }),
    post: operation('Sign-in', 'Ends the session and every token that hangs on it', {
      security: SESSION,
      requestBody: posted(['csrf'], CSRF),
      responses: {
        200: { description: 'To callers that want JSON.', content: json({ type: 'object' }) },
        303: redirect('To /auth/login.'),
        403: FORGED,
      },
    }),
  },
}

const ELSEWHERE = {
  303: redirect('To /auth/login, or back to the settings.'),
  401: oauthError('To callers that want JSON or bring a token.'),
}

const TWO_FACTOR: JsonObject = {
  '/auth/two-factor': {
    get: operation('Two-factor', 'On or off', {
      security: SESSION,
      responses: { 200: page('The settings.'), ...ELSEWHERE },
    }),
  },
  '/auth/two-factor/enable': {
    get: operation('Two-factor', 'Shows a new key', {
      security: SESSION,
      responses: {
        200: page('QR code, key, and the field for a code; or the password again.'),
        ...ELSEWHERE,
      },
    }),
    post: operation('Two-factor', 'Turns it on with a code of the new key', {
      security: SESSION,
      requestBody: posted(['token', 'csrf'], { ...CODE, ...END_OTHERS, ...CSRF }),
      responses: { ...ELSEWHERE, 403: FORGED, 422: AGAIN, 429: THROTTLED },
    }),
  },
  '/auth/two-factor/enable/confirm-password': {
    get: operation('Two-factor', 'Leads to the enable page', {
      responses: { 303: redirect('To /auth/two-factor/enable.') },
    }),
    post: operation('Two-factor', 'Proves the password again, where the sign-in is older than 10 minutes', {
      security: SESSION,
      requestBody: posted(['password', 'csrf'], { password: 'The password.', ...CSRF }),
      responses: { ...ELSEWHERE, 403: FORGED, 422: AGAIN, 429: THROTTLED },
    }),
  },
  '/auth/two-factor/disable': {
    get: operation('Two-factor', 'Asks for a code', {
      security: SESSION,
      responses: { 200: page('The code.'), ...ELSEWHERE },
    }),
    post: operation('Two-factor', 'Turns it off with a code', {
      security: SESSION,
      requestBody: posted(['token', 'csrf'], { ...CODE, ...END_OTHERS, ...CSRF }),
      responses: { ...ELSEWHERE, 403: FORGED, 422: AGAIN, 429: THROTTLED },
    }),
  },
}

export const AUTH_PATHS: JsonObject = { ...SIGN_IN, ...TWO_FACTOR, ...OAUTH_PATHS }
