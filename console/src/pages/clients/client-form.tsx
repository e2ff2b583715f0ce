import type { Json } from '../../api/server.ts'
import { textAt, valueAt, withValueAt } from '../../document/at-path.ts'
import { CheckField, SelectField, TextField } from '../../parts/field.tsx'
import type { FormProps } from '../../parts/resource-editor.tsx'

const GRANT_TYPES = [
  ['code', 'Authorization code'],
  ['implicit', 'Implicit'],
  ['client_credentials', 'Client credentials'],
  ['password', 'Password'],
  ['urn:ietf:params:oauth:grant-type:token-exchange', 'Token exchange'],
  ['basic', 'Basic: calls the API with its secret'],
] as const

/** The code flow has two names, and either counts. */
const nameOf = (grant: string): string => (grant === 'authorization_code' ? 'code' : grant)

const CODE = ['auth', 'authorization_code'] as const

/** What holds where nothing is said is neither yes nor no. */
const SAID_OR_NOT = [
  ['secret_required', 'Secret at the token endpoint', 'required where there is one'],
  ['pkce', 'PKCE', 'required without a secret'],
] as const

/** What is most often changed of a Client; the document has everything. */
export const ClientForm = ({ document, isNew, onChange, errorAt }: FormProps) => {
  const set = (path: readonly string[], value: Json | undefined): void =>
    onChange(withValueAt(document, path, value === '' ? undefined : value))
  const setNumber = (path: readonly string[], text: string): void => {
    const number = Number(text)
    set(path, text.trim() === '' || Number.isNaN(number) ? text.trim() : number)
  }
  const given = valueAt(document, ['grant_types'])
  const grants = Array.isArray(given) ? (given as readonly string[]) : []
  const chosen = new Set(grants.map(nameOf))
  const usesCode = chosen.has('code')
  return (
    <>
      <div class="columns">
        <TextField
          label="Id"
          value={textAt(document, ['id'])}
          error={errorAt(['id'])}
          isReadOnly={!isNew}
          isRequired
          onInput={(value) => set(['id'], value)}
        />
        <TextField
          label="Name"
          hint="People see it when they are asked to allow something."
          value={textAt(document, ['name'])}
          error={errorAt(['name'])}
          onInput={(value) => set(['name'], value)}
        />
        <TextField
          label={isNew ? 'Secret' : 'New secret'}
          type="password"
          hint={isNew ? 'Empty for an app that cannot keep one: it uses PKCE.' : 'Empty: it stays.'}
          value={textAt(document, ['secret'])}
          error={errorAt(['secret'])}
          onInput={(value) => set(['secret'], value)}
        />
      </div>
      <fieldset class="field choices">
        <legend class="label">Grant types</legend>
        {GRANT_TYPES.map(([grant, text]) => (
          <CheckField
            key={grant}
            label={text}
            isChecked={chosen.has(grant)}
            onChange={(isChosen) =>
              set(
                ['grant_types'],
                isChosen ? [...grants, grant] : grants.filter((other) => nameOf(other) !== grant),
              )
            }
          />
        ))}
      </fieldset>
      {usesCode ? (
        <fieldset class="field choices">
          <legend class="label">Authorization code</legend>
          <div class="columns">
            <TextField
              label="Redirect URI"
              type="url"
              hint="Exactly as the app sends it."
              value={textAt(document, [...CODE, 'redirect_uri'])}
              error={errorAt([...CODE, 'redirect_uri'])}
              onInput={(value) => set([...CODE, 'redirect_uri'], value)}
            />
            <SelectField
              label="Format of access tokens"
              value={textAt(document, [...CODE, 'token_format'])}
              error={errorAt([...CODE, 'token_format'])}
              options={[
                ['', 'opaque (default)'],
                ['opaque', 'opaque'],
                ['jwt', 'JWT'],
              ]}
              onChange={(value) => set([...CODE, 'token_format'], value)}
            />
            {SAID_OR_NOT.map(([name, label, byDefault]) => (
              <SelectField
                key={name}
                label={label}
                value={String(valueAt(document, [...CODE, name]) ?? '')}
                error={errorAt([...CODE, name])}
                options={[
                  ['', `${byDefault} (default)`],
                  ['true', 'required'],
                  ['false', 'not required'],
                ]}
                onChange={(value) => set([...CODE, name], value === '' ? undefined : value === 'true')}
              />
            ))}
            <TextField
              label="Access tokens live (seconds)"
              type="number"
              value={textAt(document, [...CODE, 'access_token_expiration'])}
              error={errorAt([...CODE, 'access_token_expiration'])}
              onInput={(value) => setNumber([...CODE, 'access_token_expiration'], value)}
            />
          </div>
          <CheckField
            label="Gives refresh tokens"
            isChecked={valueAt(document, [...CODE, 'refresh_token']) === true}
            onChange={(isChecked) => set([...CODE, 'refresh_token'], isChecked || undefined)}
          />
        </fieldset>
      ) : null}
      <CheckField
        label="First-party: one of your own, nobody is asked to allow it"
        isChecked={valueAt(document, ['first_party']) === true}
        onChange={(isChecked) => set(['first_party'], isChecked || undefined)}
      />
      <CheckField
        label="Inactive: refused everywhere"
        isChecked={valueAt(document, ['active']) === false}
        onChange={(isChecked) => set(['active'], isChecked ? false : undefined)}
      />
    </>
  )
}
