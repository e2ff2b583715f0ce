import { json } from '@codemirror/lang-json'
import { yaml } from '@codemirror/lang-yaml'
import { codeFolding, foldGutter, foldKeymap } from '@codemirror/language'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import type { Extension } from '@codemirror/state'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { CodeArea } from './code-area.tsx'

export type CodeLanguage = 'json' | 'yaml' | 'text'

interface CodeViewProps {
  readonly label: string
  readonly text: string
  readonly language: CodeLanguage
  readonly class?: string
}

const LANGUAGES: Readonly<Record<CodeLanguage, () => Extension>> = { json, yaml, text: () => [] }

/** Text to read, folded and found in by keyboard as well; only what is in view is in the page, so length costs nothing. */
export const CodeView = ({ label, text, language, class: className = '' }: CodeViewProps) => (
  <CodeArea
    key={`${language}\n${text}`}
    label={label}
    text={text}
    class={className}
    extensions={[
      LANGUAGES[language](),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ tabindex: '0', 'aria-readonly': 'true' }),
      EditorView.lineWrapping,
      codeFolding(),
      foldGutter(),
      search(),
      highlightSelectionMatches(),
      keymap.of([...foldKeymap, ...searchKeymap]),
    ]}
  />
)
