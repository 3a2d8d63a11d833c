/** IndexedDB in a few lines: three stores, promises, no library. */

const NAME = 'zhiban'
export type StoreName = 'keys' | 'outbox' | 'notes'

let opened: Promise<IDBDatabase> | null = null

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1)
    request.onupgradeneeded = () => {
      for (const store of ['keys', 'outbox', 'notes']) request.result.createObjectStore(store, { keyPath: 'id' })
    }
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close()
      request.result.onclose = () => { opened = null }
      resolve(request.result)
    }
    request.onerror = () => { opened = null; reject(request.error) }
    request.onblocked = () => reject(new Error('database blocked'))
  })
  return opened
}

async function run<T>(store: StoreName, mode: IDBTransactionMode, work: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open()
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, mode)
    const request = work(transaction.objectStore(store))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onerror = transaction.onabort = () => reject(transaction.error)
  })
}

export const getAll = <T>(store: StoreName): Promise<T[]> => run(store, 'readonly', (s) => s.getAll() as IDBRequest<T[]>)
export const get = <T>(store: StoreName, id: string): Promise<T | undefined> =>
  run(store, 'readonly', (s) => s.get(id) as IDBRequest<T | undefined>)
/** Screens hand over reactive proxies, which IndexedDB refuses: rows are copied as plain JSON, keys are stored as they are. */
export const put = <T extends { id: string }>(store: StoreName, row: T): Promise<unknown> => {
  const plain = store === 'keys' ? row : (JSON.parse(JSON.stringify(row)) as T)
  return run(store, 'readwrite', (s) => s.put(plain))
}
export const remove = (store: StoreName, id: string): Promise<unknown> => run(store, 'readwrite', (s) => s.delete(id))
export const clear = (store: StoreName): Promise<unknown> => run(store, 'readwrite', (s) => s.clear())
