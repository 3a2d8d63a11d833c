/** What a person has written and not sent, kept on this phone: to each their own, for phones are lent and shared. */

import * as db from './db'

let owner = ''
/** From now on notes are this person's. */
export const belongTo = (person: string): void => { owner = person }

const mine = (id: string): string => `${owner}/${id}`

export const get = <T>(id: string): Promise<T | undefined> => db.get<T>('notes', mine(id)).catch(() => undefined)
export const put = (id: string, note: object): Promise<unknown> => db.put('notes', { ...note, id: mine(id) }).catch(() => undefined)
export const remove = (id: string): Promise<unknown> => db.remove('notes', mine(id)).catch(() => undefined)

/** Remove all of this person's; another's wait for their owner. */
export async function forget(): Promise<void> {
  for (const { id } of await db.getAll<{ id: string }>('notes')) if (id.startsWith(mine(''))) await db.remove('notes', id)
}
