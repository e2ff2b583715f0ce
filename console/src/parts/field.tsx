import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly error?: string | undefined
}

interface TextFieldProps extends FieldProps {
  readonly value: string
  readonly onInput: (value: string) => void
  readonly type?: 'text' | 'search' | 'password' | 'number' | 'url' | 'email' | 'datetime-local'
  readonly rows?: number
  /** In the typeface of code. */
  readonly isCode?: boolean
  readonly isReadOnly?: boolean
  readonly isRequired?: boolean
  readonly placeholder?: string
  /** What is often typed; something else may be. */
  readonly suggestions?: readonly string[] | undefined
}

/** A labelled text; with `rows` of several lines. */
export const TextField = (props: TextFieldProps) => {
  const id = useId()
  const { label, hint, error, value, onInput, type = 'text', rows, suggestions } = props
  const common = {
    id,
    class: props.isCode ? 'input code' : 'input',
    value,
    readOnly: props.isReadOnly,
    required: props.isRequired,
    placeholder: props.placeholder,
    spellcheck: false,
    autocomplete: 'off',
    'aria-invalid': error === undefined ? undefined : true,
    'aria-describedby': hint === undefined && error === undefined ? undefined : `${id}-about`,
  } as const
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows === undefined ? (
        // NOTE: Preact's types allow each type of input other attributes; those here go with all of ours.
        <input
          {...common}
          type={type as 'text'}
          list={suggestions === undefined ? undefined : `${id}-list`}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      ) : (
        <textarea {...common} rows={rows} onInput={(event) => onInput(event.currentTarget.value)} />
      )}
      {suggestions === undefined ? null : (
        <datalist id={`${id}-list`}>
          {suggestions.map((text) => (
            <option key={text} value={text} />
          ))}
        </datalist>
      )}
      <About id={id} hint={hint} error={error} />
    </div>
  )
}

interface CheckFieldProps extends FieldProps {
  readonly isChecked: boolean
  readonly onChange: (isChecked: boolean) => void
}

export const CheckField = ({ label, hint, error, isChecked, onChange }: CheckFieldProps) => {
  const id = useId()
  return (
    <div class="field">
      <span class="check">
        <input
          id={id}
          type="checkbox"
          checked={isChecked}
          aria-invalid={error === undefined ? undefined : true}
          aria-describedby={hint === undefined && error === undefined ? undefined : `${id}-about`}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <label for={id}>{label}</label>
      </span>
      <About id={id} hint={hint} error={error} />
    </div>
  )
}

interface SelectFieldProps extends FieldProps {
  readonly value: string
  readonly options: readonly (readonly [value: string, text: string])[]
  readonly onChange: (value: string) => void
}

export const SelectField = ({ label, hint, error, value, options, onChange }: SelectFieldProps) => {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="input"
        value={value}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={hint === undefined && error === undefined ? undefined : `${id}-about`}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        ))}
      </select>
      <About id={id} hint={hint} error={error} />
    </div>
  )
}

const About = ({ id, hint, error }: Pick<FieldProps, 'hint' | 'error'> & { readonly id: string }) =>
  hint === undefined && error === undefined ? null : (
    <span id={`${id}-about`}>
      {error === undefined ? null : <span class="error">{error} </span>}
      {hint === undefined ? null : <span class="hint">{hint}</span>}
    </span>
  )
