import type { JsonObject } from '../kernel/json.ts'
import { AUTHORIZATION_PARAMETERS } from '../oauth/authorize/authorization-parameters.ts'
import { OWN_ACCESS_PATHS } from './own-access-paths.ts'
import {
  CSRF,
  FORGED,
  fields,
  form,
  json,
  oauthError,
  operation,
  page,
  parameter,
  posted,
  redirect,
  ref,
  SESSION,
} from './parts.ts'

const MEANINGS: Partial<Record<(typeof AUTHORIZATION_PARAMETERS)[number], string>> = {
  response_type: 'code, token, id_token, id_token token, code id_token, code token, code id_token token',
  client_id: 'The id of the Client.',
  redirect_uri: 'Exactly a registered one; left out where there is one alone.',
  scope: 'Separated by blanks.',
  state: 'Comes back byte for byte.',
  response_mode: 'query, fragment, form_post',
  code_challenge: 'PKCE: SHA-256 of the verifier, base64url.',
  code_challenge_method: 'S256',
  nonce: 'Comes back in the ID token; needed of one that comes through the browser.',
  prompt: 'none, login, consent, select_account',
  max_age: 'Seconds; an older sign-in is asked again.',
  login_hint: 'Fills in the login name.',
  id_token_hint: 'An ID token of the client: the answer is about that person. It may have expired.',
  acr_values: 'aal2 wishes for a second factor.',
  claims: 'JSON: claims for userinfo and id_token (OpenID Connect Core §5.5).',
}

export const AUTHORIZATION = AUTHORIZATION_PARAMETERS.flatMap((name) => {
  const meaning = MEANINGS[name]
  return meaning === undefined ? [] : [parameter('query', name, meaning)]
})

const END_SESSION = {
  id_token_hint: 'An ID token of the person; it may have expired.',
  client_id: 'The application, where there is no hint.',
  post_logout_redirect_uri: 'One of the Client, character by character.',
  state: 'Comes back as it is.',
}

const TOKEN_QUESTION = {
  token: 'An access or refresh token.',
  token_type_hint: 'access_token or refresh_token; a wrong hint does no harm.',
  client_id: 'Here or by HTTP Basic.',
  client_secret: 'Here or by HTTP Basic, never both.',
}

const TOKEN_REQUEST = fields(['grant_type'], {
  grant_type:
    'authorization_code, refresh_token, client_credentials, password or urn:ietf:params:oauth:grant-type:token-exchange',
  client_id: 'Here or by HTTP Basic.',
  client_secret: 'Here or by HTTP Basic, never both.',
  code: 'Of the redirect; works once, for 60 seconds.',
  redirect_uri: 'The one of the authorization request, where it was sent there.',
  code_verifier: 'PKCE, where a challenge was sent.',
  refresh_token: 'Works once.',
  scope: 'For refresh_token less than was granted; for client_credentials of what the client may have.',
  audience: 'One of those configured, repeated for several; for client_credentials and token exchange.',
  subject_token: 'For token exchange (RFC 8693): the token of another issuer.',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt or …:access_token',
  requested_token_type: 'For token exchange: …:access_token, or …:jwt where the client gets JWTs.',
  username: 'For password: the login name.',
  password: 'For password.',
  totp: 'For password: the code of the second factor; token means the same.',
  mfa_token: 'For password: of the answer that asked for the code, instead of username and password.',
})

const USERINFO = {
  security: [{ bearer: [] }, { session: [] }],
  responses: {
    200: {
      description: 'The User; of a token with the scope openid, its claims.',
      content: json(ref('UserInfo')),
    },
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
  '/auth/authorize/answer': {
    get: operation('OAuth', 'Posts the answer to the application (response_mode=form_post)', {
      parameters: [parameter('query', 'form', 'The answer, sealed.')],
      responses: { 200: page('The form that posts it.'), 410: page('Too old, or of another browser.') },
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
  ...OWN_ACCESS_PATHS,
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
  '/auth/introspect': {
    post: operation('OAuth', 'Tells what a token is worth now (RFC 7662)', {
      security: [{ basic: [] }, {}],
      requestBody: posted(['token'], TOKEN_QUESTION),
      responses: {
        200: {
          description:
            'active, and of an active token what is known of it. Of others nothing but active: false.',
          content: json({ type: 'object', required: ['active'] }),
        },
        400: oauthError('invalid_request'),
        401: oauthError('invalid_client: the client must prove who it is'),
      },
    }),
  },
  '/auth/revoke': {
    post: operation('OAuth', 'Ends a token of the client (RFC 7009)', {
      security: [{ basic: [] }, {}],
      requestBody: posted(['token'], TOKEN_QUESTION),
      responses: {
        200: { description: 'It is over now, if it was one of the client.' },
        400: oauthError('invalid_request'),
        401: oauthError('invalid_client'),
      },
    }),
  },
  '/auth/end-session': {
    get: operation('OAuth', 'Signs out on behalf of an application (OpenID Connect RP-Initiated Logout)', {
      parameters: Object.entries(END_SESSION).map(([name, meaning]) => parameter('query', name, meaning)),
      responses: {
        200: page('Asks first, unless the hint is of the person who is signed in; or says that it is done.'),
        303: redirect('To post_logout_redirect_uri, with the state.'),
        400: page('The hint is not ours, or the address is not registered.'),
      },
    }),
    post: operation('OAuth', 'The same from a form', {
      requestBody: posted([], END_SESSION),
      responses: { 303: redirect('To the same by GET.') },
    }),
  },
  '/auth/end-session/confirm': {
    post: operation('OAuth', 'Signs out once the person said yes', {
      security: SESSION,
      requestBody: posted(['csrf'], { ...END_SESSION, ...CSRF }),
      responses: {
        200: page('Signed out.'),
        303: redirect('To post_logout_redirect_uri, with the state.'),
        403: FORGED,
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
  '/openapi.json': {
    get: operation('Operation', 'This document', {
      responses: { 200: { description: 'OpenAPI 3.1.', content: json({ type: 'object' }) } },
    }),
  },
  '/$version': {
    get: operation('Operation', 'Which version is this?', {
      responses: {
        200: {
          description: 'Of the server.',
          content: json(fields(['version'], { version: 'As in info.version.' })),
        },
      },
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

export const OAUTH_PATHS: JsonObject = { ...OAUTH, ...WELL_KNOWN }
