import { useEffect, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { searchPath } from '../../api/resources.ts'
import type { JsonObject } from '../../api/server.ts'
import { textAt, valueAt } from '../../document/at-path.ts'
import { AsCurl } from '../../parts/as-curl.tsx'
import { TextField } from '../../parts/field.tsx'
import { FoundStatus } from '../../parts/found-status.tsx'
import { Instant } from '../../parts/instant.tsx'
import { Loaded, useLoad } from '../../parts/load.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { EmptyPage, Pager } from '../../parts/pager.tsx'
import { findUsers, PER_PAGE, userQueries } from './find-users.ts'

/** `/console/users?q=&page=`: everybody, or whom a text finds. */
export const Users = () => {
  const { query, route } = useLocation()
  const wanted = query.q ?? ''
  const page = Math.max(1, Number.parseInt(query.page ?? '1', 10) || 1)
  const [typed, setTyped] = useState(wanted)
  useEffect(() => setTyped(wanted), [wanted])
  const users = useLoad(`${wanted}\n${page}`, (signal) => findUsers(wanted, page, signal))
  return (
    <>
      <PageHead title="Users">
        <a class="button button-primary" href="/console/users/new">
          New user
        </a>
      </PageHead>
      <search>
        <form
          class="filters"
          onSubmit={(event) => {
            event.preventDefault()
            route(hrefOf(typed.trim(), 1))
          }}
        >
          <TextField
            label="Find by id, user name, e-mail address or name"
            type="search"
            value={typed}
            onInput={setTyped}
          />
          <button type="submit" class="button">
            Find
          </button>
        </form>
      </search>
      <FoundStatus of={users} />
      <Loaded of={users}>
        {({ resources, total, hasMore }) => (
          <>
            {resources.length === 0 ? (
              <EmptyPage
                page={wanted === '' ? page : 1}
                hrefOf={(other) => hrefOf(wanted, other)}
                text={wanted === '' ? 'There are no users yet.' : `Nobody is found by “${wanted}”.`}
              />
            ) : (
              <UserTable users={resources} />
            )}
            {wanted === '' ? (
              <Pager
                page={page}
                perPage={PER_PAGE}
                shown={resources.length}
                total={total}
                hrefOf={(other) => hrefOf(wanted, other)}
              />
            ) : hasMore ? (
              <p class="notice">
                These are the first {resources.length}, and there are more. Type more to find fewer.
              </p>
            ) : null}
          </>
        )}
      </Loaded>
      <AsCurl method="GET" path={userQueries(wanted, page).map((one) => searchPath('User', one))} />
    </>
  )
}

const hrefOf = (text: string, page: number): string => {
  const query = new URLSearchParams({
    ...(text === '' ? {} : { q: text }),
    ...(page === 1 ? {} : { page: `${page}` }),
  })
  return query.size === 0 ? '/console/users' : `/console/users?${query}`
}

const UserTable = ({ users }: { readonly users: readonly JsonObject[] }) => (
  <div class="table-scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Id</th>
          <th scope="col">User name</th>
          <th scope="col">E-mail</th>
          <th scope="col">Second factor</th>
          <th scope="col">State</th>
          <th scope="col">Changed</th>
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <tr key={textAt(user, ['id'])}>
            <th scope="row">
              <a href={`/console/users/${encodeURIComponent(textAt(user, ['id']))}`}>
                {textAt(user, ['id'])}
              </a>
            </th>
            <td>{textAt(user, ['userName'])}</td>
            <td>{textAt(user, ['email'])}</td>
            <td>
              <TwoFactorBadge user={user} />
            </td>
            <td>
              {valueAt(user, ['inactive']) === true ? (
                <span class="badge badge-bad">inactive</span>
              ) : (
                <span class="badge">active</span>
              )}
            </td>
            <td>
              <Instant at={valueAt(user, ['meta', 'lastUpdated'])} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

export const TwoFactorBadge = ({ user }: { readonly user: JsonObject }) => {
  // NOTE: `false` is read of who once began or had one.
  const isOn = valueAt(user, ['twoFactor', 'enabled']) === true
  return isOn ? <span class="badge badge-good">on</span> : <span class="badge">off</span>
}
