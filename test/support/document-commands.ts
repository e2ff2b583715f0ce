// The commands of the documentation, run as they are typed, with only the address and what is pasted exchanged.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The shell blocks of a document that talk to a running server. */
export const commandsOf = (document: string): readonly string[] => {
  const text = readFileSync(new URL(`../../${document}`, import.meta.url), 'utf8')
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)]
    .map(([, block = '']) => block.replace(/^npm run example\n/m, ''))
    .filter((block) => block.includes('curl ') || block.includes('paste-it-here'))
}

/** Runs blocks one after the other in one shell, and answers what they print. */
export const shell = async (
  url: string,
  pasted: string,
  blocks: readonly (string | undefined)[],
  directory?: string,
): Promise<string> => {
  const script = blocks
    .join('\n')
    .replaceAll('http://localhost:8080', url)
    .replaceAll('paste-it-here', pasted)
  const { stdout } = await run('bash', ['-euc', `curl() { command curl -sSf "$@"; echo; }\n${script}`], {
    cwd: directory,
  })
  return stdout
}

export const linesOf = (output: string): readonly Record<string, unknown>[] =>
  output
    .trim()
    .split(/\n+/)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
