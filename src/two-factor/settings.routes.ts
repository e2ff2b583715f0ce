import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { page } from '../http/respond.ts'
import { twoFactorSettingsPage } from './settings.page.ts'
import type { TwoFactorRoutesDeps } from './two-factor-deps.routes.ts'
import { DISABLE, ENABLE, SETTINGS, sessionOrSignIn, userNameOf } from './two-factor-deps.routes.ts'

/** So long after a change the settings page says that it worked. */
const FLASH_MILLISECONDS = 10_000

/** GET /auth/two-factor: on or off. */
export const settingsRoutes = (deps: TwoFactorRoutesDeps): Hono<AppEnv> =>
  new Hono<AppEnv>().get(SETTINGS, async (c) => {
    const session = await sessionOrSignIn(deps, c, SETTINGS)
    if (session instanceof Response) return session
    const view = (await deps.totp.findViews([session.userId])).get(session.userId)
    const isEnabled = view?.isEnabled === true
    const isJustChanged =
      view !== undefined && deps.clock.now().getTime() - view.changedAt < FLASH_MILLISECONDS
    const { theme } = await deps.currentPolicy()
    return page(
      c,
      twoFactorSettingsPage({
        theme,
        isEnabled,
        flash: isJustChanged ? (isEnabled ? 'enabled' : 'disabled') : undefined,
        userName: await userNameOf(deps, session.userId),
        enableHref: ENABLE,
        disableHref: DISABLE,
        changePasswordHref: '/auth/change-password',
        signOutHref: '/auth/logout',
      }),
      { theme },
    )
  })
