// Builds what is not run or sent as it is written: the server's one file and the console. `--if-needed`: only what was not
// made of the sources that are there now.
import { CONSOLE } from './build/console.ts'
import { build } from './build/made.ts'
import { SERVER } from './build/server.ts'

const ifNeeded = process.argv.includes('--if-needed')
for (const made of [SERVER, CONSOLE]) await build(made, ifNeeded)
