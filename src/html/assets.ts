import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

/** A file that the pages link to. `path` holds a hash of `bytes`, so it may be cached for ever. */
export interface Asset {
  readonly path: string
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

const folder = new URL('./assets/', import.meta.url)

const load = (files: readonly string[], extension: string, type: string): Asset => {
  const bytes = new Uint8Array(Buffer.concat(files.map((file) => readFileSync(new URL(file, folder)))))
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  return { path: `/auth/assets/${digest}.${extension}`, type, bytes }
}

const styles = readdirSync(folder).filter((file) => file.endsWith('.css'))
const stylesheet = load(styles.toSorted(), 'css', 'text/css; charset=utf-8')
const icon = load(['icon.svg'], 'svg', 'image/svg+xml')
const postForm = load(['post-form.js'], 'js', 'text/javascript; charset=utf-8')

export const STYLESHEET_PATH = stylesheet.path
export const ICON_PATH = icon.path
export const POST_FORM_PATH = postForm.path

/** Everything under `/auth/assets/`, by path; read once when the process starts. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map(
  [stylesheet, icon, postForm].map((asset) => [asset.path, asset]),
)
