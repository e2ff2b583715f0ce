import { textAt, withValueAt } from '../../document/at-path.ts'
import { TextField } from '../../parts/field.tsx'
import type { FormProps } from '../../parts/resource-editor.tsx'

const TEXTS = [
  { path: ['theme', 'title'], label: 'Title', hint: 'On the sign-in page.' },
  { path: ['theme', 'brand'], label: 'Brand', hint: 'The name of the application, or the URL of its image.' },
  { path: ['theme', 'styleUrl'], label: 'Stylesheet', hint: 'The https URL of one of your own, or a path.' },
  { path: ['twoFactor', 'issuerName'], label: 'Issuer name', hint: 'People see it in their authenticator.' },
] as const

const NUMBERS = [
  {
    path: ['twoFactor', 'validPastTokensCount'],
    label: 'Valid past codes',
    hint: 'How many earlier codes of 30 seconds each still count.',
  },
] as const

const WEBHOOK = ['twoFactor', 'webhook'] as const

/** What is most often changed of an AuthConfig; the document has everything. */
export const ConfigurationForm = ({ document, isNew, onChange, errorAt }: FormProps) => {
  const set = (path: readonly string[], text: string): void =>
    onChange(withValueAt(document, path, text === '' ? undefined : text))
  const setNumber = (path: readonly string[], text: string): void => {
    const number = Number(text)
    onChange(
      withValueAt(document, path, text.trim() === '' ? undefined : Number.isNaN(number) ? text : number),
    )
  }
  return (
    <>
      <TextField
        label="Id"
        value={textAt(document, ['id'])}
        error={errorAt(['id'])}
        isReadOnly={!isNew}
        isRequired
        onInput={(value) => set(['id'], value)}
      />
      {TEXTS.map(({ path, label, hint }) => (
        <TextField
          key={label}
          label={label}
          hint={hint}
          value={textAt(document, path)}
          error={errorAt(path)}
          onInput={(value) => set(path, value)}
        />
      ))}
      {NUMBERS.map(({ path, label, hint }) => (
        <TextField
          key={label}
          label={label}
          hint={hint}
          type="number"
          value={textAt(document, path)}
          error={errorAt(path)}
          onInput={(value) => setNumber(path, value)}
        />
      ))}
      <fieldset class="field choices">
        <legend class="label">Webhook that sends the code</legend>
        <TextField
          label="Endpoint"
          type="url"
          hint="Empty: there is none. Headers are set in the document."
          value={textAt(document, [...WEBHOOK, 'endpoint'])}
          error={errorAt([...WEBHOOK, 'endpoint'])}
          onInput={(value) => set([...WEBHOOK, 'endpoint'], value)}
        />
        <TextField
          label="Timeout (milliseconds)"
          type="number"
          value={textAt(document, [...WEBHOOK, 'timeout'])}
          error={errorAt([...WEBHOOK, 'timeout'])}
          onInput={(value) => setNumber([...WEBHOOK, 'timeout'], value)}
        />
      </fieldset>
    </>
  )
}
