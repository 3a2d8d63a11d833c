/** Pictures of pages: small ones as one reads, the largest when somebody enlarges. */

import { BASE } from '../core/api'
import type { FileRow } from '../core/types'

const widths = (file: FileRow): number[] => (file.widths?.length ? file.widths : [540, 1080])
export const picture = (file: FileRow, n: number, large = false): string =>
  `${BASE}/files/${file.id}/pages/${n}?width=${large ? Math.max(...widths(file)) : Math.min(...widths(file))}`

/** Fetch the large picture of a page; what it then does takes the small one's place: never a blank page in between. */
export function sharpen(file: FileRow, n: number, done: (src: string) => void, failed: () => void = () => undefined): void {
  const image = new Image()
  image.onload = () => done(image.src)
  image.onerror = failed
  image.src = picture(file, n, true)
}
