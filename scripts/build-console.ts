// Builds the console into console/dist. `--if-needed`: only where it was not built from the sources that are there now.
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'

const root = new URL('../', import.meta.url)
const dist = new URL('console/dist/', root)
const stamp = new URL('.built-from', dist)

const SOURCES = [
  'console/{src,public}/**/*.*',
  'console/{index.html,vite.config.ts}',
  'src/html/assets/*.css',
  'src/console/command/*.ts',
  'docs/rest-examples.http',
  'package-lock.json',
]
const COMPRESSED = /\.(?:html|js|css|svg)$/

const isAskedOnly = process.argv.includes('--if-needed')
const sources = fingerprint()
const isFresh = existsSync(stamp) && readFileSync(stamp, 'utf8') === sources
if (!(isAskedOnly && isFresh)) await buildConsole()

async function buildConsole(): Promise<void> {
  if (!existsSync(new URL('node_modules/vite/package.json', root))) {
    if (!isAskedOnly)
      throw new Error(
        'the console is built with Vite, a development dependency: run npm ci without --omit=dev',
      )
    if (!existsSync(stamp)) console.log('The console at /console is not built: run npm ci, then npm start.')
    return
  }
  console.log('Building the console …')
  const { build } = await import('vite')
  await build({ configFile: new URL('console/vite.config.ts', root).pathname, logLevel: 'warn' })
  for (const file of globSync('**/*', { cwd: dist.pathname }).filter((name) => COMPRESSED.test(name))) {
    const bytes = readFileSync(new URL(file, dist))
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    writeFileSync(new URL(`${file}.br`, dist), brotliCompressSync(bytes, { params }))
  }
  writeFileSync(stamp, sources)
}

function fingerprint(): string {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root.pathname })).toSorted())
    hash.update(`${file}\n`).update(readFileSync(new URL(file, root)))
  return hash.digest('hex')
}
