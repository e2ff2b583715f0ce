import type { JsonObject } from '../../src/kernel/json.ts'
import { AUTHORIZATION_PARAMETERS } from '../../src/oauth/authorize/authorization-parameters.ts'
import { fields, form, json, oauthError, page, parameter, redirect, ref } from './parts.ts'

const MEANINGS: Partial<Record<(typeof AUTHORIZATION_PARAMETERS)[number], string>> = {
  response_type: 'code',
  client_id: 'The id of the Client.',
  redirect_uri: 'Exactly the registered one, or left out.',
  scope: 'Separated by blanks.',
  state: 'Comes back byte for byte.',
  response_mode: 'query',
  code_challenge: 'PKCE: SHA-256 of the verifier, base64url.',
  code_challenge_method: 'S256',
  nonce: 'Kept for the ID token, which does not exist yet.',
  prompt: 'none, login, consent, select_account',
  max_age: 'Seconds; an older sign-in is asked again.',
  login_hint: 'Fills in the login name.',
}

const AUTHORIZATION = AUTHORIZATION_PARAMETERS.flatMap((name) => {
  const meaning = MEANINGS[name]
  return meaning === undefined ? [] : [parameter('query', name, meaning)]
})

const SESSION = [{ session: [] }]
const CSRF = { csrf: 'The hidden field of the page.' }
const CODE = { token: 'Six digits; totp, code and otp are taken as well.' }
const END_OTHERS = { end_other_sessions: 'Present: signs out everywhere else.' }

const operation = (tag: string, summary: string, rest: JsonObject): JsonObject => ({
  tags: [tag],
  summary,
  ...rest,
})

const posted = (required: readonly string[], described: Readonly<Record<string, string>>): JsonObject => ({
  required: true,
  content: form(fields(required, described)),
})

const THROTTLED = page('Too many wrong tries; Retry-After says how long to wait.')
const FORGED = page('The form was not sent from our page.')
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

const TOKEN_REQUEST = fields(['grant_type'], {
  grant_type: 'authorization_code, refresh_token, client_credentials or password',
  client_id: 'Here or by HTTP Basic.',
  client_secret: 'Here or by HTTP Basic, never both.',
  code: 'Of the redirect; works once, for 60 seconds.',
  redirect_uri: 'The one of the authorization request, where it was sent there.',
  code_verifier: 'PKCE, where a challenge was sent.',
  refresh_token: 'Works once.',
  scope: 'For refresh_token less than was granted; for client_credentials of what the client may have.',
  audience: 'One of those configured; for client_credentials.',
  username: 'For password: the login name.',
  password: 'For password.',
  totp: 'For password: the code of the second factor; token means the same.',
  mfa_token: 'For password: of the answer that asked for the code, instead of username and password.',
})

const USERINFO = {
  security: [{ bearer: [] }, { session: [] }],
  responses: {
    200: { description: 'The User.', content: json(ref('UserInfo')) },
    400: oauthError('The token was sent twice, or in the URL.'),
    401: oauthError('No token, or one that is unknown, expired or ended.'),
    403: oauthError('A token that acts for no user.'),
  },
}

const OAUTH: JsonObject = {
  '/auth/authorize': {
    get: operation('OAuth', 'Starts a sign-in for an application (RFC 6749 §4.1.1)', {
      parameters: AUTHORIZATION,
      responses: {
        303: redirect('To the sign-in, or to the application with code, state and iss, or with error.'),
        400: page('Unknown client or redirect URI: nobody is sent anywhere.'),
      },
    }),
    post: operation('OAuth', 'The same parameters as a form', {
      requestBody: { required: true, content: form({ type: 'object' }) },
      responses: { 303: redirect('To GET /auth/authorize.'), 400: page('Not a form, or too long.') },
    }),
  },
  '/auth/authorize/continue': {
    get: operation('OAuth', 'Goes on with a saved request once somebody is signed in', {
      parameters: [parameter('query', 'request', 'The id of the saved request.')],
      responses: { 303: redirect('To the next step.'), 400: page('The request is over.') },
    }),
  },
  '/auth/grant': {
    get: operation('OAuth', 'Asks whether an application may act for the person', {
      security: SESSION,
      parameters: [parameter('query', 'request', 'The id of the saved request.')],
      responses: {
        200: page('The question.'),
        303: redirect('To /auth/login.'),
        400: page('The request is over.'),
      },
    }),
    post: operation('OAuth', 'Remembers the answer', {
      security: SESSION,
      requestBody: posted(['request', 'decision', 'csrf'], {
        request: 'The hidden field of the page.',
        decision: 'allow or deny',
        ...CSRF,
      }),
      responses: {
        303: redirect('To the application, with code or error.'),
        400: page('The request is over.'),
        403: FORGED,
      },
    }),
  },
  '/auth/token': {
    post: operation('OAuth', 'Exchanges a code or a refresh token for tokens (RFC 6749 §3.2)', {
      security: [{ basic: [] }, {}],
      requestBody: {
        required: true,
        content: { ...form(TOKEN_REQUEST), ...json(TOKEN_REQUEST) },
      },
      responses: {
        200: {
          description: 'Tokens; userinfo with authorization_code.',
          content: json(ref('TokenResponse')),
        },
        400: oauthError('RFC 6749 §5.2'),
        401: oauthError('invalid_client'),
        429: oauthError('A network with 60 wrong client secrets in a minute.'),
      },
    }),
  },
  '/auth/userinfo': {
    get: operation('OAuth', 'Who the token or the session is of (OpenID Connect Core §5.3)', USERINFO),
    post: operation('OAuth', 'The same; the token may be in a form as access_token', USERINFO),
  },
}

const METADATA = {
  responses: { 200: { description: 'What this server offers.', content: json({ type: 'object' }) } },
}

const WELL_KNOWN: JsonObject = {
  '/.well-known/openid-configuration': { get: operation('OAuth', 'Metadata', METADATA) },
  '/.well-known/oauth-authorization-server': { get: operation('OAuth', 'Metadata (RFC 8414)', METADATA) },
  '/.well-known/jwks.json': {
    get: operation('OAuth', 'The public keys of JWTs (RFC 7517)', {
      responses: { 200: { description: 'A JWK Set.', content: json({ type: 'object' }) } },
    }),
  },
  '/health': {
    get: operation('Operation', 'Can requests be served?', {
      responses: {
        200: { description: '{"status":"pass"}', content: json(fields(['status'], { status: 'pass' })) },
        503: {
          description: 'The database does not answer, or the process is stopping.',
          content: json(fields(['status'], { status: 'fail' })),
        },
      },
    }),
  },
}

export const AUTH_PATHS: JsonObject = { ...SIGN_IN, ...TWO_FACTOR, ...OAUTH, ...WELL_KNOWN }
