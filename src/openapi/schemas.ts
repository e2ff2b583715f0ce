import { z } from 'zod'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import type { ResourceKind } from '../resources/resource-kind.ts'
import { ref } from './parts.ts'

const text = { type: 'string' }

export const META: JsonObject = {
  type: 'object',
  readOnly: true,
  properties: {
    versionId: text,
    lastUpdated: { type: 'string', format: 'date-time' },
    createdAt: { type: 'string', format: 'date-time' },
  },
}

/** The schema of what may be written, by the same zod object that checks it; secrets are marked as write-only. */
export const resourceSchema = ({ type, schema }: ResourceKind, secrets: readonly string[]): JsonObject => {
  const written = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    // NOTE: what zod cannot tell of itself is always an open object here.
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'custom') jsonSchema.type = 'object'
    },
  }) as JsonObject
  const { $schema: _, properties, ...rest } = written
  const attributes: Record<string, JsonValue> = { ...(properties as JsonObject) }
  // NOTE: nobody may write it, so nobody needs to know its shape.
  delete attributes.passwordResetJti
  for (const path of secrets) markWriteOnly(attributes, path.split('.'))
  return {
    ...rest,
    properties: { resourceType: { const: type }, id: ref('Id'), meta: META, ...attributes },
  }
}

const markWriteOnly = (
  properties: Record<string, JsonValue>,
  [name = '', ...rest]: readonly string[],
): void => {
  const found = properties[name] as JsonObject
  if (rest.length === 0) {
    properties[name] = { ...found, writeOnly: true }
    return
  }
  const alternatives = Array.isArray(found.anyOf) ? (found.anyOf as readonly JsonObject[]) : [found]
  for (const { properties: inner } of alternatives)
    if (inner !== undefined) markWriteOnly(inner as Record<string, JsonValue>, rest)
}

export const COMMON_SCHEMAS: JsonObject = {
  Id: { type: 'string', pattern: '^[A-Za-z0-9\\-.]{1,64}$' },
  OperationOutcome: {
    type: 'object',
    required: ['resourceType', 'issue'],
    properties: {
      resourceType: { const: 'OperationOutcome' },
      id: { type: 'string', description: 'The code of the error; left out of 422.' },
      text: { type: 'object', properties: { status: text, div: text } },
      issue: {
        type: 'array',
        items: {
          type: 'object',
          required: ['severity', 'code', 'diagnostics'],
          properties: {
            severity: { const: 'fatal' },
            code: text,
            expression: {
              type: 'array',
              items: text,
              description: 'The attribute or parameter, as in User.emails[0].value.',
            },
            diagnostics: text,
          },
        },
      },
    },
  },
  Bundle: {
    type: 'object',
    required: ['resourceType', 'type'],
    properties: {
      resourceType: { const: 'Bundle' },
      type: {
        enum: [
          'searchset',
          'history',
          'transaction',
          'batch',
          'collection',
          'transaction-response',
          'batch-response',
        ],
      },
      total: { type: 'integer' },
      entry: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            fullUrl: text,
            resource: { type: 'object' },
            request: {
              type: 'object',
              required: ['method', 'url'],
              properties: {
                method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] },
                url: { type: 'string', description: 'User/ann, User or User?criteria.' },
                ifMatch: text,
                ifNoneMatch: text,
                ifNoneExist: text,
              },
            },
            response: {
              type: 'object',
              required: ['status'],
              properties: {
                status: text,
                location: text,
                etag: text,
                lastModified: text,
                outcome: ref('OperationOutcome'),
              },
            },
          },
        },
      },
      link: {
        type: 'array',
        items: { type: 'object', properties: { relation: text, url: text } },
      },
    },
  },
  OAuthError: {
    type: 'object',
    description: 'RFC 6749 §5.2',
    required: ['error'],
    properties: {
      error: text,
      error_description: text,
      mfa_required: { const: true, description: 'grant_type=password needs the code of a second factor.' },
      mfa_token: { type: 'string', description: 'Goes with the code, instead of the password.' },
      methods: { type: 'array', items: text, description: 'The second factors that the user has.' },
    },
  },
  TokenResponse: {
    type: 'object',
    description: 'RFC 6749 §5.1',
    required: ['token_type', 'expires_in', 'access_token'],
    properties: {
      token_type: { const: 'Bearer' },
      expires_in: { type: 'integer', description: 'Seconds.' },
      access_token: text,
      refresh_token: {
        type: 'string',
        description: 'Where the client says refresh_token: true. Works once.',
      },
      scope: { type: 'string', description: 'What was granted, where any was.' },
      userinfo: ref('UserInfo'),
      issued_token_type: { type: 'string', description: 'Of token exchange (RFC 8693 §2.2.1).' },
    },
  },
  UserInfo: {
    type: 'object',
    description:
      'The User without secrets, with sub; with the scope openid, sub and the claims that were asked for.',
    required: ['sub'],
    properties: {
      sub: text,
      id: ref('Id'),
      resourceType: { const: 'User' },
      twoFactor: {
        type: 'object',
        properties: { enabled: { type: 'boolean' }, transport: text },
      },
    },
  },
}
