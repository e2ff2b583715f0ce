import type { Play } from '../trial/play.ts'
import { codeOf, startOf, stepAt } from '../trial/totp.ts'
import type { Told } from '../trial/trial.ts'
import { changeTrial, trial } from '../trial/trial.ts'

/**
 * Sends the code that the authenticator of the trial shows, as soon as it shows one that was not used; where the page
 * does not hold the user's key, the person types the code.
 */
export const sendCode = async (
  play: Play,
  what: string,
  send: (code: string) => Promise<Told>,
): Promise<Told> => {
  const { authenticator } = trial()
  if (authenticator === undefined || authenticator.userId !== play.party.userId)
    return send((await play.askFor('The code of the user’s authenticator')).replaceAll(/\s/g, ''))
  const last = authenticator.uses.at(-1)?.step
  if (last !== undefined && stepAt(Date.now()) <= last) {
    play.note('A code works once, and ends all earlier ones: the next one is waited for.')
    await play.waitUntil(startOf(last + 1))
  }
  const step = stepAt(Date.now())
  const told = await send(await codeOf(authenticator.key.secret, step))
  if (told.status === 200) recordUse(step, what)
  return told
}

const recordUse = (step: number, what: string): void =>
  changeTrial(({ authenticator }) =>
    authenticator === undefined
      ? {}
      : { authenticator: { ...authenticator, uses: [...authenticator.uses, { step, what }] } },
  )
