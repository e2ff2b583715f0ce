import { createFullAccessStore } from './access/full-access.sql.ts'
import { createAccountStore } from './accounts/account.sql.ts'
import { createPasswordStore } from './accounts/password.sql.ts'
import { createThrottle, openThrottle } from './accounts/throttle.sql.ts'
import { createAuditLog } from './audit/audit-log.sql.ts'
import { createAuditEventViewStore } from './audit-view/audit-event-view.sql.ts'
import { createRecentActivityStore } from './audit-view/recent-activity.sql.ts'
import { createAuthConfigStore } from './auth-config/auth-config.sql.ts'
import { createWebhookHeaderStore } from './auth-config/webhook-header.sql.ts'
import { createAllowedOriginStore } from './clients/allowed-origin.sql.ts'
import { createClientSecretStore, createClientStore } from './clients/client.sql.ts'
import { createClientAssertionStore } from './clients/client-assertion.sql.ts'
import { createClientGuessLimit } from './clients/client-guess-limit.sql.ts'
import type { SecretKeys } from './config/secret-keys.ts'
import { createUiMemoryStore } from './console/ui-memory.sql.ts'
import type { Database } from './db/database.ts'
import type { ColumnCipher } from './db/encrypted-column.ts'
import { createColumnCipher } from './db/encrypted-column.ts'
import type { Clock, Pause } from './kernel/clock.ts'
import { deriveKey } from './kernel/derive-key.ts'
import type { Logger } from './kernel/logger.ts'
import type { Random } from './kernel/random.ts'
import { createConsentGrantStore } from './oauth/authorize/consent-grant.sql.ts'
import { createGrantViewStore } from './oauth/grants/grant-view.sql.ts'
import {
  createIntrospectorSecretStore,
  createIntrospectorStore,
} from './oauth/introspector/introspector.sql.ts'
import { introspectorOfDocument } from './oauth/introspector/introspector-of-document.node.ts'
import { createIssuedTokenStore } from './oauth/issued-token.sql.ts'

import { createSigningKeyStore } from './oauth/keys/signing-key.sql.ts'
import { createSigningKeyViewStore } from './oauth/keys/signing-key-view.sql.ts'
import { createScopeTextStore } from './oauth/scopes/scope-texts.sql.ts'
import { createTokenStore } from './oauth/token/token.sql.ts'
import { createUserViewStore } from './oauth/user-view.sql.ts'
import { createUserinfoStore } from './oauth/userinfo/userinfo.sql.ts'
import { createPasswordResetStore } from './password/password-reset.sql.ts'
import { createResourceStore } from './resources/resource.sql.ts'
import { createDocumentSearch } from './resources/search-documents.sql.ts'
import { createKnownDeviceStore } from './sessions/known-device.sql.ts'
import { createLogoutNoticeStore } from './sessions/logout-notice.sql.ts'
import { createSessionStore } from './sessions/session.sql.ts'
import { createSessionViewStore } from './sessions/session-view.sql.ts'
import { createSignInAttemptStore } from './sign-in/sign-in-attempt.sql.ts'
import { createTotpStore } from './two-factor/totp/totp.sql.ts'

interface StoresDeps {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly secretKeys: SecretKeys
  readonly isRateLimited: boolean
  readonly pause: Pause
  readonly logger: Logger
}

/** Of the columns that hold secrets. */
export const createCipher = (secretKeys: SecretKeys, random: Random): ColumnCipher =>
  createColumnCipher({ keys: secretKeys.map((key) => deriveKey(key, 'columns')), random })

/** Every port over the one database. */
export const createStores = (deps: StoresDeps) => {
  const { database, clock, random, secretKeys, isRateLimited, pause, logger } = deps
  const cipher = createCipher(secretKeys, random)
  const documentSearch = createDocumentSearch(database)
  return {
    transact: database.transact,
    auditLog: createAuditLog({ database, clock, random, pause, logger }),
    recentActivity: createRecentActivityStore(database),
    auditEventViews: createAuditEventViewStore(database, documentSearch),
    resources: createResourceStore(database),
    fullAccess: createFullAccessStore(database),
    accounts: createAccountStore(database),
    passwords: createPasswordStore(database),
    throttle: isRateLimited ? createThrottle({ database, clock }) : openThrottle(database),
    clients: createClientStore(database),
    clientSecrets: createClientSecretStore(database),
    allowedOrigins: createAllowedOriginStore(database),
    clientAssertions: createClientAssertionStore(database),
    clientGuessLimit: createClientGuessLimit(database),
    authConfigs: createAuthConfigStore(database),
    webhookHeaders: createWebhookHeaderStore(database, cipher),
    sessions: createSessionStore(database),
    logoutNotices: createLogoutNoticeStore(database),
    devices: createKnownDeviceStore(database),
    totp: createTotpStore({ database, cipher }),
    attempts: createSignInAttemptStore(database),
    tokens: createTokenStore(database),
    introspectors: createIntrospectorStore(database, cipher, introspectorOfDocument),
    introspectorSecrets: createIntrospectorSecretStore(database, cipher),
    consents: createConsentGrantStore(database, random),
    scopeTexts: createScopeTextStore(database),
    grantViews: createGrantViewStore(database, documentSearch),
    sessionViews: createSessionViewStore(database, documentSearch, clock),
    issuedTokens: createIssuedTokenStore(database),
    signingKeys: createSigningKeyStore(database, cipher),
    signingKeyViews: createSigningKeyViewStore(database, documentSearch, clock),
    passwordResets: createPasswordResetStore(database),
    userinfo: createUserinfoStore(database),
    userViews: createUserViewStore(database),
    uiMemory: createUiMemoryStore(database),
  }
}

export type Stores = ReturnType<typeof createStores>
