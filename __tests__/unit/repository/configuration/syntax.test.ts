// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL has templates, too
import { describe, expect, test } from '@jest/globals';
import { type Case, messagesOf } from './messages.ts';

const at = (
  line: number,
  column: number,
  what: string,
  shown: string,
  advice = 'Correct it; if it does not configure policies, add the file to `exclude`.',
) =>
  `${line}: Syntax error at ${line}:${column}: ${what}.${shown === '' ? '' : ` The line is \`${shown}\`.`} ${advice}`;

const CONFLICT = 'A merge conflict was committed: the line is a conflict marker. Resolve the merge conflict.';

describe('shows every place that cannot be read', () => {
  test.each<Case>([
    [
      'a missing value',
      'policy "a" {\n  source =\n}\n',
      [at(2, 11, 'a value is missing after "="', 'source =')],
    ],
    [
      'a missing value before another argument',
      'policy "a" {\n  source =\n  enforcement_level = "advisory"\n}\n',
      [at(2, 11, 'a value is missing after "="', 'source =')],
    ],
    [
      'an argument cut off',
      'policy "a" {\n  source\n  enforcement_level = "advisory"\n}\n',
      [at(2, 9, 'the line is not complete', 'source')],
    ],
    [
      'JSON, which would be a file without any block',
      '# The policies\n{"policy": {"a": {"source": "./a.sentinel"}}}\n',
      [
        at(
          2,
          1,
          '"{" is not expected here',
          '{"policy": {"a": {"source": "./a.sentinel"}}}',
          'Write blocks, as in `name "label" { … }`. JSON is not read from a file of this name.',
        ),
      ],
    ],
    ['a word alone', 'policy\n', [at(1, 7, 'the line is not complete', 'policy')]],
    [
      'a string that is not closed',
      'policy "a" {\n  source = "x\n}\n',
      [at(2, 12, 'the string is never closed', 'source = "x')],
    ],
    [
      'a block that is not closed, before one that is sound',
      'policy "a" {\n  source = "x"\n\npolicy "b" {\n}\n',
      [at(1, 12, 'the brace is never closed', 'policy "a" {')],
    ],
    [
      'an object that is not closed',
      'policy "a" {\n  params = {\n    x = 1\n}\n',
      [at(1, 12, 'the brace is never closed', 'policy "a" {')],
    ],
    [
      'a list that is not closed',
      'policy "a" {\n  source = [\n}\n',
      [at(3, 1, '"}" is not expected here', '}')],
    ],
    [
      'a heredoc that is not closed',
      'policy "a" {\n  description = <<EOT\n  text\n}\n',
      [at(2, 17, 'the heredoc is never closed', 'description = <<EOT')],
    ],
    [
      'a comment that is not closed',
      'policy "a" {}\n/* text\n',
      [at(2, 1, 'the comment is never closed', '/* text')],
    ],
    ['a brace too many', 'policy "a" {\n}\n}\n', [at(3, 1, '"}" is not expected here', '}')]],
    [
      'an unknown escape',
      'policy "a" {\n  source = "C:\\policies"\n}\n',
      [at(2, 15, '"\\p" is not expected here', 'source = "C:\\policies"', 'Write a backslash as `\\\\`.')],
    ],
    [
      'an escape without its digits',
      'policy "a" {\n  source = "\\u12"\n}\n',
      [at(2, 13, '"\\u" is not expected here', 'source = "\\u12"', 'Write a backslash as `\\\\`.')],
    ],
    [
      'a column after characters of several bytes',
      'policy "a" {\n  source = "é😀\\y"\n}\n',
      [at(2, 16, '"\\y" is not expected here', 'source = "é😀\\y"', 'Write a backslash as `\\\\`.')],
    ],
    [
      'single quotes',
      "policy 'a' {\n  source = 'x'\n}\n",
      [
        at(1, 8, '"\'" is not expected here', "policy 'a' {", 'Put strings in double quotes.'),
        at(2, 12, '"\'" is not expected here', "source = 'x'", 'Put strings in double quotes.'),
      ],
    ],
    [
      'a colon for an equals sign',
      'policy "a" {\n  source: "x"\n}\n',
      [at(2, 9, '":" is not expected here', 'source: "x"', 'Give a value with `=`.')],
    ],
    [
      'two equals signs',
      'policy "a" {\n  source == "x"\n}\n',
      [at(2, 11, '"=" is not expected here', 'source == "x"')],
    ],
    [
      'a comma at the end of a line',
      'policy "a" {\n  source = "x",\n  enforcement_level = "advisory";\n}\n',
      [
        at(2, 15, '"," is not expected here', 'source = "x",', 'End an argument with a new line.'),
        at(
          3,
          33,
          '";" is not expected here',
          'enforcement_level = "advisory";',
          'End an argument with a new line.',
        ),
      ],
    ],
    [
      'a quoted name of an argument',
      'policy "a" {\n  "source" = "x"\n}\n',
      [at(2, 3, 'a double quote is not expected here', '"source" = "x"')],
    ],
    [
      'an unquoted path',
      'policy "a" {\n  source = ./x.sentinel\n}\n',
      [at(2, 12, '"." is not expected here', 'source = ./x.sentinel')],
    ],
    ['a bracket for a brace', 'policy "a" [\n', [at(1, 12, '"[" is not expected here', 'policy "a" [')]],
    [
      'a block given with an equals sign',
      'policy "a" = {\n}\n',
      [at(1, 12, '"=" is not expected here', 'policy "a" = {')],
    ],
    [
      'what is left of a merge conflict',
      'policy "a" {\n}\n=======\npolicy "b" {\n}\n',
      [at(3, 1, '"=======" is not expected here', '=======', 'Resolve the merge conflict.')],
    ],
    [
      'a merge conflict, and nothing else of the file',
      '# Policies\n<<<<<<< HEAD\npolicy "a" {\n}\n=======\npolicy "b" {\n  source =\n}\n>>>>>>> main\n',
      [`2: ${CONFLICT}`],
    ],
    [
      'a merge conflict in a heredoc that it breaks',
      'policy "a" {\n  description = <<E\n<<<<<<< HEAD\na\nE\n=======\nb\n  E\n>>>>>>> main\n}\n',
      [`3: ${CONFLICT}`],
    ],
    [
      'no merge conflict: text about one',
      'policy "a" {\n  description = <<E\n<<<<<<< HEAD\n=======\n>>>>>>> main\nE\n}\n/*\n=======\nTitle\n*/\n',
      [],
    ],
    [
      'two arguments on one line',
      'policy "a" { source = "x" enforcement_level = "advisory" }\n',
      [
        at(
          1,
          27,
          'a new line is missing before this',
          'policy "a" { source = "x" enforcement_level = "advisory" }',
        ),
      ],
    ],
    [
      'a brace on the next line',
      'policy "a"\n{\n}\n',
      [at(2, 1, '"{" must be on the same line as the name of the block', '{')],
    ],
    [
      'a value on the next line',
      'policy "a" {\n  source =\n    "x"\n}\n',
      [at(2, 10, 'the value must start on the same line as its name', 'source =')],
    ],
    [
      'a string over two lines',
      'policy "a" {\n  source = "x\n"\n}\n',
      [at(2, 12, 'the string is not closed on its line', 'source = "x')],
    ],
    [
      'braces that do not end or begin lines',
      'policy "a" { source = "x"\n}\npolicy "b" {\n  source = "y" }\n',
      [
        at(1, 14, 'a new line is missing before this', 'policy "a" { source = "x"'),
        at(4, 16, 'a new line is missing before this', 'source = "y" }'),
      ],
    ],
    [
      'more than a name after <<',
      'policy "a" {\n  description = <<EOT(\n  text\n  EOT\n}\n',
      [at(2, 17, 'the first line of a heredoc may only contain its delimiter', 'description = <<EOT(')],
    ],
    [
      'faults in several blocks, and what is wrong with the sound ones',
      'policy "a" {\n  source = "x\n}\npolicy "b" {\n  enforcement_level = "hard"\n}\npolicy "c" {\n  source == "y"\n}\n}\n',
      [
        at(2, 12, 'the string is never closed', 'source = "x'),
        '5: `enforcement_level` "hard" is not a level of Sentinel policies. Use one of advisory, soft-mandatory, hard-mandatory.',
        at(8, 11, '"=" is not expected here', 'source == "y"'),
      ],
    ],
    [
      'Windows line ends and a byte order mark',
      '\uFEFFpolicy "a" {\r\n  source =\r\n}\r\n',
      [at(2, 11, 'a value is missing after "="', 'source =')],
    ],
    [
      'a very long line',
      'policy "a" {\n  source = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";\n}\n',
      [
        at(
          2,
          214,
          '";" is not expected here',
          'source = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…',
          'End an argument with a new line.',
        ),
      ],
    ],
  ])('sentinel.hcl: %s', async (_, text, messages) => {
    expect(await messagesOf('sentinel.hcl', text)).toEqual(messages);
  });

  test.each<Case>([
    ['nothing', '', [at(1, 1, 'a value is expected here', '')]],
    [
      'several faults',
      '{\n  "policy": {\n    "a": {"query" "x"},\n    // text\n  }\n}\n',
      [
        at(3, 19, '":" is expected here', '"a": {"query" "x"},'),
        at(4, 5, 'comments are not allowed in JSON', '// text'),
        at(5, 3, 'a property name in double quotes is expected here', '}'),
      ],
    ],
    [
      'a string that is not closed',
      '{"policy": {"a": {"query": "x}}}',
      [
        at(1, 28, 'the string is not closed on its line', '{"policy": {"a": {"query": "x}}}'),
        at(1, 33, '"}" is expected here', '{"policy": {"a": {"query": "x}}}'),
      ],
    ],
    [
      'an end of a merge conflict that was left',
      '{\n"a": 1\n}\n>>>>>>> main\n',
      [at(4, 1, 'this is not a value', '>>>>>>> main', 'Resolve the merge conflict.')],
    ],
    ['a merge conflict', '{\n<<<<<<< HEAD\n"a": 1\n=======\n>>>>>>> main\n}\n', [`2: ${CONFLICT}`]],
    ['no object', '[1]', [at(1, 1, 'an object is expected here', '[1]')]],
    ['more than one value', '{} {}', [at(1, 4, 'nothing more is expected here', '{} {}')]],
  ])('policies.json: %s', async (_, text, messages) => {
    expect(await messagesOf('policies.json', text)).toEqual(messages);
  });
});
