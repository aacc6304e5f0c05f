import { describe, expect, test } from '@jest/globals';
import { judgeRego } from '../../../src/repository/inspect-rego.ts';
import { describeSentinel } from '../../../src/repository/languages/description/description.ts';
import { NOTHING_AROUND } from '../../../src/repository/languages/rego/foreign.ts';
import { readRego } from '../../../src/repository/languages/rego/rego.ts';

async function describeRego(source: string, value = 'data.a.deny'): Promise<string | undefined> {
  const rego = await readRego(source);
  return judgeRego(rego, 'a.rego', { value, by: 'input' }, NOTHING_AROUND).description;
}

describe('describeSentinel', () => {
  test.each<[string, string, string | undefined]>([
    ['no comment', 'main = rule { true }', undefined],
    ['nothing', '', undefined],
    ['#', '# Limits the cost.\n\nmain = rule { true }', 'Limits the cost.'],
    ['//', '// Limits\n//the cost.\nmain = rule { true }', 'Limits the cost.'],
    ['/* */ on one line', '/* Limits the cost. */ main = rule { true }', 'Limits the cost.'],
    ['/* */ over lines', '/*\n  Limits\n  the cost.\n*/\n\nimport "x"', 'Limits the cost.'],
    [
      '/** */ with stars',
      '/**\n * Limits\n * the cost.\n *\n * More.\n */\n\nimport "x"',
      'Limits the cost.',
    ],
    ['/* */ with a list of stars', '/* Needs\n\n* a\n* b\n*/', 'Needs'],
    ['a comment that is not closed', '/* Limits the cost.', undefined],
    ['a byte order mark and empty lines', '\uFEFF\n \n# Limits the cost.\n', 'Limits the cost.'],
    ['Windows line ends', '# Limits\r\n# the cost.\r\n\r\n# More.\r\nimport "x"', 'Limits the cost.'],
    ['only the first paragraph', '# First.\n#\n# Second.', 'First.'],
    ['an empty line between comments', '# First.\n\n# Second.', 'First.'],
    ['a comment after the first statement', 'import "x"\n# Imports x.', undefined],
    ['a comment beside the first statement', 'import "x" # Imports x.', undefined],
    [
      'Markdown',
      '# Limits **the** `cost`, see [this](https://x.test/a#b).',
      'Limits **the** `cost`, see [this](https://x.test/a#b).',
    ],
    [
      'a list',
      '# Checks\n# - that a\n#   is b\n# - that c\n#   - and d',
      'Checks\n- that a is b\n- that c\n  - and d',
    ],
    ['a numbered list', '# 1. One\n# 2) Two', '1. One\n2) Two'],
    ['a heading and a quote', '# ## Title\n# > quoted', '## Title\n> quoted'],
    [
      'ornaments',
      '############\n# ---------\n# Limits the cost.\n# =========\n############',
      'Limits the cost.',
    ],
    ['several marks', '## Limits\n### the cost.', 'Limits the cost.'],
    [
      'a licence line',
      '# Copyright (c) HashiCorp, Inc.\n# SPDX-License-Identifier: BUSL-1.1\n\n# Limits the cost.',
      'Limits the cost.',
    ],
    [
      'a licence line without a gap',
      '# Copyright 2026 Example\n# SPDX-License-Identifier: MIT\n# Limits the cost.',
      'Limits the cost.',
    ],
    [
      'a licence of several paragraphs',
      '/*\nCopyright 2026 Example\n\nLicensed under the Apache License, Version 2.0 (the "License");\nyou may not use this file.\n\nUnless required by applicable law or agreed to in writing, software\nis distributed on an "AS IS" BASIS.\n*/\n\n// Limits the cost.',
      'Limits the cost.',
    ],
    [
      'a law over a line end',
      '# This file is subject to the\n# terms of a licence.\n\n# Limits the cost.',
      'Limits the cost.',
    ],
    ['a licence and nothing else', '# Copyright 2026 Example\n\nimport "x"', undefined],
    [
      'words such as licence in prose',
      '# Virtual machines need a license type.',
      'Virtual machines need a license type.',
    ],
    [
      'editor lines',
      '# vim: set ft=sentinel:\n# -*- mode: sentinel -*-\n# Limits the cost.',
      'Limits the cost.',
    ],
    ['an interpreter', '#!/usr/bin/env sentinel\n# Limits the cost.', 'Limits the cost.'],
    [
      'lint lines',
      '# sentinel fmt: off\n# nolint: all\n# tfsec:ignore\n\n# Limits the cost.',
      'Limits the cost.',
    ],
    [
      'prose that begins like a lint line',
      '# Sentinel policy that limits the cost.',
      'Sentinel policy that limits the cost.',
    ],
    ['other scripts', '# Begrenzt die Kosten.\n# 費用を制限する。', 'Begrenzt die Kosten. 費用を制限する。'],
  ])('%s', (_, source, description) => {
    expect(describeSentinel(source, 'policies/limit-cost.sentinel')).toBe(description);
  });
});

describe('describeRego', () => {
  test.each<[string, string, string | undefined]>([
    ['no comment', 'package a\n', undefined],
    ['a comment', '# Denies.\npackage a\n', 'Denies.'],
    ['other marks are code', '// Denies.\npackage a\n', undefined],
    ['lint lines', '# regal ignore:line-length\n# opa fmt: off\n# Denies.\npackage a\n', 'Denies.'],
    ['a description', '# METADATA\n# title: T\n# description: Denies.\npackage a\n', 'Denies.'],
    ['a title', '# METADATA\n# title: T\npackage a\n', 'T'],
    [
      'a description over lines',
      '# METADATA\n# description: |\n#   Denies\n#   - a\npackage a\n',
      'Denies\n- a',
    ],
    [
      'a folded description',
      '# METADATA\n# description: >-\n#   Denies\n#   this.\n# authors:\n# - a\npackage a\n',
      'Denies this.',
    ],
    ['Windows line ends', '# METADATA\r\n# title: T\r\npackage a\r\n', 'T'],
    ['a byte order mark before it', '\uFEFF# METADATA\n# title: T\npackage a\n', 'T'],
    ['a licence before it', '# Copyright 2026 Example\n\n# METADATA\n# title: T\npackage a\n', 'T'],
    ['the package before the rule', 'package a\n# METADATA\n# title: R\ndeny contains "x" if true\n', 'R'],
    [
      'the package wins',
      '# METADATA\n# title: P\npackage a\n\n# METADATA\n# description: R\ndeny contains "x" if true\n',
      'P',
    ],
    [
      'a package without a text',
      '# METADATA\n# scope: package\npackage a\n\n# METADATA\n# title: R\ndefault deny := false\n',
      'R',
    ],
    ['another rule', 'package a\n# METADATA\n# title: R\nallow if true\n', undefined],
    ['a function', 'package a\n# METADATA\n# title: R\ndeny(x) if true\n', undefined],
    ['a scope that is stated', '# METADATA\n# scope: subpackages\n# title: S\npackage a\n', 'S'],
    [
      'a scope that does not fit',
      'package a\n# METADATA\n# scope: subpackages\n# title: S\nallow if true\n',
      undefined,
    ],
    ['a comment between', '# METADATA\n# title: T\n\n# About imports.\npackage a\n', 'T'],
    ['no text at all', '# METADATA\n# custom: {}\npackage a\n', undefined],
    [
      'the comment where METADATA has no text',
      '# Denies.\n\n# METADATA\n# custom: {}\npackage a\n',
      'Denies.',
    ],
    ['not YAML', '# METADATA\n# title: [\npackage a\n', undefined],
    ['no mapping', '# METADATA\n# text\npackage a\n', undefined],
    ['empty', '# METADATA\npackage a\n', undefined],
    ['a number', '# METADATA\n# title: 1.10\n# description: " "\npackage a\n', '1.10'],
    ['not at the first column', ' # METADATA\n # title: T\npackage a\n', undefined],
  ])('%s', async (_, source, description) => {
    expect(await describeRego(source)).toBe(description);
  });
});
