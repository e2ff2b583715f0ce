import type { Extension } from '@codemirror/state'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'preact/hooks'
import { codeTheme } from './code-theme.ts'

interface CodeAreaProps {
  /** What it is, for who does not see it. */
  readonly label: string
  /** When it mounts; later the text is what was typed. */
  readonly text: string
  readonly extensions: readonly Extension[]
  readonly onReady?: (view: EditorView) => void
  readonly class?: string
}

/**
 * CodeMirror in a shadow root, where its styles are sheets that script adopts: the page's policy allows no style element.
 * Text and extensions count when it mounts; give it another `key` to begin anew.
 */
export const CodeArea = ({ label, text, extensions, onReady, class: className = '' }: CodeAreaProps) => {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = host.current
    if (element === null) return
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
    const attributes = EditorView.contentAttributes.of({ 'aria-label': label })
    const state = EditorState.create({ doc: text, extensions: [codeTheme, attributes, ...extensions] })
    const view = new EditorView({ state, parent: root, root })
    onReady?.(view)
    return () => view.destroy()
  }, [])
  return <div ref={host} class={`code-area ${className}`} />
}
