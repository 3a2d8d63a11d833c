/** The service worker, as the page sees it. */

/** Register it; a newer version that already waits takes over now, at start-up, when nothing is being written. */
export async function startWorker(): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  const registration = await navigator.serviceWorker.register('./sw.js')
  if (registration.waiting && navigator.serviceWorker.controller) {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
    registration.waiting.postMessage('activate')
  }
}

/** Remove every copy of documents and answers from this phone. The worker does it, so that no late answer slips in. */
export async function clearCaches(): Promise<void> {
  if (!('caches' in self)) return
  const worker = navigator.serviceWorker?.controller
  if (worker) await askWorker(worker)
  await Promise.all(['zhiban-data', 'zhiban-pages'].map((name) => caches.delete(name)))
}

function askWorker(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => resolve()
    setTimeout(resolve, 2000)
    worker.postMessage('clear', [channel.port2])
  })
}
