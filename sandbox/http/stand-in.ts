import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliver } from './deliver.ts';
import type { Answer, Incoming } from './exchange.ts';
import { type Fault, Faults } from './faults.ts';
import { now, type RecordedRequest, Recording, recordedBody } from './recording.ts';

/** Called before and after every request. Returning `lose` breaks the connection (before: without any effect). */
export type OnRequest = (
  request: RecordedRequest,
  phase: 'before-effect' | 'after-effect',
) => undefined | 'lose' | Promise<undefined | 'lose'> | void | Promise<void>;

export type Handler = (incoming: Incoming) => Answer | Promise<Answer>;

export type StandInOptions = {
  latency?: number | undefined;
  onRequest?: OnRequest | undefined;
  tls?: { key: string; cert: string } | undefined;
  /** The body of a fault with a status and no body. */
  faultAnswer: (status: number) => Answer;
};

const running = new Set<StandIn>();

/** All stand-ins of this process that are still listening. */
export const runningStandIns = (): readonly StandIn[] => [...running];

/** HTTP servers on 127.0.0.1 that record requests, and fail on demand. */
export class StandIn {
  readonly recording = new Recording();
  readonly faults = new Faults();
  onRequest: OnRequest | undefined;
  readonly #options: StandInOptions;
  readonly #servers: http.Server[] = [];

  constructor(options: StandInOptions) {
    this.#options = options;
    this.onRequest = options.onRequest;
  }

  /** Starts another server, whose name for each path is given by `name`. Returns its origin. */
  async listen(name: (path: string) => string, handler: Handler, port = 0): Promise<string> {
    const { tls } = this.#options;
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      void this.#serve({ handler, request, response, server: name(request.url ?? '/') });
    };
    const listening = tls ? https.createServer(tls, listener) : http.createServer(listener);
    // Longer than clients keep idle connections, so that reuse never races with closing.
    listening.keepAliveTimeout = 120_000;
    this.#servers.push(listening);
    running.add(this);
    await new Promise<void>((resolve, reject) => {
      listening.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return `${tls ? 'https' : 'http'}://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    running.delete(this);
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      ),
    );
  }

  reset(): void {
    this.recording.reset();
    this.faults.clear();
  }

  async #serve({ server, handler, request, response }: Arrival): Promise<void> {
    const record = this.recording.begin(server, request);
    response.on('close', () => {
      record.endedAt ??= now();
      if (!response.writableFinished) record.status = 'lost';
    });
    try {
      const body = await readBody(request);
      record.body = recordedBody(record.method, request.headers, body);
      const arrival = incoming(record, body);
      this.recording.arrivals.push(arrival);
      await this.#answer({ record, response, handler, incoming: arrival });
    } catch (error) {
      if (!request.destroyed) this.recording.violation(record, `the stand-in failed: ${String(error)}`);
      response.destroy();
    }
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { record, response, handler } = exchange;
    if (this.#options.latency) await sleep(this.#options.latency);
    if ((await this.onRequest?.(record, 'before-effect')) === 'lose') return void response.destroy();
    const fault = this.faults.take(record);
    const early = this.#beforeEffect(fault);
    if (early === 'lose') return void response.destroy();
    if (early === 'hang') return;
    const answer = early ?? this.#replaced(await handler(exchange.incoming), fault);
    if ((await this.onRequest?.(record, 'after-effect')) === 'lose') return void response.destroy();
    if (fault?.type === 'lose') return void response.destroy();
    if (fault?.type === 'hang') return;
    await deliver(answer, { response, record, fault });
  }

  #beforeEffect(fault: Fault | undefined): Answer | 'lose' | 'hang' | undefined {
    if (fault?.type === 'status' && !fault.effect) return this.#statusAnswer(fault);
    if ((fault?.type === 'lose' || fault?.type === 'hang') && fault.effect === 'before') return fault.type;
    return undefined;
  }

  #replaced(answer: Answer, fault: Fault | undefined): Answer {
    if (fault?.type === 'status') return this.#statusAnswer(fault);
    if (fault?.type !== 'body') return answer;
    return {
      status: fault.status ?? answer.status,
      headers: { ...answer.headers, ...(fault.contentType ? { 'content-type': fault.contentType } : {}) },
      body: Buffer.from(fault.body as string),
    };
  }

  #statusAnswer({ status, headers, body }: Extract<Fault, { type: 'status' }>): Answer {
    const answer = this.#options.faultAnswer(status);
    return {
      status,
      headers: { ...answer.headers, ...headers },
      body: body === undefined ? answer.body : Buffer.from(body),
    };
  }
}

type Arrival = { server: string; handler: Handler; request: IncomingMessage; response: ServerResponse };

type Exchange = { record: RecordedRequest; response: ServerResponse; handler: Handler; incoming: Incoming };

function incoming({ server, method, path, headers }: RecordedRequest, body: Buffer): Incoming {
  return { server, method, path, url: new URL(path, 'http://stand-in'), headers, body };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
