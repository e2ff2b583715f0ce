import { useLocation, useRoute } from 'preact-iso'
import { read, remove } from '../../api/resources.ts'
import { textAt } from '../../document/at-path.ts'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Loaded, useLoad } from '../../parts/load.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ResourceEditor } from '../../parts/resource-editor.tsx'
import { ClientForm } from './client-form.tsx'

/** `/console/clients/new` */
export const NewClient = () => {
  const { route } = useLocation()
  return (
    <>
      <PageHead title="New client" />
      <ResourceEditor
        type="Client"
        begin={{ first_party: true, grant_types: ['code'], auth: { authorization_code: { pkce: true } } }}
        form={(props) => <ClientForm {...props} />}
        onSaved={({ document }) => route(`/console/clients/${encodeURIComponent(String(document.id))}`)}
      />
    </>
  )
}

/** `/console/clients/:id` */
export const Client = () => {
  const { route } = useLocation()
  const id = useRoute().params.id ?? ''
  const client = useLoad(id, (signal) => read('Client', id, signal))
  const name = client.state.kind === 'loaded' ? textAt(client.state.value.document, ['name']) : ''
  // NOTE: the settings may give it another id, but its first name is always this.
  const isRoot = id === 'root' || name === 'Root client'
  return (
    <>
      <PageHead title={`Client ${id}`}>
        <a class="button" href={`/console/sessions?client=${encodeURIComponent(id)}`}>
          Tokens
        </a>
        <a class="button" href={`/console/audit?client=${encodeURIComponent(id)}`}>
          Activity
        </a>
        <ConfirmButton
          label="Delete"
          title={`Delete ${id}?`}
          isDangerous
          onConfirm={async () => {
            await remove('Client', id)
            route('/console/clients')
          }}
        >
          {isRoot ? (
            <p class="notice notice-warning">
              <strong>This is the root client, which has full access:</strong> whatever uses its secret is
              shut out at once, and it cannot come back without the server’s settings.
            </p>
          ) : null}
          All of its tokens end at once.
        </ConfirmButton>
      </PageHead>
      <Loaded of={client}>
        {(stored) => (
          <ResourceEditor
            key={id}
            type="Client"
            stored={stored}
            form={(props) => <ClientForm {...props} />}
            onSaved={client.reload}
          />
        )}
      </Loaded>
    </>
  )
}
