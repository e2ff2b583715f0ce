import { useEffect, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import type { Found } from '../../api/resources.ts'
import { search } from '../../api/resources.ts'
import type { JsonObject } from '../../api/server.ts'
import { textAt, valueAt } from '../../document/at-path.ts'
import { AsCurl } from '../../parts/as-curl.tsx'
import { TextField } from '../../parts/field.tsx'
import { Instant } from '../../parts/instant.tsx'
import { Loaded, useLoad } from '../../parts/load.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Pager } from '../../parts/pager.tsx'

const PER_PAGE = 50

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
      <Loaded of={users}>
        {({ resources, total }) => (
          <>
            {resources.length === 0 ? (
              <p class="card empty">
                {wanted === '' ? 'There are no users yet.' : `Nobody is found by “${wanted}”.`}
              </p>
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
            ) : null}
          </>
        )}
      </Loaded>
      <AsCurl method="GET" path={`/User?_sort=-_lastUpdated&_count=${PER_PAGE}`} />
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

/** The server has no search over several attributes at once, so a text is looked for in each and the finds are put together. */
const findUsers = async (text: string, page: number, signal: AbortSignal): Promise<Found> => {
  const paging = { _count: `${PER_PAGE}`, _page: `${page}`, _sort: '-_lastUpdated' }
  if (text === '') return search('User', paging, signal)
  const escaped = text.replaceAll(/[\\,|$]/g, '\\$&')
  const finds = await Promise.all(
    [
      ...(/^[A-Za-z0-9.-]{1,64}$/.test(text) ? [{ _id: text }] : []),
      { 'scim-v2-fields:contains': escaped },
      { 'name:contains': escaped },
    ].map((condition) => search('User', { ...condition, ...paging }, signal)),
  )
  const byId = new Map(
    finds.flatMap(({ resources }) => resources.map((user) => [textAt(user, ['id']), user])),
  )
  return { resources: [...byId.values()], total: byId.size }
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
