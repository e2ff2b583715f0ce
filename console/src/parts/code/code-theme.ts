import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The look of every piece of code: the colours of the console, which follow light and dark by themselves. */
const theme = EditorView.theme({
  '&': { color: 'var(--cs-text)', backgroundColor: 'var(--cs-field)', fontSize: '0.875rem' },
  // NOTE: the place it stands in shows the focus, all around.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--cs-mono)', lineHeight: '1.5', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--cs-text)', padding: '0.75rem 0' },
  '.cm-line': { padding: '0 0.75rem' },
  '.cm-gutters': {
    color: 'var(--cs-muted)',
    backgroundColor: 'var(--cs-field)',
    borderInlineEnd: '1px solid var(--cs-border)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--cs-link) 7%, transparent)',
  },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--cs-text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--cs-link) 28%, transparent)',
  },
  '.cm-foldPlaceholder': {
    color: 'var(--cs-text)',
    backgroundColor: 'var(--cs-background)',
    borderColor: 'var(--cs-border)',
    padding: '0 0.375rem',
  },
  '.cm-foldGutter .cm-gutterElement': { cursor: 'pointer' },
  '.cm-tooltip': {
    color: 'var(--cs-text)',
    backgroundColor: 'var(--cs-surface)',
    border: '1px solid var(--cs-field-border)',
    borderRadius: '0.375rem',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--cs-mono)', maxHeight: '16rem' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    color: 'var(--cs-on-accent)',
    backgroundColor: 'var(--cs-accent)',
  },
  '.cm-completionDetail': { fontStyle: 'normal', marginInlineStart: '1rem', opacity: '1' },
  '.cm-diagnostic': { padding: '0.375rem 0.625rem', fontFamily: 'var(--cs-font)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--cs-error)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--cs-warning)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--cs-error) 1px',
    textUnderlineOffset: '0.25em',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--cs-warning) 1px',
    textUnderlineOffset: '0.25em',
  },
  '.cm-panels': { color: 'var(--cs-text)', backgroundColor: 'var(--cs-surface)' },
  '.cm-panels .cm-textfield, .cm-panels .cm-button': {
    color: 'inherit',
    background: 'var(--cs-field)',
    border: '1px solid var(--cs-field-border)',
  },
  '.cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--cs-warning) 30%, transparent)' },
})

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--cs-link)', fontWeight: '700' },
  { tag: tags.url, fontWeight: '600' },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--cs-link)' },
  { tag: [tags.string, tags.content], color: 'var(--cs-success)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--cs-warning)' },
  { tag: [tags.comment, tags.lineComment, tags.meta], color: 'var(--cs-muted)' },
  { tag: tags.heading, fontWeight: '700' },
  { tag: tags.invalid, color: 'var(--cs-error)' },
])

export const codeTheme: Extension = [theme, syntaxHighlighting(colours)]
