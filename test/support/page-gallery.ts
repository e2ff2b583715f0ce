// Every page in every state worth looking at, for the browser tests and for the eye.
import type { Html } from '../../src/html/layout.page.ts'
import { problemPage } from '../../src/html/problem.page.ts'
import type { Theme } from '../../src/html/theme.ts'
import { consentPage } from '../../src/oauth/authorize/consent.page.ts'
import { ownAccountPage } from '../../src/oauth/own-access/own-account.page.ts'
import { ownGrantsPage } from '../../src/oauth/own-access/own-grants.page.ts'
import { ownSessionsPage } from '../../src/oauth/own-access/own-sessions.page.ts'
import { changePasswordPage } from '../../src/password/change-password.page.ts'
import { deadLinkPage, newPasswordPage, resetCodePage } from '../../src/password/reset-password.page.ts'
import { codePage } from '../../src/sign-in/code.page.ts'
import { signInPage } from '../../src/sign-in/sign-in.page.ts'
import { signedOutPage, signOutPage } from '../../src/sign-in/sign-out.page.ts'
import { signedInPage } from '../../src/sign-in/signed-in.page.ts'
import { stepUpPage } from '../../src/sign-in/step-up.page.ts'
import { confirmPasswordPage } from '../../src/two-factor/confirm-password.page.ts'
import { disableTwoFactorPage } from '../../src/two-factor/disable.page.ts'
import { enableTwoFactorPage } from '../../src/two-factor/enable.page.ts'
import { twoFactorSettingsPage } from '../../src/two-factor/settings.page.ts'
import { qrSvg } from '../../src/two-factor/totp/qr.ts'

/** The key of RFC 6238 appendix B. */
export const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
export const OTP_URI = `otpauth://totp/my-app:some%40example.com?secret=${KEY}&issuer=my-app`

/** `text` stands wherever a person, a client or an operator chose the words. */
export const gallery = (theme: Theme, text = 'my-user'): ReadonlyMap<string, Html> => {
  const form = { theme, action: '/post', csrf: 'csrf-token', hidden: { request: 'a-request' } }
  const cancelHref = '/auth/two-factor'
  const code = {
    ...form,
    delivery: { kind: 'none' },
    resendAction: '/resend',
    canResend: false,
    signInHref: '/auth/login',
  } as const
  const settings = {
    theme,
    userName: text,
    isEnabled: false,
    enableHref: '/auth/two-factor/enable',
    disableHref: '/auth/two-factor/disable',
    changePasswordHref: '/auth/change-password',
    signOutHref: '/auth/logout',
  }
  const enable = {
    ...form,
    qrSvg: qrSvg(OTP_URI),
    uri: OTP_URI,
    key: KEY,
    expiresInSeconds: 900,
    cancelHref,
  }
  const changing = { ...form, userName: text, minLength: 8, cancelHref: '/' }
  const at = Date.UTC(2026, 10, 24, 9, 5)
  const own = { ...form, userName: text, homeHref: '/' }
  const sessions = {
    ...own,
    ended: undefined,
    sessions: [
      {
        id: 'a',
        isThis: true,
        hasSecondFactor: true,
        browser: text,
        address: '2001:db8::7',
        signedInAt: at,
        lastUsedAt: at + 1,
        expiresAt: at + 432_000_000,
      },
      {
        id: 'b',
        isThis: false,
        hasSecondFactor: false,
        browser: text,
        address: '2001:db8::7',
        signedInAt: at,
        lastUsedAt: at + 1,
        expiresAt: at + 432_000_000,
      },
    ],
  }
  const grants = {
    ...own,
    isChanged: false,
    grants: [
      { clientId: 'a', clientName: text, scopes: ['openid', text], isWholeUser: false, allowedAt: at },
      { clientId: 'b', clientName: 'My app', scopes: [], isWholeUser: true, allowedAt: at },
    ],
  }
  const happened = { at, text, address: '2001:db8::7', browser: text }
  const account = {
    ...settings,
    hasSecondFactor: true,
    sessionCount: 2,
    grantCount: 0,
    activity: [
      { ...happened, isRefused: false },
      { ...happened, isRefused: true, address: undefined, browser: undefined },
    ],
    twoFactorHref: cancelHref,
    sessionsHref: '/auth/sessions',
    grantsHref: '/auth/grants',
    consoleHref: '/console',
  }
  const reset = { theme, action: '/post', hidden: { token: 'a-token' }, cancelHref: '/auth/login' }
  const consent = {
    ...form,
    clientName: text,
    userName: text,
    signInHref: '/auth/login',
    scopes: [],
    isWholeUser: true,
  }
  return new Map<string, Html>([
    ['sign-in', signInPage({ ...form, username: '' })],
    ['sign-in-client', signInPage({ ...form, username: text, clientName: text })],
    [
      'sign-in-failed',
      signInPage({
        ...form,
        username: text,
        error: `Wrong username or password. ${text}`,
        areCredentialsWrong: true,
      }),
    ],
    ['sign-in-throttled', signInPage({ ...form, username: text, retryAfterSeconds: 120 })],
    ['code', codePage({ ...code, username: text })],
    ['code-wrong', codePage({ ...code, username: text, clientName: text, error: `Wrong code. ${text}` })],
    ['code-sent', codePage({ ...code, username: text, delivery: { kind: 'sent' }, resendAfterSeconds: 30 })],
    ['code-failed', codePage({ ...code, username: text, delivery: { kind: 'failed' }, canResend: true })],
    ['code-waiting', codePage({ ...code, delivery: { kind: 'waiting', seconds: 20 } })],
    ['step-up', stepUpPage({ ...form, userName: text, clientName: text, signInHref: '/auth/login' })],
    ['sign-out', signOutPage({ ...form, userName: text, cancelHref })],
    ['signed-out', signedOutPage({ theme, signInHref: '/auth/login' })],
    ['sign-out-client', signOutPage({ ...form, userName: text, clientName: text, cancelHref })],
    ['sessions', ownSessionsPage(sessions)],
    [
      'sessions-one',
      ownSessionsPage({ ...sessions, sessions: sessions.sessions.slice(0, 1), ended: 'others' as const }),
    ],
    ['grants', ownGrantsPage(grants)],
    ['grants-none', ownGrantsPage({ ...grants, grants: [], isChanged: true })],
    [
      'signed-in',
      signedInPage({
        ...settings,
        consoleHref: '/console',
        accountHref: '/',
        twoFactorHref: cancelHref,
        sessionsHref: '/',
        grantsHref: '/',
      }),
    ],
    ['account', ownAccountPage(account)],
    ['account-new', ownAccountPage({ ...account, activity: [], consoleHref: undefined })],
    ['settings-off', twoFactorSettingsPage(settings)],
    ['settings-on', twoFactorSettingsPage({ ...settings, isEnabled: true, flash: 'enabled' })],
    ['settings-disabled', twoFactorSettingsPage({ ...settings, flash: 'disabled' })],
    ['change-password', changePasswordPage(changing)],
    ['change-password-wrong', changePasswordPage({ ...changing, error: text })],
    [
      'change-password-new',
      changePasswordPage({ ...changing, newErrors: { password: text, repeated: text } }),
    ],
    ['reset-dead', deadLinkPage({ theme, signInHref: '/auth/login' })],
    ['reset-code', resetCodePage({ ...reset, delivery: { kind: 'none' } })],
    ['reset-code-wrong', resetCodePage({ ...reset, error: text, delivery: { kind: 'none' } })],
    [
      'reset-code-send',
      resetCodePage({
        ...reset,
        delivery: { kind: 'none' },
        sending: { action: '/send', pageHref: '/page', canSend: true, sendAfterSeconds: 1 },
      }),
    ],
    [
      'reset-code-sent',
      resetCodePage({
        ...reset,
        delivery: { kind: 'sent' },
        sending: { action: '/send', pageHref: '/page', canSend: false, sendAfterSeconds: 30 },
      }),
    ],
    ['reset-password', newPasswordPage({ ...reset, userName: text, minLength: 8 })],
    [
      'reset-password-wrong',
      newPasswordPage({
        ...reset,
        userName: text,
        minLength: 8,
        withinSeconds: 300,
        errors: { password: text, repeated: text },
      }),
    ],
    ['sign-in-changed', signInPage({ ...form, username: '', done: 'Your password is changed.' })],
    ['enable', enableTwoFactorPage(enable)],
    ['enable-wrong', enableTwoFactorPage({ ...enable, error: text, endsOtherSessions: true })],
    ['confirm-password', confirmPasswordPage({ ...form, userName: text, cancelHref })],
    ['disable', disableTwoFactorPage({ ...form, cancelHref })],
    [
      'disable-send',
      disableTwoFactorPage({
        ...form,
        cancelHref,
        sending: { action: '/send', pageHref: '/page', canSend: true, delivery: { kind: 'none' } },
      }),
    ],
    [
      'disable-sent',
      disableTwoFactorPage({
        ...form,
        cancelHref,
        sending: {
          action: '/send',
          pageHref: '/page',
          canSend: false,
          sendAfterSeconds: 30,
          delivery: { kind: 'sent' },
        },
      }),
    ],
    ['disable-wrong', disableTwoFactorPage({ ...form, error: text, cancelHref })],
    ['consent', consentPage(consent)],
    [
      'consent-scopes',
      consentPage({
        ...consent,
        redirectOrigin: 'https://my-app.example.com',
        scopes: [{ scope: 'openid' }, { scope: text }, { scope: 'a', title: text, description: text }],
        isWholeUser: false,
      }),
    ],
    [
      'problem',
      problemPage({
        theme,
        heading: 'Page not found',
        message: `There is nothing at this address. ${text}`,
        requestId: 'f3b7c1e08d9a4c52b6e1f0a7d3c4b5a6',
        action: { href: '/auth/login', label: 'Go to the login page' },
      }),
    ],
    [
      'problem-throttled',
      problemPage({ theme, heading: 'Slow down', message: '', requestId: 'r-1', retryAfterSeconds: 45 }),
    ],
  ])
}
