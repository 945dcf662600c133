import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))
const pages = ['console/index', 'field/index', 'tour/index', 'tour/resident'].filter((page) => existsSync(`${here}${page}.html`))

/** One project, a few pages. A page loads only what it imports: antd stays with the console, the map is fetched when it is opened. */
export default defineConfig({
  root: here,
  base: '/',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: '../../dist/apps',
    emptyOutDir: true,
    // The field app opens inside WebViews of Chromium-80 class.
    target: ['chrome80', 'safari14'],
    // The content policy is default-src 'self': nothing may be inlined as a data: script or font.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: Object.fromEntries(pages.map((page) => [page.replace('/index', '').replace('/', '-'), `${here}${page}.html`])),
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', priority: 2, test: /@oxc-project|node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: 'antd', priority: 1, test: /node_modules[\\/](antd|@ant-design|@rc-component)[\\/]/ },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': process.env.YINSHI_SERVICE ?? 'http://127.0.0.1:3000' } },
})
