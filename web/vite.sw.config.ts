import { defineConfig } from 'vite'

// The service worker: one classic script without imports, at the root so that its scope covers the client.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: '../office/_web',
    emptyOutDir: false,
    target: ['chrome80', 'safari14'],
    reportCompressedSize: false,
    lib: { entry: 'src/sw/sw.ts', formats: ['iife'], name: 'sw', fileName: () => 'sw.js' },
  },
})
