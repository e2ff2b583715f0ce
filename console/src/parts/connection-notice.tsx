import { useEffect } from 'preact/hooks'
import type { Connection } from '../api/connection.ts'
import { useConnection } from '../api/connection.ts'
import { reportSession } from '../api/server.ts'

const LOOK_AGAIN_MS = 3000

const SIGN_IN = `/auth/login?${new URLSearchParams({ redirect_to: '/console/signed-in' })}`

/** Says over every page what is wrong with the connection and what to do; looks again until it is mended. */
export const ConnectionNotice = () => {
  const connection = useConnection()
  useEffect(() => {
    if (connection === 'good') return
    const timer = setInterval(() => void reportSession(), LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [connection])
  return (
    <div role="status" class="connection">
      {connection === 'good' ? null : <p class="notice notice-warning">{TEXTS[connection]}</p>}
    </div>
  )
}

const TEXTS = {
  unreachable:
    'The server cannot be reached. What you typed is still here; the console goes on when the server is back.',
  'signed-out': (
    <>
      Your session ended. What you typed is still here:{' '}
      <a href={SIGN_IN} target="_blank" rel="noopener">
        log in again in a new tab
      </a>{' '}
      and go on here.
    </>
  ),
  'not-administrator': (
    <>
      You are signed in as somebody who may not use the console. What you typed is still here:{' '}
      <a href="/auth/logout" target="_blank" rel="noopener">
        log out in a new tab
      </a>
      , then log in as an administrator.
    </>
  ),
} as const satisfies Record<Exclude<Connection, 'good'>, unknown>
