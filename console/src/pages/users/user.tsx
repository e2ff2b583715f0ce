import { useLocation, useRoute } from 'preact-iso'
import type { Stored } from '../../api/resources.ts'
import { read, remove, resourcePath } from '../../api/resources.ts'
import { ask } from '../../api/server.ts'
import { valueAt } from '../../document/at-path.ts'
import { AsCurl } from '../../parts/as-curl.tsx'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Instant } from '../../parts/instant.tsx'
import { Loaded, useLoad } from '../../parts/load.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ResourceEditor } from '../../parts/resource-editor.tsx'
import { useOwnId } from '../../parts/use-own-id.ts'
import { SessionsOf } from '../access/sessions-of.tsx'
import { UserForm } from './user-form.tsx'
import { TwoFactorBadge } from './users.tsx'

/** `/console/users/new` */
export const NewUser = () => {
  const { route } = useLocation()
  return (
    <>
      <PageHead title="New user" />
      <ResourceEditor
        type="User"
        form={(props) => <UserForm {...props} />}
        onSaved={({ document }) => route(`/console/users/${encodeURIComponent(String(document.id))}`)}
      />
    </>
  )
}

/** `/console/users/:id` */
export const User = () => {
  const id = useRoute().params.id ?? ''
  const user = useLoad(id, (signal) => read('User', id, signal))
  return (
    <>
      <PageHead title={`User ${id}`} />
      <Loaded of={user}>{(stored) => <UserDetails id={id} stored={stored} onChanged={user.reload} />}</Loaded>
    </>
  )
}

interface UserDetailsProps {
  readonly id: string
  readonly stored: Stored
  readonly onChanged: () => void
}

const UserDetails = ({ id, stored, onChanged }: UserDetailsProps) => {
  const { route } = useLocation()
  const { document } = stored
  const isOneself = useOwnId() === id
  return (
    <>
      <div class="columns">
        <SecondFactorCard id={id} stored={stored} onChanged={onChanged} />
        <section class="card" aria-labelledby="about">
          <h2 id="about">About</h2>
          <dl class="facts">
            <dt>Created</dt>
            <dd>
              <Instant at={valueAt(document, ['meta', 'createdAt'])} />
            </dd>
            <dt>Changed</dt>
            <dd>
              <Instant at={valueAt(document, ['meta', 'lastUpdated'])} />
            </dd>
          </dl>
          <div class="row">
            <a class="button" href={`/console/audit?user=${encodeURIComponent(id)}`}>
              Activity
            </a>
            <a class="button" href={`/console/grants?user=${encodeURIComponent(id)}`}>
              Grants
            </a>
            <ConfirmButton
              label="Delete"
              title={`Delete ${id}?`}
              isDangerous
              onConfirm={async () => {
                await remove('User', id)
                route('/console/users')
              }}
            >
              {isOneself ? (
                <p class="notice notice-warning">
                  <strong>This is you:</strong> you will be signed out at once, and cannot come back without
                  the server’s settings.
                </p>
              ) : null}
              The user cannot sign in any more; all sessions and tokens end at once.
            </ConfirmButton>
          </div>
        </section>
      </div>
      <SessionsOf userId={id} />
      <ResourceEditor
        key={id}
        type="User"
        stored={stored}
        form={(props) => <UserForm {...props} isOneself={isOneself} />}
        onSaved={onChanged}
      />
    </>
  )
}

const SecondFactorCard = ({ id, stored: { document }, onChanged }: UserDetailsProps) => {
  const path = `${resourcePath('User', id)}/$reset-two-factor`
  const isOn = valueAt(document, ['twoFactor', 'enabled']) === true
  return (
    <section class="card" aria-labelledby="second-factor">
      <h2 id="second-factor">
        Second factor <TwoFactorBadge user={document} />
      </h2>
      <p class="muted">
        {isOn
          ? 'Reset it for somebody who lost the device: they then sign in with the password alone and set up a new one.'
          : 'The user sets it up at /auth/two-factor.'}
      </p>
      {isOn ? (
        <>
          <div class="row">
            <ConfirmButton
              label="Reset second factor"
              title={`Reset the second factor of ${id}?`}
              isDangerous
              reasonLabel="Why, for the audit log"
              onConfirm={async (reason) => {
                await ask('POST', path, { reason })
                onChanged()
              }}
            >
              Make sure first that it is really them who ask. Their sessions end.
            </ConfirmButton>
          </div>
          <AsCurl method="POST" path={path} body={{ reason: 'lost the phone' }} />
        </>
      ) : null}
    </section>
  )
}
