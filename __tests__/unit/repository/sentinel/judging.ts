import { judgeSentinel } from '../../../../src/repository/languages/sentinel/judge.ts';
import { readSentinel } from '../../../../src/repository/languages/sentinel/sentinel.ts';

const provided = (['report:module', 'time:module', 'prices:static', 'clock:plugin'] as const).map(
  (each, index) => {
    const [name = '', form] = each.split(':');
    const isStatic = form === 'static';
    return {
      name,
      form: isStatic ? ('static' as const) : form === 'plugin' ? ('plugin' as const) : ('module' as const),
      isOlderForm: false,
      hasSource: true,
      settings: '',
      file: 'aws/sentinel.hcl',
      line: index + 1,
    };
  },
);

/** The configuration provides these, sets up the standard import `http`, and gives `limit` a value. */
const configured = {
  provided: [
    ...provided,
    {
      name: 'http',
      form: 'plugin' as const,
      isOlderForm: false,
      hasSource: false,
      settings: '',
      file: 'aws/sentinel.hcl',
      line: 5,
    },
  ],
  params: [{ name: 'limit', written: 'value = 1', file: 'aws/sentinel.hcl', line: 13 }],
};

/** Beside the file lies one that could be the module `tfplan-functions`. */
const modules = {
  moduleFile: (name: string) =>
    name.split('/').at(-1) === 'tfplan-functions' ? 'common/tfplan-functions.sentinel' : undefined,
};

/** What is said of `a.sentinel`: `3 error: …`, without what to do; the place where it is another file's. */
export function judgementOf(source: string): string[] {
  const judged = judgeSentinel(readSentinel(source), 'a.sentinel', configured, modules);
  const said = (level: string, problems: typeof judged.problems) =>
    problems.map(({ place, message }) => {
      const file = place?.file === 'a.sentinel' ? '' : `${place?.file}:`;
      return `${file}${place?.line ?? 0} ${level}: ${message}`;
    });
  return [
    ...said('problem', judged.problems),
    ...said('error', judged.findings),
    ...said('warning', judged.warnings),
  ];
}
