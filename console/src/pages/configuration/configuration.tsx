import { useLocation, useRoute } from 'preact-iso'
import { read, remove } from '../../api/resources.ts'
import { ConfirmButton } from '../../parts/confirm-button.tsx'
import { Loaded, useLoad } from '../../parts/load.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ResourceEditor } from '../../parts/resource-editor.tsx'
import { ConfigurationForm } from './configuration-form.tsx'
import { SignInPreview } from './sign-in-preview.tsx'
import { useInForce } from './use-in-force.ts'

/** `/console/configuration/new` */
export const NewConfiguration = () => {
  const { route } = useLocation()
  return (
    <>
      <PageHead title="New configuration" />
      <ResourceEditor
        type="AuthConfig"
        form={(props) => <ConfigurationForm {...props} />}
        preview={(document) => <SignInPreview document={document} />}
        onSaved={({ document }) => route(`/console/configuration/${encodeURIComponent(String(document.id))}`)}
      />
    </>
  )
}

/** `/console/configuration/:id` */
export const Configuration = () => {
  const { route } = useLocation()
  const id = useRoute().params.id ?? ''
  const inForce = useInForce()
  const configuration = useLoad(id, (signal) => read('AuthConfig', id, signal))
  return (
    <>
      <PageHead title={`Configuration ${id}`}>
        <a class="button" href="/console/webhook">
          Webhook
        </a>
        <ConfirmButton
          label="Delete"
          title={`Delete ${id}?`}
          isDangerous
          onConfirm={async () => {
            await remove('AuthConfig', id)
            route('/console/configuration')
          }}
        >
          The one that was saved before it is in force then, or the defaults.
        </ConfirmButton>
      </PageHead>
      <Loaded of={configuration}>
        {(stored) => (
          <>
            <p role="status" class="muted">
              {inForce.id === undefined ? null : inForce.id === id ? (
                'In force.'
              ) : (
                <NotInForce other={inForce.id} />
              )}
            </p>
            <ResourceEditor
              key={id}
              type="AuthConfig"
              stored={stored}
              form={(props) => <ConfigurationForm {...props} />}
              preview={(document) => <SignInPreview document={document} />}
              onSaved={() => {
                configuration.reload()
                inForce.reload()
              }}
            />
          </>
        )}
      </Loaded>
    </>
  )
}

const NotInForce = ({ other }: { readonly other: string }) => (
  <>
    Not in force: <a href={`/console/configuration/${encodeURIComponent(other)}`}>{other}</a> is. Saving this
    one puts it in force.
  </>
)
