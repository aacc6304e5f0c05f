import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { type Answer, type Incoming, textAnswer } from '../../sandbox/http/exchange.ts';
import type { RecordedRequest } from '../../sandbox/http/recording.ts';
import { StandIn } from '../../sandbox/http/stand-in.ts';

/** A server that no token is for; `runAction` fails a run that shows it one. */
export type Elsewhere = {
  url: string;
  requests: readonly RecordedRequest[];
  answer: (incoming: Incoming) => Answer;
};

/** Starts it for the tests of a file. */
export function startElsewhere(): Elsewhere {
  const usual = () => textAnswer(200, 'application/json', '{"data":[]}');
  const standIn = new StandIn({ faultAnswer: (status) => textAnswer(status, 'text/plain', '') });
  const elsewhere: Elsewhere = { url: '', requests: standIn.recording.requests, answer: usual };
  beforeAll(async () => {
    elsewhere.url = await standIn.listen(
      () => 'elsewhere',
      (incoming) => elsewhere.answer(incoming),
    );
  });
  beforeEach(() => {
    standIn.reset();
    elsewhere.answer = usual;
  });
  afterAll(() => standIn.close());
  return elsewhere;
}
