import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// The phone build. Cheap phones keep old web views for years, so the target is Chrome 80 / Safari 14.
export default defineConfig({
  base: './',
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  build: {
    outDir: '../office/_web',
    emptyOutDir: true,
    target: ['chrome80', 'safari14'],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    manifest: true,
    rollupOptions: { input: 'phone.html' },
  },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8000', ws: true } } },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0])
