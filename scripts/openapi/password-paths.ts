import type { JsonObject } from '../../src/kernel/json.ts'
import { CSRF, fields, form, json, oauthError, operation, page, redirect } from './parts.ts'

const SECURITY = [{ bearer: [] }, { session: [] }]

const coded = (description: string): JsonObject => ({
  description,
  content: json({
    type: 'object',
    required: ['code', 'message', 'data'],
    properties: { code: { type: 'string' }, message: { type: 'string' }, data: { type: 'object' } },
  }),
})

const body = (required: readonly string[], described: Readonly<Record<string, string>>): JsonObject => ({
  required: true,
  content: { ...json(fields(required, described)), ...form(fields(required, { ...described, ...CSRF })) },
})

const MISSING = oauthError('invalid_request, naming the parameter.')
const TO_SIGN_IN = redirect('To /auth/login.')

/** What people do with their passwords besides signing in. */
export const PASSWORD_PATHS: JsonObject = {
  '/auth/change-password': {
    get: operation('Password', 'Asks for the current and the new password', {
      security: [{ session: [] }],
      responses: { 200: page('The form.'), 303: TO_SIGN_IN },
    }),
    post: operation('Password', 'Replaces the password and ends all sessions and tokens of the user', {
      security: SECURITY,
      requestBody: body(['currentPassword', 'newPassword'], {
        currentPassword: 'As it is now.',
        newPassword: 'COUNTERSIGN_PASSWORD_MIN_LENGTH characters to 1024 bytes.',
      }),
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
}
