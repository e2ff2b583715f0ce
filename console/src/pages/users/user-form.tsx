import { textAt, valueAt, withValueAt } from '../../document/at-path.ts'
import { CheckField, TextField } from '../../parts/field.tsx'
import type { FormProps } from '../../parts/resource-editor.tsx'

const TEXTS = [
  { path: ['userName'], label: 'User name', hint: 'Signs in with it; unique.' },
  { path: ['email'], label: 'E-mail address', hint: 'Signs in with it too, unless two users share it.' },
  { path: ['name', 'givenName'], label: 'Given name' },
  { path: ['name', 'familyName'], label: 'Family name' },
  { path: ['phoneNumber'], label: 'Phone number' },
] as const

interface UserFormProps extends FormProps {
  /** Whether the administrator who types is the user. */
  readonly isOneself?: boolean
}

/** What is most often changed of a User; the document has everything. */
export const UserForm = ({ document, isNew, isOneself = false, onChange, errorAt }: UserFormProps) => {
  const isInactive = valueAt(document, ['inactive']) === true
  const set = (path: readonly string[], value: string | boolean | undefined): void =>
    onChange(withValueAt(document, path, value === '' ? undefined : value))
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
        {TEXTS.map(({ path, label, ...rest }) => (
          <TextField
            key={label}
            label={label}
            value={textAt(document, path)}
            error={errorAt(path)}
            onInput={(value) => set(path, value)}
            {...rest}
          />
        ))}
        <TextField
          label={isNew ? 'Password' : 'New password'}
          type="password"
          value={textAt(document, ['password'])}
          error={errorAt(['password'])}
          hint={isNew ? undefined : 'Empty: it stays. A new one ends all of the user’s sessions.'}
          onInput={(value) => set(['password'], value)}
        />
      </div>
      <CheckField
        label="Inactive: cannot sign in, and all sessions and tokens end"
        isChecked={isInactive}
        onChange={(isChecked) => set(['inactive'], isChecked || undefined)}
      />
      <div role="status">
        {isInactive && isOneself ? (
          <p class="notice notice-warning">
            <strong>This is you:</strong> once saved you are signed out, and cannot come back until another
            administrator or the root client undoes it.
          </p>
        ) : null}
      </div>
    </>
  )
}
