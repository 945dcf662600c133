import { isMainThread } from 'node:worker_threads'

// Compiles what a test imports: tsx keeps what it compiled on disk, the compiler of tap begins anew in every process and thread.
if (isMainThread) {
  await import('tsx')
  // Where tap's own command is used it turns its compiler on for the threads again as soon as it is loaded.
  await import('tap')
  process.env.TAP_TYPE_STRIP_ONLY = '1'
} else if (process.argv[1]?.endsWith('.ts')) {
  // On Node 20 tsx leaves threads out: the embedded store, the reader of large bulletins.
  const { register } = await import('tsx/esm/api')
  register()
}
