import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete'
import {
  defaultKeymap,
  history,
  historyKeymap,
  insertNewline,
  insertNewlineKeepIndent,
} from '@codemirror/commands'
import { bracketMatching, codeFolding, foldGutter, foldKeymap } from '@codemirror/language'
import { search, searchKeymap } from '@codemirror/search'
import type { Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { useMemo } from 'preact/hooks'
import { CodeArea } from '../../parts/code/code-area.tsx'
import { requestLanguage } from './request-language.ts'

interface RequestEditorProps {
  readonly text: string
  readonly onChange: (text: string) => void
  /** Ctrl-Enter, on a Mac Cmd-Enter. */
  readonly onSend: () => void
  readonly onReady: (view: EditorView) => void
  /** What knows of schemas. */
  readonly extensions: Extension
}

/** Where requests are typed. Tab leaves it, as it leaves every other field. */
export const RequestEditor = ({ text, onChange, onSend, onReady, extensions }: RequestEditorProps) => {
  const all = useMemo(
    (): readonly Extension[] => [
      keymap.of([
        {
          key: 'Mod-Enter',
          preventDefault: true,
          run: () => {
            onSend()
            return true
          },
        },
        // NOTE: what is typed is what stands there; an editor that indents by itself would spoil an example that is typed off.
        { key: 'Enter', run: insertNewline, shift: insertNewlineKeepIndent },
      ]),
      extensions,
      requestLanguage,
      lineNumbers(),
      codeFolding(),
      foldGutter(),
      history(),
      drawSelection(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      bracketMatching(),
      closeBrackets(),
      EditorView.lineWrapping,
      search(),
      keymap.of([...closeBracketsKeymap, ...foldKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(update.state.doc.toString())
      }),
    ],
    [],
  )
  return <CodeArea label="Requests" text={text} extensions={all} onReady={onReady} class="rest-editor" />
}
