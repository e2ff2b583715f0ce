import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { lazy } from 'preact-iso'
import { useConnection } from '../api/connection.ts'
import { reportSession } from '../api/server.ts'
import { PageHead } from './page-head.tsx'

type LoadPage = () => Promise<ComponentType>

/** A page that is loaded when it is first opened. Where it does not come, that is said in its place. */
export const lazyPage = (load: LoadPage): ComponentType =>
  lazy<ComponentType>(() => load().catch(() => latePage(load)))

/** The page once it comes, which is tried whenever the connection is mended. */
const latePage = (load: LoadPage): ComponentType => {
  let Loaded: ComponentType | undefined
  return () => {
    const connection = useConnection()
    const [, setRound] = useState(0)
    useEffect(() => {
      if (Loaded !== undefined) return
      void load().then((loaded) => {
        Loaded = loaded
        setRound((old) => old + 1)
      }, reportSession)
    }, [connection])
    return Loaded === undefined ? <NotLoaded /> : <Loaded />
  }
}

const NotLoaded = () => (
  <>
    <PageHead title="Page not loaded" />
    <div class="notice notice-error row" role="alert">
      <span class="grow">
        This page did not come from the server. It is shown as soon as it does; after an update of the server
        load the console again.
      </span>
      <button type="button" class="button" onClick={() => location.reload()}>
        Load again
      </button>
    </div>
  </>
)
