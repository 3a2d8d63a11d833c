/** The password just given, kept in memory only, so that "设为常用手机" need not ask for it again. */

let given = ''

export const keepPassword = (password: string): void => { given = password }

export function takePassword(): string {
  const password = given
  given = ''
  return password
}
export const hasPassword = (): boolean => given !== ''
