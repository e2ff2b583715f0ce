import type { Context } from 'hono'
import { createAccess } from './access/access.ts'
import { createIdentifyCaller } from './access/identify-caller.ts'
import { parsePasswordHash } from './accounts/password-hash-format.ts'
import type { PasswordHasher } from './accounts/password-hasher.ts'
import { ROLE_KIND } from './accounts/role.resource.ts'
import { createUserKind } from './accounts/user.resource.ts'
import type { Keys } from './app-keys.ts'
import type { Stores } from './app-stores.ts'
import type { TokenChecks } from './app-tokens.ts'
import { createAuditEventView } from './audit-view/audit-event.resource.ts'
import { createAuthConfigKind } from './auth-config/auth-config.resource.ts'
import type { AuthenticateClient } from './clients/authenticate-client.ts'
import { createClientKind } from './clients/client.resource.ts'
import type { ClientSecretDeps } from './clients/client-secret.ts'
import type { Config } from './config/config.ts'
import { createUiHistoryKind, createUiSnippetKind, UI_TYPES } from './console/ui-memory.resource.ts'
import type { AppEnv, RequestActor } from './http/app-env.ts'
import type { Caller } from './http/caller.ts'
import type { Cookies } from './http/cookies.ts'
import type { Clock } from './kernel/clock.ts'
import { hashSecretToken } from './kernel/secret-token.ts'
import type { WriteStep } from './kernel/transact.ts'
import { createGrantView } from './oauth/grants/grant.resource.ts'
import { readPublicKey } from './oauth/introspector/public-key.node.ts'
import { createTokenIntrospectorKind } from './oauth/introspector/token-introspector.resource.ts'
import { createSigningKeyView } from './oauth/keys/signing-key.resource.ts'
import { SCOPE_KIND } from './oauth/scopes/scope.resource.ts'
import { createWriteResource } from './resources/write-resource.ts'
import { createSessionView } from './sessions/session.resource.ts'
import { createTwoFactorOfUser } from './two-factor/two-factor-of-user.ts'

interface ResourcesDeps {
  readonly keys: Pick<Keys, 'ownKeys' | 'publish'>
  readonly config: Config
  readonly clock: Clock
  readonly stores: Stores
  readonly hasher: PasswordHasher
  readonly clientSecretDeps: ClientSecretDeps
  readonly authenticateClient: AuthenticateClient
  readonly cookies: Cookies
  readonly findForeignUser: TokenChecks['findForeignUser']
}

/** The kinds of resource, who may touch them, and the one way to write them. */
export const createResources = (deps: ResourcesDeps) => {
  const { config, clock, stores, hasher, cookies } = deps
  const { sessions, devices, consents, fullAccess, totp, throttle } = stores
  const forgetDevicesOf = (userId: string) => devices.forgetAllOfUserSteps(userId)

  const users = createUserKind({
    passwords: stores.passwords,
    hasher,
    throttle,
    twoFactor: createTwoFactorOfUser({ clock, totp, throttle, forgetDevicesOf }),
    passwordMinLength: config.passwordMinLength,
    endPasswordResetStep: stores.passwordResets.endStep,
    endSessionsOf: (userId, reason, at, exceptSessionId): readonly WriteStep[] => [
      ...sessions.endAllOfUserSteps(userId, reason, at, exceptSessionId),
      stores.passwords.endAttemptsStep(userId),
      ...forgetDevicesOf(userId),
    ],
    deleteSteps: (userId) => [
      consents.removeOfUserStep(userId),
      ...stores.uiMemory.forgetAllOfUserSteps(UI_TYPES, userId),
      fullAccess.revokeStep({ kind: 'User', id: userId }),
    ],
  })
  const clients = createClientKind({
    publishKey: deps.keys.publish,
    clients: stores.clients,
    clientSecrets: stores.clientSecrets,
    secrets: deps.clientSecretDeps,
    hashSlowly: (secret) => hasher.hash(secret),
    isScryptHash: (text) => parsePasswordHash(text)?.kind === 'scrypt',
    endSessionsOfClient: sessions.endAllOfClientSteps,
    deleteSteps: (clientId) => [
      consents.removeOfClientStep(clientId),
      fullAccess.revokeStep({ kind: 'Client', id: clientId }),
    ],
  })
  const authConfigs = createAuthConfigKind({ webhookHeaders: stores.webhookHeaders })

  const tokenIntrospectors = createTokenIntrospectorKind({
    secrets: stores.introspectorSecrets,
    publicKeyFault: (text, format, algorithm) => {
      const read = readPublicKey(text, format, algorithm)
      return read.kind === 'fault' ? read.message : undefined
    },
  })

  const uiKinds = [createUiHistoryKind, createUiSnippetKind].map((create) =>
    create({ memory: stores.uiMemory }),
  )

  const identifyCaller = createIdentifyCaller({
    authenticateClient: deps.authenticateClient,
    findTokenSession: (token) => sessions.findTokenSession(hashSecretToken(token), clock.now()),
    findForeignUser: deps.findForeignUser,
    findBrowserSession: (token) => sessions.findBrowserSession(hashSecretToken(token), clock.now()),
    publicOrigin: config.publicUrl,
  })
  const isFirstParty = async (clientId: string) =>
    (await stores.clients.find(clientId))?.isFirstParty === true
  return {
    isFirstParty,
    views: [
      createSessionView({ ...stores, store: stores.sessionViews, clock }),
      createGrantView({ ...stores, store: stores.grantViews, clock }),
      createAuditEventView(stores.auditEventViews),
      createSigningKeyView(stores.signingKeyViews(deps.keys.ownKeys)),
    ],
    kinds: [users, clients, authConfigs, tokenIntrospectors, SCOPE_KIND, ROLE_KIND, ...uiKinds],
    userKind: users,
    clientKind: clients,
    writer: createWriteResource({
      store: stores.resources,
      transact: stores.transact,
      auditLog: stores.auditLog,
      clock,
    }),
    mayAct: createAccess({
      fullAccess,
      isFirstParty,
    }),
    callerOf: async (c: Context<AppEnv>): Promise<Caller> => {
      const caller = await identifyCaller({
        method: c.req.method,
        authorization: c.req.header('authorization'),
        sessionToken: cookies.readSession(c),
        secFetchSite: c.req.header('sec-fetch-site'),
        originHeader: c.req.header('origin'),
        origin: c.env.origin,
      })
      if (caller.kind !== 'anonymous') c.env.actor = requestActorOf(caller)
      return caller
    },
  }
}

const requestActorOf = (caller: Exclude<Caller, { kind: 'anonymous' }>): RequestActor => ({
  ...(caller.kind === 'user' ? { userId: caller.userId } : {}),
  ...(caller.clientId === undefined ? {} : { clientId: caller.clientId }),
})
