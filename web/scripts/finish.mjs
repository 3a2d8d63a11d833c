// After the two builds: names the page m.html, tells the service worker its files, compresses, and holds the budget.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const OUT = join(dirname(fileURLToPath(import.meta.url)), '../../office/_web')
const BUDGET = 50 * 1024
const WHOLE_BUDGET = 100 * 1024
// Screens of one officer: fetched when they open one, on no phone ahead of time, and so not of the client that phones hold.
const BESIDE = /^assets\/Audit-/
const BESIDE_BUDGET = 6 * 1024
const COMPRESSIBLE = /\.(html|js|css|svg|json|webmanifest)$/

const files = (folder = OUT) => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name)
  return statSync(path).isDirectory() ? files(path) : [relative(OUT, path)]
})
const compressed = (name) => statSync(join(OUT, `${name}.br`)).size

function finish() {
  if (existsSync(join(OUT, 'phone.html'))) renameSync(join(OUT, 'phone.html'), join(OUT, 'm.html'))
  const manifest = JSON.parse(readFileSync(join(OUT, '.vite/manifest.json'), 'utf8'))
  rmSync(join(OUT, '.vite'), { recursive: true })
  const shell = files().filter((name) => name !== 'sw.js' && !BESIDE.test(name)).sort()
  const digest = createHash('sha256')
  shell.forEach((name) => digest.update(name).update(readFileSync(join(OUT, name))))
  const told = JSON.stringify({ version: digest.digest('hex').slice(0, 12), files: shell.map((name) => `./${name}`) })
  const worker = readFileSync(join(OUT, 'sw.js'), 'utf8')
  if (!/(["'`])__SHELL__\1/.test(worker)) throw new Error('sw.js has no place for the shell list')
  writeFileSync(join(OUT, 'sw.js'), worker.replace(/(["'`])__SHELL__\1/, () => `'${told}'`))
  for (const name of files().filter((n) => COMPRESSIBLE.test(n))) {
    const bytes = readFileSync(join(OUT, name))
    writeFileSync(join(OUT, `${name}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
    writeFileSync(join(OUT, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  }
  const entry = manifest['phone.html']
  const imports = (key) => [manifest[key].file, ...(manifest[key].css ?? []), ...(manifest[key].imports ?? []).flatMap(imports)]
  writeFileSync(join(OUT, 'first.json'), JSON.stringify(['m.html', ...new Set(imports(entry.src ?? 'phone.html'))]))
}

function check() {
  const first = JSON.parse(readFileSync(join(OUT, 'first.json'), 'utf8'))
  const whole = files().filter((name) => name.endsWith('.br')).map((name) => name.slice(0, -3))
  const sum = (names) => names.reduce((total, name) => total + compressed(name), 0)
  for (const name of whole) console.log(String(compressed(name)).padStart(7), name, first.includes(name) ? '(first screen)' : '')
  const beside = whole.filter((name) => BESIDE.test(name))
  const held = whole.filter((name) => !BESIDE.test(name))
  console.log(`first screen ${sum(first)} bytes brotli of ${BUDGET}; whole client ${sum(held)} of ${WHOLE_BUDGET}; beside it ${sum(beside)} of ${BESIDE_BUDGET}`)
  if (sum(first) > BUDGET || sum(held) > WHOLE_BUDGET || sum(beside) > BESIDE_BUDGET) throw new Error('over budget')
}

if (!process.argv.includes('--check')) finish()
check()
