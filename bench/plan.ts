/** How much is measured. */
export interface Plan {
  readonly rounds: number
  /** Sign-ins per round, one after the other. */
  readonly signInsAlone: number
  /** Sign-ins per round, as many at a time as there are connections. */
  readonly signInsInBurst: number
  /** Codes redeemed and tokens refreshed per round and format. */
  readonly tokenRequests: number
  /** How long each of the other rows is measured per round. */
  readonly rowMs: number
  /** How long latencies are measured on an idle server per round. */
  readonly idleMs: number
  readonly starts: number
  /** At least so long is the load before the loaded memory is read. */
  readonly loadedSeconds: number
}

export const CONNECTIONS = 16

export const FULL: Plan = {
  rounds: 5,
  signInsAlone: 20,
  signInsInBurst: 160,
  tokenRequests: 640,
  rowMs: 700,
  idleMs: 700,
  starts: 5,
  loadedSeconds: 60,
}

/** To see that everything runs: too little to be quoted. */
export const QUICK: Plan = {
  rounds: 2,
  signInsAlone: 6,
  signInsInBurst: 48,
  tokenRequests: 160,
  rowMs: 250,
  idleMs: 250,
  starts: 1,
  loadedSeconds: 15,
}
