/**
 * The parts of undici that open connections, by their files: its index evaluates all the rest as well (a mock server,
 * caches, WebSocket, fetch), a tenth of what the action does before its first request.
 */
declare module 'undici/lib/dispatcher/env-http-proxy-agent.js' {
  export { EnvHttpProxyAgent as default } from 'undici';
}

declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
