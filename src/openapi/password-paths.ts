import type { JsonObject } from '../kernel/json.ts'
import { CSRF, fields, form, json, oauthError, operation, page, parameter, redirect } from './parts.ts'

const SECURITY = [{ bearer: [] }, { session: [] }]

const coded = (description: string): JsonObject => ({
  description,
  content: json({
    type: 'object',
    required: ['code', 'message', 'data'],
    properties: { code: { type: 'string' }, message: { type: 'string' }, data: { type: 'object' } },
  }),
})

const body = (
  required: readonly string[],
  described: Readonly<Record<string, string>>,
  ofForm: Readonly<Record<string, string>> = {},
): JsonObject => ({
  required: true,
  content: { ...json(fields(required, described)), ...form(fields(required, { ...described, ...ofForm })) },
})

const MISSING = oauthError('invalid_request, naming the parameter.')
const TO_SIGN_IN = redirect('To /auth/login.')

const RESET_TOKEN = { token: 'Of the link, or what a code was exchanged for.' }
const REDIRECT_TO = { redirect_to: 'The hidden field of the page.' }
const DEAD = coded('password_reset_token_invalid; or invalid_request, naming the parameter.')

const RESET_PATHS: JsonObject = {
  '/auth/force-reset-password': {
    post: operation('Password', 'Takes a password away and answers the link that sets a new one', {
      security: [{ basic: [] }, { bearer: [] }, { session: [] }],
      requestBody: { required: true, content: json(fields(['userId'], { userId: 'The id of the User.' })) },
      responses: {
        200: coded('password_reset_link_issued with resetUrl and token.'),
        400: MISSING,
        401: oauthError('Nobody is known.'),
        403: oauthError('Somebody who may not write Users.'),
        404: coded('user_not_found'),
      },
    }),
  },
  '/auth/reset-password': {
    get: operation('Password', 'The page of the link', {
      parameters: [
        parameter('query', 'token', 'Of the link.'),
        parameter('query', 'redirect_to', 'A path of this server, plain or as Base64, to go on to.'),
      ],
      responses: {
        200: page('Asks for a code of the second factor, or for the new password.'),
        400: page('The link was used, replaced, or is too old.'),
      },
    }),
    post: operation('Password', 'Sets the new password, once', {
      requestBody: body(['token', 'newPassword'], {
        ...RESET_TOKEN,
        newPassword: 'COUNTERSIGN_PASSWORD_MIN_LENGTH characters to 1024 bytes.',
        ...REDIRECT_TO,
      }),
      responses: {
        200: coded('password_reset_completed'),
        303: redirect('To redirect_to or /auth/login.'),
        400: DEAD,
        403: coded('mfa_required'),
        422: coded('password_policy_violation with minLength and maxBytes.'),
      },
    }),
  },
  '/auth/reset-password-mfa': {
    post: operation('Password', 'Exchanges the link and a code for a token that sets the password', {
      requestBody: body(['token', 'totp'], {
        token: 'Of the link.',
        totp: 'Six digits, as a string; code and otp are taken as well.',
        ...REDIRECT_TO,
      }),
      responses: {
        200: coded('totp_confirmed with passwordSetToken, good for a minute.'),
        303: redirect('To the page that asks for the new password.'),
        400: coded('totp_invalid; password_reset_token_invalid; or invalid_request, naming the parameter.'),
        422: page('The code is not right.'),
        429: oauthError('Too many wrong codes; Retry-After.'),
      },
    }),
  },
  '/auth/reset-password-mfa/send': {
    post: operation('Password', 'Has a code sent by the webhook, every 30 seconds at most', {
      requestBody: body(['token'], { token: 'Of the link.', ...REDIRECT_TO }),
      responses: {
        200: coded('totp_delivery with delivery.'),
        303: redirect('Back to the page.'),
        400: DEAD,
      },
    }),
  },
}

/** What people do with their passwords besides signing in. */
export const PASSWORD_PATHS: JsonObject = {
  '/auth/change-password': {
    get: operation('Password', 'Asks for the current and the new password', {
      security: [{ session: [] }],
      responses: { 200: page('The form.'), 303: TO_SIGN_IN },
    }),
    post: operation('Password', 'Replaces the password and ends all sessions and tokens of the user', {
      security: SECURITY,
      requestBody: body(
        ['currentPassword', 'newPassword'],
        {
          currentPassword: 'As it is now.',
          newPassword: 'COUNTERSIGN_PASSWORD_MIN_LENGTH characters to 1024 bytes.',
        },
        CSRF,
      ),
      responses: {
        200: coded('password_changed'),
        303: TO_SIGN_IN,
        400: MISSING,
        401: oauthError('Nobody is signed in, to callers that want JSON or bring a token.'),
        403: oauthError('A token of an app that is not first_party, or a call from another site.'),
        422: coded(
          'invalid_current_password, password_unchanged, or password_policy_violation with minLength and maxBytes.',
        ),
        429: oauthError('Too many wrong passwords; Retry-After.'),
      },
    }),
  },
  ...RESET_PATHS,
}
