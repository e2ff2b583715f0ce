import { useLocation, useRoute } from 'preact-iso'
import { read, remove } from '../../api/resources.ts'
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
