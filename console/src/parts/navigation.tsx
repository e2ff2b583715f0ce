import { useEffect, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { PAGES } from '../pages.ts'
import { Mark } from './mark.tsx'

/** The pages beside each other, and the way to one's own account and out; behind a button where there is little room. */
export const Navigation = () => {
  const { path } = useLocation()
  const [isOpen, setOpen] = useState(false)
  useEffect(() => setOpen(false), [path])
  return (
    <header class={isOpen ? 'side is-open' : 'side'}>
      <a class="brand" href="/console">
        <Mark />
        Countersign
      </a>
      <button
        type="button"
        class="button menu-button"
        aria-expanded={isOpen}
        onClick={() => setOpen((old) => !old)}
      >
        Menu
      </button>
      <nav aria-label="Console">
        <ul>
          {PAGES.filter(({ title }) => title !== undefined).map(({ title, paths: [first] }) => (
            <li key={first}>
              <a href={first} aria-current={isAt(path, first) ? 'page' : undefined}>
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <nav aria-label="You" class="own">
        <ul>
          <li>
            <a href="/auth/account">Your account</a>
          </li>
          <li>
            <a href="/auth/logout">Log out</a>
          </li>
        </ul>
      </nav>
    </header>
  )
}

const isAt = (path: string, page: string): boolean =>
  path === page || (page !== '/console' && path.startsWith(`${page}/`))
