import { ROLE_KIND } from '../accounts/role.resource.ts'
import type { UserKindDeps } from '../accounts/user.resource.ts'
import { createUserKind } from '../accounts/user.resource.ts'
import { AUDIT_EVENT_KIND } from '../audit-view/audit-event.resource.ts'
import type { AuthConfigKindDeps } from '../auth-config/auth-config.resource.ts'
import { createAuthConfigKind } from '../auth-config/auth-config.resource.ts'
import type { ClientKindDeps } from '../clients/client.resource.ts'
import { createClientKind } from '../clients/client.resource.ts'
import type { UiKindsDeps } from '../console/ui-memory.resource.ts'
import { createUiHistoryKind, createUiSnippetKind } from '../console/ui-memory.resource.ts'
import type { JsonObject } from '../kernel/json.ts'
import { GRANT_KIND } from '../oauth/grants/grant.resource.ts'
import type { TokenIntrospectorKindDeps } from '../oauth/introspector/token-introspector.resource.ts'
import { createTokenIntrospectorKind } from '../oauth/introspector/token-introspector.resource.ts'
import { SIGNING_KEY_KIND } from '../oauth/keys/signing-key.resource.ts'
import { SCOPE_KIND } from '../oauth/scopes/scope.resource.ts'
import type { ResourceKind } from '../resources/resource-kind.ts'
import { SESSION_KIND } from '../sessions/session.resource.ts'
import { ADMINISTRATION_PATHS } from './administration-paths.ts'
import { AUTH_PATHS } from './auth-paths.ts'
import { BUNDLE_OPERATIONS } from './bundle-paths.ts'
import { CONSOLE_PATHS } from './console-paths.ts'
import { withOwnUi } from './own-ui-paths.ts'
import { PASSWORD_PATHS } from './password-paths.ts'
import { COMMON_RESPONSES, resourcePaths } from './resource-paths.ts'
import { COMMON_SCHEMAS, resourceSchema } from './schemas.ts'
import { DROP_ALL, DROP_OWN, viewPaths } from './view-paths.ts'
import { VIEW_SCHEMAS } from './view-schemas.ts'

interface Described {
  readonly kind: ResourceKind
  readonly secrets: readonly string[]
}

/** NOTE: only what kinds say of themselves is used here, never what they do with what they are given. */
const KINDS: readonly Described[] = [
  { kind: createUserKind({} as UserKindDeps) as ResourceKind, secrets: ['password', 'twoFactor.secretKey'] },
  { kind: createClientKind({} as ClientKindDeps) as ResourceKind, secrets: ['secret'] },
  { kind: createAuthConfigKind({} as AuthConfigKindDeps) as ResourceKind, secrets: [] },
  { kind: createTokenIntrospectorKind({} as TokenIntrospectorKindDeps) as ResourceKind, secrets: [] },
  { kind: SCOPE_KIND as ResourceKind, secrets: [] },
  { kind: ROLE_KIND as ResourceKind, secrets: [] },
  { kind: createUiHistoryKind({} as UiKindsDeps) as ResourceKind, secrets: [] },
  { kind: createUiSnippetKind({} as UiKindsDeps) as ResourceKind, secrets: [] },
]

export interface DocumentFacts {
  readonly version: string
  /** Of the package. */
  readonly description: string
  readonly publicUrl: string
}

/** The whole interface as OpenAPI 3.1. */
export const openapiDocument = ({ version, description, publicUrl }: DocumentFacts): JsonObject => ({
  openapi: '3.1.0',
  info: {
    title: 'Countersign',
    version,
    description: `${description} Every resource path and every /.well-known path exists under /fhir as well.`,
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: publicUrl }],
  security: [{ basic: [] }, { bearer: [] }, { session: [] }],
  tags: [
    ...KINDS.map(({ kind: { type } }) => ({ name: type, description: `The ${type} resource.` })),
    { name: 'Bundle', description: 'Many reads and writes in one request.' },
    { name: 'Sign-in', description: 'Pages for people.' },
    { name: 'Two-factor', description: 'Pages for people, and JSON for one’s own UI.' },
    { name: 'Password', description: 'Pages for people, and JSON for one’s own UI.' },
    { name: 'OAuth', description: 'For applications.' },
    { name: 'Operation', description: 'For who runs the server.' },
  ],
  paths: {
    ...Object.assign({}, ...KINDS.map(({ kind }) => resourcePaths(kind))),
    ...withBundles(withoutCredentials({ ...withOwnUi(AUTH_PATHS), ...PASSWORD_PATHS })),
    ...viewPaths(SESSION_KIND, { atType: DROP_OWN, mayEnd: true }),
    ...viewPaths(GRANT_KIND, { mayEnd: true }),
    ...viewPaths(AUDIT_EVENT_KIND, { mayEnd: false }),
    ...viewPaths(SIGNING_KEY_KIND, { mayEnd: false }),
    ...DROP_ALL,
    ...ADMINISTRATION_PATHS,
    ...CONSOLE_PATHS,
  },
  components: {
    schemas: {
      ...Object.fromEntries(KINDS.map(({ kind, secrets }) => [kind.type, resourceSchema(kind, secrets)])),
      ...VIEW_SCHEMAS,
      ...COMMON_SCHEMAS,
    },
    responses: COMMON_RESPONSES,
    securitySchemes: {
      basic: {
        type: 'http',
        scheme: 'basic',
        description: 'A Client that lists the grant type basic, with its secret.',
      },
      bearer: { type: 'http', scheme: 'bearer', description: 'An access token.' },
      session: { type: 'apiKey', in: 'cookie', name: 'ASID', description: 'A signed-in browser.' },
    },
  },
})

const withBundles = (paths: JsonObject): JsonObject => ({
  ...paths,
  '/': { ...(paths['/'] as JsonObject), ...BUNDLE_OPERATIONS },
})

/** Pages and discovery are for everybody, unless they say otherwise. */
const withoutCredentials = (paths: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item as JsonObject).map(([method, operation]) => [
          method,
          { security: [], ...(operation as JsonObject) },
        ]),
      ),
    ]),
  )
