// A person's phone, played by programs that know nothing of our code.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findOnPath, mustBeFound } from './tools.ts'

const run = promisify(execFile)

export interface OathtoolOptions {
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512'
  readonly digits?: number
  readonly periodSeconds?: number
}

/** The code that `oathtool` shows for a base32 secret (spaces allowed) at an instant, a Date or milliseconds. */
export async function oathtoolCode(
  secret: string,
  at: Date | number,
  options: OathtoolOptions = {},
): Promise<string> {
  const { algorithm = 'sha1', digits = 6, periodSeconds = 30 } = options
  const instant = new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
  const words = [
    `--totp=${algorithm}`,
    '-b',
    '-d',
    `${digits}`,
    '-s',
    `${periodSeconds}s`,
    '--now',
    instant,
    secret,
  ]
  return (await run(mustBeFound(findOnPath('oathtool'), 'oathtool'), words)).stdout.trim()
}

/**
 * Reads the one QR code in a PNG, such as a screenshot, with `zbarimg`.
 * @throws {Error} when there is none, or more than one
 */
export async function decodeQr(png: Uint8Array): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-qr-'))
  try {
    const path = join(folder, 'picture.png')
    writeFileSync(path, png)
    const words = ['--quiet', '--raw', '--set', '*.enable=0', '--set', 'qrcode.enable=1', path]
    const { stdout } = await run(mustBeFound(findOnPath('zbarimg'), 'zbarimg'), words)
    const codes = stdout.trim().split('\n')
    if (codes.length !== 1) throw new Error(`expected one QR code in the picture, found ${codes.length}`)
    return codes[0] ?? ''
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
