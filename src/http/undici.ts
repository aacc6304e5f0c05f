/**
 * The parts of undici that open connections, each by its file. The index evaluates all the rest as well, a mock server,
 * caches, WebSocket and fetch: a tenth of what the action does before its first request.
 */
import connect from 'undici/lib/api/api-connect.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import Pool from 'undici/lib/dispatcher/pool.js';

// The index does the same: tunnels through a proxy are opened by this method, which no file of theirs brings along.
Object.assign(Dispatcher.prototype, { connect });

export { EnvHttpProxyAgent, Pool };
