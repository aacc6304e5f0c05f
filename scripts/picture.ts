/**
 * Draws Markdown as GitHub shows it: `node scripts/picture.ts <in.md> <out.png> [height] [width]`. Needs Chromium or
 * Chrome, found as `chromium` unless CHROMIUM names it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Marked } from 'marked';
import markedAlert from 'marked-alert';

const [source = '', target = '', height = '900', width = '1100'] = process.argv.slice(2);
const markdown = readFileSync(source, 'utf8').replace(/^<!--.*-->\n/, '');
const styles = readFileSync('node_modules/github-markdown-css/github-markdown-light.css', 'utf8');
const html = `<!doctype html><meta charset="utf-8"><style>${styles}
  body { margin: 0; background: #fff }
  .markdown-body { margin: 24px; padding: 16px; border: 1px solid #d1d9e0; border-radius: 6px; font-size: 14px }
</style><body><article class="markdown-body">${coloured(new Marked(markedAlert()).parse(markdown, { async: false }))}</article>`;

/** As GitHub colours the lines of a diff. */
function coloured(text: string): string {
  return text.replace(/(?<=<code class="language-diff">)[\s\S]*?(?=<\/code>)/g, (diff) =>
    diff.replace(/^([-+]).*$/gm, (line, sign: string) => {
      const background = sign === '+' ? '#dafbe1' : '#ffebe9';
      return `<span style="background: ${background}">${line}</span>`;
    }),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'picture-'));
try {
  writeFileSync(join(folder, 'page.html'), html);
  execFileSync(
    process.env['CHROMIUM'] ?? 'chromium',
    [
      ...[
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--hide-scrollbars',
      ],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...[`--user-data-dir=${join(folder, 'profile')}`, `--window-size=${width},${height}`],
      ...[`--screenshot=${resolve(target)}`, `file://${join(folder, 'page.html')}`],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
